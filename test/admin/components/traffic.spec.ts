import { describe, expect, it } from '@jest/globals';
import { type Bar, barsOf, heightsOf, namesOf, scaleEnd, sumOf } from '../../../lib/admin/components/model/traffic.js';

const HOUR = 3_600_000;
const QUARTER = 900_000;
const utc = (time: string): number => Date.parse(`${time}Z`);
const iso = (bars: Bar[]): string[] => bars.map(({ from }) => new Date(from).toISOString().slice(0, 16));
/** Builds a time zone that is this many minutes behind UTC and changes at the given times. */
const buildZone =
  (minutes: number, ...changes: [at: string, minutes: number][]) =>
  (at: number): number =>
    (changes.findLast(([time]) => at >= utc(time))?.[1] ?? minutes) * 60_000;
const BERLIN = buildZone(-60, ['2026-03-29T01:00', -120], ['2026-10-25T01:00', -60]);
/** Builds the function that returns how far a time zone is behind UTC at a time, as in a browser there. */
const buildOffset = (timeZone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  const read = (at: number): number => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(at))!;
    return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '+' ? -60_000 : 60_000);
  };
  return (at) => {
    const quarter = Math.floor(at / QUARTER);
    if (!known.has(quarter)) known.set(quarter, read(at));
    return known.get(quarter)!;
  };
};
const buildSlot = (at: number, sent = 1) => ({ at, sent, waiting: 0, failed: 0 });

