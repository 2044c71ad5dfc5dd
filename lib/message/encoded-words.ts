import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type MimeNode from 'nodemailer/lib/mime-node';
import type { CheckedMailbox } from './mail-message.js';

/** What readers decode (RFC 2047 §2), although many of them do so where it says that they must not. */
const LOOKS_ENCODED = /=\?[^?]*\?[BQ]\?[^?]*\?=/i;
/** What leaves room for the name of the field in a line of 76 characters. */
const WORD_LENGTH = 52;

/** The text of a header field that arrives as it is: nodemailer leaves alone what looks as if it was encoded before. */
export function literal(text: string): string {
  return LOOKS_ENCODED.test(text) ? encodeWord(text, 'B', WORD_LENGTH) : text;
}

/**
 * Returns the name of a file as one that no reader takes for an encoded one. Some decode it twice, so no encoding helps: it is spelled
 * otherwise. No file can have such a name on Windows, where `?` is forbidden.
 */
export function literalFilename(name: string): string {
  return LOOKS_ENCODED.test(name) ? name.replaceAll('=?', '=_') : name;
}

/**
 * {@link literal} for the names of mailboxes. Anybody may choose one, and a reader would find in it whatever was encoded:
 * quotes, other addresses, ends of lines.
 */
export function encodeNamesLiterally(node: MimeNode): void {
  const encode = node.encodeHeaderValue.bind(node);
  node.encodeHeaderValue = (key, value) => {
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
