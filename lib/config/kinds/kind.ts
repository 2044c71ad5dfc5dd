import type { ComposedMail } from '../../message/compose.js';
import type { MimeBuilder } from '../../message/mime-builder.js';
import type { ResolvedGraph } from '../../options/graph.js';
import type { ResolvedSmtpOptions } from '../../options/options.js';
import type { SecretUse } from '../../secret/secret-use.js';
import type { ConfigSettings, SecretColumn, SettingName, SmtpAuthMethod } from '../../shared/config-fields.js';
import type { FieldProblem, MailError } from '../../shared/mail-error.js';
import type { CONFIG_DIAGNOSES } from '../../transport/failures/diagnoses/config.js';
import type { MailTransport } from '../../transport/mail-transport.js';
import type { StepName, TestReport } from '../../shared/connection-test.js';
import type { LoginWarning } from '../../shared/smtp-config.js';
import type { ObservedTls } from '../../transport/smtp/diagnose.js';
import type { DiagnoseOptions } from '../../transport/test-steps.js';
import type { Rules } from '../rule.js';
import type { TestMailFact } from '../test-mail-texts.js';

/** The settings of a configuration in its row. The default is stored elsewhere. */
export type StoredSettings = Omit<ConfigSettings, 'isDefault'>;

/** The opened secrets that apply to a configuration. */
export type Secrets = Partial<Record<SecretColumn, string>>;

/** A reason why a configuration may not be used, the value at fault, and its field where the reason does not say which one. */
export type Violation = [reason: keyof typeof CONFIG_DIAGNOSES, value?: unknown, field?: SettingName];

/** The options that restrict what a configuration may do. */
export type PolicyOptions = Pick<ResolvedSmtpOptions, 'allowPlaintext' | 'allowPlaintextAuth' | 'allowAnonymousTls' | 'graph' | 'single'>;

/** The outcome of a test. */
export interface TestOutcome {
  report: TestReport;
  error?: MailError;
  seen?: ObservedTls;
}

/** A kind of configuration: everything that differs between kinds. The field table says which fields a kind has. */
export interface ConfigKind {
  /** The step of a test that uses the secrets. */
  readonly loginStep: StepName;
  /** Rules for the fields of this kind, in addition to those for all kinds. */
  readonly rules: Rules;
  /** Fills in missing settings when a configuration of another kind becomes one of this kind. */
  convert(settings: ConfigSettings, given: { authMethod?: SmtpAuthMethod; authRequired?: boolean }): ConfigSettings;
  /** Clears the settings that do not apply. Fields that the kind does not have are already empty. */
  normalize(settings: ConfigSettings): ConfigSettings;
  /** Returns the secrets that a configuration needs. No other secret applies. */
  secrets(settings: LoginSettings): readonly SecretColumn[];
  /** Returns the problem of a secret that was entered, other than its length; undefined if it can be used. */
  secretProblem?(settings: StoredSettings, secret: SecretColumn, value: string): FieldProblem | undefined;
  /** Describes how a configuration uses a secret: every server that receives it, or a token made from it. */
  secretUse(settings: UseSettings, secret: SecretColumn, graph: ResolvedGraph): SecretUse;
  /** Returns the reasons why a configuration may not be used, the most serious first. */
  violations(settings: StoredSettings, options: PolicyOptions): Violation[];
  /** Returns the servers that an admin entered and the option `egress` must allow; left out if all hosts come from options. */
  servers?(settings: Pick<StoredSettings, 'host' | 'port' | 'proxyUrl'>): EnteredServer[];
  /** Returns a warning about the login of a configuration. */
  loginWarning?(settings: Pick<StoredSettings, 'authRequired' | 'authMethod' | 'host'>): LoginWarning | null;
  /** Returns the facts about a configuration for its test email. */
  describe(settings: StoredSettings, options: ResolvedSmtpOptions): TestMailFact[];
  /** Creates the sender for all configurations of this kind in one application. */
  createSender(context: SenderContext): KindSender;
}

/** The settings that decide which secrets a configuration needs. */
export type LoginSettings = Pick<StoredSettings, 'authRequired' | 'authMethod' | 'security' | 'clientCertificate' | 'proxyUser'>;
/** The settings that decide where a secret is sent. */
export type UseSettings = Pick<
  StoredSettings,
  'host' | 'port' | 'security' | 'tlsServerName' | 'caCertificate' | 'pinnedCertificate' | 'graphCloud' | 'proxyUrl'
>;

/** A server that an admin entered, and its fields. */
export interface EnteredServer {
  host: string;
  port: number;
  hostField: 'host' | 'proxyUrl';
  portField: 'port' | 'proxyUrl';
}

/** Everything that a kind needs for sending. */
export interface SenderContext {
  options: ResolvedSmtpOptions;
  mime: MimeBuilder;
}

/** Sends and tests for all configurations of one kind. Receives only settings that have passed the policy. */
export interface KindSender {
  /** @param connections those that the server accepted from another process, if it limits them */
  openTransport(settings: StoredSettings, secrets: Secrets, connections?: number): MailTransport;
  /** Tests a configuration step by step. */
  diagnose(settings: StoredSettings, secrets: Secrets, mail: ComposedMail, options: DiagnoseOptions): Promise<TestOutcome>;
  /** Returns the number of messages that can be sent now; any more would have to wait. @default no limit */
  capacity?(settings: StoredSettings): number;
  /** Starts work that does not need a connection. */
  prepare?(mail: ComposedMail): void;
}
