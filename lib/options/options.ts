import { hasControlCharacters } from '../message/mailbox.js';
import { DEFAULT_MAX_RECIPIENTS, GENERAL_ACTIVITY } from '../message/check-message.js';
import { type EncryptionOptions, KeyRing } from '../secret/key-ring.js';
import { STORED, type SecretSource } from '../secret/secret-source.js';
import type { AccessLevel, AccessRule } from './access.js';
import { AUDIT_DEFAULTS, type AuditOptions, type ResolvedAudit } from './audit.js';
import { splitCertificates } from './certificates.js';
import { type GraphOptions, type ResolvedGraph, resolveGraph } from './graph.js';
import { RETRY_DEFAULTS, type RetryOptions } from './retry.js';
import { DELIVERY_DEFAULTS, type DeliveryOptions, type ResolvedDelivery } from './delivery.js';
import { Egress, type EgressOptions, resolveEgress } from './egress.js';
import { MailError } from '../shared/mail-error.js';
import { LONGEST_MS, LONGEST_TIMER_MS, badOption, flag, knownOptions, oneOf, positive, shown } from './option-checks.js';
import { TESTS_DEFAULTS, type ResolvedTests, type TestsOptions } from './tests.js';
import { TIMEOUT_DEFAULTS, type TimeoutOptions } from './timeouts.js';

/** A kind of mail that the host declares. */
export interface ActivityOptions {
  /** Letters, digits, `_`, `-` and `.`, at most 64; stored in rows, so it stays when the label changes. `general` is built in. */
  key: string;
  /** Shown to admins. @default the key */
  label?: string;
  /** Its mail is never copied to CC or BCC, and its content is never kept or shown. @default false */
  sensitive?: boolean;
}

/** The options of `SmtpModule.forRoot` and `forRootAsync`. */
export interface SmtpModuleOptions {
  /** Stands in the subject of test mails. @default 'Application' */
  appName?: string;
  /** The name of the TypeORM data source. @default the default data source */
  dataSource?: string;
  /** Keys for stored passwords. Without one, no password can be stored. @default none */
  encryption?: EncryptionOptions;
  /** The kinds of mail the host sends. @default [] */
  activities?: ActivityOptions[];
  /** Vaults from which an admin may choose a secret. @default [] */
  secretSources?: SecretSource[];
  /** Who may see and who may change. @default any signed-in admin views, role ADMINISTRATION_MANAGER manages */
  access?: { view?: AccessRule; manage?: AccessRule };
  /** One configuration for the whole application, named `default`, and one page for it. More than one row stops the start. @default false */
  single?: boolean;
  /** Whether a blank password on update keeps the stored one, or must always be typed again. @default 'keep' */
  passwordOnUpdate?: 'keep' | 'retype';
  /** PEM certificates trusted for every configuration, besides the well-known ones. @default [] */
  trustedCa?: string | string[];
  /** Whether an encrypted connection may go without a login. @default false */
  allowAnonymousTls?: boolean;
  /** Whether an admin may choose a connection without encryption. @default true */
  allowPlaintext?: boolean;
  /** Whether a user name and password may cross an unencrypted connection. @default false */
  allowPlaintextAuth?: boolean;
  /** The change history: how long it is kept, and who else is told. */
  audit?: AuditOptions;
  /** Which mail servers may be connected to, to deliver, to test and to detect. @default any, except link-local, metadata and reserved addresses */
  egress?: EgressOptions;
  /** How often an admin may test. */
  tests?: TestsOptions;
  /** Recipients of one message, in To, CC and BCC together; a configuration's copies come on top. @default 500 */
  maxRecipients?: number;
  /** How queued mail is delivered. */
  delivery?: DeliveryOptions;
  /** Microsoft 365: the clouds to choose from, and how to sign in there. */
  graph?: GraphOptions;
}

/** A declared activity, complete. */
export interface Activity {
  key: string;
  label: string;
  sensitive: boolean;
}

/** Injects the {@link ResolvedSmtpOptions}. */
export const SMTP_OPTIONS = Symbol('SMTP_OPTIONS');

/** The options after the checks, every one present. */
export interface ResolvedSmtpOptions {
  appName: string;
  dataSource: string | undefined;
  keyRing: KeyRing;
  /** The built-in `general` first. */
  activities: Activity[];
  secretSources: SecretSource[];
  access: Record<AccessLevel, AccessRule | undefined>;
  single: boolean;
  passwordOnUpdate: 'keep' | 'retype';
  trustedCa: string[];
  allowAnonymousTls: boolean;
  allowPlaintext: boolean;
  allowPlaintextAuth: boolean;
  audit: ResolvedAudit;
  egress: Egress;
  tests: ResolvedTests;
  maxRecipients: number;
  delivery: ResolvedDelivery;
  graph: ResolvedGraph;
}

