interface Read<T> {
  result: Promise<T>;
  /** Infinite while it is being read, so that callers share one read. */
  until: number;
}

/** Shares reads by key: concurrent callers get the same one, and its result is used again for a while. Failures are not kept. */
export class SharedReads<T> {
  readonly #reads = new Map<string, Read<T>>();

  /** @param ageMs returns how long to use a result, by how long it took to read */
  constructor(private readonly ageMs: (tookMs: number) => number) {}

  async get(key: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    for (const [other, { until }] of this.#reads) if (until < started) this.#reads.delete(other);
    const kept = this.#reads.get(key);
    if (kept) return kept.result;
    const read: Read<T> = { result: work(), until: Infinity };
    this.#reads.set(key, read);
    read.result.then(
      () => {
        const ended = performance.now();
        read.until = ended + this.ageMs(ended - started);
      },
      () => (read.until = -Infinity),
    );
    return read.result;
  }

  /** Forgets all results. Running reads are not shared any more. */
  clear(): void {
    this.#reads.clear();
  }
}
