import { Inject, Injectable } from '@nestjs/common';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../smtp.options.js';
import { Lanes } from './lanes.js';
import { OutboxStore } from './outbox.store.js';
import { uuid7Before } from './uuid7.js';

const PURGE_EVERY_MS = 60_000;
/** Small enough that nobody waits for it. */
const CHUNK = 500;

/** Keeps the table in order between two looks: lost leases, mail whose time ran out, mail that is held, and what is old. */
@Injectable()
export class OutboxKeeper {
  #tidiedAt = -Infinity;
  #purgedAt = -Infinity;

  constructor(
    private readonly store: OutboxStore,
    private readonly lanes: Lanes,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /** Does what is due; at most every `pollEveryMs`. */
  async tidy(): Promise<void> {
    const { pollEveryMs, retention } = this.options.delivery;
    const now = performance.now();
    if (now - this.#tidiedAt < pollEveryMs) return;
    this.#tidiedAt = now;
    await this.store.returnLost();
    await this.store.expire();
    await this.lanes.holdAndLetGo();
    if (now - this.#purgedAt < PURGE_EVERY_MS) return;
    const isMore =
      (await this.store.purgeBodies(CHUNK)) ||
      (await this.store.purgeMessages(uuid7Before((await this.store.now()) - retention.metadataMs), CHUNK));
    // One chunk a look, so that mail never waits for it.
    if (!isMore) this.#purgedAt = now;
  }
}
