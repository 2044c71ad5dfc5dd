import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import { endingSoon } from '../model/certificates.js';
import type { SavedConfig } from '../model/draft.js';
import { exactTime, relativeDays } from '../model/relative-time.js';
import { errorTone, warningTone, type Themed } from './tones.js';
import type { Texts } from './use-texts.js';
import VisuallyHidden from './VisuallyHidden.js';

const Line = styled.div`
  color: ${(props: Themed & { $over: boolean }) => (props.$over ? errorTone : warningTone)(props)};
  font-size: ${themeGet('fontSizes', 'sm')};
`;

/** Says that a certificate of a configuration ends within a month, or has ended; nothing otherwise. */
export default function CertificateEnd({ config, texts }: { config: SavedConfig; texts: Texts }): React.ReactElement | null {
  const [now] = useState(Date.now);
  const end = config.draft.enabled ? endingSoon(config, now) : null;
  if (!end) return null;
  const exact = exactTime(end.at, texts.locale);
  return (
    <Line $over={end.isOver} data-testid="certificate-end" title={exact}>
      <span aria-hidden="true">▲ </span>
      {texts.t(`${end.what}${end.isOver ? 'Ended' : 'Ends'}`, { when: relativeDays(end.days, texts.locale) })}
      <VisuallyHidden> ({exact})</VisuallyHidden>
    </Line>
  );
}
