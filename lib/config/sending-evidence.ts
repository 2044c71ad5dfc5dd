import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { SmtpDatabase } from '../database/database.js';
import type { ObservedConnection } from '../transport/mail-transport.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { recordSent } from './smtp-config.tests.sql.js';

/** The time that a database gets when the application stops. */
const FLUSH_MS = 2_000;

interface Sent {
  /** By `performance.now()`. */
  at: number;
  connections: number | null;
  connection?: ObservedConnection;
}

interface Recent {
  version: number;
  /** Mail that was sent since the last write. */
  unwritten?: Sent;
  timer: NodeJS.Timeout;
}

/**
 * Records that servers accept mail: at once after the first mail of a configuration's version, then at most once a minute. The last
 * mail is always recorded, at the latest when the application stops.
 */
export class SendingEvidence {
  readonly #logger = new Logger('SmtpConfig');
  /** The configurations that sent mail within the last minute. */
  readonly #recent = new Map<string, Recent>();
  readonly #writes = new Set<Promise<void>>();

  /** @param writeEveryMs the time between two writes for a configuration, so that its row does not become a bottleneck */
  constructor(
    private readonly database: SmtpDatabase,
    private readonly writeEveryMs = 60_000,
  ) {}

  /**
   * Notes that a server accepted mail through a configuration.
   * @param connections those that the server accepts at the same time; null if it limits none
   */
  record({ id, version }: Pick<SmtpConfig, 'id' | 'version'>, connection?: ObservedConnection, connections: number | null = null): void {
    const sent = { at: performance.now(), connections, connection };
    const recent = this.#recent.get(id);
    // Mail of an older version was already in flight when the newer one sent its first.
    if (recent && recent.version > version) return;
    if (recent?.version === version) {
      recent.unwritten = sent;
      return;
    }
    clearTimeout(recent?.timer);
    this.#recent.set(id, { version, timer: this.#laterFor(id) });
    this.#write(id, version, sent);
  }

  /** Writes what is not written yet. Resolves when it is stored, or after {@link FLUSH_MS}. */
  async flush(): Promise<void> {
    for (const [id, { version, unwritten, timer }] of this.#recent) {
      clearTimeout(timer);
      if (unwritten) this.#write(id, version, unwritten);
    }
    this.#recent.clear();
    const limit = new AbortController();
    const timeout = wait(FLUSH_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#writes), timeout]);
    limit.abort();
  }

  #laterFor(id: string): NodeJS.Timeout {
    return setTimeout(() => this.#continue(id), this.writeEveryMs).unref();
  }

  #continue(id: string): void {
    const recent = this.#recent.get(id)!;
    const { version, unwritten } = recent;
    if (!unwritten) return void this.#recent.delete(id);
    this.#recent.set(id, { version, timer: this.#laterFor(id) });
    this.#write(id, version, unwritten);
  }

  #write(configId: string, version: number, sent: Sent): void {
    const write = this.#store(configId, version, sent).catch((error: unknown) => {
      this.#logger.error(`The last mail of a configuration could not be recorded: ${(error as Error).message}`);
      const recent = this.#recent.get(configId);
      // Tried again with the next write.
      if (recent?.version === version) recent.unwritten ??= sent;
    });
    this.#writes.add(write);
    void write.finally(() => this.#writes.delete(write));
  }

  async #store(configId: string, version: number, { at, connections, connection }: Sent): Promise<void> {
    await this.database.write(() => {
      const now = performance.now();
      const seen = connection && { ...connection, ageMs: now - connection.at };
      return recordSent(this.database.schema, { configId, version, ageMs: now - at, connections, connection: seen });
    });
  }
}
