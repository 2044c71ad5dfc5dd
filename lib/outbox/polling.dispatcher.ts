import { Inject, Injectable } from '@nestjs/common';
import { SharedPacing } from '../config/shared-pacing.js';
import { SmtpSender } from '../config/smtp-sender.js';
import type { ResolvedDelivery } from '../options/delivery.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Acknowledger } from './acknowledger.js';
import { Claimer } from './claimer.js';
import { DeliveryRunner } from './delivery-runner.js';
import type { MailDispatcher } from './dispatcher.js';
import { reportError } from './report-error.js';
import { InFlight } from './in-flight.js';
import { LeaseRenewal } from './lease-renewal.js';
import { Nudges } from './nudges.js';
import { OutboxMaintenance } from './outbox.maintenance.js';
import { Quarantine } from './quarantine.js';
import { SerialLock } from './serial-lock.js';

/** The time to acknowledge messages in flight after their connections were closed. */
const SETTLE_MS = 1_000;

/** Polls for due messages every `pollEveryMs`, when nudged, and when a server that limits the rate takes mail again. */
@Injectable()
export class PollingDispatcher implements MailDispatcher {
  readonly #delivery: ResolvedDelivery;
  #isRunning = false;
  #loop: Promise<void> | undefined;

  constructor(
    @Inject(SMTP_OPTIONS) { delivery }: ResolvedSmtpOptions,
    private readonly nudges: Nudges,
    private readonly maintenance: OutboxMaintenance,
    private readonly claimer: Claimer,
    private readonly runner: DeliveryRunner,
    private readonly inFlight: InFlight,
    private readonly leases: LeaseRenewal,
    private readonly quarantine: Quarantine,
    private readonly serialLock: SerialLock,
    private readonly acknowledger: Acknowledger,
    private readonly sender: SmtpSender,
    private readonly pacing: SharedPacing,
  ) {
    this.#delivery = delivery;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.leases.start();
    this.runner.start();
    this.#loop = this.#run();
  }

  nudge(): void {
    this.nudges.nudge();
  }

  /** Stops claiming, releases messages whose delivery has not started, and waits at most `graceMs` for the others. */
  async stop(graceMs: number): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.runner.stop();
    this.nudges.nudge();
    await this.#loop;
    await this.leases.releaseWaiting();
    await this.#settle(graceMs);
  }

  /** Acknowledges messages whose connections were closed, unless the database is unavailable. */
  async end(): Promise<void> {
    await this.#settle(SETTLE_MS);
    this.leases.stop();
    this.acknowledger.stopRetrying();
    await this.serialLock.release().catch(() => undefined);
    await this.pacing.endTurns().catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      this.nudges.clear();
      const claimed = await this.#poll().catch((error: unknown) => reportError('The outbox could not be read', error));
      if (!claimed && this.#isRunning) await this.nudges.pause(Math.min(this.#delivery.pollEveryMs, this.sender.waitMs()));
    }
  }

  /** Polls the table once and returns the number of claimed messages. */
  async #poll(): Promise<number> {
    // Renews first, so that this process does not treat its own messages as lost after the database was unavailable or it was suspended.
    if (this.leases.isLate) await this.leases.renew();
    if (this.leases.isLate) return 0;
    if (await this.maintenance.run(this.inFlight.tokens)) this.quarantine.suspect();
    return this.claimer.claim();
  }

  async #settle(ms: number): Promise<void> {
    const deadline = Date.now() + ms;
    while (this.inFlight.size > 0 && Date.now() < deadline) {
      this.nudges.clear();
      await this.nudges.pause(deadline - Date.now());
    }
  }
}
