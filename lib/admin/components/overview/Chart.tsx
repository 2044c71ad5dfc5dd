import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useRef, useState } from 'react';
import { OUTCOMES } from '../model/overview.js';
import { type Bar, heightsOf, scaleEnd } from '../model/traffic.js';
import { mutedTone, quietSurface, type Themed } from '../parts/tones.js';
import type { Texts } from '../parts/use-texts.js';
import VisuallyHidden from '../parts/VisuallyHidden.js';
import Patterns, { fillOf } from './patterns.js';

/** The height of the bars and of the labels below them, in pixels. */
const PLOT = 160;
const AXIS = 22;
export const CHART_HEIGHT = PLOT + AXIS;
/** The most labels that fit on a narrow screen. */
const MAX_NAMES = 8;
const GAP = 0.14;

const Frame = styled.div`
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  gap: ${themeGet('space', 'default')};
  & > .scale {
    position: relative;
    display: flex;
    flex-direction: column;
    justify-content: space-between;
    height: ${PLOT}px;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
    line-height: 0;
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  & > svg {
    display: block;
    width: 100%;
    height: ${CHART_HEIGHT}px;
    overflow: visible;
  }
  & .line {
    stroke: ${themeGet('colors', 'border')};
  }
  & text {
    fill: ${mutedTone};
    font-family: ${themeGet('font')};
    font-size: ${themeGet('fontSizes', 'sm')};
    text-anchor: middle;
  }
  & .column {
    fill: transparent;
  }
  & [data-bar]:hover > .column,
  & [data-bar]:focus > .column {
    fill: ${quietSurface};
  }
  & [data-bar] {
    outline: none;
  }
  & [data-bar]:focus-visible > .column {
    stroke: ${({ theme }: Themed) => theme.colors.primary100};
    stroke-width: 2;
  }
`;

interface Props {
  texts: Texts;
  bars: Bar[];
  names: { axis: string; full: string }[];
  label: string;
  /** Called with the bar under the pointer or focus; null without one. */
  onHover: (index: number | null) => void;
}

/** The bars, stacked by outcome. One of them is in the tab order; the arrow keys reach the others. */
export default function Chart({ texts, bars, names, label, onHover }: Props): React.ReactElement {
  const [current, setCurrent] = useState(bars.length - 1);
  const elements = useRef<(SVGGElement | null)[]>([]);
  const number = new Intl.NumberFormat(texts.locale);
  const end = scaleEnd(bars);
  const width = 100 / bars.length;
  const every = Math.ceil(bars.length / MAX_NAMES);

  const goTo = (index: number): void => {
    const next = Math.max(0, Math.min(bars.length - 1, index));
    setCurrent(next);
    elements.current[next]?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent, index: number): void => {
    const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    goTo(target);
  };

  return (
    <Frame>
      <div className="scale" aria-hidden="true">
        {[end, end / 2, 0].map((step) => (
          <span key={step}>{number.format(step)}</span>
        ))}
      </div>
      <svg role="group" aria-label={label} aria-describedby="traffic-keys">
        <defs>
          <Patterns />
        </defs>
        {[0, 0.5, 1].map((share) => (
          <line key={share} className="line" x1="0" x2="100%" y1={share * PLOT} y2={share * PLOT} />
        ))}
        {bars.map((bar, index) => {
          const heights = heightsOf(bar, end, PLOT);
          let top = PLOT;
          return (
            <g
              key={bar.from}
              ref={(element) => void (elements.current[index] = element)}
              role="img"
              data-bar={index}
              tabIndex={index === Math.min(current, bars.length - 1) ? 0 : -1}
              aria-label={texts.t('bar', {
                when: names[index]!.full,
                sent: number.format(bar.sent),
                waiting: number.format(bar.waiting),
                failed: number.format(bar.failed),
              })}
              onMouseEnter={() => onHover(index)}
              onMouseLeave={() => onHover(null)}
              onFocus={() => {
                setCurrent(index);
                onHover(index);
              }}
              onBlur={() => onHover(null)}
              onKeyDown={(event) => onKeyDown(event, index)}
            >
              <rect className="column" x={`${index * width}%`} y="0" width={`${width}%`} height={PLOT} />
              {OUTCOMES.map((outcome) => {
                top -= heights[outcome];
                return (
                  heights[outcome] > 0 && (
                    <rect
                      key={outcome}
                      data-outcome={outcome}
                      x={`${(index + GAP) * width}%`}
                      y={top}
                      width={`${(1 - 2 * GAP) * width}%`}
                      height={heights[outcome]}
                      fill={fillOf(outcome)}
                    />
                  )
                );
              })}
            </g>
          );
        })}
        {names.map(
          ({ axis }, index) =>
            (names.length - 1 - index) % every === 0 && (
              <text key={bars[index]!.from} aria-hidden="true" x={`${(index + 0.5) * width}%`} y={CHART_HEIGHT - 4}>
                {axis}
              </text>
            ),
        )}
      </svg>
      <VisuallyHidden id="traffic-keys">{texts.t('chartKeys')}</VisuallyHidden>
    </Frame>
  );
}
