import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { errorTone, mutedTone, successTone, warningTone, type Themed } from '../parts/tones.js';

const SIGNS = {
  accepted: { shape: '✓', tone: successTone },
  partly: { shape: '◐', tone: warningTone },
  refused: { shape: '✗', tone: errorTone },
  failing: { shape: '▲', tone: warningTone },
  ambiguous: { shape: '?', tone: warningTone },
  event: { shape: '•', tone: mutedTone },
};

export type SignKind = keyof typeof SIGNS;

const Mark = styled.span`
  color: ${(props: Themed & { $kind: SignKind }) => SIGNS[props.$kind].tone(props)};
`;

/** What happened as a shape and a colour, beside the words that say it. */
export default function Sign({ kind }: { kind: SignKind }): React.ReactElement {
  return (
    <Mark className="sign" aria-hidden="true" $kind={kind}>
      {SIGNS[kind].shape}
    </Mark>
  );
}
