import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpSender } from '../config/smtp-sender.js';
import type { ResolvedDelivery } from '../options/delivery.js';
import type { MailDispatcher } from './dispatcher.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Acknowledger } from './acknowledger.js';
import { Breaker } from './breaker.js';
import { Deliverer, type Delivered } from './deliverer.js';
import { InFlight } from './in-flight.js';
import { Lanes, type OpenConfig } from './lanes.js';
import { OutboxMaintenance } from './outbox.maintenance.js';
import type { ClaimedMessage } from './claimed-message.js';
import { OutboxStore } from './outbox.store.js';

const PRIORITIES = [0, 1, 2];
const SETTLE_MS = 1_000;
/** Claimed ahead of a connection, at most this many times `concurrency`. */
const MAX_AHEAD = 5;

const CLEARING_MS = 5_000;

/** How many messages were taken in hand; `isFull` when there may be more that come before those of a lower priority. */
interface Taken {
  count: number;
  isFull: boolean;
}

/** Looks for due messages, by itself every `pollEveryMs` and when it is nudged, and sees them delivered. */
@Injectable()
export class PollingDispatcher implements MailDispatcher {
  readonly #logger = new Logger('Outbox');
  readonly #delivery: ResolvedDelivery;
  /** Names this process where mail leaves one by one. */
  readonly #token = randomUUID();
  readonly #hands = new Map<string, InFlight>();
  readonly #inHand = new Set<ClaimedMessage>();
  #isQuarantined = false;
  /** There may be a message that ended processes: it is tried as soon as nothing else is in hand. */
  #seeksAlone = true;
  #suspectedAt = -Infinity;
  #soughtAloneAt = -Infinity;
  #isRunning = false;
  #isNudged = false;
  #wake: () => void = () => undefined;
  #loop: Promise<void> | undefined;
  #renewing: NodeJS.Timeout | undefined;
  #isRenewing = false;
  #renewedAt = performance.now();

  constructor(
    @Inject(SMTP_OPTIONS) options: ResolvedSmtpOptions,
    private readonly store: OutboxStore,
    private readonly lanes: Lanes,
    private readonly breaker: Breaker,
    private readonly keeper: OutboxMaintenance,
    private readonly deliverer: Deliverer,
    private readonly acknowledger: Acknowledger,
    private readonly sender: SmtpSender,
  ) {
    this.#delivery = options.delivery;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    clearInterval(this.#renewing);
    this.#renewing = setInterval(() => void this.#renew(), this.#delivery.leaseMs / 3);
    this.#loop = this.#run();
  }

  nudge(): void {
    this.#isNudged = true;
    this.#wake();
  }

