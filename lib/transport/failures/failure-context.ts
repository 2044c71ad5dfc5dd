import type { PeerCertificate } from 'node:tls';
import type { MailError, MailErrorDetails } from '../../shared/mail-error.js';
import type { FailureReason, ReasonValues } from './diagnoses.js';
import type { Redact } from './server-words.js';
import type { SmtpSecurity } from '../smtp/smtp-settings.js';
import type { SmtpPhase } from '../../shared/connection-test.js';

/** Nodemailer's code for an answer that is too long. With a reply it means something else. */
export const ENDLESS = 'EPROTOCOL';

/** An error as nodemailer and Node report it. */
export interface SmtpFailure {
  message?: string;
  code?: string;
  /** Node's own code, where nodemailer put its own in `code`. */
  originalCode?: string;
  response?: string;
  responseCode?: number;
  command?: string;
  /** The address of the host that was tried. */
  address?: string;
  recipient?: string;
  rejectedErrors?: SmtpFailure[];
  /** Milliseconds, for deadlines of this package. */
  afterMs?: number;
  /** An error that needs no translation. */
  known?: MailError;
}

/** The state of a session when it failed. */
export interface FailureContext {
  host: string;
  port: number;
  security: SmtpSecurity;
  phase: SmtpPhase;
  /** True once the server asked for the body and the first of it was sent. */
  bodyRead: boolean;
  startTlsOffered: boolean;
  utf8Offered: boolean;
  /** Milliseconds since the phase began. */
  waitedMs: number;
  /** The sender of the envelope; empty before there is one. */
  from: string;
  certificate?: PeerCertificate;
  /** Returns a recipient as the mail names it, from the ASCII form that the server was given. */
  original: (address: string) => string;
  redact: Redact;
}

/** A diagnosis: its reason, the values of its sentences, and what differs from the table's defaults. */
export type Verdict = [reason: FailureReason, values?: ReasonValues, details?: MailErrorDetails];
