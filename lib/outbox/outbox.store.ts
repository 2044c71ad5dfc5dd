import { randomUUID } from 'node:crypto';
import { type EntityManager, In } from 'typeorm';
import type { SmtpDatabase, WriteStep } from '../smtp.database.js';
import { type MessageStatus, SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from './smtp-message.entity.js';
import { uuid7 } from './uuid7.js';

/** A message in hand under a lease, with what is needed to judge and to deliver it. */
export interface ClaimedMessage {
  id: string;
  lane: string;
  priority: number;
  activity: string;
  messageId: string;
  sensitive: boolean;
  attempts: number;
  expiresAt: number | null;
  frozen: string | null;
  leaseToken: string;
  /** The database's time at the claim, in milliseconds. */
  now: number;
}

/** What became of a claimed message; times are milliseconds from now by the database's clock. */
export interface Outcome {
  message: ClaimedMessage;
  status: MessageStatus;
  /** When it is due again. */
  inMs?: number;
  attempts: number;
  code: string | null;
  reply: string | null;
  error: string | null;
  frozen: string | null;
  configName: string | null;
  /** Undefined when the server was never asked about it. */
  attempt?: { outcome: string; ms: number };
  wipesBody: boolean;
  /** How long the body stays; undefined as long as the message. */
  keepsBodyMs?: number;
}

/** After this many lost leases a message is tried with nothing else beside it. */
const CRASHES_BEFORE_ALONE = 2;
/** After this many lost leases while alone it is set aside. */
const CRASHES_ALONE = 3;

const CLAIMED = 'id, lane, priority, activity, message_id, is_sensitive, attempts, expires_at, frozen, available_at, {now} AS now_ms';

interface ClaimedRow {
  id: string;
  lane: string;
  priority: number;
  activity: string;
  message_id: string;
  is_sensitive: boolean | number;
  attempts: number;
  expires_at: string | number | null;
  frozen: string | null;
  available_at: string | number;
  now_ms: string | number;
}

/** Every query of the outbox. */
export class OutboxStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** Stores a message with its body. With a key that is taken nothing is stored. */
  async insert(
    message: SmtpMessage,
    parts: readonly string[],
    options: { expireAfterMs?: number; manager?: EntityManager },
  ): Promise<void> {
    const { now } = this.database.dialect;
    const { id, idempotencyKey, availableAt } = message;
    const { expireAfterMs } = options;
    const timed = {
      ...message,
      createdAt: () => now,
      availableAt: availableAt ?? (() => now),
      ...(message.expiresAt === null && expireAfterMs !== undefined ? { expiresAt: () => `${now} + ${expireAfterMs}` } : {}),
    };
    await this.database.write((em) => {
      const insert = em.createQueryBuilder().insert().into(SmtpMessage).values(timed);
      const steps: WriteStep[] = [{ statement: idempotencyKey === null ? insert : insert.orIgnore() }];
      parts.forEach((content, part) => {
        steps.push({ statement: em.createQueryBuilder().insert().into(SmtpMessageBody).values({ messageId: id, part, content }) });
      });
      if (idempotencyKey !== null) steps.push({ statement: orphans(em, id) });
      return steps;
    }, options.manager);
  }

  /** The message stored under a key, also one that another transaction committed after this one began. */
  async byKey(key: string, manager?: EntityManager): Promise<{ id: string; messageId: string; contentHash: string } | undefined> {
    const lock = this.database.dialect.type === 'mysql' || this.database.dialect.type === 'mariadb' ? ' LOCK IN SHARE MODE' : '';
    const [row] = await this.database.query<{ id: string; message_id: string; content_hash: string }>(
      `SELECT id, message_id, content_hash FROM smtp_message WHERE idempotency_key = ?${manager ? lock : ''}`,
      [key],
      manager,
    );
    return row && { id: row.id, messageId: row.message_id, contentHash: row.content_hash };
  }

  async parts(id: string): Promise<string[]> {
    const rows = await this.database.query<{ content: string }>(
      'SELECT content FROM smtp_message_body WHERE message_id = ? ORDER BY part',
      [id],
    );
    return rows.map(({ content }) => content);
  }

  /** Takes due messages of a lane and a priority in hand, oldest first. Committed before anything is sent. */
  async claim(lane: string, priority: number, limit: number, leaseMs: number): Promise<ClaimedMessage[]> {
    const due = `status = 'queued' AND lane = ? AND priority = ? AND available_at <= {now} AND crashes < ${CRASHES_BEFORE_ALONE}`;
    return this.take(`${due} ORDER BY available_at, id`, [lane, priority], limit, leaseMs, false);
  }

  /** When the first due message of a lane and a priority became due; undefined when there is none. */
  async firstDue(lane: string, priority: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ available_at: string | number }>(
      `SELECT available_at FROM smtp_message WHERE status = 'queued' AND lane = ? AND priority = ? AND available_at <= {now} AND crashes < ${CRASHES_BEFORE_ALONE} ORDER BY available_at, id LIMIT 1`,
      [lane, priority],
    );
    return row && Number(row.available_at);
  }

  /** Takes one message that may have ended processes before. The caller has nothing else in hand. */
  async claimAlone(lanes: readonly string[], leaseMs: number): Promise<ClaimedMessage[]> {
    if (lanes.length === 0) return [];
    const due = `status = 'queued' AND lane IN (${lanes.map(() => '?').join(', ')}) AND available_at <= {now} AND crashes >= ${CRASHES_BEFORE_ALONE}`;
    return this.take(`${due} ORDER BY id`, [...lanes], 1, leaseMs, true);
  }

  private async take(
    condition: string,
    parameters: unknown[],
    limit: number,
    leaseMs: number,
    isAlone: boolean,
  ): Promise<ClaimedMessage[]> {
    const leaseToken = randomUUID();
    const { type } = this.database.dialect;
    const set = `status = 'sending', lease_token = ?, lease_until = {now} + ?, is_alone = ?`;
    const values = [leaseToken, leaseMs, type === 'better-sqlite3' ? Number(isAlone) : isAlone];
    const select = `SELECT id FROM smtp_message WHERE ${condition} LIMIT ${limit}`;
    if (type === 'postgres') {
      const rows = await this.database.query<ClaimedRow>(
        `WITH due AS MATERIALIZED (${select} FOR UPDATE SKIP LOCKED) UPDATE smtp_message SET ${set} WHERE id IN (SELECT id FROM due) RETURNING ${CLAIMED}`,
        // The condition stands first in the text.
        [...parameters, ...values],
      );
      return claimed(rows, leaseToken);
    }
    if (type === 'better-sqlite3') {
      const rows = await this.database.query<ClaimedRow>(`UPDATE smtp_message SET ${set} WHERE id IN (${select}) RETURNING ${CLAIMED}`, [
        ...values,
        ...parameters,
      ]);
      return claimed(rows, leaseToken);
    }
    return this.database.transaction(async (manager) => {
      const ids = await this.database.query<{ id: string }>(`${select} FOR UPDATE SKIP LOCKED`, parameters, manager);
      if (ids.length === 0) return [];
      const marks = ids.map(() => '?').join(', ');
      const keys = ids.map(({ id }) => id);
      await this.database.query(`UPDATE smtp_message SET ${set} WHERE id IN (${marks})`, [...values, ...keys], manager);
      return claimed(
        await this.database.query<ClaimedRow>(`SELECT ${CLAIMED} FROM smtp_message WHERE id IN (${marks})`, keys, manager),
        leaseToken,
      );
    });
  }

  /** Extends leases that are still held. */
  async renew(tokens: readonly string[], leaseMs: number): Promise<void> {
    if (tokens.length === 0) return;
    const held = `status = 'sending' AND lease_token IN (${tokens.map(() => '?').join(', ')})`;
    // What is being acknowledged needs no lease any more; waiting for it in another order would be a deadlock.
    const free = `id IN (SELECT id FROM smtp_message WHERE ${held} FOR UPDATE SKIP LOCKED)`;
    const condition = this.database.dialect.type === 'postgres' ? free : held;
    await this.database.query(`UPDATE smtp_message SET lease_until = {now} + ? WHERE ${condition}`, [leaseMs, ...tokens]);
  }

  /** Gives back what was claimed and not begun. */
  async release(messages: readonly ClaimedMessage[]): Promise<void> {
    for (const { id, leaseToken } of messages) {
      await this.database.query(
        `UPDATE smtp_message SET status = 'queued', lease_token = NULL, lease_until = NULL WHERE id = ? AND lease_token = ? AND status = 'sending'`,
        [id, leaseToken],
      );
    }
  }

  /** Writes what became of messages, all in one transaction, each only while its lease is held. */
  async acknowledge(outcomes: readonly Outcome[]): Promise<void> {
    const { now } = this.database.dialect;
    await this.database.write((em) => outcomes.flatMap((outcome) => acknowledgement(em, outcome, now)));
  }

  /** Returns what was in the hands of processes that are gone, and sets aside what ended them while it was alone. */
  async returnLost(): Promise<void> {
    const lost = `status = 'sending' AND lease_until < {now}`;
    await this.database.query(
      `UPDATE smtp_message SET status = 'unknown', crashes = crashes + 1, lease_token = NULL, lease_until = NULL,
        last_code = 'CRASH', last_error = 'The process ended each time while it had this message alone in hand.'
        WHERE ${lost} AND ${this.isTrue('is_alone')} AND crashes >= ${CRASHES_BEFORE_ALONE + CRASHES_ALONE - 1}`,
    );
    // A crash beside others says nothing about this one once it is known that it has to be tried alone.
    await this.database.query(
      `UPDATE smtp_message SET status = 'queued', crashes = crashes + 1, lease_token = NULL, lease_until = NULL WHERE ${lost}`,
    );
  }

  async expire(): Promise<void> {
    await this.database.query(
      `UPDATE smtp_message SET status = 'expired', last_error = 'Its time ran out before it could be sent.',
        body_until = CASE WHEN ${this.isTrue('is_sensitive')} THEN {now} ELSE body_until END
        WHERE status IN ('queued', 'held') AND expires_at <= {now}`,
    );
  }

  /** The lanes that have messages with a status, found by one index seek each. */
  async lanes(status: 'queued' | 'held'): Promise<string[]> {
    const lanes: string[] = [];
    for (let last = ''; ;) {
      const [row] = await this.database.query<{ lane: string | null }>(
        'SELECT MIN(lane) AS lane FROM smtp_message WHERE status = ? AND lane > ?',
        [status, last],
      );
      if (!row?.lane) return lanes;
      lanes.push(row.lane);
      last = row.lane;
    }
  }

  /** Holds what waits for a configuration that is missing or off. */
  async hold(lane: string): Promise<void> {
    await this.database.query(`UPDATE smtp_message SET status = 'held' WHERE status = 'queued' AND lane = ?`, [lane]);
  }

  /** Lets what was held go on, in the lane of its configuration. */
  async letGo(from: string, lane: string): Promise<void> {
    await this.database.query(
      `UPDATE smtp_message SET status = 'queued', lane = ?
        WHERE status = 'held' AND lane = ?`,
      [lane, from],
    );
  }

  /** Deletes some bodies whose time has come; false when none is left. */
  async purgeBodies(limit: number): Promise<boolean> {
    const ids = await this.database.query<{ id: string }>(`SELECT id FROM smtp_message WHERE body_until <= {now} LIMIT ${limit}`);
    const keys = ids.map(({ id }) => id);
    if (keys.length === 0) return false;
    await this.database.write((em) => [
      {
        statement: em
          .createQueryBuilder()
          .delete()
          .from(SmtpMessageBody)
          .where({ messageId: In(keys) }),
      },
      {
        statement: em
          .createQueryBuilder()
          .update(SmtpMessage)
          .set({ bodyUntil: null })
          .where({ id: In(keys) }),
      },
    ]);
    return keys.length === limit;
  }

  /** Deletes some messages that came to their end and were created before the given id; false when none is left. */
  async purgeMessages(beforeId: string, limit: number): Promise<boolean> {
    const ids = await this.database.query<{ id: string }>(
      `SELECT id FROM smtp_message WHERE id < ? AND status IN ('sent', 'partly_sent', 'failed', 'expired', 'cancelled') ORDER BY id LIMIT ${limit}`,
      [beforeId],
    );
    const keys = ids.map(({ id }) => id);
    if (keys.length === 0) return false;
    await this.database.write((em) => [
      {
        statement: em
          .createQueryBuilder()
          .delete()
          .from(SmtpMessageBody)
          .where({ messageId: In(keys) }),
      },
      {
        statement: em
          .createQueryBuilder()
          .delete()
          .from(SmtpMessageAttempt)
          .where({ messageId: In(keys) }),
      },
      {
        statement: em
          .createQueryBuilder()
          .delete()
          .from(SmtpMessage)
          .where({ id: In(keys) }),
      },
    ]);
    return keys.length === limit;
  }

  /** The database's time in milliseconds. */
  async now(): Promise<number> {
    const [row] = await this.database.query<{ now_ms: string | number }>('SELECT {now} AS now_ms');
    return Number(row!.now_ms);
  }

  private isTrue(column: string): string {
    return this.database.dialect.type === 'better-sqlite3' ? `${column} = 1` : column;
  }
}

