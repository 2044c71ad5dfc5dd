import { Inject, Injectable } from '@nestjs/common';
import { storedFailure } from '../config/stored-failure.js';
import { diagnosedError } from '../transport/failures/diagnoses.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { DeliveryOutcome } from './delivery-outcome.js';
import { OutboxStore } from './outbox.store.js';
import { reportError } from './report-error.js';

const MAX_BATCH = 100;
/** The time for which the first outcome waits for others while more messages are being sent. */
const GATHER_MS = 2;
/** After this many failures of its own write, an outcome is considered rejected by the database. */
const MAX_FAILURES = 3;

interface Pending {
  outcome: DeliveryOutcome;
  failures: number;
  done: () => void;
}

/**
 * Stores outcomes of deliveries in batches, which collect outcomes briefly before a write and during the previous one. With five
 * connections this delivers 6 % more on PostgreSQL and 8 % more on SQLite than one write per message (measured with a prototype).
 */
@Injectable()
export class Acknowledger {
  #pending: Pending[] = [];
  #isWriting = false;
  #gathering: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(
    private readonly store: OutboxStore,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /**
   * Resolves when the outcome is stored. Because the message was already sent, storing is retried for as long as the database is
   * unavailable.
   * @param expected the number of further outcomes that are about to arrive
   */
  acknowledge(outcome: DeliveryOutcome, expected: number): Promise<void> {
    return new Promise((done) => {
      this.#pending.push({ outcome, failures: 0, done });
      if (this.#isWriting) return;
      if (this.#pending.length > expected) void this.write();
      else this.#gathering ??= setTimeout(() => void this.write(), GATHER_MS);
    });
  }

  /** Stops retrying. The leases of messages whose outcome is not stored expire. */
  stopRetrying(): void {
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
        reportError(`The outcomes of ${batch.length} messages could not be stored yet`, error);
        if (batch.length > 1) this.#pending.unshift(...batch);
        // After the others, which must not wait for it.
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
  return { outcome: isRefused ? withoutReply(outcome) : outcome, failures: failures + 1, done };
}

/** Removes the server's reply, which the database may have rejected. Unacknowledged, the message would be sent again and again. */
function withoutReply(outcome: DeliveryOutcome): DeliveryOutcome {
  const { message, status, frozen } = outcome;
  // The accepted recipients cannot be stored either, so a person has to decide.
  const isLost = status === 'queued' && frozen !== message.frozen;
  return {
    ...outcome,
    status: isLost ? 'unknown' : status,
    reply: null,
    failure: outcome.failure === null && !isLost ? null : storedFailure(diagnosedError('reply_not_stored')),
    frozen: message.frozen,
    lane: isLost ? undefined : outcome.lane,
  };
}
