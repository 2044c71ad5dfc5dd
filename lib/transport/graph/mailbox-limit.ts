import { MailError } from '../../shared/mail-error.js';

/** Outlook serves an app four requests at once for a mailbox (learn.microsoft.com/graph/throttling-limits). */
export const MOST_AT_ONCE = 4;
/** Exchange Online takes 30 messages a minute from a mailbox (learn.microsoft.com/office365/servicedescriptions, sending limits). */
const MOST_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/** What a mailbox may send from this process: few at once, 30 in any minute, nothing while Microsoft wants it to wait. */
export class MailboxLimit {
  readonly #takenAt: number[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #pausedUntil = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** How many messages it takes just now. */
  get capacity(): number {
    return this.#waitMs() > 0 ? 0 : MOST_A_MINUTE - this.#takenAt.length;
  }

  /** Takes nothing for a while. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.now() + ms);
  }

  /** Runs the work of one message, as soon as fewer than `most` are running. @throws MailError `THROTTLED` when it takes none */
  async run<T>(most: number, work: () => Promise<T>): Promise<T> {
    const waitMs = this.#waitMs();
    if (waitMs > 0) {
      throw new MailError('THROTTLED', 'The mailbox may send no more just now.', { retryAfterMs: Math.ceil(waitMs), phase: 'mailbox' });
    }
    this.#takenAt.push(this.now());
    while (this.#running >= Math.min(most, MOST_AT_ONCE)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  #waitMs(): number {
    const now = this.now();
    while (this.#takenAt.length > 0 && this.#takenAt[0]! <= now - MINUTE_MS) this.#takenAt.shift();
    const full = this.#takenAt.length >= MOST_A_MINUTE ? this.#takenAt[0]! + MINUTE_MS - now : 0;
    return Math.max(full, this.#pausedUntil - now, 0);
  }
}

/** The limits of all mailboxes of this process: two configurations of one mailbox share one. */
export class MailboxLimits {
  readonly #limits = new Map<string, MailboxLimit>();

  of(host: string, mailbox: string): MailboxLimit {
    const key = `${host} ${mailbox.toLowerCase()}`;
    const limit = this.#limits.get(key) ?? new MailboxLimit();
    this.#limits.set(key, limit);
    return limit;
  }
}
