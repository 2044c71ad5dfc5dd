import type { SecretColumn, SmtpAuthMethod } from '../../../../shared/config-fields.js';
import type { StepName } from '../../../../shared/connection-test.js';
import type { ScreenSettings } from '../../../../shared/smtp-config.js';
import type { Draft } from '../../model/draft.js';

/** A login box that can be changed, or its value and the text that says why it cannot. */
export type AuthRule = { locked: false } | { locked: true; value: boolean; reason: 'auth_locked_on' | 'auth_locked_off' };

/** A card that offers one way of signing in. */
export interface AuthCard {
  /** Key of the label `labels.…`. */
  label: string;
  /** Key of the text `components.…` below it. */
  help: string;
  /** True where the host's options do not allow it. */
  isClosed: boolean;
  isInsecure: boolean;
}

/** Notes a problem of a field, unless it has one already. */
export type Refuse = (field: keyof Draft, code: string, when: boolean) => void;

/**
 * A kind of configuration as the form and the list see it. The shared table of fields says which settings a kind has; everything
 * else that differs between kinds is here, and what the form shows of a kind is in its folder.
 */
export interface FormKind {
  /** The ways of signing in, the usual one first. */
  authMethods: readonly [SmtpAuthMethod, ...SmtpAuthMethod[]];
  authCard(method: SmtpAuthMethod, settings: ScreenSettings): AuthCard;
  authRule(draft: Pick<Draft, 'security'>, settings: ScreenSettings): AuthRule;
  /** Returns the secrets that a way of signing in needs; `auth` is whether there is a login at all. */
  secrets(method: SmtpAuthMethod, auth: boolean): SecretColumn[];
  /** True if providers ask for an app password in place of the account's own. */
  hasAppPasswords: boolean;
  /** A lower limit of connections at once than the table's, and the text that explains it. */
  connectionLimit?: { max: number; help: string };
  /** Returns the fields that are filled in when the kind is chosen, from `source` where they are empty. */
  fill(draft: Draft, source: Draft): Partial<Draft>;
  /** Checks what only this kind has. */
  check(draft: Draft, settings: ScreenSettings, refuse: Refuse): void;
  /** Returns the steps of a test, in order. */
  steps(draft: Pick<Draft, 'security'>, auth: boolean): StepName[];
  /** Returns where mail is sent through, for lists. */
  address(draft: Draft): string;
  /** Returns the address as one line that also names the kind where the address does not; `label` is the kind's name. */
  summary(draft: Draft, label: string): string;
}
