import { Inject, Injectable } from '@nestjs/common';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SmtpSender } from '../config/smtp-sender.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { ClaimedMessage } from './claimed-message.js';
import { ConfigInFlight, type WaitingMessage } from './config-in-flight.js';

/** The limit of messages in flight, as a multiple of `concurrency`: messages are claimed ahead of a free connection. */
const MAX_AHEAD = 5;

/** Tracks the messages that this process has claimed, by configuration, and how many more it may claim. */
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

  /** The number of messages that are being sent. */
  get sending(): number {
    let sum = 0;
    for (const { sending } of this.#configs.values()) sum += sending;
    return sum;
  }

  /** The number of further messages that may be claimed, over all configurations. */
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

  of({ id }: SmtpConfig): ConfigInFlight {
    const own = this.#configs.get(id) ?? new ConfigInFlight();
    this.#configs.set(id, own);
    return own;
  }

  all(): ConfigInFlight[] {
    return [...this.#configs.values()];
  }

  /**
   * Returns the number of further messages that may be claimed for a configuration. A message that its server would only refuse keeps
   * its place in the table.
   */
  capacityOf(config: SmtpConfig): number {
    return Math.min(this.sender.capacity(config) - this.of(config).waiting, this.capacity);
  }

  /** Adds a claimed message, which waits for a connection. */
  add(entry: WaitingMessage): void {
    this.#messages.add(entry.message);
    this.of(entry.config).queue(entry);
  }

  /** Removes a message that was acknowledged or released. */
  remove(message: ClaimedMessage): void {
    this.#messages.delete(message);
  }
}