const KNOWN: Record<keyof SmtpModuleOptions, true> = {
  appName: true,
  dataSource: true,
  encryption: true,
  activities: true,
  secretSources: true,
  access: true,
  single: true,
  passwordOnUpdate: true,
  trustedCa: true,
  allowAnonymousTls: true,
  allowPlaintext: true,
  allowPlaintextAuth: true,
  audit: true,
  egress: true,
  tests: true,
  maxRecipients: true,
  delivery: true,
  graph: true,
};
const KEY_BYTES = 32;
const KEY_ID = /^[\w-]{1,32}$/;
const ACTIVITY_KEY = /^[\w.-]{1,64}$/;
/** All of them can be chosen in one form. */
export const MAX_ACTIVITIES = 200;
const SOURCE_ID = /^[\w-]{1,64}$/;
/** No server takes more in one message. */
const MAX_RECIPIENTS = 100_000;
/** More would only fill the memory: a configuration has at most a few connections. */
const MAX_CONCURRENCY = 10_000;
/** The beginning of each is remembered for a minute. */
const MAX_TESTS = 10_000;
/** As many as an error names. */
const MAX_NAMED = 20;
const SOURCE_METHODS = ['allows', 'choices', 'resolve'] as const;

/** Gives every option its default. @throws MailError `OPTIONS` naming the option and the remedy. */
export function resolveOptions(options: SmtpModuleOptions = {}): ResolvedSmtpOptions {
  if (typeof options !== 'object' || options === null)
    throw new MailError('OPTIONS', `The options of SmtpModule are ${shown(options)}.`, {
      remedy: 'Give an object, such as { activities: [] }.',
    });
  const known = Object.keys(KNOWN);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw badOption(unknown, 'is not an option', `Known are ${known.join(', ')}.`);
  const access = knownOptions(options.access ?? {}, ['view', 'manage'], 'access');
  return {
    appName: label(options.appName ?? 'Application', 'appName'),
    dataSource: dataSource(options.dataSource),
    keyRing: keyRing(options.encryption),
    activities: activities(options.activities ?? []),
    secretSources: secretSources(options.secretSources ?? []),
    access: {
      view: accessRule(access.view, 'access.view'),
      manage: accessRule(access.manage ?? ['ADMINISTRATION_MANAGER'], 'access.manage'),
    },
    single: flag(options.single ?? false, 'single'),
    passwordOnUpdate: oneOf(options.passwordOnUpdate ?? 'keep', ['keep', 'retype'], 'passwordOnUpdate'),
    trustedCa: certificates(options.trustedCa ?? []),
    allowAnonymousTls: flag(options.allowAnonymousTls ?? false, 'allowAnonymousTls'),
    allowPlaintext: flag(options.allowPlaintext ?? true, 'allowPlaintext'),
    allowPlaintextAuth: flag(options.allowPlaintextAuth ?? false, 'allowPlaintextAuth'),
    audit: audit(options.audit ?? {}),
    egress: resolveEgress(options.egress),
    tests: tests(options.tests ?? {}),
    maxRecipients: positive(options.maxRecipients ?? DEFAULT_MAX_RECIPIENTS, 'maxRecipients', MAX_RECIPIENTS),
    delivery: delivery(options.delivery ?? {}),
    graph: resolveGraph(options.graph),
  };
}

/** The keys of the activities whose mail is sensitive. */
export function sensitiveKeys({ activities: declared }: Pick<ResolvedSmtpOptions, 'activities'>): ReadonlySet<string> {
  return new Set(declared.filter(({ sensitive }) => sensitive).map(({ key }) => key));
}

function dataSource(name: unknown): string | undefined {
  if (name !== undefined && typeof name !== 'string') throw badOption('dataSource', `is ${shown(name)}`, 'Give the name of a data source.');
  return name;
}

