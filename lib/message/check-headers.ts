import type { MailError } from '../shared/mail-error.js';
import { quote } from '../shared/quoted.js';
import { line } from './check-text.js';
import { ownKeys, ownList, ownValue, invalidMessage } from './own-fields.js';

const MAX_HEADERS = 100;
/** Characters of all names and values together. Many servers accept at most 64 KB of headers, including those added in transit. */
const MAX_SIZE = 32_768;
/** A line is folded at spaces, and has at most 998 characters with the name of the header (RFC 5322 §2.1.1). */
const MAX_WORD = 900;
const LONG_WORD = new RegExp(`\\S{${MAX_WORD + 1}}`);
const HEADER_NAME = /^[!-9;-~]{1,76}$/;
const OWN_HEADERS =
  /^(from|sender|to|cc|bcc|reply-to|subject|date|message-id|mime-version|received|return-path|dkim-signature|content-.*|resent-.*)$/i;

/** Checks the extra headers of a message. @throws MailError `INVALID_MESSAGE` naming the field */
export function checkHeaders(given: unknown): Record<string, string[]> {
  const names = ownKeys(given, 'headers');
  if (names.length > MAX_HEADERS) throw tooMany();
  const entries = names.map((name): [string, string[]] => {
    if (!HEADER_NAME.test(name)) throw invalidMessage('headers', `has an invalid header name: ${quote(name)}`);
    if (OWN_HEADERS.test(name)) throw invalidMessage(`headers.${name}`, 'is written by this package and cannot be given');
    return [name, headerValues(ownValue(given as object, name, `headers.${name}`), `headers.${name}`)];
  });
  const lines = entries.flatMap(([name, values]) => values.map((value) => name.length + value.length));
  if (lines.length > MAX_HEADERS) throw tooMany();
  const size = lines.reduce((sum, length) => sum + length, 0);
  if (size > MAX_SIZE) throw invalidMessage('headers', `is longer than ${MAX_SIZE} characters`, { code: 'too_long' });
  return Object.fromEntries(entries);
}

const tooMany = (): MailError => invalidMessage('headers', `has more than ${MAX_HEADERS} entries`, { code: 'too_many' });

function headerValues(given: unknown, field: string): string[] {
  if (!Array.isArray(given)) return [headerValue(given, field)];
  return ownList(given, MAX_HEADERS, field).map((value, index) => headerValue(value, `${field}[${index}]`));
}

function headerValue(given: unknown, field: string): string {
  const value = line(given, field, MAX_SIZE);
  if (!LONG_WORD.test(value)) return value;
  throw invalidMessage(field, `has a word of more than ${MAX_WORD} characters, which no line of a mail can hold`, { code: 'too_long' });
}
