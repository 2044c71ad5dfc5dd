import type { MessageStatus } from '../shared/mail-log.js';
import type { TrafficOutcome } from '../shared/mail-overview.js';

/** The outcome in which each status is counted. */
export const OUTCOMES: Record<MessageStatus, TrafficOutcome | null> = {
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
