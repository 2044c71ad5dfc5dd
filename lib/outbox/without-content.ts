import type { ComposedMail } from '../message/compose.js';

const HIDDEN = '***';
/** The codes at the start of a reply (RFC 5321 §4.2, RFC 3463). */
const CODES = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/;
/** A word that a filter may quote from a body: a link, a code, an address. */
const QUOTED = /[^\s"'<>()]*[\d@/][^\s"'<>()]*/g;
const WORD = /[\p{L}\p{N}]{3,}|\p{N}+/gu;
const MIN_QUOTED = 4;

/** Removes quotes of the message from a server's reply: spam filters quote subjects, links and codes. */
export function withoutContent(reply: string, { subject, text = '', html = '' }: Pick<ComposedMail, 'subject' | 'text' | 'html'>): string {
  const [codes = ''] = CODES.exec(reply) ?? [];
  const body = `${text}\n${html}`.toLowerCase();
  const title = subject.toLowerCase();
  return (
    codes +
    reply
      .slice(codes.length)
      .replace(QUOTED, (word) => {
        const bare = word.replace(/[.,;:!?]+$/, '');
        return bare.length >= MIN_QUOTED && body.includes(bare.toLowerCase()) ? word.replace(bare, () => HIDDEN) : word;
      })
      .replace(WORD, (word) => (title.includes(word.toLowerCase()) ? HIDDEN : word))
  );
}
