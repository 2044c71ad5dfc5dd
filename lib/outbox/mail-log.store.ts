import type { AuditEvent } from '../audit/audit-event.js';
import type { AuditTrail, RecordedChange } from '../audit/audit-trail.js';
import { isStorable } from '../database/conditions.js';
import type { SmtpDatabase } from '../database/database.js';
import { hydrate } from '../database/rows.js';
import { NOW, Sql, type SqlStep } from '../database/sql.js';
import { uuid7Before } from '../database/uuid7.js';
import type { Caller } from '../options/access.js';
import type { LaneStore } from './lane.store.js';
import type { FilterFacts, MailLogFilters, MailLogQuery } from './mail-log.query.js';
import { SmtpMessage, SmtpMessageAttempt } from './smtp-message.entity.js';
import { OUTCOME_STATUSES } from '../shared/mail-counts.js';
import { validationError } from '../shared/mail-error.js';
import { type MailLogEntry, type MessageStatus, WAITING } from '../shared/mail-log.js';
import { namedLane } from './lane.js';
import { insertMessage } from './sql/enqueue.js';
import {
  cancelMessages,
  countAll,
  countByLane,
  countByStatus,
  countParts,
  countUpTo,
  firstTriedSince,
  idsAfter,
  idsBefore,
  idsWithStatus,
  latestAttempts,
  makeDue,
  messagesById,
  messagesWithBody,
  moveWaiting,
  pageOfIds,
  requeue,
} from './sql/log.js';
import { isMatching } from './sql/log-filters.js';

/** Message counts. */
export interface Tally {
  byStatus: Map<string, number>;
  /** Messages that are not final, by lane. */
  byLane: Map<string, number>;
}

/** A row of a count. Databases return large numbers as strings. */
interface Count {
  name: string;
  n: string | number;
}

const NOT_SENT: MessageStatus[] = ['queued', 'sending', 'held', 'unknown', 'failed', 'expired', 'cancelled'];
const COUNTED: MessageStatus[] = ['held', ...OUTCOME_STATUSES.failed];
const MAX_ATTEMPTS_SHOWN = 200;

/** Reads and changes the mail log. Each change is stored together with its entry in the change history. */
export class MailLogStore {
  /** @param sensitiveKeys activities that are currently sensitive; a row records the state when it was queued */
  constructor(
    private readonly database: SmtpDatabase,
    private readonly laneStore: LaneStore,
    private readonly trail: AuditTrail,
    private readonly sensitiveKeys: ReadonlySet<string>,
  ) {}

  /** Returns a page of messages that match. */
  async page({ filters = {}, direction = 'desc', limit = 20, offset = 0 }: MailLogQuery, facts?: FilterFacts): Promise<SmtpMessage[]> {
    const where = this.matching(filters, facts);
    if (!where) return [];
    return this.byIds(await this.ids(pageOfIds(this.database.schema, where, { direction, limit, offset })));
  }

  /** Counts messages that match, up to a limit if there is one. */
  async count(filters: MailLogFilters, limit: number | undefined, facts?: FilterFacts): Promise<number> {
    const where = this.matching(filters, facts);
    if (!where) return 0;
    const { schema } = this.database;
    const [row] = await this.database.query<Count>(limit === undefined ? countAll(schema, where) : countUpTo(schema, where, limit));
    return Number(row!.n);
  }

  /** Returns the messages of these ids, in their order. */
  async byIds(ids: readonly string[]): Promise<SmtpMessage[]> {
    const { schema } = this.database;
    const possible = ids.filter(isStorable);
    if (possible.length === 0) return [];
    const found = await this.database.query<Record<string, unknown>>(messagesById(schema, possible));
    const rows = new Map(found.map((row) => [row.id as string, hydrate(schema, SmtpMessage, row)]));
    for (const row of rows.values()) row.sensitive ||= this.sensitiveKeys.has(row.activity);
    return ids.map((id) => rows.get(id)).filter((row) => row !== undefined);
  }

  /**
   * Returns ids of messages that match, after the given id in the order of creation.
   * @throws MailError `VALIDATION` at `after` for a string that no database can store
   */
  async idsAfter(filters: MailLogFilters, after: string, limit: number, facts?: FilterFacts): Promise<string[]> {
    if (!isStorable(after)) throw validationError({ after: { code: 'not_an_id', message: 'Pass the id of a message.' } });
    const where = this.matching(filters, facts);
    return where ? this.ids(idsAfter(this.database.schema, where, after, limit)) : [];
  }

  /** Returns ids of messages that match, before the given id in the order of creation, the newest first. @param before by default, the end */
  async idsBefore(filters: MailLogFilters, before: string | undefined, limit: number, facts?: FilterFacts): Promise<string[]> {
    const where = this.matching(filters, facts);
    return where ? this.ids(idsBefore(this.database.schema, where, before, limit)) : [];
  }

  /** Returns the condition for filters; undefined if one of them is a string that no database can store. */
  private matching(filters: MailLogFilters, facts: FilterFacts = {}): SqlStep | undefined {
    if (
      Object.values(filters)
        .flat()
        .some((value) => typeof value === 'string' && !isStorable(value))
    )
      return undefined;
    return isMatching(this.database.schema, filters, { ...facts, sensitiveKeys: this.sensitiveKeys });
  }

  private async ids(step: SqlStep): Promise<string[]> {
    return (await this.database.query<{ id: string }>(step)).map(({ id }) => id);
  }

  /** Returns the ids of the messages that still have their body. */
  async withBody(ids: readonly string[]): Promise<Set<string>> {
    const possible = ids.filter(isStorable);
    if (possible.length === 0) return new Set();
    const found = await this.database.query<{ messageId: string }>(messagesWithBody(this.database.schema, possible));
    return new Set(found.map(({ messageId }) => messageId));
  }