  /** Takes nothing new, gives back what was not begun, and waits at most `graceMs` for the rest. */
  async stop(graceMs: number): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#wake();
    await this.#loop;
    await Promise.all([...this.#hands.values()].map((hand) => this.#giveBack(hand)));
    await this.#settle(graceMs);
  }

  /** After the connections of what was still in flight were cut: writes what became of it, unless the database is away. */
  async end(): Promise<void> {
    await this.#settle(SETTLE_MS);
    clearInterval(this.#renewing);
    this.acknowledger.giveUp();
    await this.breaker.releaseSerialLock(this.#token).catch(() => undefined);
  }

  async #settle(ms: number): Promise<void> {
    const deadline = Date.now() + ms;
    while (this.#inHand.size > 0 && Date.now() < deadline) await this.#pause(deadline - Date.now());
  }

  /** Returns what is claimed and not begun. */
  async #giveBack(hand: InFlight): Promise<void> {
    const messages = hand.takeWaiting();
    for (const message of messages) this.#inHand.delete(message);
    await this.store.release(messages).catch((error: unknown) => this.#report('Claimed mail could not be given back', error));
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      this.#isNudged = false;
      let taken = 0;
      try {
        // After the database was away, or this process asleep: what it has in hand is not lost.
        if (this.#isRenewalLate()) await this.#renew();
        if (!this.#isRenewalLate()) {
          if (await this.keeper.tidy(this.#tokens())) {
            this.#seeksAlone = true;
            this.#suspectedAt = performance.now();
          }
          taken = await this.#look();
        }
      } catch (error) {
        this.#report('The outbox could not be read', error);
      }
      if (taken === 0 && !this.#isNudged && this.#isRunning) await this.#pause(this.#delivery.pollEveryMs);
    }
  }

  /** One look at the table; the number of messages taken in hand. */
  async #look(): Promise<number> {
    // What may end the process has nothing beside it.
    if (this.#isQuarantined || this.#isClearing() || this.#ahead() <= 0) return 0;
    const open = await this.lanes.open();
    if (this.#isAloneDue() && (await this.#takeAlone(open))) return 1;
    let taken = 0;
    // What comes free during this look is for what comes first, and so for the next one.
    const full = new Set<OpenConfig>();
    for (const { config } of open) this.#hand(config).aim(config);
    for (const priority of PRIORITIES) {
      for (const entry of open.filter((one) => !full.has(one))) {
        const lanes = entry.due.filter((level) => level.priority === priority).map(({ lane }) => lane);
        const { count, isFull } = await (entry.config.maxConnections === 1
          ? this.#takeInOrder(entry, lanes, priority)
          : this.#take(entry, lanes, priority));
        taken += count;
        if (isFull) full.add(entry);
      }
    }
    return taken;
  }

  /** Lets what is in hand leave, to try one alone; not for long, where a server is slow. */
  #isClearing(): boolean {
    return this.#inHand.size > 0 && performance.now() - this.#suspectedAt < CLEARING_MS;
  }

  /** The search takes long in a long queue: it is made when there is a reason, and now and then for what other processes left. */
  #isAloneDue(): boolean {
    return this.#inHand.size === 0 && (this.#seeksAlone || performance.now() - this.#soughtAloneAt >= this.#delivery.reconnectEveryMs);
  }

  async #takeAlone(open: OpenConfig[]): Promise<boolean> {
    const found = await this.#claimQuarantined(open.filter(({ config, isProbe }) => !isProbe && this.#room(config) > 0));
    // There may be another one.
    this.#seeksAlone = found !== undefined;
    if (!found) this.#suspectedAt = -Infinity;
    this.#soughtAloneAt = performance.now();
    if (!found) return false;
    const { message, config } = found;
    // Where mail leaves one by one, another process may be at it.
    if (config.maxConnections === 1 && !(await this.breaker.acquireSerialLock(config.id, this.#token, this.#delivery.leaseMs))) {
      await this.store.release([message]);
      return false;
    }
    this.#isQuarantined = true;
    this.#begin(message, config);
    return true;
  }

  async #claimQuarantined(usable: OpenConfig[]): Promise<{ message: ClaimedMessage; config: StoredConfig } | undefined> {
    for (const entry of usable) {
      for (const lane of new Set(entry.due.map((level) => level.lane))) {
        const message = await this.store.claimQuarantined(lane, this.#delivery.leaseMs, entry);
        if (message) return { message, config: entry.config };
      }
    }
    return undefined;
  }

  /** Takes ahead what the connections will be free for soon, so that none of them waits for the next look. */
  async #take(entry: OpenConfig, lanes: string[], priority: number): Promise<Taken> {
    const { config, isProbe } = entry;
    const hand = this.#hand(config);
    let count = 0;
    for (const lane of lanes) {
      const room = Math.min(isProbe ? 1 - hand.size : hand.capacity, this.#room(config));
      const messages = room > 0 ? await this.store.claim(lane, priority, room, this.#delivery.leaseMs, entry) : [];
      for (const message of messages) {
        this.deliverer.prepare(message, config);
        this.#begin(message, config);
      }
      count += messages.length;
      if (messages.length >= room) return { count, isFull: true };
    }
    return { count, isFull: false };
  }

  /** Takes the one message whose turn it is, if nothing is in hand, in this process or another. */
  async #takeInOrder(entry: OpenConfig, lanes: string[], priority: number): Promise<Taken> {
    const { config } = entry;
    if (this.#hand(config).size > 0 || this.#room(config) <= 0) return { count: 0, isFull: true };
    if (lanes.length === 0) return { count: 0, isFull: false };
    if (!(await this.breaker.acquireSerialLock(config.id, this.#token, this.#delivery.leaseMs))) return { count: 0, isFull: true };
    for (const lane of lanes) {
      const [message] = await this.store.claim(lane, priority, 1, this.#delivery.leaseMs, entry);
      if (!message) continue;
      this.#begin(message, config);
      return { count: 1, isFull: true };
    }
    return { count: 0, isFull: false };
  }

  /** How many more may be in hand, over all configurations. */
  #ahead(): number {
    return MAX_AHEAD * this.#delivery.concurrency - this.#inHand.size;
  }

  /** How many more a configuration may have in hand. What its mailbox would only refuse stays in the table, in its place. */
  #room(config: StoredConfig): number {
    return Math.min(this.sender.capacity(config) - this.#hand(config).size, this.#ahead());
  }

  #hand({ id }: StoredConfig): InFlight {
    const hand = this.#hands.get(id) ?? new InFlight();
    this.#hands.set(id, hand);
    return hand;
  }

  #begin(message: ClaimedMessage, config: StoredConfig): void {
    this.#inHand.add(message);
    this.#hand(config).wait({ message, config });
    this.#startWaiting();
  }

  /** Starts what has a free connection. */
  #startWaiting(): void {
    for (const hand of this.#hands.values()) {
      while (this.#isRunning && this.#sending() < this.#delivery.concurrency) {
        const next = hand.next();
        if (!next) break;
        // It may have been claimed while the mailbox was told to wait: tried, it would only be refused.
        if (this.#isLeaseOver(next.message) || this.sender.capacity(next.config) <= 0) this.#release(next.message);
        else void this.#deliver(next.message, next.config, hand);
      }
    }
  }

  /** After this process was asleep for long: others may have sent it by now. */
  #isLeaseOver({ claimedAt }: ClaimedMessage): boolean {
    return performance.now() - Math.max(claimedAt, this.#renewedAt) >= this.#delivery.leaseMs;
  }

  #release(message: ClaimedMessage): void {
    this.#inHand.delete(message);
    this.store.release([message]).catch((error: unknown) => this.#report('Claimed mail could not be given back', error));
  }

  #sending(): number {
    let sum = 0;
    for (const { sending } of this.#hands.values()) sum += sending;
    return sum;
  }

  async #deliver(message: ClaimedMessage, config: StoredConfig, hand: InFlight): Promise<void> {
    hand.sending += 1;
    const delivered = await this.#try(message, config);
    if (delivered) await this.#heed(delivered, config, hand);
    hand.sending -= 1;
    hand.unacknowledged += 1;
    this.#startWaiting();
    if (delivered) await this.acknowledger.acknowledge(delivered.outcome, this.#sending());
    hand.unacknowledged -= 1;
    hand.recordDeparture();
    this.#inHand.delete(message);
    this.#isQuarantined = false;
    this.#startWaiting();
    if (hand.isLow) this.nudge();
  }

  async #try(message: ClaimedMessage, config: StoredConfig): Promise<Delivered | undefined> {
    try {
      return await this.deliverer.deliver(message, config);
    } catch (error) {
      this.#report('A message could not be delivered', error);
      // Nothing has left. If it cannot be given back, its lease runs out.
      await this.store.release([message]).catch(() => undefined);
      return undefined;
    }
  }

  /** What the outcome says about the configuration. */
  async #heed({ serverFailure }: Delivered, config: StoredConfig, hand: InFlight): Promise<void> {
    // A connection that this process cut itself says nothing about the server.
    if (!serverFailure || this.#isRunning) {
      // Whatever becomes of this, what the server took is written down.
      await this.lanes.report(config, serverFailure).catch((error: unknown) => this.#report('A state could not be written', error));
    }
    // One refused login is enough: what waits beside it is not tried, too. Nor is what a mailbox would only refuse.
    if (serverFailure || this.sender.capacity(config) <= 0) await this.#giveBack(hand);
  }

  #isRenewalLate(): boolean {
    return this.#inHand.size > 0 && performance.now() - this.#renewedAt > this.#delivery.leaseMs / 2;
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const startedAt = performance.now();
    // A lease that ran out is not got back by renewing it.
    if (startedAt - this.#renewedAt >= this.#delivery.leaseMs)
      await Promise.all([...this.#hands.values()].map((hand) => this.#giveBack(hand)));
    try {
      await this.store.renew(this.#tokens(), this.#delivery.leaseMs);
      const busy = [...this.#hands].filter(([, { size }]) => size > 0).map(([id]) => id);
      await this.breaker.renewSerialLock(busy, this.#token, this.#delivery.leaseMs);
      this.#renewedAt = startedAt;
    } catch (error) {
      this.#report('Leases could not be renewed', error);
    } finally {
      this.#isRenewing = false;
    }
  }

  /** Those of all leases in hand. */
  #tokens(): string[] {
    return [...new Set([...this.#inHand].map(({ leaseToken }) => leaseToken))];
  }

  #report(what: string, error: unknown): void {
    const { message, cause } = error as Error;
    this.#logger.error(`${what}: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
