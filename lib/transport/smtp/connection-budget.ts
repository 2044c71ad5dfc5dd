/**
 * The connections of a configuration to a server. A newer transport of the configuration shares it with the one that is closing, so
 * that both together keep the limit.
 */
export class ConnectionBudget {
  #open = 0;
  readonly #waiting = new Set<() => void>();

  constructor(readonly server: string) {}

  get open(): number {
    return this.#open;
  }

  acquire(): void {
    this.#open += 1;
  }

  /** Gives a connection back, once its socket is closed, and tells everyone who waits for one. */
  release(): void {
    this.#open -= 1;
    for (const notify of [...this.#waiting]) notify();
  }

  /** Calls `notify` whenever a connection is given back, until the returned function is called. */
  onRelease(notify: () => void): () => void {
    this.#waiting.add(notify);
    return () => void this.#waiting.delete(notify);
  }
}
