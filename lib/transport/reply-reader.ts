/** Longer lines are cut here; nodemailer drops a server that sends much more. */
const MAX_KEPT = 4_096;

/**
 * Tells the complete replies in what a server sends (RFC 5321 §4.2). It only listens: nodemailer acts on
 * the same bytes, this says when which answer came, and in what words.
 */
export class ReplyReader {
  #line = '';
  #reply: string[] = [];

  constructor(private readonly onReply: (reply: string) => void) {}

  read(chunk: Buffer): void {
    const lines = (this.#line + chunk.toString('utf8')).split(/\r?\n/);
    this.#line = (lines.pop() ?? '').slice(0, MAX_KEPT);
    for (const line of lines) {
      if (this.#reply.length < 100) this.#reply.push(line.slice(0, MAX_KEPT));
      if (/^\d{3}(?: |$)/.test(line)) {
        const reply = this.#reply.join('\n');
        this.#reply = [];
        this.onReply(reply);
      }
    }
  }
}
