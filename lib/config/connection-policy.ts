import { hasControlCharacters, isPlainAddress } from '../message/mailbox.js';
import type { FieldProblem, MailError } from '../shared/mail-error.js';
import type { ResolvedSmtpOptions } from '../options/options.js';
import { DIAGNOSES, causeError } from '../transport/failures/causes.js';
import type { CONFIG_CAUSES } from '../transport/failures/config-causes.js';
import { oneLine } from '../transport/failures/server-words.js';
import { isSmtpSecurity } from '../transport/smtp/security.js';
import { isDamagedCa } from './ca-certificate.js';
import { usesEntra } from './destination.js';
import { SINGLE_NAME } from './single-config.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { MAX_COPIES, isGuid, isHost, isMailbox, isShortList, isTenant } from './smtp-config.rules.js';

/** The fields of a configuration that decide what is connected to, how, and in whose name. */
export type Connection = Pick<
  SmtpConfig,
  | 'name'
  | 'type'
  | 'host'
  | 'port'
  | 'security'
  | 'authRequired'
  | 'authMethod'
  | 'username'
  | 'tenantId'
  | 'clientId'
  | 'caCertificate'
  | 'graphCloud'
  | 'maxConnections'
  | 'fromName'
  | 'fromAddress'
  | 'replyTo'
  | 'cc'
  | 'bcc'
>;

/** The options that restrict what a configuration may do. */
export type ConnectionOptions = Pick<
  ResolvedSmtpOptions,
  'allowPlaintext' | 'allowPlaintextAuth' | 'allowAnonymousTls' | 'graph' | 'single'
>;

type Violation = [cause: keyof typeof CONFIG_CAUSES, value?: unknown];

/**
 * Names what keeps a configuration from being used. Rows are written by hand and options change, so this is asked each time
 * settings become a connection; a value that nobody knows is never taken for another one.
 */
function violationsOf(config: Connection, options: ConnectionOptions): Violation[] {
  const { name, type, authMethod, graphCloud } = config;
  const { single, graph } = options;
  const found: Violation[] = [];
  if (single && name !== SINGLE_NAME) found.push(['not_the_only_one', name]);
  if (type !== 'generic' && type !== 'ms_graph') return [...found, ['unknown_type', type]];
  if (authMethod !== 'password' && authMethod !== 'oauth2') found.push(['unknown_auth_method', authMethod]);
  if (type === 'generic') found.push(...serverViolations(config, options));
  else if (authMethod === 'password' && !graph.allowPasswordGrant) found.push(['password_grant_forbidden']);
  // None at all would let mail wait for ever.
  if (!isWhole(config.maxConnections, MAX_CONNECTIONS)) found.push(['bad_connections', config.maxConnections]);
  if (usesEntra(config) && !graph.clouds.has(graphCloud ?? '')) found.push(['unknown_cloud', graphCloud]);
  if (!hasLogin(config)) found.push(['no_login']);
  const address = badAddress(config);
  if (address !== undefined) found.push(['bad_address', address]);
  return found;
}

function serverViolations({ host, port, security, authRequired, caCertificate }: Connection, options: ConnectionOptions): Violation[] {
  const { allowPlaintext, allowPlaintextAuth, allowAnonymousTls } = options;
  const found: Violation[] = [];
  if (!isHost(host) || !isWhole(port, 65_535)) found.push(['no_server']);
  if (caCertificate && (typeof caCertificate !== 'string' || isDamagedCa(caCertificate))) found.push(['damaged_ca']);
  if (!isSmtpSecurity(security)) return [...found, ['unknown_security', security]];
  const isPlain = security === 'none';
  if (isPlain && !allowPlaintext) found.push(['plaintext_forbidden']);
  if (isPlain && authRequired && !allowPlaintextAuth) found.push(['plaintext_auth_forbidden']);
  if (!isPlain && authRequired === false && !allowAnonymousTls) found.push(['anonymous_tls_forbidden']);
  return found;
}

function hasLogin(config: Connection): boolean {
  const { authRequired, username, tenantId, clientId } = config;
  if (usesEntra(config)) return isPlainAddress(username) && isTenant(tenantId) && isGuid(clientId);
  return !authRequired || (typeof username === 'string' && username !== '' && !hasControlCharacters(username));
}

/** What none of a configuration's mail could carry: a message that meets it would fail for good. */
function badAddress({ fromName, fromAddress, replyTo, cc, bcc }: Connection): unknown {
  if (fromAddress !== null && !isPlainAddress(fromAddress)) return fromAddress;
  if (fromName && (typeof fromName !== 'string' || hasControlCharacters(fromName))) return fromName;
  if (replyTo && !isMailbox(replyTo)) return replyTo;
  for (const list of [cc, bcc]) {
    if (!isShortList(list, MAX_COPIES)) return list;
    const index = list.findIndex((entry) => !isMailbox(entry));
    if (index >= 0) return list[index];
  }
  return undefined;
}

const MAX_CONNECTIONS = 50;
const isWhole = (value: unknown, max: number): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max;

/** Why a configuration may not be used; undefined if it may. */
export function violationOf(config: Connection, options: ConnectionOptions): MailError | undefined {
  const [first] = violationsOf(config, options);
  if (!first) return undefined;
  const [cause, value] = first;
  // The step of a test at which it is shown.
  const phase = DIAGNOSES[cause].field === 'security' ? 'tls' : undefined;
  return causeError(
    cause,
    value === undefined ? {} : { value: oneLine(typeof value === 'string' ? value : JSON.stringify(value ?? ''), 64) },
    { phase },
  );
}

/** @throws MailError `CONFIG_INVALID` */
export function assertAllowed(config: Connection, options: ConnectionOptions): void {
  const violation = violationOf(config, options);
  if (violation) throw violation;
}

/** Why a configuration may not even be tried, as far as that is known without its server's address; undefined if it may. */
export function knownRefusal(config: Connection, options: ResolvedSmtpOptions): MailError | undefined {
  const { type, host, port } = config;
  const violation = violationOf(config, options);
  if (violation || type !== 'generic') return violation;
  const isRefused = options.egress.refusedField(host!, port!) !== undefined;
  return isRefused ? causeError('egress_refused', { host: host!, port: port! }) : undefined;
}

/** The same as problems by field, for whoever saves. What a rule of the fields refuses anyway is left to it. */
export function policyProblems(config: Connection, options: ConnectionOptions): Record<string, FieldProblem> {
  const problems = violationsOf(config, options).flatMap(([cause]) =>
    cause in PROBLEMS ? [PROBLEMS[cause as keyof typeof PROBLEMS]] : [],
  );
  return Object.fromEntries(problems.map(([field, code, message]) => [field, { code, message }]));
}

const PROBLEMS = {
  plaintext_forbidden: [
    'security',
    'plaintext_forbidden',
    'Mail without encryption is switched off (option "allowPlaintext" of SmtpModule).',
  ],
  plaintext_auth_forbidden: [
    'authRequired',
    'plaintext_auth_forbidden',
    'A password is never sent without encryption: switch authentication off or choose STARTTLS or SSL/TLS.',
  ],
  anonymous_tls_forbidden: ['authRequired', 'auth_required', 'Authentication is required for encrypted SMTP connections.'],
  password_grant_forbidden: [
    'authMethod',
    'password_grant_off',
    'Signing in to Microsoft Graph with a password is switched off (option "graph.allowPasswordGrant" of SmtpModule).',
  ],
  unknown_cloud: ['graphCloud', 'not_a_choice', 'Choose a cloud from the list.'],
} as const;
