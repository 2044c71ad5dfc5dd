import { Inject, Injectable, Logger } from '@nestjs/common';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { Outcome } from './acknowledgements.js';
import { OutboxStore } from './outbox.store.js';

const MAX_BATCH = 100;
/** How long the first outcome waits for others, where more are about to come. */
const GATHER_MS = 2;
/** After so many failures, each while it was alone, it is not the others or the moment: the database does not take this one. */
const MAX_FAILURES = 3;

interface Pending {
  outcome: Outcome;
  failures: number;
  done: () => void;
}

/** Writes what became of messages, together: while one write is under way, and shortly before it, outcomes gather. */
@Injectable()
export class Acknowledger {
  readonly #logger = new Logger('Outbox');
  #pending: Pending[] = [];
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
      this.#pending.push({ outcome, failures: 0, done });
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
    let size = MAX_BATCH;
    while (this.#pending.length > 0 && !this.#isOver) {
      const batch = this.#pending.splice(0, size);
      try {
        await this.store.acknowledge(batch.map(({ outcome }) => outcome));
        size = MAX_BATCH;
        for (const { done } of batch) done();
      } catch (error) {
        this.#logger.error(`What became of ${batch.length} messages could not be written yet: ${(error as Error).message}`);
        if (batch.length > 1) this.#pending.unshift(...batch);
        // Behind the others: they are not to wait for it.
        else this.#pending.push(afterFailure(batch[0]!));
        if (size === 1 || batch.length === 1) await new Promise((resolve) => setTimeout(resolve, this.options.delivery.pollEveryMs));
        size = 1;
      }
    }
    this.#isWriting = false;
  }
}

function afterFailure({ outcome, failures, done }: Pending): Pending {
  const isRefused = failures + 1 >= MAX_FAILURES;
  return { outcome: isRefused ? bare(outcome) : outcome, failures: failures + 1, done };
}

/** Without the server's words, which the database may not take; unacknowledged, the mail would be sent again and again. */
function bare(outcome: Outcome): Outcome {
  const { message, status, frozen } = outcome;
  // Who has it already cannot be kept: a person has to decide.
  const isLost = status === 'queued' && frozen !== message.frozen;
  return {
    ...outcome,
    status: isLost ? 'unknown' : status,
    reply: null,
    error: outcome.error === null && !isLost ? null : 'What the server said could not be stored.',
    frozen: message.frozen,
    lane: isLost ? undefined : outcome.lane,
  };
}
