import { Inject, Injectable } from '@nestjs/common';
import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpSender } from '../config/smtp-sender.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { ClaimedMessage } from './claimed-message.js';
import { ConfigInFlight, type WaitingMessage } from './config-in-flight.js';

/** Messages are claimed ahead of a connection, at most this many times `concurrency`. */
const MAX_AHEAD = 5;

/** The messages that this process has claimed: how many, for which configurations, and how many more it may claim. */
@Injectable()
export class InFlight {
  readonly #messages = new Set<ClaimedMessage>();
  readonly #configs = new Map<string, ConfigInFlight>();

  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly sender: SmtpSender,
  ) {}

  get size(): number {
    return this.#messages.size;
  }

  /** How many messages are being sent. */
  get sending(): number {
    let sum = 0;
    for (const { sending } of this.#configs.values()) sum += sending;
    return sum;
  }

  /** How many more may be claimed, over all configurations. */
  get capacity(): number {
    return MAX_AHEAD * this.options.delivery.concurrency - this.#messages.size;
  }

  /** Tokens of all leases. */
  get tokens(): string[] {
    return [...new Set([...this.#messages].map(({ leaseToken }) => leaseToken))];
  }

  /** Ids of the configurations that have messages in flight. */
  get busyConfigs(): string[] {
    return [...this.#configs].filter(([, { size }]) => size > 0).map(([id]) => id);
  }

  of({ id }: StoredConfig): ConfigInFlight {
    const own = this.#configs.get(id) ?? new ConfigInFlight();
    this.#configs.set(id, own);
    return own;
  }

  all(): ConfigInFlight[] {
    return [...this.#configs.values()];
  }

  /** How many more a configuration may have. A message that its mailbox would only refuse stays in the table, in its place. */
  capacityOf(config: StoredConfig): number {
    return Math.min(this.sender.capacity(config) - this.of(config).size, this.capacity);
  }

  /** Adds a claimed message, which waits for a connection. */
  add(entry: WaitingMessage): void {
    this.#messages.add(entry.message);
    this.of(entry.config).wait(entry);
  }

  /** Removes a message that was acknowledged or released. */
  remove(message: ClaimedMessage): void {
    this.#messages.delete(message);
  }
}
