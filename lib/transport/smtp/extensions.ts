/** The extensions that a server offered in its last EHLO reply (RFC 5321 §4.1.1.1). */
export class Extensions {
  readonly #lines: readonly string[];

  /** @param reply the reply to EHLO; HELO offers none */
  constructor(reply = '') {
    const [, ...lines] = reply.split('\n');
    this.#lines = lines.map((line) => line.slice(4).trim().toUpperCase());
  }

  has(extension: string): boolean {
    return this.#lines.some((line) => line === extension || line.startsWith(`${extension} `));
  }

  /** The largest message that the server accepts, in bytes; Infinity without a limit (RFC 1870). */
  get maxSize(): number {
    const line = this.#lines.find((one) => /^SIZE \d+$/.test(one));
    return Number(line?.slice(5)) || Infinity;
  }

  /** The login mechanisms, in the server's order; undefined if the server offers no login. Some old servers write `AUTH=`. */
  get mechanisms(): string[] | undefined {
    const lines = this.#lines.filter((line) => /^AUTH(?:[ =]|$)/.test(line));
    if (lines.length === 0) return undefined;
    const names = lines.flatMap((line) => line.slice(5).split(/[\s=]+/));
    return [...new Set(names.filter((name) => /^[A-Z0-9_-]{1,20}$/.test(name)))];
  }
}
