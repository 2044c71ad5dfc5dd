import type { ComposedMail } from '../message/compose.js';

/** A message claimed under a lease, with the data for its delivery. */
export interface ClaimedMessage {
  id: string;
  lane: string;
  priority: number;
  activity: string;
  messageId: string;
  sensitive: boolean;
  attempts: number;
  expiresAt: number | null;
  frozen: string | null;
  leaseToken: string;
  /** The database's time at the claim, in milliseconds. */
  now: number;
  /** The monotonic clock of this process (`performance.now()`) just before the claim, from which the lease is counted. */
  claimedAt: number;
  /** The content, if it is short. Short contents are read in batches; a long one is read just before its delivery. */
  content?: string;
  /** Composed while the message waits for its connection. */
  mail?: ComposedMail;
}
