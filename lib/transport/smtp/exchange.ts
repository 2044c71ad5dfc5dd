import type { SmtpFailure } from '../failures/failure-context.js';

/** Ends an exchange with a failure or its result. Only the first call counts. */
export type Settle<T> = (error: SmtpFailure | null, value?: T) => void;

/**
 * The exchange that a session is waiting for, one at a time. It is settled by its result, the end of the session, or one of two
 * deadlines: for the next reply, and for the whole session.
 */
export class Exchange {
  #settle?: (error: SmtpFailure) => void;
  #ended?: SmtpFailure;
  #stepTimer?: NodeJS.Timeout;
  #limitTimer?: NodeJS.Timeout;

  constructor(
    private readonly toError: (failure: SmtpFailure) => Error,
    /** Called after a deadline, to end the session. */
    private readonly onExpire: (failure: SmtpFailure) => void,
  ) {}

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Starts an exchange whose first reply is due within `ms`. */
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

  /** Sets the deadline of the next reply of the running exchange, in `ms` from now. */
  expect(ms: number): void {
    clearTimeout(this.#stepTimer);
    if (this.#settle) this.#stepTimer = setTimeout(() => this.#expire(ms), ms);
  }

  /** Sets the deadline of the whole session, in `ms` from now; undefined removes it. */
  limit(ms: number | undefined): void {
    clearTimeout(this.#limitTimer);
    if (ms !== undefined && !this.#ended) this.#limitTimer = setTimeout(() => this.#expire(ms), Math.max(ms, 0));
  }

  /** Ends the session: fails the running exchange, and every later one. */
  end(failure: SmtpFailure): void {
    this.#ended = failure;
    clearTimeout(this.#stepTimer);
    clearTimeout(this.#limitTimer);
    this.#settle?.(failure);
  }

  #expire(afterMs: number): void {
    this.onExpire({ code: 'ETIMEDOUT', message: 'Deadline exceeded', afterMs });
  }
}
