import { hasControlCharacters } from './message/mailbox.js';
import { GENERAL_ACTIVITY } from './message/check-message.js';
import { type EncryptionOptions, KeyRing } from './secret/key-ring.js';
import { STORED, type SecretSource } from './secret/secret-source.js';
import type { AccessLevel, AccessRule } from './smtp.access.js';
import { AUDIT_DEFAULTS, type AuditOptions, type ResolvedAudit } from './smtp.audit.js';
import { splitCertificates } from './smtp.certificates.js';
import { type GraphOptions, type ResolvedGraph, resolveGraph } from './smtp.clouds.js';
import { RETRY_DEFAULTS } from './smtp.backoff.js';
import { DELIVERY_DEFAULTS, type DeliveryOptions, type ResolvedDelivery } from './smtp.delivery.js';
import { Egress, type EgressOptions, resolveEgress } from './smtp.egress.js';
import { MailError } from './smtp.errors.js';
import { TIMEOUT_DEFAULTS, type TimeoutOptions } from './smtp.timeouts.js';

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
  delivery: true,
  graph: true,
};
const KEY_BYTES = 32;
const KEY_ID = /^[\w-]{1,32}$/;
const ACTIVITY_KEY = /^[\w.-]{1,64}$/;
const SOURCE_ID = /^[\w-]{1,64}$/;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const SOURCE_METHODS = ['allows', 'choices', 'resolve'] as const;

/** Gives every option its default. @throws MailError `OPTIONS` naming the option and the remedy. */
export function resolveOptions(options: SmtpModuleOptions = {}): ResolvedSmtpOptions {
  const unknown = Object.keys(options).find((name) => !(name in KNOWN));
  if (unknown) throw bad(unknown, 'is not an option', `Known are ${Object.keys(KNOWN).join(', ')}.`);
  return {
    appName: label(options.appName ?? 'Application', 'appName'),
    dataSource: options.dataSource,
    keyRing: keyRing(options.encryption),
    activities: activities(options.activities ?? []),
    secretSources: secretSources(options.secretSources ?? []),
    access: {
      view: accessRule(options.access?.view, 'access.view'),
      manage: accessRule(options.access?.manage ?? ['ADMINISTRATION_MANAGER'], 'access.manage'),
    },
    single: flag(options.single ?? false, 'single'),
    passwordOnUpdate: oneOf(options.passwordOnUpdate ?? 'keep', ['keep', 'retype'], 'passwordOnUpdate'),
    trustedCa: certificates(options.trustedCa ?? []),
    allowAnonymousTls: flag(options.allowAnonymousTls ?? false, 'allowAnonymousTls'),
    allowPlaintext: flag(options.allowPlaintext ?? true, 'allowPlaintext'),
    allowPlaintextAuth: flag(options.allowPlaintextAuth ?? false, 'allowPlaintextAuth'),
    audit: audit(options.audit ?? {}),
    egress: resolveEgress(options.egress),
    delivery: delivery(options.delivery ?? {}),
    graph: resolveGraph(options.graph),
  };
}

/** The keys of the activities whose mail is sensitive. */
export function sensitiveKeys({ activities: declared }: Pick<ResolvedSmtpOptions, 'activities'>): ReadonlySet<string> {
  return new Set(declared.filter(({ sensitive }) => sensitive).map(({ key }) => key));
}

