/** Longer lines are shortened. */
const MAX_LINE = 4_096;
const MAX_LINES = 100;

/** True for an SMTP reply: each line begins with the same code (RFC 5321 §4.2). */
export function isSmtpReply(words: string): boolean {
  const code = words.slice(0, 3);
  return /^[2-5]\d\d$/.test(code) && words.split(/\r?\n/).every((line) => line.startsWith(code) && /^(?:[ -]|$)/.test(line.slice(3)));
}

/** Returns a reply if it is one: the other side may not speak SMTP. */
export const validReply = (reply: string): string => (isSmtpReply(reply) ? reply : '');

/** Returns a reply as the facts of a failure. */
export const replied = (response: string): { response: string; responseCode: number } => ({
  response,
  responseCode: Number.parseInt(response) || 0,
});

/**
 * Splits a server's data into replies (RFC 5321 §4.2), however TCP cut it into chunks. Lines end in CRLF or LF, and are UTF-8 or
 * Latin-1.
 */
export class ReplyReader {
  #line = '';
  #reply: string[] = [];

  constructor(private readonly onReply: (reply: string) => void) {}

  /** The beginning of a line that has not ended yet. */
  get remainder(): string {
    return decode(this.#line);
  }

  read(chunk: Buffer): void {
    const text = this.#line + chunk.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#line = '';
      this.#addLine(text.slice(start, text[end - 1] === '\r' ? Math.max(end - 1, start) : end));
      start = end + 1;
    }
    this.#line = text.slice(start, start + MAX_LINE);
  }

  /** Forgets everything that was read but not reported. */
  clear(): void {
    this.#line = '';
    this.#reply = [];
  }

  #addLine(line: string): void {
    // Some servers send empty lines between replies.
    if (!line.trim()) return;
    if (this.#reply.length < MAX_LINES) this.#reply.push(decode(line.slice(0, MAX_LINE)));
    // A line without a code ends the reply, too: the server does not speak SMTP.
    if (/^\d+-/.test(line)) return;
    const reply = this.#reply.join('\n');
    this.#reply = [];
    this.onReply(reply);
  }
}

/** Decodes bytes, given as Latin-1, as UTF-8 if they are. */
function decode(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  try {
    // A shortened line may end inside a character, which is left out.
    const stream = latin1.length >= MAX_LINE;
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'), { stream });
  } catch {
    return latin1;
  }
}
