import type { StoredConfig } from '../config/smtp-config.queries.js';
import type { ClaimedMessage } from './claimed-message.js';

/** Claimed, and waiting for a connection. */
export interface Waiting {
  message: ClaimedMessage;
  config: StoredConfig;
}

/** A fast server is never waited on for the next claim; a slow one does not hold mail that another process could send. */
const AHEAD_MS = 50;

/** One at least: a row that was edited by hand may say none, and its mail would be claimed and never tried. */
const connectionsOf = ({ maxConnections }: StoredConfig): number => Math.max(1, maxConnections);

/** What a process has in hand for one configuration. */
export class InFlight {
  /** Being sent. */
  sending = 0;
  /** Tried, but not yet written down: what a crash would send again. */
  unacknowledged = 0;
  #waiting: Waiting[] = [];
  #target = 0;
  #left = 0;
  #since = performance.now();

  get size(): number {
    return this.sending + this.unacknowledged + this.#waiting.length;
  }

  /** True when so little is waiting that more should be claimed. */
  get isLow(): boolean {
    return this.#waiting.length <= this.#target / 2;
  }

  /** How many more to claim. */
  get capacity(): number {
    return this.#target - this.size;
  }

  /** Sets how many to have in hand: enough for twice the connections, or for what left lately in {@link AHEAD_MS}. */
  aim(config: StoredConfig): void {
    const elapsed = performance.now() - this.#since;
    const pace = elapsed > 0 ? this.#left / elapsed : 0;
    this.#target = Math.max(2 * connectionsOf(config), Math.ceil(pace * AHEAD_MS));
    this.#left = 0;
    this.#since = performance.now();
  }

  /** Behind what is as urgent. */
  wait(entry: Waiting): void {
    const index = this.#waiting.findIndex(({ message }) => message.priority > entry.message.priority);
    this.#waiting.splice(index === -1 ? this.#waiting.length : index, 0, entry);
  }

  /** The next one, if a connection is free: at most `maxConnections` are being sent, and as many again may wait to be written down. */
  next(): Waiting | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    const connections = connectionsOf(first.config);
    const window = connections === 1 ? 1 : 2 * connections;
    if (this.sending >= connections || this.sending + this.unacknowledged >= window) return undefined;
    return this.#waiting.shift();
  }

  /** One was tried and written down. */
  recordDeparture(): void {
    this.#left += 1;
  }

  /** Empties what is claimed and not begun. */
  takeWaiting(): ClaimedMessage[] {
    return this.#waiting.splice(0).map(({ message }) => message);
  }
}