function keyRing(encryption: EncryptionOptions | undefined): KeyRing {
  if (encryption === undefined) return new KeyRing(new Map(), undefined);
  const { current, keys } = encryption ?? {};
  if (typeof keys !== 'object' || keys === null)
    throw bad('encryption.keys', 'is missing', 'Give keys by id: { k1: process.env.SMTP_KEY }.');
  if (typeof current !== 'string' || !(current in keys)) {
    throw bad(
      'encryption.current',
      `names no key of encryption.keys: ${JSON.stringify(current)}`,
      `Name one of ${Object.keys(keys).join(', ') || '(none)'}.`,
    );
  }
  const ring = new Map<string, Buffer>();
  for (const [id, key] of Object.entries(keys)) {
    const option = `encryption.keys.${id}`;
    if (!KEY_ID.test(id)) throw bad(option, 'has an invalid id', 'Use up to 32 letters, digits, "_" and "-".');
    if (key === undefined || key === '') continue;
    const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : Buffer.alloc(0);
    if (bytes.length !== KEY_BYTES) {
      throw bad(
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
  if (!Array.isArray(list)) throw bad('activities', 'is not a list', "Give [{ key: 'invoice', label: 'Invoices' }].");
  const seen = new Set([GENERAL_ACTIVITY]);
  const declared = list.map((activity, index) => {
    const option = `activities[${index}]`;
    const { key, label: text = key, sensitive = false } = activity ?? {};
    if (typeof key !== 'string' || !ACTIVITY_KEY.test(key)) {
      throw bad(`${option}.key`, `is malformed: ${JSON.stringify(key)}`, 'Use up to 64 letters, digits, "_", "-" and ".".');
    }
    // Some databases do not mind the case of a key.
    if (seen.has(key.toLowerCase()))
      throw bad(
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
  if (!Array.isArray(list)) throw bad('secretSources', 'is not a list', 'Give a list of secret sources.');
  const seen = new Set([STORED]);
  list.forEach((source, index) => {
    const option = `secretSources[${index}]`;
    if (typeof source?.id !== 'string' || !SOURCE_ID.test(source.id))
      throw bad(`${option}.id`, 'is malformed', 'Use up to 64 letters, digits, "_" and "-".');
    if (seen.has(source.id)) throw bad(`${option}.id`, `is taken: "${source.id}"`, 'Give each source an id of its own.');
    seen.add(source.id);
    label(source.label, `${option}.label`);
    const missing = SOURCE_METHODS.find((method) => typeof source[method] !== 'function');
    if (missing) throw bad(`${option}.${missing}`, 'is not a function', 'Give a SecretSource, such as internalSecrets({ … }) makes.');
  });
  return list;
}

function audit(given: AuditOptions): ResolvedAudit {
  const known = Object.keys(AUDIT_DEFAULTS);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown) throw bad(`audit.${unknown}`, 'is not an option', `Known are ${known.join(', ')}.`);
  const { onEntry, retentionMs } = { ...AUDIT_DEFAULTS, ...given };
  positive(retentionMs, 'audit.retentionMs');
  if (onEntry !== undefined && typeof onEntry !== 'function') throw bad('audit.onEntry', 'is not a function', 'Give (entry) => { … }.');
  return { onEntry, retentionMs };
}

function delivery(given: DeliveryOptions): ResolvedDelivery {
  const known = Object.keys(DELIVERY_DEFAULTS);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown) throw bad(`delivery.${unknown}`, 'is not an option', `Known are ${known.join(', ')}.`);
  const { delaysMs, jitter, giveUpAfterMs } = { ...RETRY_DEFAULTS, ...given.retry };
  const { run, onAmbiguous, expireAfterMs, ...numbers } = { ...DELIVERY_DEFAULTS, ...given };
  const retention = { ...DELIVERY_DEFAULTS.retention, ...given.retention };
  for (const name of ['metadataMs', 'bodyMs'] as const) positive(retention[name], `delivery.retention.${name}`);
  if (expireAfterMs !== undefined) positive(expireAfterMs, 'delivery.expireAfterMs');
  for (const name of ['concurrency', 'leaseMs', 'pollEveryMs', 'graceMs', 'reconnectEveryMs'] as const)
    positive(numbers[name], `delivery.${name}`);
  positive(giveUpAfterMs, 'delivery.retry.giveUpAfterMs');
  if (!Array.isArray(delaysMs) || delaysMs.length === 0)
    throw bad('delivery.retry.delaysMs', 'is not a list of milliseconds', 'Give [300_000].');
  delaysMs.forEach((delay, index) => positive(delay, `delivery.retry.delaysMs[${index}]`));
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter < 1))
    throw bad('delivery.retry.jitter', 'is not a share', 'Give a number from 0 to below 1.');
  return {
    ...numbers,
    expireAfterMs,
    retention,
    run: flag(run, 'delivery.run'),
    onAmbiguous: oneOf(onAmbiguous, ['retry', 'hold'], 'delivery.onAmbiguous'),
    retry: { delaysMs, jitter, giveUpAfterMs },
    timeouts: timeouts(given.timeouts ?? {}),
  };
}

function timeouts(given: TimeoutOptions): Required<TimeoutOptions> {
  const known = Object.keys(TIMEOUT_DEFAULTS);
  for (const [name, ms] of Object.entries(given)) {
    const option = `delivery.timeouts.${name}`;
    if (!known.includes(name)) throw bad(option, 'is not an option', `Known are ${known.join(', ')}.`);
    positive(ms, option);
    if (ms > LONGEST_TIMER_MS) throw bad(option, `is ${ms}`, `Give at most ${LONGEST_TIMER_MS} milliseconds.`);
  }
  return { ...TIMEOUT_DEFAULTS, ...given };
}

function positive(value: unknown, option: string): void {
  if (!Number.isInteger(value) || (value as number) <= 0) throw bad(option, `is ${JSON.stringify(value)}`, 'Give a whole number above 0.');
}

function accessRule(rule: AccessRule | undefined, option: string): AccessRule | undefined {
  if (rule === undefined || typeof rule === 'function') return rule;
  if (!Array.isArray(rule) || rule.length === 0 || rule.some((name) => typeof name !== 'string' || name === '')) {
    throw bad(option, 'is neither a list of role names nor a function', "Give ['ADMINISTRATION_MANAGER'] or (admin) => boolean.");
  }
  return rule;
}

function certificates(value: string | string[]): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((pem, index) => {
    let found: string[];
    try {
      found = splitCertificates(String(pem));
    } catch {
      throw bad(
        `trustedCa[${index}]`,
        'holds a certificate that cannot be read',
        'Give a PEM that starts with -----BEGIN CERTIFICATE-----.',
      );
    }
    if (found.length === 0) throw bad(`trustedCa[${index}]`, 'holds no PEM certificate', 'Give the text of the file, not its path.');
    return found;
  });
}

function label(value: unknown, option: string): string {
  // AdminJS writes labels into its page without escaping, so a tag would be run as one.
  if (typeof value !== 'string' || value.trim() === '' || value.length > 100 || hasControlCharacters(value) || /[<>]/.test(value)) {
    throw bad(option, 'is not a plain text', 'Give 1 to 100 characters without "<" and ">".');
  }
  return value;
}

function flag(value: unknown, option: string): boolean {
  if (typeof value !== 'boolean') throw bad(option, 'is not a boolean', 'Give true or false.');
  return value;
}

function oneOf<T extends string>(value: unknown, choices: readonly T[], option: string): T {
  if (!choices.includes(value as T))
    throw bad(option, `is ${JSON.stringify(value)}`, `Give one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`);
  return value as T;
}

function bad(option: string, what: string, remedy: string): MailError {
  return new MailError('OPTIONS', `Option "${option}" of SmtpModule ${what}.`, { remedy });
}
