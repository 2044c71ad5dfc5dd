import { hasControlCharacters } from '../shared/control-characters.js';
import { invalidMessage } from './own-fields.js';

/** The longest line of a mail (RFC 5322 §2.1.1). */
const MAX_LINE = 998;

/**
 * Checks a string that becomes one line of the mail. Removes white space around it, and replaces tabs in it.
 * @throws MailError `INVALID_MESSAGE` naming the field
 */
export function line(value: unknown, field: string): string {
  return exactLine(typeof value === 'string' ? value.trim().replaceAll('\t', ' ') : value, field);
}

/** Checks a string of one line that is not changed. @throws MailError `INVALID_MESSAGE` naming the field */
export function exactLine(value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalidMessage(field, 'must be text');
  if (value.length > MAX_LINE) throw invalidMessage(field, `is longer than ${MAX_LINE} characters`, { code: 'too_long' });
  if (hasControlCharacters(value)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
  return value;
}

/** Checks a string of any length that may be left out. @throws MailError `INVALID_MESSAGE` naming the field */
export function optionalText(value: unknown, field: string): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw invalidMessage(field, 'must be text');
  return value;
}
