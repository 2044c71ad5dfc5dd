import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import React, { useRef, useState } from 'react';
import type { TrafficOutcome } from '../../../shared/mail-overview.js';
import { withOutcome } from '../model/log-filters.js';
import { OUTCOMES } from '../model/overview.js';
import { type Bar, heightsOf, scaleEnd } from '../model/traffic.js';
import { mutedTone, quietSurface, type Themed } from '../parts/tones.js';
import { logUrl } from '../parts/use-go.js';
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
  & .column,
  & .target {
    fill: transparent;
  }
  & [data-bar]:hover > .column,
  & [data-bar]:focus-within > .column {
    fill: ${quietSurface};
  }
  & [data-bar],
  & a {
    outline: none;
  }
  & [data-bar]:focus-visible > .column,
  & a:focus-visible > .part {
    stroke: ${({ theme }: Themed) => theme.colors.text};
    stroke-width: 2;
  }
  & a:hover > .part {
    opacity: 0.8;
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

/** The height in which the part on top of a bar can be clicked, in pixels. */
const TARGET = 16;

/**
 * The bars, stacked by outcome. Each part links to its messages. One bar is in the tab order; the arrow keys reach the others and their
 * parts.
 */
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
    const bar = elements.current[index];
    const stops = bar ? [bar, ...bar.querySelectorAll<SVGAElement>('a')] : [];
    const stop = stops.findIndex((element) => element === document.activeElement);
    const part = { ArrowUp: stops[stop + 1], ArrowDown: stops[stop - 1] }[event.key];
    const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (target === undefined && !part) return;
    event.preventDefault();
    if (part) part.focus();
    else if (target !== undefined) goTo(target);
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
          const when = names[index]!.full;
          const parts = partsOf(bar, heightsOf(bar, end, PLOT));
          return (
            <g
              key={bar.from}
              ref={(element) => void (elements.current[index] = element)}
              role="group"
              data-bar={index}
              tabIndex={index === Math.min(current, bars.length - 1) ? 0 : -1}
              aria-label={texts.t('bar', {
                when,
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
              {parts.map(({ outcome, top, height }, place) => {
                const name = texts.t(`bar_${outcome}`, { when, count: number.format(bar[outcome]) });
                const isTop = place === parts.length - 1;
                const area = { x: `${(index + GAP) * width}%`, width: `${(1 - 2 * GAP) * width}%` };
                return (
                  <a
                    key={outcome}
                    href={logUrl(withOutcome(outcome, bar.from, bar.to))}
                    data-outcome={outcome}
                    tabIndex={-1}
                    aria-label={name}
                  >
                    <title>{name}</title>
                    {isTop && height < TARGET && (
                      <rect className="target" {...area} y={Math.max(0, top + height - TARGET)} height={TARGET} />
                    )}
                    <rect className="part" {...area} y={top} height={height} fill={fillOf(outcome)} />
                  </a>
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

/** Returns the visible parts of a bar from the bottom up. */
function partsOf(bar: Bar, heights: ReturnType<typeof heightsOf>): { outcome: TrafficOutcome; top: number; height: number }[] {
  let top = PLOT;
  return OUTCOMES.filter((outcome) => bar[outcome] > 0).map((outcome) => {
    top -= heights[outcome];
    return { outcome, top, height: heights[outcome] };
  });
}
