import type { ComposedMail } from '../message/compose.js';
import type { RejectedRecipient } from '../shared/mail-error.js';

/** The outcome of a message that the server accepted for at least one recipient. */
export interface SendReceipt {
  /** Envelope addresses that the server accepted. */
  accepted: string[];
  /** Envelope addresses that it refused, each with its reply. */
  rejected: RejectedRecipient[];
  /** The server's final reply, e.g. `250 2.0.0 queued as 4F2A`. */
  reply: string;
  /** The encrypted connection that it was sent over; missing without encryption, and with Microsoft Graph. */
  connection?: ObservedConnection;
}

/** The encryption of a connection. */
export interface ObservedConnection {
  /** E.g. `TLS 1.3`. */
  tlsVersion: string | null;
  certificateExpiresAt: Date | null;
  /** The time of the handshake, by `performance.now()`. */
  at: number;
}

/** Sends the mail of a configuration. A transport only sends: it chooses nothing, retries nothing and stores nothing. */
export interface MailTransport {
  /** Sends one message. @throws MailError with a code of the first group of `MAIL_ERRORS` */
  send(mail: ComposedMail): Promise<SendReceipt>;
  /** The number of messages that a connection takes at the same time, as far as is known. @default 1 */
  readonly perConnection?: number;
  /** The connections that the server accepts at the same time, if it refused one recently. */
  readonly acceptedConnections?: number;
  /**
   * Stops accepting mail, closes idle connections, finishes mail in flight and closes every socket.
   * @param graceMs aborts mail that takes longer; without it there is no limit
   */
  close(graceMs?: number): Promise<void>;
  /** Resolves when the connections that were idle at `close` are closed; mail may still be in flight. */
  readonly idleClosed: Promise<unknown>;
}
