import { Inject, Injectable } from '@nestjs/common';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Lanes } from './lanes.js';
import { OutboxStore } from './outbox.store.js';
import { RetentionStore } from './retention.store.js';

const PURGE_INTERVAL_MS = 60_000;
/** The rows that one statement deletes: few enough that nobody waits for it. */
const CHUNK = 500;

/** Maintains the table between polls: lost leases, expired and held messages, and rows past their retention. */
@Injectable()
export class OutboxMaintenance {
  #tidiedAt = -Infinity;
  #purgedAt = -Infinity;

  constructor(
    private readonly store: OutboxStore,
    private readonly retention: RetentionStore,
    private readonly lanes: Lanes,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /**
   * Does the maintenance that is due, at most every `pollEveryMs`. Returns true if a message was quarantined.
   * @param own lease tokens of this process, whose messages are skipped
   */
  async run(own: readonly string[]): Promise<boolean> {
    const now = performance.now();
    if (now - this.#tidiedAt < this.options.delivery.pollEveryMs) return false;
    this.#tidiedAt = now;
    const isSuspect = await this.store.returnLost(own);
    await this.store.expire();
    await this.lanes.reconcileHeld();
    if (now - this.#purgedAt >= PURGE_INTERVAL_MS) await this.purge(now);
    return isSuspect;
  }

  private async purge(now: number): Promise<void> {
    const { audit, delivery } = this.options;
    const { metadataMs } = delivery.retention;
    const isMore =
      (await this.retention.purgeBodies(CHUNK)) ||
      (await this.retention.purgeDraftTests(CHUNK)) ||
      (audit.retentionMs !== false && (await this.retention.purgeAudit(audit.retentionMs, CHUNK))) ||
      (await this.retention.purgeMessages(metadataMs, CHUNK));
    // One chunk per poll, so that messages never wait for it.
    if (!isMore) this.#purgedAt = now;
  }
}
