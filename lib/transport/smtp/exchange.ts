import type { SmtpCause } from '../failures/failure-context.js';

/** Ends an exchange: with what went wrong, or with its result. Only the first call counts. */
export type Settle<T> = (error: SmtpCause | null, value?: T) => void;

/**
 * The exchange a session is waiting in, one at a time. Whichever comes first settles it: its result, the end
 * of the session, or one of the two deadlines, for the next answer and for everything.
 */
export class Exchange {
  #settle?: (error: SmtpCause) => void;
  #ended?: SmtpCause;
  #stepTimer?: NodeJS.Timeout;
  #limitTimer?: NodeJS.Timeout;

  constructor(
    private readonly toError: (cause: SmtpCause) => Error,
    /** A deadline has passed: the session is to be ended. */
    private readonly onExpire: (cause: SmtpCause) => void,
  ) {}

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Starts an exchange whose first answer is due within `ms`. */
  run<T>(ms: number, start: (settle: Settle<T>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle: Settle<T> = (error, value) => {
        if (this.#settle !== settle) return;
        this.#settle = undefined;
        clearTimeout(this.#stepTimer);
        if (error) reject(this.toError(error));
        else resolve(value as T);
      };
      this.#settle = settle;
      if (this.#ended) return settle(this.#ended);
      this.expect(ms);
      start(settle);
    });
  }

  /** The next answer of the running exchange is due within `ms` from now. */
  expect(ms: number): void {
    clearTimeout(this.#stepTimer);
    if (this.#settle) this.#stepTimer = setTimeout(() => this.#expire(ms), ms);
  }

  /** Everything is due within `ms` from now; undefined lifts the limit. */
  limit(ms: number | undefined): void {
    clearTimeout(this.#limitTimer);
    if (ms !== undefined && !this.#ended) this.#limitTimer = setTimeout(() => this.#expire(ms), Math.max(ms, 0));
  }

  /** The session is over: so is what was running, and what anybody tries next. */
  end(cause: SmtpCause): void {
    this.#ended = cause;
    clearTimeout(this.#stepTimer);
    clearTimeout(this.#limitTimer);
    this.#settle?.(cause);
  }

  #expire(afterMs: number): void {
    this.onExpire({ code: 'ETIMEDOUT', message: 'Deadline exceeded', afterMs });
  }
}
