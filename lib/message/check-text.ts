import { hasControlCharacters } from '../shared/control-characters.js';
import { invalidMessage } from './own-fields.js';

/** The longest value of a field that is not folded into several lines. A line has 998 characters (RFC 5322 §2.1.1). */
const MAX_LINE = 900;

/**
 * Checks a string without line ends. Removes white space around it, and replaces tabs in it.
 * @throws MailError `INVALID_MESSAGE` naming the field
 */
export function line(value: unknown, field: string, max = MAX_LINE): string {
  return exactLine(typeof value === 'string' ? value.trim().replaceAll('\t', ' ') : value, field, max);
}

/** Checks a string without line ends that is not changed. @throws MailError `INVALID_MESSAGE` naming the field */
export function exactLine(value: unknown, field: string, max = MAX_LINE): string {
  if (typeof value !== 'string') throw invalidMessage(field, 'must be text');
  if (value.length > max) throw invalidMessage(field, `is longer than ${max} characters`, { code: 'too_long' });
  if (hasControlCharacters(value)) throw invalidMessage(field, 'contains a control character', { code: 'control_characters' });
  return value;
}

/** Checks a string of any length that may be left out. @throws MailError `INVALID_MESSAGE` naming the field */
export function optionalText(value: unknown, field: string): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw invalidMessage(field, 'must be text');
  return value;
}
