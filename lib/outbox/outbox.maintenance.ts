import { Inject, Injectable } from '@nestjs/common';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Lanes } from './lanes.js';
import { OutboxStore } from './outbox.store.js';
import { RetentionStore } from './retention.store.js';
import { uuid7Before } from '../database/uuid7.js';

const PURGE_EVERY_MS = 60_000;
/** Small enough that nobody waits for it. */
const CHUNK = 500;

/** Keeps the table in order between two looks: lost leases, mail whose time ran out, mail that is held, and what is old. */
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
   * Does what is due; at most every `pollEveryMs`. True if one came back that has to be tried alone.
   * @param inHand lease tokens of this process: what it has in hand is left alone
   */
  async tidy(inHand: readonly string[]): Promise<boolean> {
    const now = performance.now();
    if (now - this.#tidiedAt < this.options.delivery.pollEveryMs) return false;
    this.#tidiedAt = now;
    const isSuspect = await this.store.returnLost(inHand);
    await this.store.expire();
    await this.lanes.reconcileHeld();
    if (now - this.#purgedAt >= PURGE_EVERY_MS) await this.purge(now);
    return isSuspect;
  }

  private async purge(now: number): Promise<void> {
    const { audit, delivery } = this.options;
    const { metadataMs } = delivery.retention;
    const isMore =
      (await this.retention.purgeBodies(CHUNK)) ||
      (await this.retention.purgeAudit(audit.retentionMs, CHUNK)) ||
      (await this.retention.purgeMessages(uuid7Before((await this.retention.now()) - metadataMs), CHUNK));
    // One chunk a look, so that mail never waits for it.
    if (!isMore) this.#purgedAt = now;
  }
}
