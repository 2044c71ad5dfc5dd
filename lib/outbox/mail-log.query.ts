import type { MessageStatus } from '../shared/mail-log.js';

/** Filters of the mail log. */
export interface MailLogFilters {
  status?: MessageStatus;
  /** The key of an activity. */
  activity?: string;
  /** The name of a configuration: messages that were sent through it or will be. */
  config?: string;
  /** Text anywhere in the addresses, in either case. */
  recipient?: string;
  /** Text anywhere in the subject, in either case. Sensitive messages match none. */
  subject?: string;
  /** Created at this time or later. */
  from?: Date;
  /** Created before this time. */
  to?: Date;
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

export const MESSAGE_STATUSES: readonly MessageStatus[] = [
  'queued',
  'sending',
  'sent',
  'partially_sent',
  'failed',
  'expired',
  'cancelled',
  'held',
  'unknown',
];

/** A configuration that a filter names: messages that were tried know its name, messages that wait are in a lane that leads to it. */
export interface ConfigMatch {
  name: string;
  lanes: readonly string[];
}
