import { type Check, options, timerMs } from './option-checker.js';

/**
 * Deadlines of a session with a mail server, in milliseconds. Only a complete reply ends a wait, so a server that
 * sends single bytes gains no time. The time limit factor of a configuration multiplies all of them except `idleMs`.
 */
export interface TimeoutOptions {
  /** Time to resolve the host name. @default 10_000 */
  dnsMs?: number;
  /** Time to connect, for all addresses of the host together, also through a proxy. @default 10_000 */
  connectMs?: number;
  /** Time for the greeting, and for the TLS handshake. @default 15_000 */
  greetingMs?: number;
  /** Time for the reply to one command. @default 30_000 */
  commandMs?: number;
  /**
   * Time from the first byte of the body to the reply to its final dot (RFC 5321 §4.5.3.2.6). A shorter time than the server needs
   * causes duplicates. @default 600_000
   */
  dataMs?: number;
  /** Time for which an unused connection stays open. @default 15_000 */
  idleMs?: number;
  /**
   * Time for one message in total: the ten minutes of `dataMs`, and five more for connecting, login and the envelope.
   * @default 900_000
   */
  totalMs?: number;
}

/** Checks the option `delivery.timeouts`. */
export const timeouts: Check<Required<TimeoutOptions>> = options<Required<TimeoutOptions>>({
  dnsMs: [timerMs, 10_000],
  connectMs: [timerMs, 10_000],
  greetingMs: [timerMs, 15_000],
  commandMs: [timerMs, 30_000],
  dataMs: [timerMs, 600_000],
  idleMs: [timerMs, 15_000],
  totalMs: [timerMs, 900_000],
});

export const TIMEOUT_DEFAULTS: Required<TimeoutOptions> = timeouts({}, 'delivery.timeouts');
