/**
 * Deadlines of a session with a mail server, in milliseconds. Each counts whole answers, so a server that trickles
 * bytes gains no time.
 */
export interface TimeoutOptions {
  /** Resolving the host name. @default 10_000 */
  dnsMs?: number;
  /** Connecting, over all of the host's addresses. @default 10_000 */
  connectMs?: number;
  /** The greeting; also the TLS handshake. @default 10_000 */
  greetingMs?: number;
  /** The reply to one command. @default 30_000 */
  commandMs?: number;
  /**
   * From the first byte of the body to the reply to its final dot. Giving up earlier than servers do makes
   * duplicates. @default 600_000 (RFC 5321 §4.5.3.2.6)
   */
  dataMs?: number;
  /** How long an unused connection stays open. @default 15_000 */
  idleMs?: number;
  /**
   * One message on its connection, whatever happens. @default 900_000: the ten minutes of `dataMs`, and five
   * more for connecting, login and the envelope of a slow server
   */
  totalMs?: number;
}

export const TIMEOUT_DEFAULTS: Required<TimeoutOptions> = {
  dnsMs: 10_000,
  connectMs: 10_000,
  greetingMs: 10_000,
  commandMs: 30_000,
  dataMs: 600_000,
  idleMs: 15_000,
  totalMs: 900_000,
};
