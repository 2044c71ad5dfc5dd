import { isEmail } from 'class-validator';
import { hasControlCharacters } from '../shared/control-characters.js';
import { quote } from '../shared/quoted.js';
import type { CheckedMailbox, Mailbox } from './mail-message.js';
import { ownValue, invalidMessage } from './own-fields.js';

/** RFC 5321 §4.5.3.1: 64 characters of local part, @, 255 of domain. */
const MAX_LENGTH = 320;

/** Quotes and escapes can double the length of a name. */
const MAX_ENTRY = 1_000;

/** `Name <a@b.c>` or `"Name, Inc." <a@b.c>`. A name without quotes contains nothing that could hide a second address or a group. */
const NAMED = /^(?:"((?:[^"\\]|\\.)*)"|([^"<>@,;:()\\[\]]*))\s*<([^<>\s]+)>$/u;

/** True for one plain address as SMTP accepts it: no name, no quotes, at most 320 characters. */
export function isPlainAddress(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length <= MAX_LENGTH &&
    !text.includes('"') &&
    !hasControlCharacters(text) &&
    isEmail(text, { require_tld: false, allow_ip_domain: true })
  );
}

/**
 * Parses exactly one mailbox.
 * @throws MailError `INVALID_MESSAGE` naming `field` for control characters, groups, several addresses, or no valid address.
 */
export function parseMailbox(input: Mailbox, field: string): CheckedMailbox {
  if (typeof input === 'string') {
    // Checks the length first: the expression below takes quadratic time.
    if (input.length > MAX_ENTRY) throw invalidMessage(field, `is longer than ${MAX_ENTRY} characters`, { code: 'too_long' });
    if (hasControlCharacters(input)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
    const text = input.trim();
    const named = NAMED.exec(text);
    return checkMailbox(named ? unquote(named[1]) || (named[2] ?? '').trim() : '', named ? named[3]! : text, field);
  }
  if (input === null || typeof input !== 'object') throw invalidMessage(field, 'is not a mailbox', { code: 'mailbox' });
  const name = ownValue(input, 'name', field) ?? '';
  const address = ownValue(input, 'address', field);
  if (typeof name !== 'string' || typeof address !== 'string')
    throw invalidMessage(field, 'must have an address, and its name must be text', { code: 'mailbox' });
  return checkMailbox(name, address.trim(), field);
}

/** Returns the part of an address after the `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function checkMailbox(name: string, address: string, field: string): CheckedMailbox {
  checkName(name, field);
  if (hasControlCharacters(address)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
  if (!isPlainAddress(address)) throw invalidMessage(field, `is not exactly one email address: ${quote(address, 60)}`, { code: 'mailbox' });
  return { name, address };
}

/** Checks a display name. @throws MailError `INVALID_MESSAGE` naming `field` for a name that no header may contain */
export function checkName(name: string, field: string): void {
  if (hasControlCharacters(name)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
  if (name.length > MAX_LENGTH) throw invalidMessage(field, `has a name of more than ${MAX_LENGTH} characters`, { code: 'too_long' });
}

function unquote(text: string | undefined): string {
  return (text ?? '').replace(/\\(.)/g, '$1');
}
