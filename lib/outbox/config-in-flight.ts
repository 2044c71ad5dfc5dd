import type { SmtpConfig } from '../config/smtp-config.entity.js';
import type { ClaimedMessage } from './claimed-message.js';

/** A claimed message that waits for a connection. */
export interface WaitingMessage {
  message: ClaimedMessage;
  config: SmtpConfig;
}

/**
 * The time for which messages are claimed ahead: enough to keep a fast server busy, and little enough to leave a slow server's
 * messages to other processes.
 */
const AHEAD_MS = 50;

/** Returns the number of connections, at least one: with zero, in a row edited by hand, messages would be claimed and never tried. */
const connectionsOf = ({ maxConnections }: SmtpConfig): number => Math.max(1, maxConnections);

/** The messages that this process has claimed for one configuration. */
export class ConfigInFlight {
  /** Messages that are being sent. */
  sending = 0;
  /** Messages that were tried but whose outcome is not stored yet; after a crash, these are sent again. */
  unacknowledged = 0;
  #waiting: WaitingMessage[] = [];
  #target = 0;
  #departures = 0;
  #since = performance.now();

  /** The number of messages whose delivery has not started. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get size(): number {
    return this.sending + this.unacknowledged + this.#waiting.length;
  }

  /** True if so few messages are waiting that more should be claimed. */
  get isLow(): boolean {
    return this.#waiting.length <= this.#target / 2;
  }

  /** The number of further messages to claim. */
  get capacity(): number {
    return this.#target - this.size;
  }

  /** Sets the target number of messages in flight: twice the connections, or the recent pace over {@link AHEAD_MS}. */
  setTarget(config: SmtpConfig): void {
    const elapsed = performance.now() - this.#since;
    const pace = elapsed > 0 ? this.#departures / elapsed : 0;
    this.#target = Math.max(2 * connectionsOf(config), Math.ceil(pace * AHEAD_MS));
    this.#departures = 0;
    this.#since = performance.now();
  }

  /** Queues a message after those of the same priority. */
  queue(entry: WaitingMessage): void {
    const index = this.#waiting.findIndex(({ message }) => message.priority > entry.message.priority);
    this.#waiting.splice(index === -1 ? this.#waiting.length : index, 0, entry);
  }

  /**
   * Takes the next message if a connection can take it. A connection takes up to `perConnection` messages; without CHUNKING, one of
   * two is being sent. Messages that are being sent or unacknowledged are at most as many, but twice the connections, and at most one
   * with a single connection.
   */
  next(perConnection: (config: SmtpConfig) => number): WaitingMessage | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    const connections = connectionsOf(first.config);
    const each = perConnection(first.config);
    const window = connections === 1 ? 1 : Math.max(2, each) * connections;
    if (this.sending >= connections * each || this.sending + this.unacknowledged >= window) return undefined;
    return this.#waiting.shift();
  }

  /** Records that a message was tried and acknowledged. */
  recordDeparture(): void {
    this.#departures += 1;
  }

  /** Takes all messages whose delivery has not started. */
  takeWaiting(): ClaimedMessage[] {
    return this.#waiting.splice(0).map(({ message }) => message);
  }
}
