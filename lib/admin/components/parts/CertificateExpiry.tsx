import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useState } from 'react';
import { expiringSoon } from '../model/certificates.js';
import type { SavedConfig } from '../model/draft.js';
import { utcTime } from '../../../shared/utc-time.js';
import { relativeDays } from '../model/relative-time.js';
import { errorTone, warningTone, type Themed } from './tones.js';
import type { Texts } from './use-texts.js';
import VisuallyHidden from './VisuallyHidden.js';

const Line = styled.div`
  color: ${(props: Themed & { $over: boolean }) => (props.$over ? errorTone : warningTone)(props)};
  font-size: ${themeGet('fontSizes', 'sm')};
`;

/** The warning about a certificate that expires within a month or has expired; otherwise nothing. */
export default function CertificateExpiry({ config, texts }: { config: SavedConfig; texts: Texts }): React.ReactElement | null {
  const [now] = useState(Date.now);
  const expiry = config.draft.enabled ? expiringSoon(config, now) : null;
  if (!expiry) return null;
  const exact = utcTime(expiry.at, texts.locale);
  return (
    <Line $over={expiry.isExpired} data-testid="certificate-end" title={exact}>
      <span aria-hidden="true">▲ </span>
      {texts.t(`${expiry.what}${expiry.isExpired ? 'Expired' : 'Expires'}`, { when: relativeDays(expiry.days, texts.locale) })}
      <VisuallyHidden> ({exact})</VisuallyHidden>
    </Line>
  );
}
