import type { MessageStatus } from './mail-log.js';

/** The statuses that the panel counts together. Cancelled messages are not counted. */
export const OUTCOME_STATUSES = {
  sent: ['sent', 'partially_sent'],
  waiting: ['queued', 'sending', 'held'],
  failed: ['failed', 'expired', 'unknown'],
} as const satisfies Record<string, readonly MessageStatus[]>;

/** Message counts. `waiting`, `sentToday` and `failed` count all {@link OUTCOME_STATUSES} of their outcome, the others one status. */
export interface MailLogCounts extends Record<'waiting' | 'held' | 'sentToday' | 'failed' | 'unknown', number> {
  /** The start of the day that `sentToday` counts. */
  today: Date;
}
