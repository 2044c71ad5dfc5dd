import { OUTCOME_STATUSES } from '../../../shared/mail-counts.js';
import { type BlockedReason, MESSAGE_STATUSES, type MessageStatus } from '../../../shared/mail-log.js';
import type { TrafficOutcome } from '../../../shared/mail-overview.js';
import { type PeriodFilter, periodOf, rangeOf, timeOf } from './periods.js';

/** The filters of the log in the URL. */
export interface LogFilters extends PeriodFilter {
  /** A part of an address or of a subject, or a Message-ID. */
  search?: string;
  /** One status, or several separated by commas. */
  status?: string;
  activity?: string;
  configName?: string;
  /** From links: a part of an address, a part of a subject, a reason to wait, and the time since which messages are final. */
  recipients?: string;
  subject?: string;
  reason?: string;
  finishedFrom?: string;
}

const FIELDS = ['search', 'status', 'recipients', 'subject', 'activity', 'configName', 'reason'] as const;

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

/** Filters for the messages of a configuration that failed, for all recipients or some. */
export const notDelivered = (configName: string): LogFilters => ({
  status: statusList([...OUTCOME_STATUSES.failed, 'partially_sent']),
  configName,
});

/** Filters for the messages of a configuration that a server deferred, and that are tried again later. */
export const deferredOf = (configName: string): LogFilters => ({ reason: 'backoff', configName });

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