function keyRing(encryption: EncryptionOptions | undefined): KeyRing {
  if (encryption === undefined) return new KeyRing(new Map(), undefined);
  const { current, keys } = knownOptions(encryption, ['current', 'keys'], 'encryption');
  if (typeof keys !== 'object' || keys === null)
    throw badOption('encryption.keys', 'is missing', 'Give keys by id: { k1: process.env.SMTP_KEY }.');
  const ids = Object.keys(keys);
  ids.forEach((id, index) => {
    if (KEY_ID.test(id)) return;
    // What is longer may be a key in the wrong place.
    const option = id.length > 32 ? `encryption.keys (entry ${index + 1})` : `encryption.keys.${id}`;
    throw badOption(option, 'has an invalid id', 'Use up to 32 letters, digits, "_" and "-".');
  });
  if (!ids.includes(current)) {
    const name = typeof current !== 'string' || KEY_ID.test(current) ? shown(current) : 'a text that is no id';
    const known = ids.slice(0, MAX_NAMED).join(', ') || '(none)';
    throw badOption('encryption.current', `names no key of encryption.keys: ${name}`, `Name one of ${known}.`);
  }
  const ring = new Map<string, Buffer>();
  for (const [id, key] of Object.entries(keys)) {
    const option = `encryption.keys.${id}`;
    if (key === undefined || key === '') continue;
    const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : Buffer.alloc(0);
    if (bytes.length !== KEY_BYTES) {
      throw badOption(
        option,
        `holds ${bytes.length} bytes instead of ${KEY_BYTES}`,
        'Make one with "openssl rand -base64 32" and give it in base64.',
      );
    }
    ring.set(id, bytes);
  }
  return new KeyRing(ring, ring.has(current) ? current : undefined);
}

function activities(list: ActivityOptions[]): Activity[] {
  if (!Array.isArray(list)) throw badOption('activities', 'is not a list', "Give [{ key: 'invoice', label: 'Invoices' }].");
  if (list.length > MAX_ACTIVITIES) throw badOption('activities', `holds ${list.length} entries`, `Declare at most ${MAX_ACTIVITIES}.`);
  const seen = new Set([GENERAL_ACTIVITY]);
  const declared = Array.from(list, (activity, index) => {
    const option = `activities[${index}]`;
    const { key, label: text = key, sensitive = false } = knownOptions(activity ?? {}, ['key', 'label', 'sensitive'], option);
    if (typeof key !== 'string' || !ACTIVITY_KEY.test(key)) {
      throw badOption(`${option}.key`, `is malformed: ${shown(key)}`, 'Use up to 64 letters, digits, "_", "-" and ".".');
    }
    // Some databases do not mind the case of a key.
    if (seen.has(key.toLowerCase()))
      throw badOption(
        `${option}.key`,
        `is there twice: "${key}"`,
        key.toLowerCase() === GENERAL_ACTIVITY ? 'It is built in: leave it out.' : 'Declare each key once.',
      );
    seen.add(key.toLowerCase());
    return { key, label: label(text, `${option}.label`), sensitive: flag(sensitive, `${option}.sensitive`) };
  });
  return [{ key: GENERAL_ACTIVITY, label: 'Everything else', sensitive: false }, ...declared];
}

function secretSources(list: SecretSource[]): SecretSource[] {
  if (!Array.isArray(list)) throw badOption('secretSources', 'is not a list', 'Give a list of secret sources.');
  const seen = new Set([STORED]);
  return Array.from(list, (source, index) => {
    const option = `secretSources[${index}]`;
    if (typeof source?.id !== 'string' || !SOURCE_ID.test(source.id))
      throw badOption(`${option}.id`, 'is malformed', 'Use up to 64 letters, digits, "_" and "-".');
    if (seen.has(source.id)) throw badOption(`${option}.id`, `is taken: "${source.id}"`, 'Give each source an id of its own.');
    seen.add(source.id);
    label(source.label, `${option}.label`);
    const missing = SOURCE_METHODS.find((method) => typeof source[method] !== 'function');
    if (missing) throw badOption(`${option}.${missing}`, 'is not a function', 'Give a SecretSource, such as internalSecrets({ … }) makes.');
    return source;
  });
}

function audit(given: AuditOptions): ResolvedAudit {
  const { onEntry, retentionMs } = { ...AUDIT_DEFAULTS, ...knownOptions(given, Object.keys(AUDIT_DEFAULTS), 'audit') };
  if (onEntry !== undefined && typeof onEntry !== 'function')
    throw badOption('audit.onEntry', 'is not a function', 'Give (entry) => { … }.');
  return { onEntry, retentionMs: positive(retentionMs, 'audit.retentionMs', LONGEST_MS) };
}

function tests(given: TestsOptions): ResolvedTests {
  const { perMinute, concurrent } = { ...TESTS_DEFAULTS, ...knownOptions(given, Object.keys(TESTS_DEFAULTS), 'tests') };
  return {
    perMinute: positive(perMinute, 'tests.perMinute', MAX_TESTS),
    concurrent: positive(concurrent, 'tests.concurrent', MAX_TESTS),
  };
}