function claimed(rows: ClaimedRow[], leaseToken: string): ClaimedMessage[] {
  return rows
    .toSorted((a, b) => Number(a.available_at) - Number(b.available_at) || (a.id < b.id ? -1 : 1))
    .map((row) => ({
      id: row.id,
      lane: row.lane,
      priority: row.priority,
      activity: row.activity,
      messageId: row.message_id,
      sensitive: Boolean(row.is_sensitive),
      attempts: row.attempts,
      expiresAt: row.expires_at === null ? null : Number(row.expires_at),
      frozen: row.frozen,
      leaseToken,
      now: Number(row.now_ms),
    }));
}

/** The body of a message that was not stored, because its key was taken. */
function orphans(em: EntityManager, messageId: string): WriteStep['statement'] {
  const exists = em.createQueryBuilder().subQuery().select('1').from(SmtpMessage, 'message').where('message.id = :messageId').getQuery();
  return em.createQueryBuilder().delete().from(SmtpMessageBody).where(`messageId = :messageId AND NOT EXISTS ${exists}`, { messageId });
}

function acknowledgement(em: EntityManager, outcome: Outcome, now: string): WriteStep[] {
  const { message, status, inMs, attempt } = outcome;
  const { id, leaseToken } = message;
  const values = {
    status,
    attempts: outcome.attempts,
    leaseToken: null,
    leaseUntil: null,
    isAlone: false,
    crashes: 0,
    lastCode: outcome.code,
    lastReply: outcome.reply,
    lastError: outcome.error,
    frozen: outcome.frozen,
    ...(inMs === undefined ? {} : { availableAt: () => `${now} + ${Math.round(inMs)}` }),
    ...(outcome.keepsBodyMs === undefined ? {} : { bodyUntil: () => `${now} + ${outcome.keepsBodyMs}` }),
    ...(status === 'sent' || status === 'partly_sent' ? { sentAt: () => now, sentBy: outcome.configName } : {}),
  };
  const where = { id, leaseToken };
  const steps: WriteStep[] = [
    {
      statement: em
        .createQueryBuilder()
        .update(SmtpMessage)
        .set(values)
        .where("id = :id AND lease_token = :leaseToken AND status = 'sending'", where),
    },
  ];
  if (attempt) {
    steps.push({
      statement: em
        .createQueryBuilder()
        .insert()
        .into(SmtpMessageAttempt)
        .values({
          id: uuid7(),
          messageId: id,
          at: (() => now) as never,
          configName: outcome.configName,
          outcome: attempt.outcome,
          code: outcome.code,
          reply: outcome.reply,
          ms: attempt.ms,
        }),
    });
  }
  if (outcome.wipesBody) steps.push({ statement: em.createQueryBuilder().delete().from(SmtpMessageBody).where('messageId = :id', { id }) });
  return steps;
}
