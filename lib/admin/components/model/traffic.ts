import { SLOT_MS, type TrafficOutcome, type TrafficSlot } from '../../../shared/mail-overview.js';
import { OUTCOMES } from './overview.js';

/** The last 24 hours by the hour, or the last 7 days by the day. */
export type Period = '24h' | '7d';

/** The mail volume between two times. */
export interface Bar extends Record<TrafficOutcome, number> {
  from: number;
  to: number;
}

const HOUR_MS = 4 * SLOT_MS;
const UNITS = { '24h': { ms: HOUR_MS, count: 24 }, '7d': { ms: 24 * HOUR_MS, count: 7 } };

/** Returns the offset of the browser's time zone from UTC at a time, in milliseconds; positive west of UTC. */
const browserOffset = (at: number): number => new Date(at).getTimezoneOffset() * 60_000;

/** Returns the bars of a period, the oldest first. The last bar is the current hour or day in the browser's time zone. */
export function barsOf(slots: readonly TrafficSlot[], period: Period, now: number, offsetAt = browserOffset): Bar[] {
  const { ms, count } = UNITS[period];
  // In quarters of an hour, because clocks can change at any of them: a day may begin twice, and an hour may be half as long.
  const isSame = (at: number, other: number): boolean => {
    const [offset, otherOffset] = [offsetAt(at), offsetAt(other)];
    const isSameUnit = Math.floor((at - offset) / ms) === Math.floor((other - otherOffset) / ms);
    return isSameUnit && (period === '7d' || offset === otherOffset);
  };
  const bars: Bar[] = [];
  let to = now - (now % SLOT_MS) + SLOT_MS;
  while (isSame(to, now)) to += SLOT_MS;
  for (let index = 0; index < count; index += 1) {
    let from = to - SLOT_MS;
    while (isSame(from - SLOT_MS, from)) from -= SLOT_MS;
    const within = slots.filter(({ at }) => at >= from && at < to);
    bars.unshift({ from, to, ...sumOf(within) });
    to = from;
  }
  return bars;
}

/** Adds up all figures by outcome. */
export function sumOf(list: readonly Record<TrafficOutcome, number>[]): Record<TrafficOutcome, number> {
  const sum = { sent: 0, waiting: 0, failed: 0 };
  for (const one of list) for (const outcome of OUTCOMES) sum[outcome] += one[outcome];
  return sum;
}

export const totalOf = ({ sent, waiting, failed }: Record<TrafficOutcome, number>): number => sent + waiting + failed;

/** Returns the end of the scale: a round, even number of at least the highest bar. */
export function scaleEnd(bars: readonly Bar[]): number {
  const highest = Math.max(2, ...bars.map(totalOf));
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((end) => end >= highest)!;
}

/** The smallest height of a visible part of a bar, in pixels. */
const MIN_HEIGHT = 3;

/** Returns the height of each part of a bar, where the full height represents `end`. */
export function heightsOf(bar: Bar, end: number, full: number): Record<TrafficOutcome, number> {
  const exact = (count: number): number => (count === 0 ? 0 : Math.max(MIN_HEIGHT, (count / end) * full));
  const heights = { sent: exact(bar.sent), waiting: exact(bar.waiting), failed: exact(bar.failed) };
  const excess = totalOf(heights) - full;
  const biggest = OUTCOMES.toSorted((a, b) => heights[b] - heights[a])[0]!;
  if (excess > 0) heights[biggest] -= excess;
  return heights;
}

/** Returns the labels of the bars in a language. */
export function namesOf(bars: readonly Bar[], period: Period, locale: string): { axis: string; full: string }[] {
  const isShifted = new Set(bars.map(({ from }) => new Date(from).getTimezoneOffset())).size > 1;
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const hour = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
    // An hour occurs twice when the clocks go back.
    ...(isShifted && { timeZoneName: 'short' }),
  });
  const axis = new Intl.DateTimeFormat(locale, period === '24h' ? { hour: 'numeric' } : { weekday: 'short' });
  return bars.map(({ from, to }) => ({
    axis: axis.format(from),
    full: period === '24h' ? hour.formatRange(from, to) : day.format(from),
  }));
}
