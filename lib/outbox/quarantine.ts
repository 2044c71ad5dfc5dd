import { Inject, Injectable } from '@nestjs/common';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { ClaimedMessage } from './claimed-message.js';
import { InFlight } from './in-flight.js';
import type { OpenConfig } from './lanes.js';
import { OutboxStore } from './outbox.store.js';
import { SerialLock } from './serial-lock.js';

/**
 * The longest time to wait for messages in flight before a quarantined one is tried, so that a slow server does not delay the queue
 * for longer.
 */
const CLEARING_MS = 5_000;

/** Tries messages that may have crashed processes, each with nothing else in flight. */
@Injectable()
export class Quarantine {
  readonly #leaseMs: number;
  readonly #searchEveryMs: number;
  #isOccupied = false;
  /** True if a quarantined message may be in the queue. */
  #isSuspected = true;
  #suspectedAt = -Infinity;
  #searchedAt = -Infinity;

  constructor(
    @Inject(SMTP_OPTIONS) { delivery }: ResolvedSmtpOptions,
    private readonly store: OutboxStore,
    private readonly serialLock: SerialLock,
    private readonly inFlight: InFlight,
  ) {
    this.#leaseMs = delivery.leaseMs;
    this.#searchEveryMs = delivery.reconnectEveryMs;
  }

  /** Records that a message was quarantined. It is tried as soon as nothing else is in flight. */
  suspect(): void {
    this.#isSuspected = true;
    this.#suspectedAt = performance.now();
  }

  /** True while nothing else may be claimed: a quarantined message is in flight, or waits for the others to finish. */
  get isClosed(): boolean {
    return this.#isOccupied || (this.inFlight.size > 0 && performance.now() - this.#suspectedAt < CLEARING_MS);
  }

  /** Opens the quarantine after its message was acknowledged. */
  release(): void {
    this.#isOccupied = false;
  }

  /** Claims a quarantined message if one is due. Nothing else may be claimed until {@link release}. */
  async claim(open: readonly OpenConfig[]): Promise<{ message: ClaimedMessage; config: SmtpConfig } | undefined> {
    if (!this.isSearchDue) return undefined;
    const found = await this.search(open.filter(({ config, isProbe }) => !isProbe && this.inFlight.capacityOf(config) > 0));
    // More messages may be quarantined.
    this.#isSuspected = found !== undefined;
    if (!found) this.#suspectedAt = -Infinity;
    this.#searchedAt = performance.now();
    if (!found) return undefined;
    const { message, config } = found;
    // For a configuration that sends one message at a time, another process may be sending.
    if (config.maxConnections === 1 && !(await this.serialLock.acquire(config.id))) {
      await this.store.release([message]);
      return undefined;
    }
    this.#isOccupied = true;
    return found;
  }

  /**
   * True if a search is due: after a suspicion, and periodically for the messages of other processes. Searching a long queue takes
   * time.
   */
  private get isSearchDue(): boolean {
    return this.inFlight.size === 0 && (this.#isSuspected || performance.now() - this.#searchedAt >= this.#searchEveryMs);
  }

  private async search(usable: readonly OpenConfig[]): Promise<{ message: ClaimedMessage; config: SmtpConfig } | undefined> {
    for (const entry of usable) {
      for (const lane of new Set(entry.due.map((level) => level.lane))) {
        const message = await this.store.claimQuarantined(lane, this.#leaseMs, entry);
        if (message) return { message, config: entry.config };
      }
    }
    return undefined;
  }
}
