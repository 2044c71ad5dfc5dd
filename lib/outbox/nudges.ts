/** Pauses that a nudge ends. */
export class Nudges {
  #isNudged = false;
  #wake: () => void = () => undefined;

  /** Ends the current pause, or prevents the next one. */
  nudge(): void {
    this.#isNudged = true;
    this.#wake();
  }

  /** Clears earlier nudges, just before the messages that they announced are searched for. */
  clear(): void {
    this.#isNudged = false;
  }

  /** Resolves after the given time, or earlier after a nudge. */
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
