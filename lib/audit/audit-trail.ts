import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../options/access.js';
import type { ResolvedAudit } from '../options/audit.js';
import type { SmtpAuditEntry, SmtpAuditValue } from '../shared/audit.js';
import type { Held, SmtpDatabase, WriteStep } from '../database/database.js';
import { MailError } from '../shared/mail-error.js';
import { insertInto } from '../database/rows.js';
import { NOW, type SqlStep } from '../database/sql.js';
import { type AuditEvent, rowOf } from './audit-event.js';
import { SmtpAudit } from './smtp-audit.entity.js';
import type { SmtpAuditStore } from './smtp-audit.store.js';

/** A change with its events. An update that changes no field is not recorded. */
export interface RecordedChange {
  steps: WriteStep[];
  events: AuditEvent[];
}

/** The caller of a request, and the transaction in which to record it; by default a transaction of its own. */
export interface AuditedRequest {
  by: Caller;
  manager?: EntityManager;
}

/** A request to a server or a vault on behalf of a caller. */
interface Attempt<T> extends Pick<AuditedRequest, 'manager'> {
  event: AuditEvent;
  work: () => Promise<T>;
  /** Returns the details of a result to record. */
  outcome: (result: T) => Record<string, SmtpAuditValue | undefined>;
  /** Stores a result together with its entry. @default stores the entry */
  store?: (result: T, event: AuditEvent) => Promise<void>;
  signal?: AbortSignal;
}

/**
 * Writes changes together with their entries in the change history: both are stored, or neither. The option `audit.onEntry` is
 * called with each entry after the commit.
 */
export class AuditTrail {
  readonly #logger = new Logger('SmtpAudit');
  /** The queue of reads, one after the other, so that the application gets entries in the order of their commits. */
  #notifying: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: SmtpDatabase,
    private readonly store: SmtpAuditStore,
    private readonly options: ResolvedAudit,
  ) {}

  /** Runs all steps and stores the entries, or nothing. See {@link SmtpDatabase.write}. */
  async write(build: (held: Held) => RecordedChange, options: { manager?: EntityManager; hold?: readonly SqlStep[] } = {}): Promise<void> {
    let ids: string[] = [];
    await this.database.write((held) => {
      const { steps, events } = build(held);
      const rows = events.filter(hasChanges).map(rowOf);
      ids = rows.map(({ id }) => id);
      if (rows.length === 0) return steps;
      const stamped = rows.map((row) => ({ ...row, at: NOW }));
      return [...steps, insertInto(this.database.schema, SmtpAudit, stamped)];
    }, options);
    if (!this.options.onEntry || ids.length === 0) return;
    this.database.afterCommit(options.manager, () => {
      this.#notifying = this.#notifying.then(() => this.#notify(ids));
    });
  }

  /** Resolves when `onEntry` was called with every committed entry. Does not wait for it to finish. */
  async flush(): Promise<void> {
    await this.#notifying;
  }

  /** Records an event without a change. */
  async record(event: AuditEvent, manager?: EntityManager): Promise<void> {
    await this.write(() => ({ steps: [], events: [event] }), { manager });
  }

  /** Runs the work and records its outcome, so that nobody can explore a network without a trace. */
  async attempt<T>({ event, work, outcome, store, signal, manager }: Attempt<T>): Promise<T> {
    const withOutcome = (ending: AuditEvent['details']): AuditEvent => ({ ...event, details: { ...event.details, ...ending } });
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await this.record(withOutcome({ ok: false, ...(signal?.aborted ? { stopped: true } : failureOf(error)) }), manager);
      throw error;
    }
    const entry = withOutcome(outcome(result));
    await (store ? store(result, entry) : this.record(entry, manager));
    return result;
  }

  async #notify(ids: string[]): Promise<void> {
    try {
      // Reads the stored entries, which excludes those of a savepoint that was rolled back.
      const entries = await this.store.byIds(ids);
      for (const entry of entries) void this.#notifyOne(entry);
    } catch (error) {
      this.#logger.error(`The option "audit.onEntry" could not be called: ${messageOf(error)}`);
    }
  }

  async #notifyOne(entry: SmtpAuditEntry): Promise<void> {
    try {
      await this.options.onEntry?.(entry);
    } catch (error) {
      this.#logger.error(`The option "audit.onEntry" failed for the entry ${entry.id}: ${messageOf(error)}`);
    }
  }
}

function hasChanges({ changes }: AuditEvent): boolean {
  return changes === undefined || Object.keys(changes).length > 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns the codes of a failure. Leaves out the message, because a server's reply can contain anything. */
function failureOf(error: unknown): Record<string, string | undefined> {
  return error instanceof MailError ? { code: error.code, reason: error.reason } : {};
}
