import type { ComposedMail } from '../message/compose.js';

/** A message in hand under a lease, with what is needed to judge and to deliver it. */
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
  /** What it says, when it is short: read with others, while a long one is read when its turn comes. */
  content?: string;
  /** Put together while it waits for its connection. */
  mail?: ComposedMail;
}
