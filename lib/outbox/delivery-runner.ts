import { Inject, Injectable } from '@nestjs/common';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SmtpSender } from '../config/smtp-sender.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Acknowledger } from './acknowledger.js';
import type { ClaimedMessage } from './claimed-message.js';
import type { ConfigInFlight } from './config-in-flight.js';
import { type Delivered, Deliverer } from './deliverer.js';
import { reportError } from './report-error.js';
import { InFlight } from './in-flight.js';
import { Lanes } from './lanes.js';
import { LeaseRenewal } from './lease-renewal.js';
import { Nudges } from './nudges.js';
import { OutboxStore } from './outbox.store.js';
import { Quarantine } from './quarantine.js';

/** Delivers claimed messages as connections become free, and acknowledges them. */
@Injectable()
export class DeliveryRunner {
  #isRunning = false;

  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly inFlight: InFlight,
    private readonly nudges: Nudges,
    private readonly leases: LeaseRenewal,
    private readonly quarantine: Quarantine,
    private readonly deliverer: Deliverer,
    private readonly acknowledger: Acknowledger,
    private readonly lanes: Lanes,
    private readonly store: OutboxStore,
    private readonly sender: SmtpSender,
  ) {}

  start(): void {
    this.#isRunning = true;
  }

  /** Starts no further deliveries. */
  stop(): void {
    this.#isRunning = false;
  }

  /** Composes a message while it waits, and delivers it when a connection is free. */
  prepareAndRun(message: ClaimedMessage, config: SmtpConfig): void {
    this.deliverer.prepare(message, config);
    this.run(message, config);
  }

  /** Delivers a message when a connection is free. */
  run(message: ClaimedMessage, config: SmtpConfig): void {
    this.inFlight.add({ message, config });
    this.#startWaiting();
  }

  #startWaiting(): void {
    for (const own of this.inFlight.all()) {
      while (this.#isRunning && this.inFlight.sending < this.options.delivery.concurrency) {
        const next = own.next((config) => this.sender.perConnection(config));
        if (!next) break;
        // The mailbox may have been throttled since the claim, and would only refuse the message.
        if (this.leases.isExpired(next.message) || this.sender.capacity(next.config) <= 0) void this.leases.release([next.message]);
        else void this.#deliver(next.message, next.config, own);
      }
    }
  }

  async #deliver(message: ClaimedMessage, config: SmtpConfig, own: ConfigInFlight): Promise<void> {
    own.sending += 1;
    const delivered = await this.#try(message, config);
    if (delivered) await this.#applyToConfig(delivered, config, own);
    own.sending -= 1;
    own.unacknowledged += 1;
    this.#startWaiting();
    if (delivered) await this.acknowledger.acknowledge(delivered.outcome, this.inFlight.sending);
    own.unacknowledged -= 1;
    own.recordDeparture();
    this.inFlight.remove(message);
    this.quarantine.release();
    this.#startWaiting();
    if (own.isLow) this.nudges.nudge();
  }

  async #try(message: ClaimedMessage, config: SmtpConfig): Promise<Delivered | undefined> {
    try {
      return await this.deliverer.deliver(message, config);
    } catch (error) {
      reportError('A message could not be delivered', error);
      // Nothing was sent. If the message cannot be released, its lease expires.
      await this.store.release([message]).catch(() => undefined);
      return undefined;
    }
  }

  /** Applies what a delivery says about its configuration. */
  async #applyToConfig({ serverFailure }: Delivered, config: SmtpConfig, own: ConfigInFlight): Promise<void> {
    // A connection that this process closed itself says nothing about the server.
    if (!serverFailure || this.#isRunning) {
      // The outcome is acknowledged even if this fails.
      await this.lanes
        .report(config, serverFailure)
        .catch((error: unknown) => reportError('The state of a configuration could not be stored', error));
    }
    // After one refused login, the waiting messages are not tried; neither are those that a throttled mailbox would only refuse.
    if (serverFailure || this.sender.capacity(config) <= 0) await this.leases.releaseWaiting([own]);
  }
}
