import { describe, expect, it } from '@jest/globals';
import { type Bar, barsOf, heightsOf, namesOf, scaleEnd, sumOf } from '../../../lib/admin/components/model/traffic.js';

const HOUR = 3_600_000;
const QUARTER = 900_000;
const utc = (time: string): number => Date.parse(`${time}Z`);
const iso = (bars: Bar[]): string[] => bars.map(({ from }) => new Date(from).toISOString().slice(0, 16));
/** A zone that is so many minutes behind UTC, and changes to others at given times. */
const zone =
  (minutes: number, ...changes: [at: string, minutes: number][]) =>
  (at: number): number =>
    (changes.findLast(([time]) => at >= utc(time))?.[1] ?? minutes) * 60_000;
const BERLIN = zone(-60, ['2026-03-29T01:00', -120], ['2026-10-25T01:00', -60]);
const slot = (at: number, sent = 1) => ({ at, sent, waiting: 0, failed: 0 });

describe('The bars of the overview', () => {
  it('are the 24 hours up to the one that is', () => {
    const bars = barsOf([], '24h', utc('2026-06-10T14:20'), zone(0));
    expect(bars).toHaveLength(24);
    expect([iso(bars)[0], iso(bars).at(-1)]).toEqual(['2026-06-09T15:00', '2026-06-10T14:00']);
    expect(bars.at(-1)!.to).toBe(utc('2026-06-10T15:00'));
  });

  it('are the seven days up to today', () => {
    const bars = barsOf([], '7d', utc('2026-06-10T23:30'), BERLIN);
    // It is the eleventh there already.
    expect(iso(bars)).toEqual(['04', '05', '06', '07', '08', '09', '10'].map((day) => `2026-06-${day}T22:00`));
  });

  it('hold what was handed over from their first moment up to the next one', () => {
    const noon = utc('2026-06-10T12:00');
    const slots = [slot(noon - QUARTER, 5), slot(noon, 1), slot(noon + 3 * QUARTER, 2), slot(noon + HOUR, 7)];
    const bars = barsOf(slots, '24h', noon + HOUR + 1, zone(0));
    expect(bars.slice(-3).map(({ sent }) => sent)).toEqual([5, 3, 7]);
    expect(barsOf(slots, '24h', noon + HOUR, zone(0)).at(-1)).toMatchObject({ from: noon + HOUR, sent: 7 });
  });

  it.each([
    ['India', -330, '2026-06-10T12:30'],
    ['Nepal', -345, '2026-06-10T12:15'],
    ['Newfoundland', 150, '2026-06-10T12:30'],
  ])('begin with the hours of %s', (_where, minutes, start) => {
    const bars = barsOf([], '24h', utc('2026-06-10T13:14'), zone(minutes));
    expect(iso(bars).at(-1)).toBe(start);
    expect(bars.every(({ from, to }) => to - from === HOUR && from % QUARTER === 0)).toBe(true);
  });

  it('leave no time out and take none twice where the clock is changed', () => {
    for (const now of ['2026-03-29T10:00', '2026-10-25T10:00', '2026-10-25T00:30', '2026-10-25T01:30', '2026-03-29T00:59']) {
      for (const period of ['24h', '7d'] as const) {
        const bars = barsOf([], period, utc(now), BERLIN);
        bars.slice(1).forEach(({ from }, index) => expect(from).toBe(bars[index]!.to));
        const last = bars.at(-1)!;
        expect(last.from <= utc(now) && utc(now) < last.to).toBe(true);
      }
    }
  });

  it('make a day of 25 hours, and one of 23', () => {
    const hours = (now: string): number[] => barsOf([], '7d', utc(now), BERLIN).map(({ from, to }) => (to - from) / HOUR);
    expect(hours('2026-10-27T10:00')).toEqual([24, 24, 24, 24, 25, 24, 24]);
    expect(hours('2026-03-29T10:00')).toEqual([24, 24, 24, 24, 24, 24, 23]);
    // The hour that comes twice is two of the 24.
    expect(iso(barsOf([], '24h', utc('2026-10-25T02:30'), BERLIN)).slice(-3)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
    ]);
  });

  it('have round scales of which the half is a whole number, and no part too small to be seen', () => {
    const end = (sent: number): number => scaleEnd([{ from: 0, to: 1, sent, waiting: 0, failed: 0 }]);
    expect([0, 1, 2, 3, 10, 11, 21, 1_204, 99_999].map(end)).toEqual([2, 2, 2, 4, 10, 20, 40, 2_000, 100_000]);
    const heights = heightsOf({ from: 0, to: 1, sent: 10_000, waiting: 1, failed: 1 }, 10_000, 160);
    expect(Math.min(heights.waiting, heights.failed)).toBeGreaterThanOrEqual(3);
    expect(heights.sent + heights.waiting + heights.failed).toBeLessThanOrEqual(160);
    expect(heightsOf({ from: 0, to: 1, sent: 0, waiting: 0, failed: 0 }, 2, 160)).toEqual({ sent: 0, waiting: 0, failed: 0 });
  });

  it('are called by their hour or day, and add up', () => {
    const bars = barsOf([slot(utc('2026-06-10T14:00')), slot(utc('2026-06-10T12:15'), 2)], '24h', utc('2026-06-10T14:20'));
    expect(sumOf(bars)).toEqual({ sent: 3, waiting: 0, failed: 0 });
    const names = namesOf(bars, '24h', 'en-GB').map(({ full }) => full);
    expect(new Set(names).size).toBe(24);
    expect(namesOf(barsOf([], '7d', utc('2026-06-10T12:00')), '7d', 'en-GB').at(-1)).toEqual({ axis: 'Wed', full: 'Wednesday 10 June' });
  });
});
