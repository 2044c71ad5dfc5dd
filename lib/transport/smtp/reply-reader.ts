/** Longer lines are shortened; nodemailer disconnects from a server that sends much more. */
const MAX_KEPT = 4_096;

/** True for an SMTP reply: each line begins with the same code (RFC 5321 §4.2). */
export function isSmtpReply(words: string): boolean {
  const code = words.slice(0, 3);
  return /^[2-5]\d\d$/.test(code) && words.split(/\r?\n/).every((line) => line.startsWith(code) && /^(?:[ -]|$)/.test(line.slice(3)));
}

/**
 * Splits a server's data into replies (RFC 5321 §4.2). It only listens: nodemailer acts on the same bytes, and the reader reports
 * each reply as it arrives.
 */
export class ReplyReader {
  #line = '';
  #reply: string[] = [];

  constructor(private readonly onReply: (reply: string) => void) {}

  read(chunk: Buffer): void {
    const lines = (this.#line + chunk.toString('utf8')).split(/\r?\n/);
    this.#line = (lines.pop() ?? '').slice(0, MAX_KEPT);
    for (const line of lines) {
      // Like nodemailer, ignores empty lines, and ends a reply at a line without a code.
      if (this.#reply.length === 0 && !line.trim()) continue;
      if (this.#reply.length < 100) this.#reply.push(line.slice(0, MAX_KEPT));
      if (!/^\d+-/.test(line)) {
        const reply = this.#reply.join('\n');
        this.#reply = [];
        this.onReply(reply);
      }
    }
  }
}
