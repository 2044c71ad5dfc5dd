import { type Check, options, timerMs } from './option-checker.js';

/**
 * Deadlines of a session with a mail server, in milliseconds. Each counts whole replies, so a server that trickles
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
   * From the first byte of the body to the reply to its final dot (RFC 5321 §4.5.3.2.6). Giving up earlier than
   * servers do causes duplicates. @default 600_000
   */
  dataMs?: number;
  /** Time for which an unused connection stays open. @default 15_000 */
  idleMs?: number;
  /**
   * One message on its connection, whatever happens: the ten minutes of `dataMs`, and five more for connecting,
   * login and the envelope. @default 900_000
   */
  totalMs?: number;
}

/** Checks the option `delivery.timeouts`. */
export const timeouts: Check<Required<TimeoutOptions>> = options<Required<TimeoutOptions>>({
  dnsMs: [timerMs, 10_000],
  connectMs: [timerMs, 10_000],
  greetingMs: [timerMs, 10_000],
  commandMs: [timerMs, 30_000],
  dataMs: [timerMs, 600_000],
  idleMs: [timerMs, 15_000],
  totalMs: [timerMs, 900_000],
});

export const TIMEOUT_DEFAULTS: Required<TimeoutOptions> = timeouts({}, 'delivery.timeouts');
