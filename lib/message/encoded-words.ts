import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type MimeNode from 'nodemailer/lib/mime-node';
import type { CheckedMailbox } from './mail-message.js';

/** Matches an encoded word (RFC 2047 §2). Many mail readers decode it even where the RFC forbids it. */
const LOOKS_ENCODED = /=\?[^?]*\?[BQ]\?[^?]*\?=/i;
/** Leaves space in a line of 998 characters (RFC 5322 §2.1.1) for the name of the field. */
const LONG_WORD = /\S{900}/;
/** The To line of a mail that has only Bcc recipients. Some servers refuse a mail without one. */
export const UNDISCLOSED = 'undisclosed-recipients:;';
/** Leaves space for the name of the field in a line of 76 characters. */
const WORD_LENGTH = 52;

/** Encodes the text of a header field so that it arrives unchanged: nodemailer does not encode text that already looks encoded. */
export function literal(text: string): string {
  return LOOKS_ENCODED.test(text) ? encodeWord(text, 'B', WORD_LENGTH) : text;
}

/** Encodes a subject like {@link literal}, and also if a word of it is too long for a line: only encoded text can be folded anywhere. */
export function foldable(text: string): string {
  return LONG_WORD.test(text) ? encodeWord(text, 'Q', WORD_LENGTH) : literal(text);
}

/**
 * Returns a file name that no mail reader decodes as an encoded word. Some readers decode twice, so encoding does not help: the name is
 * changed. Windows forbids `?` in file names anyway.
 */
export function literalFilename(name: string): string {
  return LOOKS_ENCODED.test(name) ? name.replaceAll('=?', '=_') : name;
}

/**
 * Encodes the names of mailboxes so that they arrive unchanged. A name is untrusted, and a mail reader would decode whatever is
 * hidden in it: quotes, other addresses, line breaks.
 */
export function encodeNamesLiterally(node: MimeNode): void {
  const encode = node.encodeHeaderValue.bind(node);
  node.encodeHeaderValue = (key, value) => {
    if (key === 'To' && value === UNDISCLOSED) return UNDISCLOSED;
    const list = [value].flat() as (CheckedMailbox | string)[];
    if (!list.some((entry) => LOOKS_ENCODED.test(nameOf(entry)))) return encode(key, value);
    return list
      .map((entry) => {
        const name = nameOf(entry);
        if (typeof entry === 'string' || !LOOKS_ENCODED.test(name)) return encode(key, entry);
        const address = encode(key, { name: '', address: entry.address });
        return `${literal(name)} ${address.startsWith('<') ? address : `<${address}>`}`;
      })
      .join(', ');
  };
}

function nameOf(entry: CheckedMailbox | string | null | undefined): string {
  return typeof entry === 'object' && entry !== null ? (entry.name ?? '') : '';
}
