import { OUTCOME_STATUSES } from '../../../shared/mail-counts.js';
import { type BlockedReason, type MessageStatus } from '../../../shared/mail-log.js';
import type { TrafficOutcome } from '../../../shared/mail-overview.js';

/** The filters of the log in the URL. Times are days in the browser's time zone, or exact. */
export interface LogFilters {
  /** One status, or several separated by commas. */
  status?: string;
  recipients?: string;
  subject?: string;
  activity?: string;
  configName?: string;
  reason?: string;
  from?: string;
  to?: string;
  finishedFrom?: string;
}

const FIELDS = ['status', 'recipients', 'subject', 'activity', 'configName', 'reason'] as const;
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
  const times = {
    'createdAt~~from': timeOf(filters.from),
    'createdAt~~to': timeOf(filters.to, 1),
    finishedFrom: timeOf(filters.finishedFrom),
  };
  const values = Object.entries({ ...Object.fromEntries(FIELDS.map((field) => [field, filters[field]])), ...times });
  return Object.fromEntries(values.filter(([, value]) => value).map(([field, value]) => [`filters.${field}`, value!]));
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
