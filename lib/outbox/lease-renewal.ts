import { Inject, Injectable } from '@nestjs/common';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { ClaimedMessage } from './claimed-message.js';
import { reportError } from './report-error.js';
import { InFlight } from './in-flight.js';
import { OutboxStore } from './outbox.store.js';
import { SerialLock } from './serial-lock.js';

/** Renews the leases and serial locks of messages in flight, three times per lease. */
@Injectable()
export class LeaseRenewal {
  readonly #leaseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isRenewing = false;
  #renewedAt = performance.now();

  constructor(
    @Inject(SMTP_OPTIONS) { delivery }: ResolvedSmtpOptions,
    private readonly store: OutboxStore,
    private readonly serialLock: SerialLock,
    private readonly inFlight: InFlight,
  ) {
    this.#leaseMs = delivery.leaseMs;
  }

  start(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.renew(), this.#leaseMs / 3);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** True if leases are about to expire or have expired, because the database was unavailable or this process was suspended. */
  get isLate(): boolean {
    return this.inFlight.size > 0 && performance.now() - this.#renewedAt > this.#leaseMs / 2;
  }

  /** True for a message that another process may have sent in the meantime, because this process was suspended. */
  isExpired({ claimedAt }: ClaimedMessage): boolean {
    return performance.now() - Math.max(claimedAt, this.#renewedAt) >= this.#leaseMs;
  }

  /** Renews all leases. */
  async renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const startedAt = performance.now();
    try {
      // Renewing an expired lease does not recover it.
      if (startedAt - this.#renewedAt >= this.#leaseMs) await this.releaseWaiting();
      await this.store.renew(this.inFlight.tokens, this.#leaseMs);
      await this.serialLock.renew(this.inFlight.busyConfigs);
      this.#renewedAt = startedAt;
    } catch (error) {
      reportError('Leases could not be renewed', error);
    } finally {
      this.#isRenewing = false;
    }
  }

  /** Returns claimed messages to the queue whose delivery has not started: of some configurations, or of all. */
  async releaseWaiting(configs = this.inFlight.all()): Promise<void> {
    await Promise.all(configs.map((config) => this.release(config.takeWaiting())));
  }

  /** Returns claimed messages to the queue. If that fails, their leases expire. */
  async release(messages: readonly ClaimedMessage[]): Promise<void> {
    for (const message of messages) this.inFlight.remove(message);
    await this.store.release(messages).catch((error: unknown) => reportError('Claimed messages could not be released', error));
  }
}
