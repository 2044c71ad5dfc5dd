import { domainToASCII } from 'node:url';
import type { FieldProblem } from '../shared/mail-error.js';
import type { SmtpConfigRules } from './smtp-config.rules.js';
import type { SmtpSecurity } from '../transport/smtp/smtp-settings.js';
import type { LoginWarning } from './login-warning.js';
import type { SmtpAuthMethod, SmtpConfig, SmtpConfigType } from './smtp-config.entity.js';

/** What a configuration shows of itself: everything but its secrets. */
export interface SmtpConfigView extends Omit<SmtpConfig, 'nameKey' | 'passwordCipher' | 'clientSecretCipher'> {
  isDefault: boolean;
  hasPassword: boolean;
  hasClientSecret: boolean;
  lastTestStatus: 'ok' | 'failed' | null;
  lastTestAt: Date | null;
  /** Milliseconds. */
  lastTestMs: number | null;
  lastTestError: string | null;
  /** The version of TLS a test last came to, e.g. `TLS 1.3`. */
  tlsVersion: string | null;
  /** When the server's certificate ends, as a test last saw it. */
  certificateExpiresAt: Date | null;
  /** When the first of its own CA certificates ends. */
  caExpiresAt: Date | null;
  /** Since when nothing is sent because its server or login fails; null while it works or was changed since. */
  failingSince: Date | null;
  failingError: string | null;
  /** Keys of the activities that use it. */
  usedBy: string[];
  /** What is to be said about the way it logs in; null when nothing is. */
  loginWarning: LoginWarning | null;
}

/**
 * What can be written. Left out, a field keeps its value (or takes its default on create); `null` and `''` empty it.
 * A blank password keeps the stored one while the destination is unchanged.
 */
export interface SmtpConfigInput {
  /** With the option `single` it goes without saying: `default`. */
  name?: string;
  type?: SmtpConfigType;
  isDefault?: boolean;
  enabled?: boolean;
  fromName?: string | null;
  fromAddress?: string | null;
  replyTo?: string | null;
  signature?: string | null;
  description?: string | null;
  host?: string | null;
  port?: number | null;
  /** `auto` asks the server, without credentials; the answer is what is stored. */
  security?: SmtpSecurity | 'auto';
  authRequired?: boolean;
  /** `oauth2` signs in at Microsoft as an app. @default 'password' for SMTP, 'oauth2' for Microsoft Graph */
  authMethod?: SmtpAuthMethod;
  /** For Microsoft 365 the address of the mailbox. */
  username?: string | null;
  password?: string | null;
  passwordSource?: string;
  passwordRef?: string | null;
  /** GUID, or a domain of the tenant. */
  tenantId?: string | null;
  /** GUID of the app. */
  clientId?: string | null;
  clientSecret?: string | null;
  clientSecretSource?: string;
  clientSecretRef?: string | null;
  /** A name of the option `graph.clouds`. */
  graphCloud?: string | null;
  caCertificate?: string | null;
  cc?: string[];
  bcc?: string[];
  copyActivities?: string[];
  maxConnections?: number;
  /** The version that was read; another one in the table refuses the update. */
  version?: number;
}

/** The values of a configuration that do not concern secrets, as they would be stored. */
export type Candidate = { [K in keyof SmtpConfigRules]: SmtpConfigRules[K] };

const TEXTS = [
  'name',
  'fromName',
  'fromAddress',
  'replyTo',
  'signature',
  'description',
  'host',
  'username',
  'tenantId',
  'clientId',
  'graphCloud',
  'caCertificate',
] as const;
const LISTS = ['cc', 'bcc', 'copyActivities'] as const;
const PLAIN = ['type', 'isDefault', 'enabled', 'port', 'security', 'authRequired', 'authMethod', 'maxConnections'] as const;
const SECRETS = ['password', 'passwordSource', 'passwordRef', 'clientSecret', 'clientSecretSource', 'clientSecretRef'] as const;

/** Every field that can be written. */
export const WRITABLE: ReadonlySet<string> = new Set([...TEXTS, ...LISTS, ...PLAIN, ...SECRETS, 'version']);

/** Fields a form sends back because it was shown them; they are passed over. */
const READ_ONLY: ReadonlySet<string> = new Set([
  'id',
  'hasPassword',
  'hasClientSecret',
  'lastTestStatus',
  'lastTestAt',
  'lastTestMs',
  'lastTestError',
  'tlsVersion',
  'certificateExpiresAt',
  'caExpiresAt',
  'failingSince',
  'failingError',
  'usedBy',
  'createdAt',
  'updatedAt',
  'loginWarning',
]);

