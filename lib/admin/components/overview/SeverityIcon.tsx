import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { Severity } from '../../../shared/mail-overview.js';
import { errorTone, mutedTone, readOnlyTone, successTone, type Themed, warningTone } from '../parts/tones.js';

/** A severity, or the state that there are no problems, or that nothing is known. */
export type Sign = Severity | 'fine' | 'unknown';

const TONES = { error: errorTone, warning: warningTone, info: readOnlyTone, fine: successTone, unknown: mutedTone };
/** An octagon, a triangle and circles, with their signs. */
const SHAPES: Record<Sign, { outline: string; sign: string }> = {
  error: { outline: 'M6 1h6l5 5v6l-5 5H6l-5-5V6z', sign: 'M9 5v5M9 12.5v.5' },
  warning: { outline: 'M9 1.5 17.5 16.5h-17z', sign: 'M9 7v4M9 13.5v.5' },
  info: { outline: 'M9 1a8 8 0 1 1 0 16 8 8 0 0 1 0-16z', sign: 'M9 8v5M9 5v.5' },
  fine: { outline: 'M9 1a8 8 0 1 1 0 16 8 8 0 0 1 0-16z', sign: 'm5.5 9 2.5 2.5 4.5-5' },
  unknown: { outline: 'M9 2a7 7 0 1 1 0 14 7 7 0 0 1 0-14z', sign: '' },
};

const Drawing = styled.svg`
  flex: none;
  width: 18px;
  height: 18px;
  & > .outline {
    fill: ${(props: Themed & { $sign: Sign }) => (props.$sign === 'unknown' ? 'none' : TONES[props.$sign](props))};
    stroke: ${(props: Themed & { $sign: Sign }) => TONES[props.$sign](props)};
    stroke-width: 1.5;
    stroke-linejoin: round;
  }
  & > .sign {
    fill: none;
    stroke: ${({ theme }: Themed) => theme.colors.container};
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
`;

/** A severity as a shape and a color. The text next to it names it for screen readers. */
export default function SeverityIcon({ sign }: { sign: Sign }): React.ReactElement {
  const { outline, sign: mark } = SHAPES[sign];
  return (
    <Drawing $sign={sign} viewBox="0 0 18 18" aria-hidden="true" data-sign={sign}>
      <path className="outline" d={outline} />
      <path className="sign" d={mark} />
    </Drawing>
  );
}
