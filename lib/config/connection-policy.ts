import { isPlainAddress } from '../message/mailbox.js';
import { hasControlCharacters } from '../shared/control-characters.js';
import type { ResolvedSmtpOptions } from '../options/options.js';
import { firstProblem, limitsOf } from '../shared/config-checks.js';
import { AUTH_METHODS, CONFIG_FIELDS } from '../shared/config-fields.js';
import type { FieldProblem, MailError } from '../shared/mail-error.js';
import { hostAndPort } from '../shared/proxy-url.js';
import { DIAGNOSES, diagnosedError } from '../transport/failures/diagnoses.js';
import { oneLine } from '../transport/failures/server-words.js';
import type { PolicyOptions, StoredSettings, Violation } from './kinds/kind.js';
import { findKind, kindOf } from './kinds/kinds.js';
import { SINGLE_NAME } from './single-config.js';
import { isMailbox } from './smtp-config.rules.js';

/**
 * Lists the reasons why a configuration may not be used. Rows can be edited by hand and options change, so this is checked before
 * each connection; an unknown value is never treated as a known one.
 */
function violationsOf(settings: StoredSettings, options: PolicyOptions): Violation[] {
  const { name, type, authMethod, maxConnections } = settings;
  const found: Violation[] = [];
  if (options.single && name !== SINGLE_NAME) found.push(['not_the_only_one', name]);
  const kind = findKind(type);
  if (!kind) return [...found, ['unknown_type', type]];
  if (!AUTH_METHODS.includes(authMethod)) found.push(['unknown_auth_method', authMethod]);
  found.push(...kind.violations(settings, options));
  // Without a connection, mail would wait forever.
  if (firstProblem(limitsOf('maxConnections'), maxConnections)) found.push(['bad_connections', maxConnections]);
  const address = badAddress(settings);
  if (address !== undefined) found.push(['bad_address', address]);
  return found;
}

/** Returns the first address setting that no mail can contain: every message would fail permanently. Undefined if all are valid. */
function badAddress({ fromName, fromAddress, replyTo, cc, bcc }: StoredSettings): unknown {
  if (fromAddress !== null && !isPlainAddress(fromAddress)) return fromAddress;
  if (fromName && (typeof fromName !== 'string' || hasControlCharacters(fromName))) return fromName;
  if (replyTo && !isMailbox(replyTo)) return replyTo;
  for (const [list, { maxEntries }] of [
    [cc, CONFIG_FIELDS.cc],
    [bcc, CONFIG_FIELDS.bcc],
  ] as const) {
    if (!Array.isArray(list) || list.length > maxEntries) return list;
    const index = list.findIndex((entry) => !isMailbox(entry));
    if (index >= 0) return list[index];
  }
  return undefined;
}

/** Returns why a configuration may not be used; undefined if it may. */
function violationOf(settings: StoredSettings, options: PolicyOptions): MailError | undefined {
  const [first] = violationsOf(settings, options);
  if (!first) return undefined;
  const [reason, value, field] = first;
  // The step of a test that shows the error.
  const phase = DIAGNOSES[reason].field === 'security' ? 'tls' : undefined;
  return diagnosedError(
    reason,
    {
      ...(value !== undefined && { value: oneLine(typeof value === 'string' ? value : JSON.stringify(value ?? ''), 64) }),
      ...(field && { field }),
    },
    { phase },
  );
}

/** Checks that a configuration may be used. @throws MailError `CONFIG_INVALID` */
export function assertAllowed(settings: StoredSettings, options: PolicyOptions): void {
  const violation = violationOf(settings, options);
  if (violation) throw violation;
}

/**
 * Returns why a configuration may not be used, including the option `egress` as far as it can be checked without resolving the
 * host; undefined if it may.
 */
export function knownRefusal(settings: StoredSettings, options: ResolvedSmtpOptions): MailError | undefined {
  const violation = violationOf(settings, options);
  if (violation) return violation;
  const servers = kindOf(settings.type).servers?.(settings) ?? [];
  const refused = servers.find(({ host, port }) => options.egress.refusedField(host, port) !== undefined);
  if (!refused) return undefined;
  if (refused.hostField === 'proxyUrl') return diagnosedError('proxy_egress', { proxy: hostAndPort(refused) });
  return diagnosedError('egress_refused', { host: refused.host, port: refused.port });
}

/** Returns the violations as problems by field, for saving a configuration. Leaves out problems that the rules already report. */
export function policyProblems(settings: StoredSettings, options: PolicyOptions): Record<string, FieldProblem> {
  const problems = violationsOf(settings, options).flatMap(([reason]) =>
    reason in PROBLEMS ? [PROBLEMS[reason as keyof typeof PROBLEMS]] : [],
  );
  return Object.fromEntries(problems.map(([field, code, message]) => [field, { code, message }]));
}
const PROBLEMS = {
  plaintext_forbidden: ['security', 'plaintext_forbidden', 'Mail without encryption is disabled (option "allowPlaintext" of SmtpModule).'],
  plaintext_auth_forbidden: [
    'authRequired',
    'plaintext_auth_forbidden',
    'A password is never sent without encryption. Turn off authentication, or choose STARTTLS or SSL/TLS.',
  ],
  anonymous_tls_forbidden: ['authRequired', 'auth_required', 'Authentication is required for encrypted SMTP connections.'],
  password_grant_forbidden: [
    'authMethod',
    'password_grant_forbidden',
    'Microsoft Graph sign-in with a password is disabled (option "graph.allowPasswordGrant" of SmtpModule).',
  ],
  unknown_cloud: ['graphCloud', 'not_a_choice', 'Choose a cloud from the list.'],
} as const;
