/** Periods by the number of days before today on which they start and end. */
const PERIODS = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [29, 0] } as const;

export type Period = keyof typeof PERIODS | 'range';
export const PERIOD_NAMES = [...Object.keys(PERIODS), 'range'] as Period[];

/** A period in the URL. Its times are days in the browser's time zone, or exact. */
export interface PeriodFilter {
  period?: string;
  /** The first and the last day of the period `range`, or the exact times of a link. */
  from?: string;
  to?: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** True for an exact time, false for a day. */
export const isExactTime = (text: string | undefined): boolean => text !== undefined && !DAY.test(text);

/** Returns the period of a filter. A link may name times alone. */
export function periodOf({ period, from, to }: PeriodFilter): Period | undefined {
  if (period && Object.hasOwn(PERIODS, period)) return period as Period;
  return period === 'range' || from || to ? 'range' : undefined;
}

/** Returns the start and the end of a period. */
export function rangeOf(filter: PeriodFilter): { from?: string; to?: string } {
  const period = periodOf(filter);
  if (period === undefined) return {};
  if (period === 'range') return { from: timeOf(filter.from), to: timeOf(filter.to, 1) };
  const [first, last] = PERIODS[period];
  return { from: startOfDay(new Date(), -first), to: last === 0 ? undefined : startOfDay(new Date(), 1 - last) };
}

/** Returns an exact time, or the start of a day some days later; undefined for anything else. */
export function timeOf(text: string | undefined, later = 0): string | undefined {
  const isDay = DAY.test(text ?? '');
  const at = new Date(isDay ? `${text}T00:00:00` : (text ?? ''));
  if (Number.isNaN(at.getTime())) return undefined;
  return isDay ? startOfDay(at, later) : at.toISOString();
}

/** Returns the start of a day in the browser's time zone, some days later. */
function startOfDay(day: Date, later: number): string {
  const at = new Date(day);
  at.setHours(0, 0, 0, 0);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}
