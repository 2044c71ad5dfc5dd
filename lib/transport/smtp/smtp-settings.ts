import type { Egress } from '../../options/egress.js';
import { TIMEOUT_DEFAULTS, type TimeoutOptions } from '../../options/timeouts.js';
import type { TokenSource } from '../token-source.js';

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
  /** Which servers may be connected to. */
  egress: Egress;
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: string[];
  /** Those of `ca` that are this configuration's own; the others are the application's. Only to tell which one vouched. */
  ownCa?: string[];
  /** Left out: no login. */
  auth?: SmtpLogin;
  /** Connections open at once. */
  maxConnections: number;
  timeouts?: TimeoutOptions;
}

/** Deadlines, each of them there. */
export type SmtpTimeouts = Required<TimeoutOptions>;

/** The deadlines of a configuration, each with its default. */
export function timeoutsOf(settings: SmtpSettings): SmtpTimeouts {
  return { ...TIMEOUT_DEFAULTS, ...settings.timeouts };
}

/** How far a session has come; also the names of the steps of a test. */
export type SmtpPhase = 'dns' | 'tcp' | 'greeting' | 'tls' | 'auth' | 'sender' | 'recipient' | 'message';
