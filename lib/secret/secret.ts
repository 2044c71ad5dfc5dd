import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A value read from a source. Whatever prints it prints `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(
    value: string,
    /** Grows each time the value of its key changes: the newer of two is told without comparing values. */
    readonly revision: number,
  ) {
    this.#value = value;
  }

  /** The value itself, for the transport that needs it. */
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
