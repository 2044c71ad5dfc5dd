import type { ComposedMail } from '../message/compose.js';
import type { RejectedRecipient } from '../shared/mail-error.js';

/** What the server said to a message of which it took at least one recipient. */
export interface SendReceipt {
  /** Envelope addresses the server accepted. */
  accepted: string[];
  /** Envelope addresses it refused, each with its reply. */
  rejected: RejectedRecipient[];
  /** The server's final reply, e.g. `250 2.0.0 queued as 4F2A`. */
  response: string;
}

/** How a configuration sends. A transport only sends: it picks nothing, retries nothing, stores nothing. */
export interface MailTransport {
  /** Sends one message. @throws MailError with a code of the first group in `smtp.errors.ts`. */
  send(mail: ComposedMail): Promise<SendReceipt>;
  /**
   * Takes no more mail, closes what is idle, finishes what is in flight, says goodbye and leaves no socket behind.
   * What takes longer than `graceMs` is cut off. @default as long as it takes
   */
  close(graceMs?: number): Promise<void>;
  /** Resolves when what was idle at `close` is closed, while the rest may still be in flight. */
  readonly idleClosed: Promise<unknown>;
}
