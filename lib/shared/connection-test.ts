import type { TlsFacts } from './certificates.js';
import type { MailErrorCode } from './mail-error.js';
import type { SmtpSecurity } from './config-fields.js';

/** How far a session has come; also the names of the steps of a test. */
export type SmtpPhase = 'dns' | 'tcp' | 'greeting' | 'tls' | 'auth' | 'sender' | 'recipient' | 'message';

/** The steps of a test in the order they are reported: those of SMTP, or `token`, `mailbox` and `message` of Microsoft Graph. */
export type StepName = SmtpPhase | 'token' | 'mailbox';

/** A security setting and port that probably work. */
export interface ConnectionOffer {
  security: SmtpSecurity;
  port: number;
}

/** The mechanisms a server offers for the login, and the one that was used. */
export interface AuthFacts {
  /** Mechanisms in the server's order, e.g. `['PLAIN', 'LOGIN', 'XOAUTH2']`. */
  offered: string[];
  /** Left out where none was tried. */
  used?: string;
}

/** One step of a test. */
export interface TestStep {
  name: StepName;
  ok: boolean;
  /** Milliseconds this step took by itself. */
  ms: number;
  /** What was found, or what went wrong: one short line. */
  detail?: string;
  /** What to change, in one sentence; only on a failed step. */
  hint?: string;
  /** The server's own words. */
  response?: string;
  /** Of a failed step. */
  code?: MailErrorCode;
  /** Why a failed step failed, by a stable key, e.g. `cert_expired`. */
  reason?: string;
  /** The finding of a step that passed, by a stable key, where `detail` is a sentence. */
  found?: string;
  /** Values for the texts of `reason` and `found`, e.g. `host`; dates are ISO 8601. */
  values?: Record<string, string | number>;
  /** The field of the configuration that needs fixing. */
  field?: string;
  /** A security setting and port that probably work. */
  offer?: ConnectionOffer;
  /** About the encryption, of the step `tls`. */
  tls?: TlsFacts;
  /** How one can log in, of the step `auth`. */
  auth?: AuthFacts;
}

/** The outcome of a test; after a failed step nothing follows. */
export interface TestReport {
  ok: boolean;
  steps: TestStep[];
}
