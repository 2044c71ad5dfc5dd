import type { PeerCertificate } from 'node:tls';
import type { ProxyAddress } from '../../shared/proxy-url.js';
import type { MailError, MailErrorDetails, ReasonValues } from '../../shared/mail-error.js';
import type { FailureReason } from './diagnoses.js';
import type { Redact } from './server-words.js';
import type { SmtpSecurity } from '../smtp/smtp-settings.js';
import type { SmtpPhase } from '../../shared/connection-test.js';

/** Nodemailer's code for a reply that is too long. If the failure has a reply, the code means something else. */
export const ENDLESS_REPLY = 'EPROTOCOL';

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
  /** The call of the operating system that failed. */
  syscall?: string;
  recipient?: string;
  rejectedErrors?: SmtpFailure[];
  /** Milliseconds, for deadlines of this package. */
  afterMs?: number;
  /** The reason, where this package decides it. */
  reason?: FailureReason;
  /** The values of the reason's sentences. */
  values?: ReasonValues;
  /** An error that is already a MailError. */
  known?: MailError;
}

/** The state of a session when it failed. */
export interface FailureContext {
  host: string;
  /** The name that the certificate is checked for, if it is not the host. */
  tlsServerName?: string;
  /** PEM of the only certificate that is accepted. */
  pinnedCertificate?: string;
  /** PEM of the client certificate that was presented, if the server asked for one. */
  clientCertificate?: string;
  /** The address of this machine that was to be connected from. */
  localAddress?: string;
  /** The proxy, if there is one. */
  proxy?: ProxyAddress;
  port: number;
  security: SmtpSecurity;
  phase: SmtpPhase;
  /** True once the server asked for the body and its first byte was sent. */
  bodyRead: boolean;
  startTlsOffered: boolean;
  utf8Offered: boolean;
  /** True once the TLS handshake is done. */
  isEncrypted: boolean;
  /** True once the login succeeded. */
  hasLogin: boolean;
  /** Milliseconds since the phase began. */
  waitedMs: number;
  /** The sender of the envelope; empty before there is one. */
  from: string;
  certificate?: PeerCertificate;
  /** Converts a recipient from the ASCII form sent to the server back to the form in the mail. */
  original: (address: string) => string;
  redact: Redact;
}

/** A diagnosis: its reason, the values of its sentences, and deviations from the defaults. */
export type Classification = [reason: FailureReason, values?: ReasonValues, details?: MailErrorDetails];
