/** Whose doing a failure is: `server` (network, relay, login), `message` (this mail), `config` (settings on our side) or `caller` (the request itself). */
export type MailFault = 'server' | 'message' | 'config' | 'caller';

interface CodeEntry {
  /** Whether the same call can succeed later without anybody changing anything. */
  retryable: boolean;
  fault: MailFault;
  /** One sentence that tells an admin or a developer what to change. */
  remedy: string;
}

const entry = (fault: MailFault, retryable: boolean, remedy: string): CodeEntry => ({ fault, retryable, remedy });

/**
 * Every code a {@link MailError} can carry. The first group is what can happen on the way to a mail server,
 * the second what this package refuses by itself.
 */
export const MAIL_ERRORS = {
  DNS: entry('server', true, 'Check the host name: it could not be resolved to an address.'),
  CONNECTION: entry(
    'server',
    true,
    'Check the host, the port and the firewall: the server could not be reached or dropped the connection.',
  ),
  TLS: entry(
    'server',
    true,
    'Check the security setting: the server does not offer the chosen encryption on this port (STARTTLS is usually 587, SSL/TLS 465).',
  ),
  CERTIFICATE: entry('server', true, "Check the host name, or add the certificate of the server's private CA to the configuration."),
  AUTH: entry('server', true, 'Check the user name and password. Accounts with two-step verification need an app password.'),
  SENDER: entry(
    'server',
    true,
    'The server does not let this account send from the configured address: change the From address or ask for the right to use it.',
  ),
  MAILBOX: entry(
    'server',
    true,
    'Check the user name: it has to be the address of a mailbox of this tenant, with a licence or shared, in Exchange Online.',
  ),
  PERMISSION: entry(
    'server',
    true,
    'Give the app the application permission Mail.Send with admin consent, or a role for this mailbox (RBAC for Applications); a change may take an hour.',
  ),
  THROTTLED: entry('server', true, 'It leaves by itself later: the mailbox may send no more just now.'),
  RECIPIENT: entry('message', false, 'Check the addresses.'),
  CONTENT: entry('message', false, 'Check its size and content.'),
  TIMEOUT: entry('server', true, 'The server did not answer in time: check the host and port, or try again later.'),
  AMBIGUOUS: entry('server', true, 'It may have been delivered: check before sending it again.'),

  INVALID_MESSAGE: entry('caller', false, 'Correct the named field of the message.'),
  VALIDATION: entry('caller', false, 'Correct the named fields.'),
  NOT_FOUND: entry('caller', false, 'It may have been deleted: reload the list.'),
  FORBIDDEN: entry('caller', false, 'Ask for a role that may do this.'),
  STALE: entry('caller', false, 'Somebody else saved this configuration in the meantime: reload it and make your change again.'),
  RATE_LIMITED: entry('caller', true, 'Wait a moment, then try again.'),
  UNAVAILABLE: entry('caller', false, ''),
  NOT_CONFIGURED: entry('config', true, 'Create a configuration and make it the default.'),
  CONFIG_MISSING: entry('config', true, 'The configuration named for this mail does not exist: create it or choose another one.'),
  CONFIG_DISABLED: entry('config', true, 'Switch the configuration on, or choose another one.'),
  EGRESS: entry('config', true, 'Use another server or port, or ask the operator of the application to change the option "egress".'),
  CONFIG_INVALID: entry('config', true, 'Open the configuration and correct the setting that the message names.'),
  SECRET: entry('config', true, 'Open the configuration and enter the password again.'),
  DATABASE: entry('server', true, 'Try again; if it stays, look into the application log.'),
  OPTIONS: entry('caller', false, 'Correct the named option of SmtpModule.'),
} as const satisfies Record<string, CodeEntry>;

/** A key of {@link MAIL_ERRORS}. */
export type MailErrorCode = keyof typeof MAIL_ERRORS;

/** What is wrong with one field: a stable code for programs, a sentence for people. */
export interface FieldProblem {
  code: string;
  message: string;
  /** What the sentences of that code name, e.g. `places`. */
  values?: Record<string, string>;
}

/** A recipient the server would not take, with its own words. */
export interface RejectedRecipient {
  address: string;
  /** The server's reply, one line, e.g. `550 5.1.1 no such user`. */
  response: string;
  /** True for a 5xx reply (RFC 5321 §4.2.1): trying again will not help. */
  permanent: boolean;
}

export interface MailErrorDetails {
  /** Replaces the table's remedy where more is known. */
  remedy?: string;
  /** Replaces the table's `retryable`: a 4xx reply about a recipient or the content can be tried again. */
  retryable?: boolean;
  /** Replaces the table's `fault`: a refused `from` of the message itself is the message's fault, not the server's. */
  fault?: MailFault;
  /** The server's reply, cleaned; never a line that was sent. */
  response?: string;
  /** For `VALIDATION` and `INVALID_MESSAGE`: problems by field name. */
  fields?: Record<string, FieldProblem>;
  /** For `RECIPIENT`: each refusal. */
  rejected?: RejectedRecipient[];
  /** How far a session had come, e.g. `tls` or `recipient`. */
  phase?: string;
  /** Milliseconds before which trying again is of no use, because the server said so. */
  retryAfterMs?: number;
  /** What exactly happened, by a key that stays, e.g. `cert_expired`; finer than the code, where it is known. */
  reason?: string;
  /** What the sentences of that reason name, e.g. `host`. */
  values?: Record<string, string | number>;
  cause?: unknown;
}

/**
 * The one error class of the package. `message` says what happened and what to do, and never holds a secret;
 * `code` is for programs; `response` keeps the server's own words apart.
 */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly retryable: boolean;
  readonly fault: MailFault;
  readonly remedy: string;
  declare readonly response?: string;
  declare readonly fields?: Record<string, FieldProblem>;
  declare readonly rejected?: RejectedRecipient[];
  declare readonly phase?: string;
  declare readonly retryAfterMs?: number;
  declare readonly reason?: string;
  declare readonly values?: Record<string, string | number>;
  /** What happened, without the remedy. */
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
    const { response, fields, rejected, phase, retryAfterMs, reason, values } = details;
    if (response !== undefined) this.response = response;
    if (fields) this.fields = fields;
    if (rejected) this.rejected = rejected;
    if (phase !== undefined) this.phase = phase;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (reason !== undefined) this.reason = reason;
    if (values) this.values = values;
  }
}

/** A `VALIDATION` error from problems by field name; the summary lists them all. */
export function validationError(fields: Record<string, FieldProblem>): MailError {
  const summary = Object.entries(fields)
    .map(([field, problem]) => `${field}: ${problem.message}`)
    .join(' ');
  return new MailError('VALIDATION', summary, { fields, remedy: '' });
}
