/** The party at fault: `server` (network, relay, login), `message` (this mail), `config` (settings on our side) or `caller` (the request itself). */
export type MailFault = 'server' | 'message' | 'config' | 'caller';

interface CodeEntry {
  /** True if the same call can succeed later without any change. */
  retryable: boolean;
  fault: MailFault;
  /** One sentence that says what to change. */
  remedy: string;
}

const entry = (fault: MailFault, retryable: boolean, remedy: string): CodeEntry => ({ fault, retryable, remedy });

/**
 * Every code of a {@link MailError}. The first group covers delivery to a mail server; the second group covers what this package
 * rejects itself.
 */
export const MAIL_ERRORS = {
  DNS: entry('server', true, 'Check the host name.'),
  CONNECTION: entry('server', true, 'Check the host, the port and the firewall.'),
  TLS: entry(
    'server',
    true,
    'Check the security setting: the server does not offer the chosen encryption on this port (usually 587 for STARTTLS, 465 for SSL/TLS).',
  ),
  CERTIFICATE: entry('server', true, 'Check the host name, or add the certificate of the server’s private CA to the configuration.'),
  AUTH: entry('server', true, 'Check the user name and password. Accounts with 2-step verification require an app password.'),
  SENDER: entry(
    'server',
    true,
    'Change the From address, or ask the provider to allow it: this account may not send from the configured address.',
  ),
  MAILBOX: entry(
    'server',
    true,
    'Check the user name: it must be the address of a licensed or shared Exchange Online mailbox in this tenant.',
  ),
  PERMISSION: entry(
    'server',
    true,
    'Grant the app the application permission Mail.Send with admin consent, or a role for this mailbox (RBAC for Applications). Changes can take up to two hours.',
  ),
  THROTTLED: entry('server', true, 'Queued mail is sent automatically later. With `sendNow`, wait for `retryAfterMs` and try again.'),
  RECIPIENT: entry('message', false, 'Check the addresses.'),
  CONTENT: entry('message', false, 'Check the size and content of the message.'),
  TIMEOUT: entry('server', true, 'Check the host and port, or try again later.'),
  AMBIGUOUS: entry('server', true, 'The message may have been delivered: check before you send it again.'),

  INVALID_MESSAGE: entry('caller', false, 'Correct the named field of the message.'),
  VALIDATION: entry('caller', false, 'Correct the named fields.'),
  NOT_FOUND: entry('caller', false, 'Reload the list. The record may have been deleted.'),
  FORBIDDEN: entry('caller', false, 'Ask an administrator for a role that allows this.'),
  STALE: entry('caller', false, 'Reload the configuration and try again.'),
  RATE_LIMITED: entry('caller', true, 'Wait a moment, then try again.'),
  UNAVAILABLE: entry('caller', false, ''),
  NOT_CONFIGURED: entry('config', true, 'Create a configuration and make it the default.'),
  CONFIG_MISSING: entry('config', true, 'Create the configuration, or choose another one.'),
  CONFIG_DISABLED: entry('config', true, 'Enable the configuration, or choose another one.'),
  EGRESS: entry('config', true, 'Use another server or port, or ask the application’s operator to change the option "egress".'),
  CONFIG_INVALID: entry('config', true, 'Open the configuration and correct the named setting.'),
  SECRET: entry('config', true, 'Open the configuration and enter the password again.'),
  DATABASE: entry('server', true, 'Try again. If it keeps happening, check the application log.'),
  OPTIONS: entry('caller', false, 'Correct the named option of SmtpModule.'),
} as const satisfies Record<string, CodeEntry>;

/** A key of {@link MAIL_ERRORS}. */
export type MailErrorCode = keyof typeof MAIL_ERRORS;

/** A problem of one field: a stable code for programs, a sentence for people. */
export interface FieldProblem {
  code: string;
  message: string;
  /** The values that the sentences of the code contain, e.g. `places`. */
  values?: Record<string, string>;
}

