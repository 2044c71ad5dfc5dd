import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../options/access.js';
import type { ResolvedAudit, SmtpAuditEntry, SmtpAuditValue } from '../options/audit.js';
import type { Held, SmtpDatabase, WriteStep } from '../database/database.js';
import { MailError } from '../shared/mail-error.js';
import { insertInto } from '../database/rows.js';
import { NOW, type SqlStep } from '../database/sql.js';
import { type AuditEvent, rowOf } from './audit-event.js';
import { SmtpAudit } from './smtp-audit.entity.js';
import type { SmtpAuditStore } from './smtp-audit.store.js';

/** A change and what is to be recorded of it; an update that changed no field records nothing. */
export interface RecordedChange {
  steps: WriteStep[];
  events: AuditEvent[];
}

/** For whom something is asked, and in which transaction that is recorded; in our own where none is given. */
export interface AskedFor {
  by: Caller;
  manager?: EntityManager;
}

/** What is asked of a server or a vault on somebody's behalf. */
interface Attempt<T> extends Pick<AskedFor, 'manager'> {
  event: AuditEvent;
  work: () => Promise<T>;
  /** What to record of a result. */
  outcome: (result: T) => Record<string, SmtpAuditValue | undefined>;
  /** Stores a result and the entry about it together. @default stores the entry */
  store?: (result: T, event: AuditEvent) => Promise<void>;
  signal?: AbortSignal;
}

/**
 * Writes changes together with their entries in the change history: both are stored or neither. What was stored is told to
 * the host once it is committed.
 */
export class AuditTrail {
  readonly #logger = new Logger('SmtpAudit');
  /** One read after the other, so that entries are told in the order of their commits. */
  #telling: Promise<void> = Promise.resolve();

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
      const rows = events.filter(isWorthAnEntry).map(rowOf);
      ids = rows.map(({ id }) => id);
      if (rows.length === 0) return steps;
      const stamped = rows.map((row) => ({ ...row, at: NOW }));
      return [...steps, insertInto(this.database.schema, SmtpAudit, stamped)];
    }, options);
    if (!this.options.onEntry || ids.length === 0) return;
    this.database.afterCommit(options.manager, () => {
      this.#telling = this.#telling.then(() => this.#tell(ids));
    });
  }

  /** Resolves when the host was called with everything that is committed; how long it takes over it is not waited for. */
  async settled(): Promise<void> {
    await this.#telling;
  }

  /** Stores what happened without a change. */
  async record(event: AuditEvent, manager?: EntityManager): Promise<void> {
    await this.write(() => ({ steps: [], events: [event] }), { manager });
  }

  /** Does the work and stores how it ended, whatever it came to: nobody looks around in a network without a trace. */
  async attempt<T>({ event, work, outcome, store, signal, manager }: Attempt<T>): Promise<T> {
    const ended = (ending: AuditEvent['details']): AuditEvent => ({ ...event, details: { ...event.details, ...ending } });
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await this.record(ended({ ok: false, ...(signal?.aborted ? { stopped: true } : failureOf(error)) }), manager);
      throw error;
    }
    const entry = ended(outcome(result));
    await (store ? store(result, entry) : this.record(entry, manager));
    return result;
  }

  async #tell(ids: string[]): Promise<void> {
    try {
      // As they are stored: a part of a transaction that was rolled back is not told.
      const entries = await this.store.byIds(ids);
      for (const entry of entries) void this.#tellOf(entry);
    } catch (error) {
      this.#logger.error(`The option "audit.onEntry" could not be called: ${wordsOf(error)}`);
    }
  }

  async #tellOf(entry: SmtpAuditEntry): Promise<void> {
    try {
      await this.options.onEntry?.(entry);
    } catch (error) {
      this.#logger.error(`The option "audit.onEntry" failed for the entry ${entry.id}: ${wordsOf(error)}`);
    }
  }
}

function isWorthAnEntry({ changes }: AuditEvent): boolean {
  return changes === undefined || Object.keys(changes).length > 0;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A failure without anybody's words: what a server says may hold anything. */
function failureOf(error: unknown): Record<string, string | undefined> {
  return error instanceof MailError ? { code: error.code, reason: error.reason } : {};
}
