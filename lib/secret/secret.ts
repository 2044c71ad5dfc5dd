import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A value read from a source. It prints as `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(
    value: string,
    /** Increases each time the value of its key changes, to tell which of two is newer without comparing values. */
    readonly revision: number,
  ) {
    this.#value = value;
  }

  /** Returns the value for a transport. */
  reveal(): string {
    return this.#value;
  }

  holds(value: string): boolean {
    return this.#value === value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