/** A recipient that the server refused. */
export interface RejectedRecipient {
  address: string;
  /** The reply code, e.g. 550; 0 when the server did not respond in SMTP. From 500 on, trying again does not help (RFC 5321 §4.2.1). */
  code: number;
  /** The server's reply in one line, e.g. `550 5.1.1 no such user`. */
  reply: string;
  /** The cause of the refusal, as a stable key such as `relay_denied`. */
  reason: string;
}

/** True for a refusal that a retry does not change. */
export const isPermanent = ({ code }: Pick<RejectedRecipient, 'code'>): boolean => code >= 500;

/** The values of a reason's sentences, e.g. `host`. Dates are in ISO 8601. */
export type ReasonValues = Record<string, string | number>;

/** A failure as it is stored: in English, and the key of its reason, if it is known, for other languages. */
export interface StoredFailure {
  error: string;
  /** A stable key such as `cert_expired`. */
  reason: string | null;
  values: ReasonValues;
}

export interface MailErrorDetails {
  /** Replaces the default remedy if more is known. */
  remedy?: string;
  /** Replaces the default `retryable`: a 4xx reply about a recipient or the content can be retried. */
  retryable?: boolean;
  /** Replaces the default `fault`: if the message's own `from` is refused, the message is at fault, not the server. */
  fault?: MailFault;
  /** The server's reply, cleaned; never a line that was sent. */
  reply?: string;
  /** For `VALIDATION` and `INVALID_MESSAGE`: problems by field name. */
  fields?: Record<string, FieldProblem>;
  /** For `RECIPIENT`: each refusal. */
  rejected?: RejectedRecipient[];
  /** The step that failed, e.g. `tls` or `recipient`. */
  phase?: string;
  /** Milliseconds to wait before the next attempt, as the server asked. */
  retryAfterMs?: number;
  /** The exact cause as a stable key such as `cert_expired`, if it is known; more precise than the code. */
  reason?: string;
  /** The values that the sentences of the reason contain, e.g. `host`. */
  values?: ReasonValues;
  cause?: unknown;
}

/**
 * The error class of this package. `message` says what happened and what to do, and never contains a secret; `code` is for
 * programs; `reply` holds the server's own words.
 */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly retryable: boolean;
  readonly fault: MailFault;
  readonly remedy: string;
  declare readonly reply?: string;
  declare readonly fields?: Record<string, FieldProblem>;
  declare readonly rejected?: RejectedRecipient[];
  declare readonly phase?: string;
  declare readonly retryAfterMs?: number;
  declare readonly reason?: string;
  declare readonly values?: ReasonValues;
  /** The message without the remedy. */
  readonly summary: string;

  constructor(
    readonly code: MailErrorCode,
    summary: string,
    details: MailErrorDetails = {},
  ) {
    const remedy = details.remedy ?? MAIL_ERRORS[code].remedy;
    super(remedy ? `${summary} ${remedy}` : summary, details.cause === undefined ? undefined : { cause: details.cause });
    this.summary = summary;
    this.remedy = remedy;
    this.retryable = details.retryable ?? MAIL_ERRORS[code].retryable;
    this.fault = details.fault ?? MAIL_ERRORS[code].fault;
    const { reply, fields, rejected, phase, retryAfterMs, reason, values } = details;
    if (reply !== undefined) this.reply = reply;
    if (fields) this.fields = fields;
    if (rejected) this.rejected = rejected;
    if (phase !== undefined) this.phase = phase;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (reason !== undefined) this.reason = reason;
    if (values) this.values = values;
  }
}

/** Makes a `VALIDATION` error of problems by field name. Its summary lists them all. */
export function validationError(fields: Record<string, FieldProblem>): MailError {
  const summary = Object.entries(fields)
    .map(([field, problem]) => `${field}: ${problem.message}`)
    .join(' ');
  return new MailError('VALIDATION', summary, { fields, remedy: '' });
}
