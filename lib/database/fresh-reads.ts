interface Running<T> {
  now: Promise<T>;
  /** The read that begins when this one has ended. */
  next?: Promise<T>;
}

/**
 * Reads that callers share. While a read runs, later callers wait for the next one, so that each sees everything that was stored before
 * its call. Twenty parallel `sendNow` calls need two reads instead of twenty.
 */
export class FreshReads<T> {
  readonly #running = new Map<string, Running<T>>();

  /** @param key names what `load` reads */
  read(key: string, load: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (!running) return this.#start(key, load);
    const start = () => this.#start(key, load);
    running.next ??= running.now.then(start, start);
    return running.next;
  }

  #start(key: string, load: () => Promise<T>): Promise<T> {
    const running: Running<T> = { now: load() };
    this.#running.set(key, running);
    const end = () => void (running.next ?? this.#running.delete(key));
    running.now.then(end, end);
    return running.now;
  }
}
