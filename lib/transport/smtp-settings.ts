import type { TokenSource } from './token-source.js';

/** How a connection is protected: `starttls` and `tls` never fall back to less, `none` never encrypts. */
export type SmtpSecurity = 'starttls' | 'tls' | 'none';

/** With a password, or with a token of Microsoft's sign-in (XOAUTH2). */
export type SmtpLogin = { username: string; password: string } | { username: string; tokens: TokenSource };

/** Everything needed to reach and use one SMTP server. Holds the opened password: never log it. */
export interface SmtpSettings {
  /** DNS name or IP literal. */
  host: string;
  port: number;
  security: SmtpSecurity;
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: string[];
  /** Left out: no login. */
  auth?: SmtpLogin;
  /** Connections open at once. */
  maxConnections: number;
  timeouts?: Partial<SmtpTimeouts>;
}

/** Deadlines in milliseconds. Each counts whole answers, so a server that trickles bytes gains no time. */
export interface SmtpTimeouts {
  /** Resolving the host name. @default 10_000 */
  dnsMs: number;
  /** Connecting, over all of the host's addresses. @default 10_000 */
  connectMs: number;
  /** The greeting; also the TLS handshake. @default 10_000 */
  greetingMs: number;
  /** The reply to one command. @default 30_000 */
  commandMs: number;
  /**
   * From the first byte of the body to the reply to its final dot. Giving up earlier than servers do makes
   * duplicates. @default 600_000 (RFC 5321 §4.5.3.2.6)
   */
  dataMs: number;
  /** How long an unused connection stays open. @default 15_000 */
  idleMs: number;
  /**
   * One message on its connection, whatever happens. @default 900_000: the ten minutes of `dataMs`, and five
   * more for connecting, login and the envelope of a slow server
   */
  totalMs: number;
}

const DEFAULTS: SmtpTimeouts = {
  dnsMs: 10_000,
  connectMs: 10_000,
  greetingMs: 10_000,
  commandMs: 30_000,
  dataMs: 600_000,
  idleMs: 15_000,
  totalMs: 900_000,
};

/** The deadlines of a configuration, each with its default. */
export function timeoutsOf(settings: SmtpSettings): SmtpTimeouts {
  return { ...DEFAULTS, ...settings.timeouts };
}

/** How far a session has come; also the names of the steps of a test. */
export type SmtpPhase = 'dns' | 'tcp' | 'greeting' | 'tls' | 'auth' | 'sender' | 'recipient' | 'message';
