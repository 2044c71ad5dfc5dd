import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ComposedMail } from './compose.js';
import { buildMime, isPlain, isSmall } from './mime.js';
import type { MimeJob, MimeResult } from './mime.worker.js';

interface Pending {
  job: MimeJob;
  resolve: (mime: Buffer | Promise<Buffer>) => void;
  reject: (error: unknown) => void;
}

/** The number of mails within {@link WINDOW_MS} above which a thread pays off. */
const BUSY = 20;
const WINDOW_MS = 100;
const IDLE_MS = 5_000;

/**
 * Renders mail. Under load it uses a separate thread for texts that must be encoded, so that rendering does not delay the connections. Where a thread cannot run (in a
 * bundled application, on one core), it renders in the calling thread.
 */
export class MimeBuilder {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #isUsable = availableParallelism() > 1;
  #outbox: MimeJob[] = [];
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;
  #window = { startedAt: 0, count: 0, before: 0 };

  /** True while the thread is running. */
  get hasThread(): boolean {
    return this.#worker !== undefined;
  }

  /** Renders a mail as {@link buildMime} does. */
  build(mail: ComposedMail, options: { keepBcc: boolean }): Promise<Buffer> {
    if (!this.#isBusy() || !this.#isUsable || !isSmall(mail) || isPlain(mail)) return buildMime(mail, options);
    return new Promise((resolve, reject) => {
      // A promise cannot be passed to a thread.
      const job = { id: ++this.#lastId, mail: { ...mail, mime: undefined }, ...options };
      this.#pending.set(job.id, { job, resolve, reject });
      // Mails of one turn of the event loop are passed together.
      if (this.#outbox.push(job) === 1) setImmediate(() => this.#post());
    });
  }

  /** Ends the thread, and renders its unfinished mails here. */
  close(): void {
    clearTimeout(this.#idle);
    this.#isUsable = false;
    this.#end();
  }

  #post(): void {
    const jobs = this.#outbox.splice(0).filter(({ id }) => this.#pending.has(id));
    if (jobs.length > 0) this.#thread()?.postMessage(jobs);
  }

  #thread(): Worker | undefined {
    clearTimeout(this.#idle);
    if (!this.#isUsable || this.#worker) return this.#worker;
    const worker = startWorker();
    if (!worker) {
      this.#isUsable = false;
      this.#end();
      return undefined;
    }
    worker.unref();
    worker.on('message', (results: MimeResult[]) => this.#settle(results));
    worker.on('error', () => (this.#isUsable = false));
    worker.on('exit', () => this.#worker === worker && this.#end());
    return (this.#worker = worker);
  }

  #settle(results: MimeResult[]): void {
    for (const { id, mime, error } of results) {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (mime) pending?.resolve(Buffer.from(mime.buffer));
      else pending?.reject(error);
    }
    if (this.#pending.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    for (const { job, resolve } of this.#pending.values()) resolve(buildMime(job.mail, job));
    this.#pending.clear();
  }

  #isBusy(): boolean {
    const now = performance.now();
    const { startedAt, count } = this.#window;
    const elapsed = now - startedAt;
    if (elapsed >= WINDOW_MS) this.#window = { startedAt: now, count: 0, before: elapsed < 2 * WINDOW_MS ? count : 0 };
    this.#window.count += 1;
    return Math.max(this.#window.count, this.#window.before) > BUSY;
  }
}

/** Starts a thread; undefined if the process may not start one (Node's permission model) or cannot start more. */
function startWorker(): Worker | undefined {
  try {
    return new Worker(new URL('./mime.worker.js', import.meta.url));
  } catch {
    return undefined;
  }
}
