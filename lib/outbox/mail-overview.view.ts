import type { MessageStatus } from '../shared/mail-log.js';
import type { Outcome } from '../shared/mail-overview.js';

/** The length of a slot of the traffic, in milliseconds: the hours and days of every time zone begin with a slot. */
export const SLOT_MS = 900_000;

/** The outcome that each status counts as. */
export const OUTCOMES: Record<MessageStatus, Outcome | null> = {
  sent: 'sent',
  partially_sent: 'sent',
  queued: 'waiting',
  sending: 'waiting',
  held: 'waiting',
  failed: 'failed',
  expired: 'failed',
  unknown: 'failed',
  cancelled: null,
};
