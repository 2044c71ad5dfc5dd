import type { SecretColumn, SettingName, SmtpAuthMethod } from '../../../../shared/config-fields.js';
import type { StepName } from '../../../../shared/connection-test.js';
import type { ScreenSettings } from '../../../../shared/smtp-config.js';
import type { Draft } from '../../model/draft.js';

/** The rule for the login checkbox: it can be changed, or it has a fixed value for a reason. */
export type AuthRule = { locked: false } | { locked: true; value: boolean; reason: 'auth_locked_on' | 'auth_locked_off' };

/** A card for one login method. */
interface AuthCard {
  /** The key of the label `labels.…`. */
  label: string;
  /** The key of the text `components.…` below it. */
  help: string;
  /** True if the application's options do not allow it. */
  isClosed: boolean;
  isInsecure: boolean;
}

/** The fields that tell which provider a draft is for. */
export type ServerDraft = Pick<Draft, 'type' | 'host' | 'security' | 'authMethod'>;

/** A field beside which providers have a text; `provider` is the choice of the provider itself. */
export type HintedField = 'provider' | 'username' | 'password';

/**
 * A fact about how a configuration sends, under the name of its field. A secret has no value: its state is shown instead. Otherwise
 * there is a value as it is stored, or the key of its label or text.
 */
export interface KindFact {
  field: SettingName | SecretColumn;
  /** The key of the text that names it. @default the name of the field */
  name?: string;
  value?: string;
  label?: string;
  text?: string;
}

/** Records a problem of a field, unless it already has one. */
type Refuse = (field: keyof Draft, code: string, when: boolean) => void;

/**
 * A kind of configuration in the form and the list. The shared field table says which settings a kind has; everything else that
 * differs between kinds is here and in the kind's folder.
 */
export interface FormKind {
  /** The login methods, the usual one first. */
  authMethods: readonly [SmtpAuthMethod, ...SmtpAuthMethod[]];
  /** Returns the login methods to choose from at the provider of the draft. */
  offeredMethods(draft: ServerDraft, settings: ScreenSettings): readonly SmtpAuthMethod[];
  authCard(method: SmtpAuthMethod, settings: ScreenSettings): AuthCard;
  authRule(draft: Pick<Draft, 'security' | 'clientCertificate'>, settings: ScreenSettings): AuthRule;
  /** Returns the secrets that a draft needs; `auth` is false without a login. */
  secrets(draft: Pick<Draft, 'authMethod' | 'security' | 'clientCertificate' | 'proxyUrl' | 'proxyUser'>, auth: boolean): SecretColumn[];
  /** True if the provider may require an app password instead of the account's password. */
  mayWantAppPassword(draft: ServerDraft): boolean;
  /** Returns the key of the provider's text beside a field; undefined if the field's own text applies. */
  hint(field: HintedField, draft: ServerDraft): string | undefined;
  /** Returns a name for the configuration that is not unique yet; empty if nothing suggests one. */
  suggestName(draft: ServerDraft): string;
  /** A lower limit of connections than the table's, and the text that explains it. */
  connectionLimit?: { max: number; help: string };
  /** The names of its own fields under Advanced, in order. */
  advanced: readonly (SettingName | SecretColumn)[];
  /** Returns the fields to fill in when the kind is chosen; empty ones are taken from `source`. */
  fill(draft: Draft, source: Draft): Partial<Draft>;
  /** Checks the settings that are specific to this kind. */
  check(draft: Draft, settings: ScreenSettings, refuse: Refuse): void;
  /** Returns the steps of a test, in order. */
  steps(draft: Pick<Draft, 'security'>, auth: boolean): StepName[];
  /** Returns where it sends and how it signs in; `auth` is false without a login. */
  facts(draft: Draft, settings: ScreenSettings, auth: boolean): KindFact[];
  /** Returns the server or mailbox, for lists. */
  address(draft: Draft): string;
  /** Returns the server or mailbox in one line, with the kind if it is not obvious; `label` is the kind's name. */
  summary(draft: Draft, label: string): string;
}
