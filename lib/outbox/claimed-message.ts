import type { ComposedMail } from '../message/compose.js';

/** A message that is claimed under a lease, with what its delivery needs. */
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
  /** This process's steady clock (`performance.now()`) just before the claim: its lease is counted from there. */
  claimedAt: number;
  /** The content when it is short: it is read with others, while a long one is read when its turn comes. */
  content?: string;
  /** Composed while the message waits for its connection. */
  mail?: ComposedMail;
}