  /** Returns the number of parts in which the content of a message is stored; 0 if it was deleted. */
  async partCount(id: string): Promise<number> {
    const [row] = await this.database.query<{ n: string | number }>(countParts(this.database.schema, id));
    return Number(row!.n);
  }

  /** Returns the latest attempts to deliver a message, the oldest first. */
  async attempts(messageId: string): Promise<SmtpMessageAttempt[]> {
    const { schema } = this.database;
    const latest = await this.database.query<Record<string, unknown>>(latestAttempts(schema, messageId, MAX_ATTEMPTS_SHOWN));
    return latest.reverse().map((row) => hydrate(schema, SmtpMessageAttempt, row));
  }

  /** Counts messages by status and lane. */
  async tally(): Promise<Tally> {
    const { schema } = this.database;
    const [byStatus, byLane] = await Promise.all([
      this.database.query<Count>(countByStatus(schema, COUNTED)),
      this.database.query<Count>(countByLane(schema, OUTCOME_STATUSES.waiting)),
    ]);
    return { byStatus: countsOf(byStatus), byLane: countsOf(byLane) };
  }

  /** Returns an id below those of all messages that a server was given since a time. */
  async firstFinished(since: Date): Promise<string> {
    const [row] = await this.database.query<{ id: string | null }>(firstTriedSince(this.database.schema, since.getTime()));
    return row?.id ?? uuid7Before(since.getTime());
  }

  /** Returns the lanes of messages with these statuses. @default the statuses of all messages that were not sent */
  async lanes(statuses: readonly MessageStatus[] = NOT_SENT): Promise<string[]> {
    const found = await Promise.all(statuses.map((status) => this.laneStore.lanes(status)));
    return [...new Set(found.flat())];
  }

  /** Counts the waiting messages of each of these lanes. */
  async waitingIn(lanes: readonly string[]): Promise<Map<string, number>> {
    const possible = lanes.filter(isStorable);
    if (possible.length === 0) return new Map();
    return countsOf(await this.database.query<Count>(countByLane(this.database.schema, OUTCOME_STATUSES.waiting, possible)));
  }

  /** Returns the database's time. */
  now(): Promise<Date> {
    return this.database.now();
  }

  /** Stores a message that resends another one. */
  async insert(row: SmtpMessage, parts: readonly string[], event: AuditEvent, expireAfterMs?: number): Promise<void> {
    const expiresAt = expireAfterMs === undefined ? null : new Sql(`{now} + ${expireAfterMs}`);
    const message = { ...row, createdAt: NOW, availableAt: NOW, expiresAt };
    await this.trail.write(() => ({ steps: insertMessage(this.database.schema, message, parts), events: [event] }));
  }

  /** Makes waiting messages due immediately, or queues final ones again. Returns the ids of the messages that had one of the statuses. */
  async retry(ids: readonly string[], statuses: readonly MessageStatus[], by: Caller): Promise<string[]> {
    const { schema } = this.database;
    return this.change(ids, statuses, (found) => ({
      steps: [statuses.includes('queued') ? makeDue(schema, found) : requeue(schema, found)],
      events: found.map((id) => ({ by, action: 'retry', record: { type: 'message', id } })),
    }));
  }

  /** Moves messages that have one of these statuses to a configuration. Returns the ids of those. */
  async move(
    entries: readonly Pick<MailLogEntry, 'id' | 'configName'>[],
    statuses: readonly MessageStatus[],
    { id: configId, name }: { id: string; name: string },
    by: Caller,
  ): Promise<string[]> {
    const { schema } = this.database;
    const before = new Map(entries.map((entry) => [entry.id, entry.configName]));
    const lane = namedLane(name, configId);
    return this.change([...before.keys()], statuses, (found) => ({
      steps: [statuses.includes('queued') ? moveWaiting(schema, found, lane) : requeue(schema, found, { lane })],
      events: found.map((id) => ({
        by,
        action: 'move',
        record: { type: 'message', id },
        changes: { configName: { before: before.get(id) ?? null, after: name } },
      })),
    }));
  }

  /**
   * Cancels messages that are not in flight. Keeps their bodies and subjects, except of sensitive ones. Returns the ids of the
   * cancelled messages.
   */
  async cancel(rows: readonly Pick<SmtpMessage, 'id' | 'sensitive'>[], by: Caller): Promise<string[]> {
    const { schema } = this.database;
    const sensitive = new Set(rows.filter((row) => row.sensitive).map(({ id }) => id));
    const ids = rows.map(({ id }) => id);
    return this.change(ids, WAITING, (found) => ({
      steps: [true, false].flatMap((wipesContent) =>
        cancelMessages(
          schema,
          found.filter((id) => sensitive.has(id) === wipesContent),
          { wipesContent },
        ),
      ),
      events: found.map((id) => ({ by, action: 'cancel', record: { type: 'message', id } })),
    }));
  }

  /** Locks the messages that have one of the statuses and changes them. Returns their ids. */
  private async change(
    ids: readonly string[],
    statuses: readonly MessageStatus[],
    build: (found: string[]) => RecordedChange,
  ): Promise<string[]> {
    let found: string[] = [];
    if (ids.length === 0) return found;
    await this.trail.write(
      ([rows = []]) => {
        found = rows.map(({ id }) => id as string);
        return found.length === 0 ? { steps: [], events: [] } : build(found);
      },
      { hold: [idsWithStatus(this.database.schema, ids, statuses)] },
    );
    return found;
  }
}

function countsOf(rows: readonly Count[]): Map<string, number> {
  return new Map(rows.map(({ name, n }) => [name, Number(n)]));
}
