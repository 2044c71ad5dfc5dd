import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A value read from a source. It is printed as `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(
    value: string,
    /** Grows each time the value of its key changes, so that the newer of two is known without comparing values. */
    readonly revision: number,
  ) {
    this.#value = value;
  }

  /** Returns the value itself, for the transport that needs it. */
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