function delivery(values: DeliveryOptions): ResolvedDelivery {
  const given = knownOptions(values, Object.keys(DELIVERY_DEFAULTS), 'delivery');
  const { run, onAmbiguous, expireAfterMs, concurrency, leaseMs, pollEveryMs, graceMs, reconnectEveryMs } = {
    ...DELIVERY_DEFAULTS,
    ...given,
  };
  const ofRetention = DELIVERY_DEFAULTS.retention;
  const retention = { ...ofRetention, ...knownOptions(given.retention ?? {}, Object.keys(ofRetention), 'delivery.retention') };
  for (const name of ['metadataMs', 'bodyMs'] as const) positive(retention[name], `delivery.retention.${name}`, LONGEST_MS);
  if (expireAfterMs !== undefined) positive(expireAfterMs, 'delivery.expireAfterMs', LONGEST_MS);
  for (const [name, ms] of Object.entries({ leaseMs, pollEveryMs, graceMs, reconnectEveryMs }))
    positive(ms, `delivery.${name}`, LONGEST_TIMER_MS);
  return {
    concurrency: positive(concurrency, 'delivery.concurrency', MAX_CONCURRENCY),
    leaseMs,
    pollEveryMs,
    graceMs,
    reconnectEveryMs,
    expireAfterMs,
    retention,
    run: flag(run, 'delivery.run'),
    onAmbiguous: oneOf(onAmbiguous, ['retry', 'hold'], 'delivery.onAmbiguous'),
    retry: retry(given.retry ?? {}),
    timeouts: timeouts(given.timeouts ?? {}),
  };
}

function retry(given: RetryOptions): ResolvedDelivery['retry'] {
  const known = knownOptions(given, Object.keys(RETRY_DEFAULTS), 'delivery.retry');
  const { delaysMs, jitter, giveUpAfterMs } = { ...RETRY_DEFAULTS, ...known };
  positive(giveUpAfterMs, 'delivery.retry.giveUpAfterMs', LONGEST_MS);
  if (!Array.isArray(delaysMs) || delaysMs.length === 0)
    throw badOption('delivery.retry.delaysMs', 'is not a list of milliseconds', 'Give [300_000].');
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter < 1))
    throw badOption('delivery.retry.jitter', 'is not a share', 'Give a number from 0 to below 1.');
  const delays = Array.from(delaysMs, (delay, index) => positive(delay, `delivery.retry.delaysMs[${index}]`, LONGEST_MS));
  return { delaysMs: delays, jitter, giveUpAfterMs };
}

function timeouts(given: TimeoutOptions): Required<TimeoutOptions> {
  const known = knownOptions(given, Object.keys(TIMEOUT_DEFAULTS), 'delivery.timeouts');
  for (const [name, ms] of Object.entries(known)) positive(ms, `delivery.timeouts.${name}`, LONGEST_TIMER_MS);
  return { ...TIMEOUT_DEFAULTS, ...known };
}

function accessRule(rule: AccessRule | undefined, option: string): AccessRule | undefined {
  if (rule === undefined || typeof rule === 'function') return rule;
  if (!Array.isArray(rule) || rule.length === 0 || rule.findIndex((name) => typeof name !== 'string' || name === '') >= 0) {
    throw badOption(option, 'is neither a list of role names nor a function', "Give ['ADMINISTRATION_MANAGER'] or (admin) => boolean.");
  }
  return rule;
}

function certificates(value: string | string[]): string[] {
  const list = Array.isArray(value) ? value : [value];
  return Array.from(list, (pem: unknown, index) => {
    let found: string[];
    try {
      found = typeof pem === 'string' ? splitCertificates(pem) : [];
    } catch {
      throw badOption(
        `trustedCa[${index}]`,
        'holds a certificate that cannot be read',
        'Give a PEM that starts with -----BEGIN CERTIFICATE-----.',
      );
    }
    if (found.length === 0) throw badOption(`trustedCa[${index}]`, 'holds no PEM certificate', 'Give the text of the file, not its path.');
    return found;
  }).flat();
}

function label(value: unknown, option: string): string {
  // AdminJS writes labels into its page without escaping, so a tag would be run as one.
  if (typeof value !== 'string' || value.trim() === '' || value.length > 100 || hasControlCharacters(value) || /[<>]/.test(value)) {
    throw badOption(option, 'is not a plain text', 'Give 1 to 100 characters without "<" and ">".');
  }
  return value;
}
