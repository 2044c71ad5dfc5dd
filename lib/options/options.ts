import { DEFAULT_MAX_RECIPIENTS } from '../message/check-message.js';
import type { EncryptionOptions, KeyRing } from '../secret/key-ring.js';
import type { SecretSource } from '../secret/secret-source.js';
import { access, type AccessOptions, type ResolvedAccess } from './access.js';
import { activities, type ActivityOptions } from './activities.js';
import { audit, type AuditOptions, type ResolvedAudit } from './audit.js';
import { delivery, type DeliveryOptions, type ResolvedDelivery } from './delivery.js';
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
  /** Appears in the subject of test mails. @default 'Application' */
  appName?: string;
  /** The name of the TypeORM data source. @default the default data source */
  dataSource?: string;
  /** Keys for stored passwords. Without a key, no password can be stored. @default none */
  encryption?: EncryptionOptions;
  /** The types of email that the host sends. @default [] */
  activities?: ActivityOptions[];
  /** Vaults from which an admin may choose a secret. @default [] */
  secretSources?: SecretSource[];
  /** Access to the panel. */
  access?: AccessOptions;
  /**
   * One configuration for the whole application, named `default`, on a single page. Startup fails if there is more than one.
   * @default false
   */
  single?: boolean;
  /** Keeps the stored password if an update contains none, or requires entering it again. @default 'keep' */
  passwordOnUpdate?: 'keep' | 'retype';
  /** PEM certificates trusted for every configuration, in addition to Node's own roots. @default [] */
  trustedCa?: string | string[];
  /** Lets a configuration use an encrypted connection without a login. @default false */
  allowAnonymousTls?: boolean;
  /** Lets an admin choose a connection without encryption. @default true */
  allowPlaintext?: boolean;
  /** Lets a user name and password cross an unencrypted connection. @default false */
  allowPlaintextAuth?: boolean;
  /** The change history: its retention, and a hook for each entry. */
  audit?: AuditOptions;
  /**
   * Mail servers that the application may connect to, for delivery, Test and Detect. Link-local, metadata and reserved
   * addresses are always refused.
   */
  egress?: EgressOptions;
  /** Limits on an admin's tests. */
  tests?: TestsOptions;
  /** Recipients of one message, in To, CC and BCC together, without the copies of a configuration. @default 500 */
  maxRecipients?: number;
  /** Delivery of queued mail. */
  delivery?: DeliveryOptions;
  /** Microsoft 365: the clouds to choose from, and how to sign in there. */
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
  tests: ResolvedTests;
  maxRecipients: number;
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
  tests: [tests, {}],
  maxRecipients: [wholeNumber(MAX_RECIPIENTS), DEFAULT_MAX_RECIPIENTS],
  delivery: [delivery, {}],
  graph: [graph, {}],
};

/** Checks the options and fills in the defaults. @throws MailError `OPTIONS` naming the option and the remedy */
export function resolveOptions(given: SmtpModuleOptions = {}): ResolvedSmtpOptions {
  const { encryption: keyRing, ...checked } = checkOptions(given, OPTIONS);
  return { ...checked, keyRing };
}
