/** A pause that a nudge ends. */
export class Nudges {
  #isNudged = false;
  #wake: () => void = () => undefined;

  /** Ends the pause, or the next one before it begins. */
  nudge(): void {
    this.#isNudged = true;
    this.#wake();
  }

  /** Forgets the nudges so far: what they announced is about to be looked for. */
  clear(): void {
    this.#isNudged = false;
  }

  /** Resolves after a time, or when nudged since {@link clear}. */
  async pause(ms: number): Promise<void> {
    if (this.#isNudged) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
