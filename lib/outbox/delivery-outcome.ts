import type { ClaimedMessage } from './claimed-message.js';
import type { StoredFailure } from '../shared/mail-error.js';
import type { MessageStatus } from '../shared/mail-log.js';

/** The outcome of a delivery. Times are milliseconds from now by the database's clock. */
export interface DeliveryOutcome {
  message: ClaimedMessage;
  status: MessageStatus;
  /** Time until it is due again. */
  retryInMs?: number;
  attempts: number;
  code: string | null;
  reply: string | null;
  /** The last failure, for people. */
  failure: StoredFailure | null;
  frozen: string | null;
  configName: string | null;
  /** Its new lane once a recipient was accepted: the configuration that sent it, whatever is chosen later. */
  lane?: string;
  /** Undefined if the server was not contacted about it. */
  attempt?: { outcome: string; ms: number };
  /** Deletes the body, the subject and the hash, from which a short code could be guessed. */
  wipesBody: boolean;
  /** Time for which the body is kept; undefined to keep it as long as the message. */
  bodyRetentionMs?: number;
}
