import type { FieldErrors } from '../../../shared/admin-responses.js';
import { firstProblem, isGuid, limitsOf } from '../../../shared/config-checks.js';
import { SECRET_COLUMNS, SETTING_NAMES } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { kindOf } from '../form/kinds/index.js';
import type { Draft, SavedConfig } from './draft.js';
import { isAddress, isMailbox } from './mailboxes.js';
import { toPayload } from './payload.js';
import { applies, authOn, secretRule, usesEntra } from './rules.js';

const isTenant = (typed: string): boolean => isGuid(typed) || (typed.length <= 255 && /^([a-z\d-]+\.)+[a-z][a-z\d-]+$/i.test(typed));

/** True if the From address is required: the user name is not an address, or the application has a single configuration. */
export function needsFromAddress(draft: Draft, settings: ScreenSettings): boolean {
  if (settings.single || !authOn(draft, settings)) return true;
  // Here the user name must be an address, and its own field shows the problem.
  if (usesEntra(draft, settings)) return false;
  return draft.username.trim() !== '' && !isAddress(draft.username);
}

/** Returns the problems that the browser can find, in the order of the form. The server repeats all of these checks. */
export function checkDraft(draft: Draft, saved: SavedConfig | null, settings: ScreenSettings): FieldErrors {
  const errors: FieldErrors = {};
  const refuse = (field: string, type: string, when: boolean): void => {
    if (when) errors[field] ??= { type };
  };
  const auth = authOn(draft, settings);
  const entra = usesEntra(draft, settings);

  kindOf(draft.type).check(draft, settings, refuse);
  const sent = toPayload(draft, settings);
  for (const name of SETTING_NAMES) {
    const problem = name in sent && applies(name, draft, settings) ? firstProblem(limitsOf(name), sent[name]) : undefined;
    if (problem) refuse(name, problem.code, true);
  }
  if (entra) {
    refuse('username', 'user_mailbox', !isAddress(draft.username));
    refuse('tenantId', 'required', !draft.tenantId.trim());
    refuse('tenantId', 'tenant_format', !isTenant(draft.tenantId.trim()));
    refuse('clientId', 'required', !draft.clientId.trim());
    refuse('clientId', 'client_format', !isGuid(draft.clientId.trim()));
  }
  refuse('username', 'required', auth && !draft.username.trim());
  for (const column of SECRET_COLUMNS) {
    const rule = secretRule(column, draft, saved, settings);
    const typed = draft[column];
    refuse(column, 'stored_secrets_disabled', rule === 'unavailable');
    refuse(column, 'choose_again', rule === 'moved');
    refuse(column, 'destination_changed', rule === 'changed' && !typed);
    refuse(column, 'password_retype', rule === 'retype' && !typed);
    refuse(column, 'required', rule === 'new' && !typed);
  }
  refuse('fromName', 'required', settings.single && !draft.fromName.trim());
  refuse('fromAddress', 'required', !draft.fromAddress.trim() && needsFromAddress(draft, settings));
  refuse('fromAddress', 'email', !!draft.fromAddress.trim() && !isAddress(draft.fromAddress));
  refuse('replyTo', 'mailbox', !!draft.replyTo.trim() && !isMailbox(draft.replyTo));
  for (const field of ['cc', 'bcc'] as const)
    draft[field].forEach((entry, index) => refuse(`${field}.${index}`, 'mailbox', !isMailbox(entry)));
  if (!settings.single) {
    refuse('name', 'required', !draft.name.trim());
    refuse('name', 'name_format', !/^\w*$/.test(draft.name.trim()));
  }
  return errors;
}
