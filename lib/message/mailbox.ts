import { isEmail } from 'class-validator';
import { canonicalLocalPart, invisibleCharacter, splitAddress, splitNamed } from '../shared/addresses.js';
import { hasControlCharacters } from '../shared/control-characters.js';
import { quote } from '../shared/quoted.js';
import type { CheckedMailbox, Mailbox } from './mail-message.js';
import { ownValue, invalidMessage } from './own-fields.js';

/** RFC 5321 §4.5.3.1: 64 characters of local part, @, 255 of domain. Longer local parts exist, so only the sum is limited. */
const MAX_LENGTH = 320;

/** Quotes and escapes can double the length of a name. */
const MAX_ENTRY = 1_000;

/** True for one address without a name, of at most 320 characters. Its local part may be between quotes. */
export function isPlainAddress(text: unknown): text is string {
  return typeof text === 'string' && canonicalAddress(text) !== undefined;
}

/**
 * Parses exactly one mailbox. White space around it is removed.
 * @throws MailError `INVALID_MESSAGE` naming `field` for control and invisible characters, groups, several addresses, or no valid
 * address.
 */
export function parseMailbox(input: Mailbox, field: string): CheckedMailbox {
  if (typeof input === 'string') {
    // Checks the length first, which bounds the time of the expressions below.
    if (input.length > MAX_ENTRY) throw invalidMessage(field, `is longer than ${MAX_ENTRY} characters`, { code: 'too_long' });
    const text = input.trim().replaceAll('\t', ' ');
    if (hasControlCharacters(text)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
    const { name, address } = splitNamed(text) ?? { name: '', address: text };
    return checkMailbox(name, address, field);
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
  return splitAddress(address).domain;
}

function checkMailbox(given: string, text: string, field: string): CheckedMailbox {
  const name = checkName(given, field);
  if (hasControlCharacters(text)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
  const invisible = text.length > MAX_ENTRY ? undefined : invisibleCharacter(text);
  if (invisible !== undefined) {
    const remedy = 'Type the address again instead of pasting it.';
    throw invalidMessage(field, `contains the invisible character ${invisible}`, { code: 'invisible_character', remedy });
  }
  const address = canonicalAddress(text);
  if (address === undefined) throw invalidMessage(field, `is not exactly one email address: ${quote(text, 60)}`, { code: 'mailbox' });
  return { name, address };
}

/** Returns an address without needless quotes; undefined if it is not one. */
function canonicalAddress(text: string): string | undefined {
  if (text.length > MAX_LENGTH || hasControlCharacters(text) || invisibleCharacter(text) !== undefined) return undefined;
  const { local, domain } = splitAddress(text);
  const canonical = canonicalLocalPart(local);
  const isDomain = isEmail(`a@${domain}`, { require_tld: false, allow_ip_domain: true });
  return canonical !== undefined && isDomain ? `${canonical}@${domain}` : undefined;
}

/**
 * Checks a display name. Removes white space around it, and replaces tabs.
 * @throws MailError `INVALID_MESSAGE` naming `field` for a name that no header may contain
 */
export function checkName(given: string, field: string): string {
  const name = given.length > MAX_LENGTH ? given : given.trim().replaceAll('\t', ' ');
  if (hasControlCharacters(name)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
  if (name.length > MAX_LENGTH) throw invalidMessage(field, `has a name of more than ${MAX_LENGTH} characters`, { code: 'too_long' });
  return name;
}