/** Longer ones are refused by the rules, and would keep `domainToASCII` busy. */
const MAX_HOST = 255;
/** Longer than any list may be. */
const MAX_LIST = 1_000;

const DEFAULT_PORT: Record<SmtpSecurity, number> = { starttls: 587, tls: 465, none: 25 };

/** What a new configuration holds before anything is typed. */
export function blankCandidate(security: SmtpSecurity = 'starttls'): Candidate {
  return {
    name: '',
    type: 'generic',
    enabled: true,
    isDefault: false,
    fromName: null,
    fromAddress: null,
    replyTo: null,
    signature: null,
    description: null,
    host: null,
    port: DEFAULT_PORT[security],
    security,
    authRequired: security !== 'none',
    authMethod: 'password',
    username: null,
    tenantId: null,
    clientId: null,
    graphCloud: null,
    caCertificate: null,
    cc: [],
    bcc: [],
    copyActivities: [],
    maxConnections: 5,
  };
}

/** What a stored configuration holds besides its secrets. */
export function candidateOf(stored: SmtpConfig, isDefault: boolean): Candidate {
  const fields = Object.keys(blankCandidate()) as (keyof Candidate)[];
  const values = Object.fromEntries(fields.map((field) => [field, stored[field as keyof SmtpConfig]]));
  return { ...values, isDefault } as Candidate;
}

/** Lays the input over what is there, each text trimmed and with LF line ends, empty as null. */
export function mergeInput(base: Candidate, input: SmtpConfigInput): Candidate {
  const merged: Record<string, unknown> = { ...base };
  const values = input as Record<string, unknown>;
  for (const field of TEXTS) if (values[field] !== undefined) merged[field] = cleanText(values[field]);
  for (const field of LISTS) if (values[field] !== undefined) merged[field] = cleanList(values[field]);
  for (const field of PLAIN) if (values[field] !== undefined) merged[field] = values[field];
  merged.name ??= '';
  if (typeof merged.host === 'string') merged.host = cleanHost(merged.host);
  for (const field of ['tenantId', 'clientId'] as const) {
    if (typeof merged[field] === 'string') merged[field] = merged[field].toLowerCase();
  }
  const candidate = merged as Candidate;
  return withoutOthers(candidate.type === base.type ? candidate : converted(candidate, input));
}

/** What another type starts with, where the input says nothing. */
function converted(candidate: Candidate, input: SmtpConfigInput): Candidate {
  const { type } = candidate;
  const authMethod = input.authMethod ?? (type === 'ms_graph' ? 'oauth2' : 'password');
  if (type !== 'generic') return { ...candidate, authMethod };
  const security = candidate.security ?? 'starttls';
  return { ...candidate, authMethod, security, port: candidate.port ?? DEFAULT_PORT[security] ?? null };
}

/** Empties what does not apply to the type and the way of signing in. */
function withoutOthers(candidate: Candidate): Candidate {
  if (candidate.type === 'ms_graph') {
    return { ...candidate, host: null, port: null, security: null, caCertificate: null, authRequired: true };
  }
  if (candidate.authRequired === false) return { ...candidate, ...NO_ENTRA, username: null, authMethod: 'password' };
  return candidate.authMethod === 'oauth2' ? candidate : { ...candidate, ...NO_ENTRA };
}

const NO_ENTRA = { tenantId: null, clientId: null, graphCloud: null };

/** Problems with fields that nobody may write because they do not exist. */
export function unknownFields(input: object): Record<string, FieldProblem> {
  return Object.fromEntries(
    Object.keys(input)
      .filter((field) => !WRITABLE.has(field) && !READ_ONLY.has(field))
      .map((field) => [field, { code: 'unknown_field', message: 'There is no such field.' }]),
  );
}

/**
 * One spelling for the same host, so that what is compared, looked up and matched with a certificate is one text. What
 * `domainToASCII` would cut off or decode stays as it is, for the rules to refuse.
 */
function cleanHost(typed: string): string {
  if (typed.length > MAX_HOST) return typed;
  const host = typed.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return /[\s\p{Cc}/\\?#%@:]/u.test(host) ? host : domainToASCII(host) || host;
}

function cleanText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replaceAll('\r\n', '\n').trim() || null;
}

function cleanList(value: unknown): unknown {
  if (value === null) return [];
  // What is too long is for the rules to refuse, unread.
  if (!Array.isArray(value) || value.length > MAX_LIST) return value;
  const cleaned = value.map(cleanText).filter((entry) => entry !== null);
  return [...new Set(cleaned)];
}