describe('The bars of the overview', () => {
  it('are the last 24 hours, including the current one', () => {
    const bars = barsOf([], '24h', utc('2026-06-10T14:20'), buildZone(0));
    expect(bars).toHaveLength(24);
    expect([iso(bars)[0], iso(bars).at(-1)]).toEqual(['2026-06-09T15:00', '2026-06-10T14:00']);
    expect(bars.at(-1)!.to).toBe(utc('2026-06-10T15:00'));
  });

  it('are the last seven days, including today', () => {
    const bars = barsOf([], '7d', utc('2026-06-10T23:30'), BERLIN);
    // In Berlin it is already the eleventh.
    expect(iso(bars)).toEqual(['04', '05', '06', '07', '08', '09', '10'].map((day) => `2026-06-${day}T22:00`));
  });

  it('contain mail from their first moment up to the next bar', () => {
    const noon = utc('2026-06-10T12:00');
    const slots = [buildSlot(noon - QUARTER, 5), buildSlot(noon, 1), buildSlot(noon + 3 * QUARTER, 2), buildSlot(noon + HOUR, 7)];
    const bars = barsOf(slots, '24h', noon + HOUR + 1, buildZone(0));
    expect(bars.slice(-3).map(({ sent }) => sent)).toEqual([5, 3, 7]);
    expect(barsOf(slots, '24h', noon + HOUR, buildZone(0)).at(-1)).toMatchObject({ from: noon + HOUR, sent: 7 });
  });

  it.each([
    ['India', -330, '2026-06-10T12:30'],
    ['Nepal', -345, '2026-06-10T12:15'],
    ['Newfoundland', 150, '2026-06-10T12:30'],
  ])('start with the hours of %s', (_where, minutes, start) => {
    const bars = barsOf([], '24h', utc('2026-06-10T13:14'), buildZone(minutes));
    expect(iso(bars).at(-1)).toBe(start);
    expect(bars.every(({ from, to }) => to - from === HOUR && from % QUARTER === 0)).toBe(true);
  });

  it('cover all time without overlap when the clock changes', () => {
    for (const now of ['2026-03-29T10:00', '2026-10-25T10:00', '2026-10-25T00:30', '2026-10-25T01:30', '2026-03-29T00:59']) {
      for (const period of ['24h', '7d'] as const) {
        const bars = barsOf([], period, utc(now), BERLIN);
        bars.slice(1).forEach(({ from }, index) => expect(from).toBe(bars[index]!.to));
        const last = bars.at(-1)!;
        expect(last.from <= utc(now) && utc(now) < last.to).toBe(true);
      }
    }
  });

  it('include a day of 25 hours, and one of 23', () => {
    const hours = (now: string): number[] => barsOf([], '7d', utc(now), BERLIN).map(({ from, to }) => (to - from) / HOUR);
    expect(hours('2026-10-27T10:00')).toEqual([24, 24, 24, 24, 25, 24, 24]);
    expect(hours('2026-03-29T10:00')).toEqual([24, 24, 24, 24, 24, 24, 23]);
    // The repeated hour counts as two of the 24.
    expect(iso(barsOf([], '24h', utc('2026-10-25T02:30'), BERLIN)).slice(-3)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
    ]);
  });

  it.each([
    ['Australia/Lord_Howe', 'skips half an hour', '2027-10-02T15:30'],
    ['Australia/Lord_Howe', 'repeats half an hour', '2027-04-03T15:00'],
    ['America/Havana', 'repeats the first hour of a day', '2027-11-07T05:00'],
    ['America/Havana', 'skips the first hour of a day', '2027-03-14T05:00'],
    ['Africa/Cairo', 'leaves the first hour of a day out', '2027-04-29T22:00'],
    ['Asia/Beirut', 'repeats the last hour of a day', '2027-10-30T21:00'],
    ['Antarctica/Troll', 'skips two hours', '2027-03-28T01:00'],
  ])('are local hours and days without repetition where %s %s', (timeZone, _what, change) => {
    const offsetAt = buildOffset(timeZone);
    expect(offsetAt(utc(change) - 1)).not.toBe(offsetAt(utc(change)));
    const dayOf = (at: number): string => new Date(at - offsetAt(at)).toISOString().slice(0, 10);
    const hourOf = (at: number): string => `${new Date(at - offsetAt(at)).toISOString().slice(0, 13)} ${offsetAt(at)}`;
    for (let now = utc(change) - 3 * HOUR; now < utc(change) + 26 * HOUR; now += QUARTER) {
      for (const [period, unitOf] of [
        ['24h', hourOf],
        ['7d', dayOf],
      ] as const) {
        const bars = barsOf([], period, now, offsetAt);
        bars.slice(1).forEach(({ from }, index) => expect(from).toBe(bars[index]!.to));
        // Each bar starts with its hour or day, and the last bar is the current one.
        for (const { from, to } of bars) expect([unitOf(from), unitOf(from - 1) === unitOf(from)]).toEqual([unitOf(to - 1), false]);
        expect(unitOf(bars.at(-1)!.from)).toBe(unitOf(now));
        expect(new Set(bars.map(({ from }) => unitOf(from))).size).toBe(bars.length);
      }
    }
  });

  it('have a round scale with a whole half, and no part too small to see', () => {
    const scaleFor = (sent: number): number => scaleEnd([{ from: 0, to: 1, sent, waiting: 0, failed: 0 }]);
    expect([0, 1, 2, 3, 10, 11, 21, 1_204, 99_999].map(scaleFor)).toEqual([2, 2, 2, 4, 10, 20, 40, 2_000, 100_000]);
    const heights = heightsOf({ from: 0, to: 1, sent: 10_000, waiting: 1, failed: 1 }, 10_000, 160);
    expect(Math.min(heights.waiting, heights.failed)).toBeGreaterThanOrEqual(3);
    expect(heights.sent + heights.waiting + heights.failed).toBeLessThanOrEqual(160);
    expect(heightsOf({ from: 0, to: 1, sent: 0, waiting: 0, failed: 0 }, 2, 160)).toEqual({ sent: 0, waiting: 0, failed: 0 });
  });

  it('are named by their hour or day, and have a total', () => {
    // Uses the clock of this machine, like the names.
    const at = (hours: number, minutes: number): number => new Date(2026, 5, 10, hours, minutes).getTime();
    const bars = barsOf([buildSlot(at(14, 0)), buildSlot(at(12, 15), 2)], '24h', at(14, 20));
    expect(sumOf(bars)).toEqual({ sent: 3, waiting: 0, failed: 0 });
    const names = namesOf(bars, '24h', 'en-GB').map(({ full }) => full);
    expect(new Set(names).size).toBe(24);
    expect(namesOf(barsOf([], '7d', at(12, 0)), '7d', 'en-GB').at(-1)).toEqual({ axis: 'Wed', full: 'Wednesday 10 June' });
  });
});
