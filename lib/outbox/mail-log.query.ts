import type { BlockedReason, MessageStatus } from '../shared/mail-log.js';

/** Filters of the mail log. */
export interface MailLogFilters {
  /** One status or several. */
  status?: MessageStatus | readonly MessageStatus[];
  /** The key of an activity. */
  activity?: string;
  /** The name of a configuration that sent the messages, or will send them. */
  config?: string;
  /** Text anywhere in the addresses or in the subject, ignoring case, or a whole Message-ID. Subjects of sensitive messages never match. */
  search?: string;
  /** Text anywhere in the addresses, ignoring case. */
  recipient?: string;
  /** Text anywhere in the subject, ignoring case. Sensitive messages never match. */
  subject?: string;
  /** Created at this time or later. */
  from?: Date;
  /** Created before this time. */
  to?: Date;
  /** Reached a final status at this time or later. */
  finishedFrom?: Date;
  /** Waiting for a configuration that cannot send, for this reason; or `backoff`: a server deferred them, and they are tried again later. */
  reason?: BlockedReason | 'backoff';
}

/** A query of the mail log: filters, order and page. */
export interface MailLogQuery {
  filters?: MailLogFilters;
  /** By time of creation. @default 'desc' */
  direction?: 'asc' | 'desc';
  /** @default 20 */
  limit?: number;
  offset?: number;
}

/** A configuration in a filter, by its name in messages that were tried, and by the lanes of messages that wait for it. */
export interface ConfigMatch {
  name: string;
  lanes: readonly string[];
}

/** Facts that the filters of a query need, besides the messages themselves. */
export interface FilterFacts {
  config?: ConfigMatch;
  /** The lanes of messages that wait for the reason. */
  blockedLanes?: readonly string[];
  /** The lanes whose messages wait for an admin, even before their time. */
  obstructedLanes?: readonly string[];
  /** No sent message with a lower id was sent at `finishedFrom` or later. */
  firstFinished?: string;
}

/** Returns the statuses of a filter; undefined for all. */
export function statusesOf({ status }: MailLogFilters): readonly MessageStatus[] | undefined {
  return typeof status === 'string' ? [status] : status;
}
