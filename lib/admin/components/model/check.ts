import { MAX_GRAPH_CONNECTIONS, type Draft, type SavedConfig } from './draft.js';
import { isAddress, isMailbox } from './mailboxes.js';
import { authOn, secretRule, usesEntra } from './rules.js';
import { SECRET_COLUMNS } from './secret.js';
import type { FieldErrors, ScreenSettings } from './types.js';

/** Longest texts the server takes. */
export const MAX_LENGTH = { name: 50, signature: 250, description: 1000 } as const;

const isWhole = (typed: string): boolean => /^\d+$/.test(typed.trim());
const inRange = (typed: string, max: number): boolean => isWhole(typed) && Number(typed) >= 1 && Number(typed) <= max;

const GUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i;
const isTenant = (typed: string): boolean => GUID.test(typed) || (typed.length <= 255 && /^([a-z\d-]+\.)+[a-z][a-z\d-]+$/i.test(typed));

/** Whether mail would have no sender: without a From address the user name has to be one. The only configuration names it always. */
export function needsFromAddress(draft: Draft, settings: ScreenSettings): boolean {
  if (settings.single || !authOn(draft, settings)) return true;
  // Where it has to be one, that is said beside the user name.
  if (usesEntra(draft, settings)) return false;
  return draft.username.trim() !== '' && !isAddress(draft.username);
}

/**
 * The checks that need no server, so that most mistakes are answered at once. The server asks all of them again.
 */
export function checkDraft(draft: Draft, saved: SavedConfig | null, settings: ScreenSettings): FieldErrors {
  const errors: FieldErrors = {};
  const refuse = (field: string, type: string, when: boolean): void => {
    if (when) errors[field] ??= { type };
  };
  const auth = authOn(draft, settings);
  const entra = usesEntra(draft, settings);
  const generic = draft.type === 'generic';

  if (!settings.single) {
    refuse('name', 'required', !draft.name.trim());
    refuse('name', 'name_format', !/^\w*$/.test(draft.name.trim()));
    refuse('name', 'too_long', draft.name.trim().length > MAX_LENGTH.name);
  }
  if (generic) {
    refuse('host', 'required', !draft.host.trim());
    refuse('host', 'host_format', /[\s/@,;]|:\/\//.test(draft.host.trim()) || draft.host.length > 253);
    refuse('port', 'required', !draft.port.trim());
    refuse('port', 'port_range', !inRange(draft.port, 65535));
    refuse('security', 'plaintext_forbidden', draft.security === 'none' && !settings.allowPlaintext);
    refuse('caCertificate', 'pem', draft.caCertificate.includes('PRIVATE KEY-----'));
  }
  if (entra) {
    refuse('username', 'user_mailbox', !isAddress(draft.username));
    refuse('tenantId', 'required', !draft.tenantId.trim());
    refuse('tenantId', 'tenant_format', !isTenant(draft.tenantId.trim()));
    refuse('clientId', 'required', !draft.clientId.trim());
    refuse('clientId', 'client_format', !GUID.test(draft.clientId.trim()));
  }
  refuse('username', 'required', auth && !draft.username.trim());
  refuse('authMethod', 'password_grant_off', !generic && draft.authMethod === 'password' && !settings.allowPasswordGrant);
  for (const column of SECRET_COLUMNS) {
    const rule = secretRule(column, draft, saved, settings);
    const typed = draft[column];
    refuse(column, 'stored_secrets_off', rule === 'unavailable');
    refuse(column, 'choose_again', rule === 'moved');
    refuse(column, 'destination_changed', rule === 'changed' && !typed);
    refuse(column, 'password_retype', rule === 'retype' && !typed);
    refuse(column, 'required', rule === 'new' && !typed);
  }
  refuse('fromName', 'required', settings.single && !draft.fromName.trim());
  refuse('fromAddress', 'required', !draft.fromAddress.trim() && needsFromAddress(draft, settings));
  refuse('fromAddress', 'email', !!draft.fromAddress.trim() && !isAddress(draft.fromAddress));
  refuse('replyTo', 'mailbox', !!draft.replyTo.trim() && !isMailbox(draft.replyTo));
  refuse('signature', 'too_long', draft.signature.length > MAX_LENGTH.signature);
  refuse('description', 'too_long', draft.description.length > MAX_LENGTH.description);
  refuse('maxConnections', generic ? 'not_a_number' : 'graph_range', !inRange(draft.maxConnections, generic ? 50 : MAX_GRAPH_CONNECTIONS));
  for (const field of ['cc', 'bcc'] as const)
    draft[field].forEach((entry, index) => refuse(`${field}.${index}`, 'mailbox', !isMailbox(entry)));
  return errors;
}
