import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import { errorTone, mutedTone, successTone, warningTone, type Themed } from '../parts/tones.js';

const ICONS = {
  accepted: { shape: '✓', tone: successTone },
  partly: { shape: '◐', tone: warningTone },
  refused: { shape: '✗', tone: errorTone },
  failing: { shape: '▲', tone: warningTone },
  ambiguous: { shape: '?', tone: warningTone },
  event: { shape: '•', tone: mutedTone },
};

export type OutcomeIconKind = keyof typeof ICONS;

const Mark = styled.span`
  color: ${(props: Themed & { $kind: OutcomeIconKind }) => ICONS[props.$kind].tone(props)};
`;

/** The icon of an outcome, next to its text. */
export default function OutcomeIcon({ kind }: { kind: OutcomeIconKind }): React.ReactElement {
  return (
    <Mark className="sign" aria-hidden="true" $kind={kind}>
      {ICONS[kind].shape}
    </Mark>
  );
}
