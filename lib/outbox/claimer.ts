import { Inject, Injectable } from '@nestjs/common';
import { SmtpSender } from '../config/smtp-sender.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { DeliveryRunner } from './delivery-runner.js';
import { InFlight } from './in-flight.js';
import { Lanes, type OpenConfig } from './lanes.js';
import { OutboxStore } from './outbox.store.js';
import { Quarantine } from './quarantine.js';
import { SerialLock } from './serial-lock.js';

const PRIORITIES = [0, 1, 2];

/** The number of claimed messages. `isFull`: more messages of this priority may be left, so lower priorities must wait. */
interface Claimed {
  count: number;
  isFull: boolean;
}

/** Claims due messages, urgent ones first, and passes them to the runner. */
@Injectable()
export class Claimer {
  readonly #leaseMs: number;

  constructor(
    @Inject(SMTP_OPTIONS) { delivery }: ResolvedSmtpOptions,
    private readonly store: OutboxStore,
    private readonly lanes: Lanes,
    private readonly serialLock: SerialLock,
    private readonly inFlight: InFlight,
    private readonly quarantine: Quarantine,
    private readonly runner: DeliveryRunner,
    private readonly sender: SmtpSender,
  ) {
    this.#leaseMs = delivery.leaseMs;
  }

  /** Polls the table once and returns the number of claimed messages. */
  async claim(): Promise<number> {
    if (this.quarantine.isClosed || this.inFlight.capacity <= 0) return 0;
    const open = await this.lanes.open();
    for (const { config } of open) await this.sender.takeTurn(config);
    const quarantined = await this.quarantine.claim(open);
    if (quarantined) {
      this.runner.run(quarantined.message, quarantined.config);
      return 1;
    }
    let claimed = 0;
    // A connection that becomes free during this poll is left for the most urgent message, which the next poll finds.
    const full = new Set<OpenConfig>();
    for (const { config } of open) this.inFlight.of(config).setTarget(config);
    for (const priority of PRIORITIES) {
      for (const entry of open.filter((one) => !full.has(one))) {
        const lanes = entry.due.filter((level) => level.priority === priority).map(({ lane }) => lane);
        const isSerial = entry.config.maxConnections === 1;
        const { count, isFull } = await (isSerial ? this.claimOne(entry, lanes, priority) : this.claimSome(entry, lanes, priority));
        claimed += count;
        if (isFull) full.add(entry);
      }
    }
    return claimed;
  }

  /** Claims messages ahead, so that no free connection waits for the next poll. */
  private async claimSome(entry: OpenConfig, lanes: readonly string[], priority: number): Promise<Claimed> {
    const { config, isProbe } = entry;
    const own = this.inFlight.of(config);
    let count = 0;
    for (const lane of lanes) {
      const capacity = Math.min(isProbe ? 1 - own.size : own.capacity, this.inFlight.capacityOf(config));
      const messages = capacity > 0 ? await this.store.claim(lane, priority, capacity, this.#leaseMs, entry) : [];
      for (const message of messages) this.runner.prepareAndRun(message, config);
      count += messages.length;
      if (messages.length >= capacity) return { count, isFull: true };
    }
    return { count, isFull: false };
  }

  /** Claims the next message if no other is in flight, in this process or another. */
  private async claimOne(entry: OpenConfig, lanes: readonly string[], priority: number): Promise<Claimed> {
    const { config } = entry;
    if (this.inFlight.of(config).size > 0 || this.inFlight.capacityOf(config) <= 0) return { count: 0, isFull: true };
    if (lanes.length === 0) return { count: 0, isFull: false };
    if (!(await this.serialLock.acquire(config.id))) return { count: 0, isFull: true };
    for (const lane of lanes) {
      const [message] = await this.store.claim(lane, priority, 1, this.#leaseMs, entry);
      if (!message) continue;
      this.runner.run(message, config);
      return { count: 1, isFull: true };
    }
    return { count: 0, isFull: false };
  }
}
