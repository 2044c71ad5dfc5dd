import type { Draft, SavedConfig } from './draft.js';
import { isAddress, isMailbox } from './mailboxes.js';
import { authOn, passwordRule } from './rules.js';
import type { FieldErrors, ScreenSettings } from './types.js';

/** Longest texts the server takes. */
export const MAX_LENGTH = { name: 50, signature: 250, description: 1000 } as const;

const isWhole = (typed: string): boolean => /^\d+$/.test(typed.trim());
const inRange = (typed: string, max: number): boolean => isWhole(typed) && Number(typed) >= 1 && Number(typed) <= max;

/** Whether mail would have no sender: without a From address the user name has to be one. */
export function needsFromAddress(draft: Draft, settings: ScreenSettings): boolean {
  if (!authOn(draft, settings)) return true;
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
  const password = passwordRule(draft, saved, settings);

  refuse('name', 'required', !draft.name.trim());
  refuse('name', 'name_format', !/^\w*$/.test(draft.name.trim()));
  refuse('name', 'too_long', draft.name.trim().length > MAX_LENGTH.name);
  refuse('host', 'required', !draft.host.trim());
  refuse('host', 'host_format', /[\s/@,;]|:\/\//.test(draft.host.trim()) || draft.host.length > 253);
  refuse('port', 'required', !draft.port.trim());
  refuse('port', 'port_range', !inRange(draft.port, 65535));
  refuse('security', 'plaintext_forbidden', draft.security === 'none' && !settings.allowPlaintext);
  refuse('caCertificate', 'pem', draft.caCertificate.includes('PRIVATE KEY-----'));
  refuse('username', 'required', auth && !draft.username.trim());
  refuse('password', 'stored_secrets_off', password === 'unavailable');
  refuse('password', 'destination_changed', password === 'changed' && !draft.password);
  refuse('password', 'password_retype', password === 'retype' && !draft.password);
  refuse('password', 'required', password === 'new' && !draft.password);
  refuse('fromAddress', 'required', !draft.fromAddress.trim() && needsFromAddress(draft, settings));
  refuse('fromAddress', 'email', !!draft.fromAddress.trim() && !isAddress(draft.fromAddress));
  refuse('replyTo', 'mailbox', !!draft.replyTo.trim() && !isMailbox(draft.replyTo));
  refuse('signature', 'too_long', draft.signature.length > MAX_LENGTH.signature);
  refuse('description', 'too_long', draft.description.length > MAX_LENGTH.description);
  refuse('maxConnections', 'not_a_number', !inRange(draft.maxConnections, 50));
  for (const field of ['cc', 'bcc'] as const)
    draft[field].forEach((entry, index) => refuse(`${field}.${index}`, 'mailbox', !isMailbox(entry)));
  return errors;
}
