import { DEFAULT_MAX_RECIPIENTS } from '../message/check-message.js';
import type { EncryptionOptions, KeyRing } from '../secret/key-ring.js';
import type { SecretSource } from '../secret/secret-source.js';
import { access, type AccessOptions, type ResolvedAccess } from './access.js';
import { activities, type ActivityOptions } from './activities.js';
import { audit, type AuditOptions, type ResolvedAudit } from './audit.js';
import { delivery, type DeliveryOptions, type ResolvedDelivery } from './delivery.js';
import { ehloName } from './ehlo-name.js';
import { egress, type Egress, type EgressOptions } from './egress.js';
import { encryption } from './encryption.js';
import { graph, type GraphOptions, type ResolvedGraph } from './graph.js';
import {
  badOption,
  type Check,
  checkOptions,
  flag,
  label,
  oneOf,
  optional,
  type OptionTable,
  shown,
  wholeNumber,
} from './option-checker.js';
import { secretSources } from './secret-sources.js';
import { type ResolvedTests, tests, type TestsOptions } from './tests.js';
import { trustedCa } from './trusted-ca.js';
import type { Activity } from '../shared/smtp-config.js';

/** The options of `SmtpModule.forRoot` and `forRootAsync`. */
export interface SmtpModuleOptions {
  /** Appears in the subject of test emails. @default 'Application' */
  appName?: string;
  /** The name of the TypeORM data source. @default the default data source */
  dataSource?: string;
  /** Keys for stored passwords. Without a key, no password can be stored. @default none */
  encryption?: EncryptionOptions;
  /** The types of email that the application sends. @default [] */
  activities?: ActivityOptions[];
  /** Vaults and other sources from which an admin may choose a secret. @default [] */
  secretSources?: SecretSource[];
  /** Permissions in the panel. */
  access?: AccessOptions;
  /**
   * One configuration for the whole application, named `default`, on a single page. Startup fails if there is more than one.
   * @default false
   */
  single?: boolean;
  /** Keeps the stored password if an update contains none (`keep`), or requires it for every update (`retype`). @default 'keep' */
  passwordOnUpdate?: 'keep' | 'retype';
  /** PEM certificates that are trusted for every configuration, in addition to Node's own root certificates. @default [] */
  trustedCa?: string | string[];
  /** Allows encrypted connections without a login. @default false */
  allowAnonymousTls?: boolean;
  /** Allows connections without encryption. @default true */
  allowPlaintext?: boolean;
  /** Allows a login over an unencrypted connection. @default false */
  allowPlaintextAuth?: boolean;
  /** The change history: its retention, and a function that is called with each entry. */
  audit?: AuditOptions;
  /**
   * Mail servers that the application may connect to, for delivery, tests and detection. Link-local, metadata and reserved
   * addresses are always refused.
   */
  egress?: EgressOptions;
  /**
   * The name that this machine gives to mail servers in EHLO: a host name such as `app.example.com`, or an address such as
   * `[192.0.2.1]`. A configuration can have its own.
   * @default the machine's full name, or the domain of the From address
   */
  ehloName?: string;
  /** Limits on an admin's tests. */
  tests?: TestsOptions;
  /** Recipients of one message in To, CC and BCC together. Copies that a configuration adds do not count. @default 500 */
  maxRecipients?: number;
  /** Adds a text part to mail that has only HTML of at most 100,000 characters. @default false */
  textFromHtml?: boolean;
  /** Delivery of queued mail. */
  delivery?: DeliveryOptions;
  /** Microsoft 365: the clouds to choose from, and password sign-in. */
  graph?: GraphOptions;
}

/** Injects the {@link ResolvedSmtpOptions}. */
export const SMTP_OPTIONS = Symbol('SMTP_OPTIONS');

/** The options after the checks, every one present. */
export interface ResolvedSmtpOptions extends Checked {
  /** From the option `encryption`. */
  keyRing: KeyRing;
}

interface Checked {
  appName: string;
  dataSource: string | undefined;
  /** The built-in `general` first. */
  activities: Activity[];
  secretSources: SecretSource[];
  access: ResolvedAccess;
  single: boolean;
  passwordOnUpdate: 'keep' | 'retype';
  trustedCa: string[];
  allowAnonymousTls: boolean;
  allowPlaintext: boolean;
  allowPlaintextAuth: boolean;
  audit: ResolvedAudit;
  egress: Egress;
  ehloName: string | undefined;
  tests: ResolvedTests;
  maxRecipients: number;
  textFromHtml: boolean;
  delivery: ResolvedDelivery;
  graph: ResolvedGraph;
}

/** No server accepts more in one message. */
const MAX_RECIPIENTS = 100_000;

const dataSourceName: Check<string> = (value, option) => {
  if (typeof value === 'string') return value;
  throw badOption(option, `is ${shown(value)}`, 'Pass the name of a data source.');
};

const OPTIONS: OptionTable<Record<keyof SmtpModuleOptions, unknown> & Checked & { encryption: KeyRing }> = {
  appName: [label, 'Application'],
  dataSource: [optional(dataSourceName), undefined],
  encryption: [encryption, undefined],
  activities: [activities, []],
  secretSources: [secretSources, []],
  access: [access, {}],
  single: [flag, false],
  passwordOnUpdate: [oneOf('keep', 'retype'), 'keep'],
  trustedCa: [trustedCa, []],
  allowAnonymousTls: [flag, false],
  allowPlaintext: [flag, true],
  allowPlaintextAuth: [flag, false],
  audit: [audit, {}],
  egress: [egress, {}],
  ehloName: [optional(ehloName), undefined],
  tests: [tests, {}],
  maxRecipients: [wholeNumber(MAX_RECIPIENTS), DEFAULT_MAX_RECIPIENTS],
  textFromHtml: [flag, false],
  delivery: [delivery, {}],
  graph: [graph, {}],
};

/** Checks the options and fills in the defaults. @throws MailError `OPTIONS` naming the option and the remedy */
export function resolveOptions(given: SmtpModuleOptions = {}): ResolvedSmtpOptions {
  const { encryption: keyRing, ...checked } = checkOptions(given, OPTIONS);
  return { ...checked, keyRing };
}
