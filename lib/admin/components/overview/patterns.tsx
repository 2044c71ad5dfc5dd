import { styled } from '@adminjs/design-system/styled-components';
import React from 'react';
import type { TrafficOutcome } from '../../../shared/mail-overview.js';
import { type Themed, warningTone } from '../parts/tones.js';

/** Returns the color of a surface, which can be more saturated than text. */
const surface =
  (token: string) =>
  ({ theme }: Themed): string =>
    `color-mix(in srgb, ${theme.colors[token]} 84%, ${theme.colors.text})`;

const Tones = styled.g`
  & .sent {
    fill: ${surface('primary100')};
  }
  & .waiting {
    fill: ${warningTone};
  }
  & .failed {
    fill: ${surface('error')};
  }
  & .gap {
    stroke: ${({ theme }: Themed) => theme.colors.container};
  }
`;

/** Returns the fill of an outcome: `url(#…)` of one of {@link Patterns}. */
export const fillOf = (outcome: TrafficOutcome): string => `url(#smtp-outcome-${outcome})`;

/** The fills of the outcomes, which differ not only in color: plain, striped and dotted. */
export default function Patterns(): React.ReactElement {
  const tile = { width: 6, height: 6, patternUnits: 'userSpaceOnUse' };
  return (
    <Tones>
      <pattern id="smtp-outcome-sent" {...tile}>
        <rect className="sent" width="6" height="6" />
      </pattern>
      <pattern id="smtp-outcome-waiting" {...tile} patternTransform="rotate(45)">
        <rect className="waiting" width="6" height="6" />
        <path className="gap" d="M 0 0 H 6" strokeWidth="3" />
      </pattern>
      <pattern id="smtp-outcome-failed" {...tile}>
        <rect className="failed" width="6" height="6" />
        <path className="gap" d="M 0 0 L 6 6 M 6 0 L 0 6" strokeWidth="1.2" />
      </pattern>
    </Tones>
  );
}
