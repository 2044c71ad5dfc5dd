import type { TlsFacts } from './certificates.js';
import type { MailErrorCode } from './mail-error.js';
import type { SmtpSecurity } from './config-fields.js';

/** The phase of a session; also the name of a test step. */
export type SmtpPhase = 'dns' | 'tcp' | 'greeting' | 'tls' | 'auth' | 'sender' | 'recipient' | 'message';

/** A step of a test, in the order of the report: those of SMTP, or `token`, `mailbox` and `message` with Microsoft Graph. */
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
  /** Missing if no login was attempted. */
  used?: string;
}

/** The server's reply about a recipient. */
export interface TestRecipient {
  address: string;
  ok: boolean;
  /** The server's own words about a refused recipient. */
  reply?: string;
  /** The cause of a refusal and its values, as in {@link TestStep}. */
  reason?: string;
  values?: Record<string, string>;
}

/** One step of a test. */
export interface TestStep {
  name: StepName;
  ok: boolean;
  /** Milliseconds this step took by itself. */
  ms: number;
  /** The finding or the problem, in one short line. */
  detail?: string;
  /** The remedy, in one sentence; only on a failed step. */
  hint?: string;
  /** The server's own words. */
  reply?: string;
  /** The error code of a failed step. */
  code?: MailErrorCode;
  /** The cause of a failure, as a stable key such as `cert_expired`. */
  reason?: string;
  /** The finding of a step that passed, as a stable key; present where `detail` is a sentence. */
  found?: string;
  /** Values for the texts of `reason` and `found`, e.g. `host`; dates are ISO 8601. */
  values?: Record<string, string | number>;
  /** The field of the configuration that needs fixing. */
  field?: string;
  /** A security setting and port that probably work. */
  offer?: ConnectionOffer;
  /** Details about the encryption; only on the step `tls`. */
  tls?: TlsFacts;
  /** The login mechanisms; only on the step `auth`. */
  auth?: AuthFacts;
  /** The server's reply about each recipient; only on the step `recipient` of a test with several. */
  recipients?: TestRecipient[];
}

/** One of the last tests of a configuration. */
export interface ConfigTest extends TestReport {
  id: string;
  at: Date;
  /** True if nothing was sent. */
  checkOnly: boolean;
  /** Duration in milliseconds. */
  ms: number;
  recipients: string[];
  /** The failure in English; null if the test passed. */
  error: string | null;
  /** The email address or name of the admin; null for the application's own code. */
  person: string | null;
}

/** The outcome of a test. No step follows a failed one. */
export interface TestReport {
  ok: boolean;
  steps: TestStep[];
}
