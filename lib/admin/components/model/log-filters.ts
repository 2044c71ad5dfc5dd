import { OUTCOME_STATUSES } from '../../../shared/mail-counts.js';
import { type BlockedReason, MESSAGE_STATUSES, type MessageStatus } from '../../../shared/mail-log.js';
import type { TrafficOutcome } from '../../../shared/mail-overview.js';
import { startOfDay } from './days.js';

/** The filters of the log in the URL. Times are days in the browser's time zone, or exact. */
export interface LogFilters {
  /** A part of an address or of a subject, or a Message-ID. */
  search?: string;
  /** One status, or several separated by commas. */
  status?: string;
  activity?: string;
  configName?: string;
  period?: string;
  /** The first and the last day of the period `range`, or the exact times of a link. */
  from?: string;
  to?: string;
  /** From links: a part of an address, a part of a subject, a reason to wait, and the time since which messages are final. */
  recipients?: string;
  subject?: string;
  reason?: string;
  finishedFrom?: string;
}

/** Periods by the number of days before today on which they start and end. */
const PERIODS = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [29, 0] } as const;

export type Period = keyof typeof PERIODS | 'range';
export const PERIOD_NAMES = [...Object.keys(PERIODS), 'range'] as Period[];

const FIELDS = ['search', 'status', 'recipients', 'subject', 'activity', 'configName', 'reason'] as const;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Returns an exact time, or the start of a day some days later; undefined for anything else. */
function timeOf(text: string | undefined, later = 0): string | undefined {
  const isDay = DAY.test(text ?? '');
  const at = new Date(isDay ? `${text}T00:00:00` : (text ?? ''));
  if (Number.isNaN(at.getTime())) return undefined;
  if (isDay) at.setDate(at.getDate() + later);
  return at.toISOString();
}

/** True for an exact time, false for a day. */
export const isExactTime = (text: string | undefined): boolean => text !== undefined && !DAY.test(text);

/** Returns the filters as the server reads them. */
export function filterQuery(filters: LogFilters): Record<string, string> {
  const { from, to } = rangeOf(filters);
  const times = {
    'createdAt~~from': from,
    'createdAt~~to': to,
    finishedFrom: timeOf(filters.finishedFrom),
  };
  const values = Object.entries({ ...Object.fromEntries(FIELDS.map((field) => [field, filters[field]])), ...times });
  return Object.fromEntries(values.filter(([, value]) => value).map(([field, value]) => [`filters.${field}`, value!]));
}

/** Returns the start and the end of the period in which messages were queued. */
function rangeOf(filters: LogFilters): { from?: string; to?: string } {
  const period = periodOf(filters);
  if (period === undefined) return {};
  if (period === 'range') return { from: timeOf(filters.from), to: timeOf(filters.to, 1) };
  const [first, last] = PERIODS[period];
  return { from: startOfDay(undefined, -first), to: last === 0 ? undefined : startOfDay(undefined, 1 - last) };
}

/** Returns the period of filters. A link may name times alone. */
export function periodOf({ period, from, to }: LogFilters): Period | undefined {
  if (period && Object.hasOwn(PERIODS, period)) return period as Period;
  return period === 'range' || from || to ? 'range' : undefined;
}

/** Returns the statuses of filters. */
export function statusesIn({ status }: LogFilters): MessageStatus[] {
  const names = (status ?? '').split(',');
  return MESSAGE_STATUSES.filter((one) => names.includes(one));
}

/** A filter that is in use. */
export interface ActiveFilter {
  name: 'status' | 'period' | 'activity' | 'configName' | 'recipients' | 'subject' | 'reason' | 'finishedFrom';
  value: string;
  /** The change that removes it. */
  without: LogFilters;
}

/** Returns the filters in use, each status by itself. Without the search, whose field shows it. */
export function activeFilters(filters: LogFilters): ActiveFilter[] {
  const statuses = statusesIn(filters);
  const active: ActiveFilter[] = statuses.map((status) => ({
    name: 'status',
    value: status,
    without: { status: statusList(statuses.filter((one) => one !== status)) },
  }));
  const period = periodOf(filters);
  const isChosen = period !== 'range' || Boolean(filters.from || filters.to);
  if (period && isChosen) active.push({ name: 'period', value: period, without: { period: '', from: '', to: '' } });
  for (const name of ['activity', 'configName', 'recipients', 'subject', 'reason', 'finishedFrom'] as const) {
    const value = filters[name];
    if (value) active.push({ name, value, without: { [name]: '' } });
  }
  return active;
}

type Time = number | string;
const iso = (time: Time): string => new Date(time).toISOString();

/** Statuses as the value of a filter. */
export const statusList = (statuses: readonly MessageStatus[]): string => statuses.join(',');

/** Filters for messages with an outcome that were queued between two times. */
export const withOutcome = (outcome: TrafficOutcome, from: Time, to?: Time): LogFilters => ({
  status: statusList(OUTCOME_STATUSES[outcome]),
  from: iso(from),
  ...(to !== undefined && { to: iso(to) }),
});

/** Filters for the messages that are not final, optionally those of one configuration. */
export const waitingFor = (configName?: string): LogFilters => ({ status: statusList(OUTCOME_STATUSES.waiting), configName });

/** Filters for messages that wait for a configuration that cannot send. */
export const blockedBy = (reason: BlockedReason): LogFilters => ({ reason });

/** Filters for messages with one of the statuses that were queued since a time. */
export const queuedSince = (from: Time, ...statuses: MessageStatus[]): LogFilters => ({ status: statusList(statuses), from: iso(from) });

/** Filters for messages that reached one of the final statuses since a time. */
export const finishedSince = (from: Time, ...statuses: MessageStatus[]): LogFilters => ({
  status: statusList(statuses),
  finishedFrom: iso(from),
});

/** Filters for messages that failed since a time, but were queued before. */
export const failedLate = (from: Time): LogFilters => ({ ...finishedSince(from, ...OUTCOME_STATUSES.failed), to: iso(from) });

/** Filters for the messages of a configuration that were queued since a time and reached a final status, except for cancelled ones. */
export const finalOf = (configName: string, from: Time): LogFilters => ({
  ...queuedSince(from, ...OUTCOME_STATUSES.sent, ...OUTCOME_STATUSES.failed),
  configName,
});
