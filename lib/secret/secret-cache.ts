import { checkValue, toSourceError } from './secret-failure.js';
import { Secret } from './secret.js';
import type { SecretSource } from './secret-source.js';

/** The time for which a value is used before it is read again. */
const TTL_MS = 300_000;
/** The time for which a value stays in use while its source is unreachable, counted from when it was read. */
const STALE_MS = 3_600_000;
/** The interval at which an unreachable source is tried, however much mail is sent. */
const RETRY_MS = 30_000;
/** The shortest interval between reads of a value after refused logins. */
const RENEW_MS = 30_000;
/** The deadline of a source. */
export const DEADLINE_MS = 5_000;

interface Entry {
  secret: Secret;
  readAt: number;
  freshUntil: number;
}

/** Caches the values read from sources, in memory only. Concurrent calls for a key share one read. All methods throw SecretSourceError. */
export class SecretCache {
  readonly #entries = new Map<string, Entry>();
  readonly #reads = new Map<string, Promise<Secret>>();
  readonly #renewedAt = new Map<string, number>();
  #revisions = 0;
  #isClosed = false;

  constructor(
    /** Milliseconds of a steady clock. */
    readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns a value that is at most five minutes old or, while the source is unreachable, at most an hour old. */
  async get(source: SecretSource, key: string): Promise<Secret> {
    const entry = this.#entries.get(idOf(source, key));
    if (entry && this.now() < entry.freshUntil) return entry.secret;
    return this.read(source, key).catch((error: unknown) => {
      if (!entry || toSourceError(source, error).reason !== 'unreachable' || this.now() >= entry.readAt + STALE_MS) throw error;
      entry.freshUntil = Math.min(this.now() + RETRY_MS, entry.readAt + STALE_MS);
      return entry.secret;
    });
  }

  /** Reads the current value. */
  async read(source: SecretSource, key: string): Promise<Secret> {
    const id = idOf(source, key);
    const underWay = this.#reads.get(id);
    if (underWay) return underWay;
    const read = this.#read(source, key, id).finally(() => this.#reads.delete(id));
    this.#reads.set(id, read);
    return read;
  }

  /** Reads a value again after a server refused it, unless it was just read. */
  async renew(source: SecretSource, key: string, refused: Secret): Promise<Secret> {
    const id = idOf(source, key);
    const entry = this.#entries.get(id);
    if (entry && entry.secret.revision !== refused.revision) return entry.secret;
    if (!this.#reads.has(id)) {
      const last = this.#renewedAt.get(id);
      if (last !== undefined && this.now() < last + RENEW_MS) return refused;
      this.#renewedAt.set(id, this.now());
    }
    return this.read(source, key);
  }

  /** Forgets every value, for good. */
  close(): void {
    this.#isClosed = true;
    this.#entries.clear();
    this.#renewedAt.clear();
  }

  async #read(source: SecretSource, key: string, id: string): Promise<Secret> {
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const { value, expiresAt } = checkValue(await within(signal, () => source.resolve(key, { signal })));
      return this.#keep(id, value, expiresAt);
    } catch (error) {
      const failure = toSourceError(source, error);
      // A revoked value must not be used when the source is unreachable later.
      if (failure.reason !== 'unreachable') this.#entries.delete(id);
      throw failure;
    }
  }

  #keep(id: string, value: string, expiresAt: Date | undefined): Secret {
    const known = this.#entries.get(id)?.secret;
    const secret = known?.holds(value) ? known : new Secret(value, ++this.#revisions);
    const readAt = this.now();
    const leftMs = expiresAt ? expiresAt.getTime() - Date.now() : 0;
    if (!this.#isClosed) this.#entries.set(id, { secret, readAt, freshUntil: readAt + (leftMs > 0 ? Math.min(leftMs, TTL_MS) : TTL_MS) });
    return secret;
  }
}

/** Runs the work, and rejects when the signal aborts, even if the work ignores the signal. */
export async function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  return Promise.race([Promise.resolve().then(work), late]);
}

function idOf({ id }: SecretSource, key: string): string {
  return JSON.stringify([id, key]);
}
