import type { ClaimedMessage } from './claimed-message.js';
import type { MessageStatus } from '../shared/mail-log.js';

/** The outcome of a delivery; times are milliseconds from now by the database's clock. */
export interface Outcome {
  message: ClaimedMessage;
  status: MessageStatus;
  /** When it is due again. */
  retryInMs?: number;
  attempts: number;
  code: string | null;
  reply: string | null;
  error: string | null;
  frozen: string | null;
  configName: string | null;
  /** Its lane from now on, once a recipient was accepted: the configuration that did, whatever is chosen later. */
  lane?: string;
  /** Undefined when the server was never asked about it. */
  attempt?: { outcome: string; ms: number };
  /** Takes the body, the subject and the hash with it: a short code could be guessed from its hash. */
  wipesBody: boolean;
  /** How long the body stays; undefined as long as the message. */
  bodyRetentionMs?: number;
}
