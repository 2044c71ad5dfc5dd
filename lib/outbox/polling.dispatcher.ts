import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpSender } from '../config/smtp-sender.js';
import type { ResolvedDelivery } from '../smtp.delivery.js';
import type { MailDispatcher } from '../smtp.dispatcher.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../smtp.options.js';
import { Acknowledger } from './acknowledger.js';
import { Breaker } from './breaker.js';
import { Deliverer } from './deliver.js';
import { Lanes, type OpenConfig } from './lanes.js';
import { OutboxKeeper } from './outbox.keeper.js';
import { type ClaimedMessage, OutboxStore } from './outbox.store.js';

const PRIORITIES = [0, 1, 2];
const SETTLE_MS = 1_000;

/** What this process has in hand for one configuration. */
interface Hand {
  running: number;
  /** Claimed, and waiting for a connection. */
  waiting: { message: ClaimedMessage; config: StoredConfig }[];
}

/** Looks for due messages, by itself every `pollEveryMs` and when it is nudged, and sees them delivered. */
@Injectable()
export class PollingDispatcher implements MailDispatcher {
  readonly #logger = new Logger('Outbox');
  readonly #delivery: ResolvedDelivery;
  /** Names this process where mail leaves one by one. */
  readonly #token = randomUUID();
  readonly #hands = new Map<string, Hand>();
  readonly #inHand = new Set<ClaimedMessage>();
  #isAlone = false;
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
    private readonly keeper: OutboxKeeper,
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
    await this.breaker.giveUpAlone(this.#token).catch(() => undefined);
  }

  async #settle(ms: number): Promise<void> {
    const deadline = Date.now() + ms;
    while (this.#inHand.size > 0 && Date.now() < deadline) await this.#pause(deadline - Date.now());
  }

  /** Returns what is claimed and not begun. */
  async #giveBack({ waiting }: Hand): Promise<void> {
    const messages = waiting.splice(0).map(({ message }) => message);
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
          await this.keeper.tidy();
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
    if (this.#isAlone || this.#inHand.size >= this.#delivery.concurrency) return 0;
    const open = await this.lanes.open();
    if (this.#inHand.size === 0 && (await this.#takeAlone(open))) return 1;
    let taken = 0;
    for (const priority of PRIORITIES) {
      for (const entry of open)
        taken += await (entry.config.maxConnections === 1 ? this.#takeInOrder(entry, priority) : this.#take(entry, priority));
    }
    return taken;
  }

  async #takeAlone(open: OpenConfig[]): Promise<boolean> {
    const usable = open.filter(({ isProbe }) => !isProbe);
    const [message] = await this.store.claimAlone(
      usable.flatMap(({ lanes }) => lanes),
      this.#delivery.leaseMs,
    );
    if (!message) return false;
    this.#isAlone = true;
    this.#begin(message, usable.find(({ lanes }) => lanes.includes(message.lane))!.config);
    return true;
  }

  /** Takes as many as there are connections, and as many again, so that none of them waits for the next look. */
  async #take({ config, lanes, isProbe }: OpenConfig, priority: number): Promise<number> {
    let taken = 0;
    for (const lane of lanes) {
      const room = this.#room(config, isProbe ? 1 : 2 * config.maxConnections);
      if (room <= 0) break;
      for (const message of await this.store.claim(lane, priority, room, this.#delivery.leaseMs)) {
        this.#begin(message, config);
        taken += 1;
      }
    }
    return taken;
  }

  /** Takes the one message whose turn it is, if nothing is in hand, in this process or another. */
  async #takeInOrder({ config, lanes }: OpenConfig, priority: number): Promise<number> {
    if (this.#room(config, 1) <= 0) return 0;
    const firsts = await Promise.all(lanes.map(async (lane) => ({ lane, due: await this.store.firstDue(lane, priority) })));
    const [first] = firsts.filter(({ due }) => due !== undefined).toSorted((a, b) => a.due! - b.due!);
    if (!first || !(await this.breaker.holdAlone(config.id, this.#token, this.#delivery.leaseMs))) return 0;
    const [message] = await this.store.claim(first.lane, priority, 1, this.#delivery.leaseMs);
    if (!message) return 0;
    this.#begin(message, config);
    return 1;
  }

  #room(config: StoredConfig, limit: number): number {
    const { running, waiting } = this.#hand(config);
    // What a mailbox would only refuse stays in the table, in its place.
    const most = Math.min(limit, this.sender.room(config));
    return Math.min(most - running - waiting.length, this.#delivery.concurrency - this.#inHand.size);
  }

  #hand({ id }: StoredConfig): Hand {
    const hand = this.#hands.get(id) ?? { running: 0, waiting: [] };
    this.#hands.set(id, hand);
    return hand;
  }

  #begin(message: ClaimedMessage, config: StoredConfig): void {
    const hand = this.#hand(config);
    this.#inHand.add(message);
    if (hand.running >= config.maxConnections) {
      hand.waiting.push({ message, config });
      return;
    }
    hand.running += 1;
    void this.#deliver(message, config).finally(() => this.#ended(message, hand));
  }

  #ended(message: ClaimedMessage, hand: Hand): void {
    hand.running -= 1;
    this.#inHand.delete(message);
    this.#isAlone = false;
    const next = hand.waiting.shift();
    if (next) this.#begin(next.message, next.config);
    // While enough is waiting, another look can wait, too.
    if (hand.waiting.length <= hand.running / 2) this.nudge();
  }

  async #deliver(message: ClaimedMessage, config: StoredConfig): Promise<void> {
    const delivered = await this.deliverer.deliver(message, config).catch(async (error: unknown) => {
      this.#report('A message could not be delivered', error);
      // Nothing has left. If it cannot be given back, its lease runs out.
      await this.store.release([message]).catch(() => undefined);
    });
    if (!delivered) return;
    const { outcome, serverFailure } = delivered;
    // A connection that this process cut itself says nothing about the server.
    if (!serverFailure || this.#isRunning) {
      // Whatever becomes of this, what the server took is written below.
      await this.lanes.report(config, serverFailure).catch((error: unknown) => this.#report('A state could not be written', error));
    }
    // One refused login is enough: what waits beside it is not tried, too.
    if (serverFailure) await this.#giveBack(this.#hand(config));
    await this.acknowledger.acknowledge(outcome);
  }

  #isRenewalLate(): boolean {
    return this.#inHand.size > 0 && performance.now() - this.#renewedAt > this.#delivery.leaseMs / 2;
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const tokens = new Set([...this.#inHand].map(({ leaseToken }) => leaseToken));
    const startedAt = performance.now();
    try {
      await this.store.renew([...tokens], this.#delivery.leaseMs);
      this.#renewedAt = startedAt;
    } catch (error) {
      this.#report('Leases could not be renewed', error);
    } finally {
      this.#isRenewing = false;
    }
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
