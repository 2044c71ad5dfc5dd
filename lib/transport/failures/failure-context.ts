import type { PeerCertificate } from 'node:tls';
import type { MailError, MailErrorDetails } from '../../shared/mail-error.js';
import type { CauseKey, CauseValues } from './causes.js';
import type { Redact } from './server-words.js';
import type { SmtpPhase, SmtpSecurity } from '../smtp/smtp-settings.js';

/** Nodemailer's code for an answer that is too long, as long as no reply comes with it. */
export const ENDLESS = 'EPROTOCOL';

/** What nodemailer and Node put on the errors they report. */
export interface SmtpCause {
  message?: string;
  code?: string;
  /** Node's own code, where nodemailer put its own in `code`. */
  originalCode?: string;
  response?: string;
  responseCode?: number;
  command?: string;
  /** Which of the host's addresses was tried. */
  address?: string;
  recipient?: string;
  rejectedErrors?: SmtpCause[];
  /** Set on deadlines of ours. */
  afterMs?: number;
  /** What is known already, and needs no translation. */
  known?: MailError;
}

/** What the session knew when it failed. */
export interface FailureContext {
  host: string;
  port: number;
  security: SmtpSecurity;
  phase: SmtpPhase;
  /** Whether the server had asked for the body and we had begun to hand it over. */
  bodyRead: boolean;
  startTlsOffered: boolean;
  utf8Offered: boolean;
  /** Since the phase began. */
  waitedMs: number;
  /** The envelope's sender, empty before there is one. */
  from: string;
  certificate?: PeerCertificate;
  /** The address as the mail has it, from the one the server was told. */
  original: (address: string) => string;
  redact: Redact;
}

/** A cause, what its sentences name, and what is known beyond the table's defaults. */
export type Verdict = [cause: CauseKey, values?: CauseValues, details?: MailErrorDetails];
