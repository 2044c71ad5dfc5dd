import { MailError } from '../../shared/mail-error.js';

/** Outlook serves four requests of an app for a mailbox at the same time (learn.microsoft.com/graph/throttling-limits). */
const MAX_CONCURRENT = 4;
/** Exchange Online accepts 30 messages a minute from a mailbox (learn.microsoft.com/office365/servicedescriptions, sending limits). */
const MAX_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

/**
 * Limits the mail of a mailbox in this process: four messages at the same time, 30 in any minute, and none while Microsoft asks to
 * wait.
 */
export class MailboxLimit {
  readonly #takenAt: number[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #pausedUntil = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The number of messages that may be sent now. */
  get capacity(): number {
    return this.#waitMs() > 0 ? 0 : MAX_PER_MINUTE - this.#takenAt.length;
  }

  /** Accepts no messages for the given time. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.now() + ms);
  }

  /** Runs the work of one message as soon as fewer than `most` are running. @throws MailError `THROTTLED` if the limit is reached */
  async run<T>(most: number, work: () => Promise<T>): Promise<T> {
    const waitMs = this.#waitMs();
    if (waitMs > 0) {
      throw new MailError('THROTTLED', 'The mailbox has reached its sending limit.', {
        retryAfterMs: Math.ceil(waitMs),
        phase: 'mailbox',
        reason: 'graph_throttled',
      });
    }
    this.#takenAt.push(this.now());
    while (this.#running >= Math.min(most, MAX_CONCURRENT)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
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
    const full = this.#takenAt.length >= MAX_PER_MINUTE ? this.#takenAt[0]! + MINUTE_MS - now : 0;
    return Math.max(full, this.#pausedUntil - now, 0);
  }
}

/** Keeps the limits of all mailboxes in this process. Configurations of the same mailbox share a limit. */
export class MailboxLimits {
  readonly #limits = new Map<string, MailboxLimit>();

  of(host: string, mailbox: string): MailboxLimit {
    const key = `${host} ${mailbox.toLowerCase()}`;
    const limit = this.#limits.get(key) ?? new MailboxLimit();
    this.#limits.set(key, limit);
    return limit;
  }
}
