import type { SecretColumn, SmtpAuthMethod } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { kindOf } from '../form/kinds/index.js';
import { needsFromAddress } from './check.js';
import type { Draft } from './draft.js';
import { authRule, loginWarning, type SecretRule } from './rules.js';

/** Keys of texts beside a field, in the order of preference: the first one that exists is shown. */
type HelpKeys = readonly string[];

/** Returns the provider's text beside its choice. A warning about the login says the same, and more. */
export const providerNote = (draft: Draft, settings: ScreenSettings): HelpKeys =>
  loginWarning(draft, settings) ? [] : [kindOf(draft.type).hint('provider', draft) ?? ''];

/** Returns the text beside the login checkbox: the reason why it is locked, or what turning it off means. */
export function authHelp(draft: Draft, settings: ScreenSettings): string {
  const rule = authRule(draft, settings);
  return rule.locked ? rule.reason : 'help_authRequired';
}

/** Returns the login methods to choose from; none if there is only one, and the draft has it. */
export function shownMethods(draft: Draft, settings: ScreenSettings): readonly SmtpAuthMethod[] {
  const kind = kindOf(draft.type);
  const offered = kind.offeredMethods(draft, settings);
  if (!offered.includes(draft.authMethod)) return kind.authMethods;
  return offered.length > 1 ? offered : [];
}

/** Returns the texts beside the user name. A provider's own one replaces the usual advice, which may be wrong for it. */
export const usernameHelp = (draft: Draft): HelpKeys => [kindOf(draft.type).hint('username', draft) ?? '', 'help_username'];

/** Returns the provider's text beside the password, while one has to be entered; empty if there is none. */
export function passwordHint(column: SecretColumn, draft: Draft, rule: SecretRule): HelpKeys {
  if (column !== 'password' || rule === 'kept' || rule === 'unavailable') return [];
  return [kindOf(draft.type).hint('password', draft) ?? ''];
}

/** Returns the texts beside a secret that is entered. */
export const secretHelp = (column: SecretColumn, rule: SecretRule): HelpKeys => [`${column}_${rule}`, `password_${rule}`];

/** Returns the placeholder of a secret's field: it asks for the secret only where leaving the field empty is refused. */
export const secretPlaceholder = (column: SecretColumn, rule: SecretRule): string | undefined =>
  rule === 'retype' || rule === 'changed' ? `${column}Reenter` : undefined;

/** Returns the text beside the From address: whether it can be left empty depends on the login. */
export const fromAddressHelp = (draft: Draft, settings: ScreenSettings): string =>
  needsFromAddress(draft, settings) ? 'help_fromAddress_required' : 'help_fromAddress';
