import { type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../options/access.js';
import type { SmtpDatabase } from '../database/database.js';
import { MailError } from '../shared/mail-error.js';
import { isStorable } from '../database/query-checks.js';
import { placeholders } from '../database/sql.js';
import { lanesWith } from './lane.queries.js';
import { type ConfigMatch, type MailLogFilters, type MailLogQuery, idsOf, messagesById, selectMessages } from './mail-log.queries.js';
import { type MessageStatus, SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from './smtp-message.entity.js';
import { uuid7Before } from '../database/uuid7.js';

/** How many messages there are, by what they wait for. */
export interface Tally {
  byStatus: Map<string, number>;
  /** Of those that are queued. */
  byLane: Map<string, number>;
  sentToday: number;
}

const NOT_SENT: MessageStatus[] = ['queued', 'sending', 'held', 'unknown', 'failed', 'expired', 'cancelled'];
const COUNTED: MessageStatus[] = ['sending', 'failed', 'held', 'unknown'];
const MAX_ATTEMPTS_SHOWN = 200;

/** Every query of the mail log. What it changes, it changes together with the entry that says who did it. */
export class MailLogStore {
  /** @param sensitiveKeys activities that are sensitive now; a row knows what they were when it was queued */
  constructor(
    private readonly database: SmtpDatabase,
    private readonly trail: AuditTrail,
    private readonly sensitiveKeys: ReadonlySet<string>,
  ) {}

  async page({ filters = {}, direction = 'desc', limit = 20, offset = 0 }: MailLogQuery, config?: ConfigMatch): Promise<SmtpMessage[]> {
    return this.database.read(async (em) => {
      const query = this.select(em, filters, config).orderBy('message.id', direction === 'asc' ? 'ASC' : 'DESC');
      return this.load(em, await idsOf(query.limit(limit).offset(offset)));
    });
  }

  /** How many match, looking no further than the limit. */
  async count(filters: MailLogFilters, limit: number, config?: ConfigMatch): Promise<number> {
    return this.database.read(async (em) => {
      const some = this.select(em, filters, config).select('message.id', 'id').limit(limit);
      const [sql, parameters] = some.getQueryAndParameters();
      const [row] = await em.query<{ n: string | number }[]>(`SELECT COUNT(*) AS n FROM (${sql}) matching`, parameters as unknown[]);
      return Number(row!.n);
    });
  }

  async byIds(ids: readonly string[]): Promise<SmtpMessage[]> {
    return this.database.read((em) => this.load(em, ids));
  }

  private select(em: EntityManager, filters: MailLogFilters, config?: ConfigMatch): SelectQueryBuilder<SmtpMessage> {
    return selectMessages(em, filters, { config, sensitiveKeys: this.sensitiveKeys });
  }

  private async load(em: EntityManager, ids: readonly string[]): Promise<SmtpMessage[]> {
    const rows = await messagesById(em, ids);
    for (const row of rows) row.sensitive ||= this.sensitiveKeys.has(row.activity);
    return rows;
  }

  /** Messages that match, after the given id in the order of creation. */
  async idsAfter(filters: MailLogFilters, statuses: readonly MessageStatus[], after: string, limit: number, config?: ConfigMatch) {
    return this.database.read((em) =>
      idsOf(
        this.select(em, filters, config)
          .andWhere('message.status IN (:...statuses) AND message.id > :after', { statuses, after })
          .orderBy('message.id')
          .limit(limit),
      ),
    );
  }

  /** Which of these messages still have their body. */
  async withBody(ids: readonly string[]): Promise<Set<string>> {
    const possible = ids.filter(isStorable);
    if (possible.length === 0) return new Set();
    const found = await this.database.read((em) =>
      em.find(SmtpMessageBody, { select: { messageId: true }, where: { messageId: In(possible), part: 0 } }),
    );
    return new Set(found.map(({ messageId }) => messageId));
  }

  async attempts(messageId: string): Promise<SmtpMessageAttempt[]> {
    const latest = await this.database.read((em) =>
      em.find(SmtpMessageAttempt, { where: { messageId }, order: { id: 'DESC' }, take: MAX_ATTEMPTS_SHOWN }),
    );
    return latest.reverse();
  }

  async tally(since: Date): Promise<Tally> {
    type Row = { name: string; n: string | number };
    const [statuses, lanes, [sent]] = await Promise.all([
      this.database.query<Row>(
        `SELECT status AS name, COUNT(*) AS n FROM smtp_message WHERE status IN (${placeholders(COUNTED)}) GROUP BY status`,
        COUNTED,
      ),
      this.database.query<Row>(`SELECT lane AS name, COUNT(*) AS n FROM smtp_message WHERE status = 'queued' GROUP BY lane`),
      // Attempts carry the time in their ids: only those since then are read.
      this.database.query<Row>(`SELECT COUNT(DISTINCT message_id) AS n FROM smtp_message_attempt WHERE id >= ? AND outcome = 'accepted'`, [
        uuid7Before(since.getTime()),
      ]),
    ]);
    const counts = (rows: Row[]): Map<string, number> => new Map(rows.map(({ name, n }) => [name, Number(n)]));
    return { byStatus: counts(statuses), byLane: counts(lanes), sentToday: Number(sent!.n) };
  }

  /** The lanes of messages with these statuses; of all that did not leave, where none are given. */
  async lanes(statuses: readonly MessageStatus[] = NOT_SENT): Promise<string[]> {
    const found = await Promise.all(statuses.map((status) => lanesWith(this.database, status)));
    return [...new Set(found.flat())];
  }

  /** How many messages wait in each of these lanes. */
  async waitingIn(lanes: readonly string[]): Promise<Map<string, number>> {
    const possible = lanes.filter(isStorable);
    if (possible.length === 0) return new Map();
    const rows = await this.database.query<{ lane: string; n: string | number }>(
      `SELECT lane, COUNT(*) AS n FROM smtp_message WHERE status IN ('queued', 'held') AND lane IN (${placeholders(possible)}) GROUP BY lane`,
      possible,
    );
    return new Map(rows.map(({ lane, n }) => [lane, Number(n)]));
  }

  /** The database's time. */
  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now_ms: string | number }>('SELECT {now} AS now_ms');
    return new Date(Number(row!.now_ms));
  }

  /** Stores a message that sends another one again. */
  async insert(row: SmtpMessage, parts: readonly string[], event: AuditEvent, expireAfterMs?: number): Promise<void> {
    const { now } = this.database.dialect;
    const expiresAt = expireAfterMs === undefined ? null : () => `${now} + ${expireAfterMs}`;
    const values = { ...row, createdAt: () => now, availableAt: () => now, expiresAt };
    await this.trail.write((em) => ({
      steps: [
        {
          statement: em.createQueryBuilder().insert().into(SmtpMessage).values(values),
        },
        ...parts.map((content, part) => ({
          statement: em.createQueryBuilder().insert().into(SmtpMessageBody).values({ messageId: row.id, part, content }),
        })),
      ],
      events: [event],
    }));
  }

  /** Makes messages due at once; those that came to an end begin anew. Resolves to the ids of those that were in that state. */
  async retry(ids: readonly string[], statuses: readonly MessageStatus[], by: Caller): Promise<string[]> {
    const { now } = this.database.dialect;
    const waits = statuses.includes('queued') || statuses.includes('held');
    // What is due already keeps its place.
    const due = { availableAt: () => `CASE WHEN available_at < ${now} THEN available_at ELSE ${now} END` };
    const anew = {
      status: 'queued',
      attempts: 0,
      lostLeases: 0,
      isQuarantined: false,
      deleteBodyAt: null,
      availableAt: () => now,
      expiresAt: () => `CASE WHEN expires_at <= ${now} THEN NULL ELSE expires_at END`,
    };
    const hold = {
      sql: `SELECT id FROM smtp_message WHERE id IN (${placeholders(ids)}) AND status IN (${placeholders(statuses)}) ORDER BY id`,
      parameters: [...ids, ...statuses],
    };
    let found: string[] = [];
    await this.trail.write(
      (em, [rows = []]) => {
        found = rows.map(({ id }) => id as string);
        if (found.length === 0) return { steps: [], events: [] };
        const values = (waits ? due : anew) as never;
        return {
          steps: [{ statement: em.createQueryBuilder().update(SmtpMessage).set(values).where('id IN (:...found)', { found }) }],
          events: found.map((id) => ({ by, action: 'retry', record: { type: 'message', id } })),
        };
      },
      { hold: [hold] },
    );
    return found;
  }

  /** Cancels a message that nobody has in hand; its body and subject stay unless it is sensitive. */
  async cancel({ id, sensitive }: SmtpMessage, by: Caller, orElse: () => MailError): Promise<void> {
    await this.trail.write((em) => ({
      steps: [
        {
          statement: em
            .createQueryBuilder()
            .update(SmtpMessage)
            .set({ status: 'cancelled', ...(sensitive && { subject: '', contentHash: '' }) })
            .where("id = :id AND status IN ('queued', 'held')", { id }),
          orElse,
        },
        ...(sensitive ? [{ statement: em.createQueryBuilder().delete().from(SmtpMessageBody).where('messageId = :id', { id }) }] : []),
      ],
      events: [{ by, action: 'cancel', record: { type: 'message', id } }],
    }));
  }
}
