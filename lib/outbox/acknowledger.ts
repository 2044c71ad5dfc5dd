import { Inject, Injectable, Logger } from '@nestjs/common';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../smtp.options.js';
import type { Outcome } from './acknowledgements.js';
import { OutboxStore } from './outbox.store.js';

const MAX_BATCH = 100;
/** How long the first outcome waits for others, where more are about to come. */
const GATHER_MS = 2;

/** Writes what became of messages, together: while one write is under way, and shortly before it, outcomes gather. */
@Injectable()
export class Acknowledger {
  readonly #logger = new Logger('Outbox');
  #pending: { outcome: Outcome; done: () => void }[] = [];
  #isWriting = false;
  #gathering: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(
    private readonly store: OutboxStore,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /**
   * Resolves when it is written. The mail has left: while the database is away it is tried again and again.
   * @param expected how many more are about to come
   */
  acknowledge(outcome: Outcome, expected: number): Promise<void> {
    return new Promise((done) => {
      this.#pending.push({ outcome, done });
      if (this.#isWriting) return;
      if (this.#pending.length > expected) void this.write();
      else this.#gathering ??= setTimeout(() => void this.write(), GATHER_MS);
    });
  }

  /** Tries no more: the leases of what could not be written run out. */
  giveUp(): void {
    this.#isOver = true;
  }

  private async write(): Promise<void> {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#isWriting = true;
    while (this.#pending.length > 0 && !this.#isOver) {
      const batch = this.#pending.slice(0, MAX_BATCH);
      try {
        await this.store.acknowledge(batch.map(({ outcome }) => outcome));
        this.#pending = this.#pending.slice(batch.length);
        for (const { done } of batch) done();
      } catch (error) {
        this.#logger.error(`What became of ${batch.length} messages could not be written yet: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, this.options.delivery.pollEveryMs));
      }
    }
    this.#isWriting = false;
  }
}
