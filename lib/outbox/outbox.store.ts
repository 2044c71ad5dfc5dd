import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { SmtpDatabase } from '../database/database.js';
import { NOW, Sql, type SqlStep, placeholders } from '../database/sql.js';
import { type Outcome, acknowledgements } from './acknowledgements.js';
import type { ClaimedMessage } from './claimed-message.js';
import { groupBy } from './group-by.js';
import { choiceOf } from './lane.js';
import { type DueLevel, dueLevels, lanesWith, moveLane } from './lane.queries.js';
import { SmtpMessage, SmtpMessageBody } from './smtp-message.entity.js';

/** The configuration that messages are claimed for, as it was found. */
export interface Through {
  config: { id: string; version: number };
  /** One message may be tried although it is failing. */
  isProbe: boolean;
}

/** After this many lost leases a message is tried with nothing else beside it. */
const CRASHES_BEFORE_ALONE = 2;
/** After this many lost leases while alone it is set aside. */
const CRASHES_ALONE = 3;

/** MariaDB takes statements of 16 MB at most, MySQL 5.7 of 4 MB: an attachment can be longer. */
const PARTS_AT_ONCE = 20;

/** Rows that a statement moves at once: small enough that nobody waits for it. */
const ROWS_AT_ONCE = 1_000;
/** At most so many such statements in a row: what is left is moved the next time. */
const MOVES = 10;

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

/** Every query that moves a message on its way. */
export class OutboxStore {
  /** @param sensitiveKeys activities that are sensitive now; a row knows what they were when it was queued */
  constructor(
    private readonly database: SmtpDatabase,
    private readonly sensitiveKeys: ReadonlySet<string>,
  ) {}

  /** Stores a message with its body. With a key that is taken nothing is stored. */
  async insert(
    message: SmtpMessage,
    parts: readonly string[],
    options: { expireAfterMs?: number; manager?: EntityManager },
  ): Promise<void> {
    const { id, idempotencyKey, availableAt, expiresAt } = message;
    const { expireAfterMs, manager } = options;
    const isKeyed = idempotencyKey !== null;
    const row = {
      ...message,
      createdAt: NOW,
      availableAt: availableAt ?? NOW,
      expiresAt: expiresAt ?? (expireAfterMs === undefined ? null : new Sql(`{now} + ${expireAfterMs}`)),
    };
    const steps = [
      this.database.insertInto(SmtpMessage, [row], { orIgnore: isKeyed }),
      ...bodyRows(id, parts).map((rows) => this.database.insertInto(SmtpMessageBody, rows)),
    ];
    // The body of a message that was not stored, because its key was taken.
    const orphans = 'DELETE FROM smtp_message_body WHERE message_id = ? AND NOT EXISTS (SELECT 1 FROM smtp_message WHERE id = ?)';
    if (isKeyed) steps.push({ sql: orphans, parameters: [id, id] });
    await this.database.writeAll(steps, { manager, inOrder: isKeyed });
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

  /**
   * Takes due messages of a lane and a priority in hand, oldest first. Committed before anything is sent. Nothing is taken
   * when the lane leads elsewhere by now, or the configuration is another one: what was queued after it was switched off, or
   * after its activity chose another one, must not leave through it.
   */
  async claim(lane: string, priority: number, limit: number, leaseMs: number, through: Through): Promise<ClaimedMessage[]> {
    const { sql, parameters } = this.stillLeads(lane, through);
    const messages = await this.take(
      `status = 'queued' AND lane = ? AND priority = ? AND available_at <= {now} AND lost_leases < ${CRASHES_BEFORE_ALONE}
        AND ${sql} ORDER BY available_at, id`,
      [lane, priority, ...parameters],
      limit,
      leaseMs,
      false,
    );
    const contents = await this.shortContents(messages.map(({ id }) => id));
    return messages.map((message) => ({ ...message, content: contents.get(message.id) }));
  }

  /** The condition that a lane leads to a configuration, and that it may send, as it was found. */
  private stillLeads(lane: string, { config: { id, version }, isProbe }: Through): SqlStep {
    const conditions = [`EXISTS (SELECT 1 FROM smtp_config WHERE id = ? AND version = ? AND ${this.isTrue('enabled')})`];
    const parameters: unknown[] = [id, version];
    const choice = choiceOf(lane);
    if (choice.by === 'activity') {
      conditions.push(`EXISTS (SELECT 1 FROM smtp_default pointer LEFT JOIN smtp_activity activity ON activity.activity_key = ?
        WHERE COALESCE(activity.config_id, pointer.config_id) = ?)`);
      parameters.push(choice.key, id);
    }
    if (!isProbe) {
      conditions.push(
        'NOT EXISTS (SELECT 1 FROM smtp_config_status WHERE config_id = ? AND failing_since IS NOT NULL AND failing_version = ?)',
      );
      parameters.push(id, version);
    }
    return { sql: conditions.join(' AND '), parameters };
  }

  /** The contents that take one part, by message. */
  private async shortContents(ids: readonly string[]): Promise<Map<string, string>> {
    const contents = new Map<string, string>();
    if (ids.length === 0) return contents;
    const rows = await this.database.query<{ message_id: string; part: number; content: string }>(
      `SELECT message_id, part, content FROM smtp_message_body WHERE message_id IN (${placeholders(ids)}) AND part < 2 ORDER BY part`,
      [...ids],
    );
    for (const { message_id: id, part, content } of rows) {
      if (part === 0) contents.set(id, content);
      else contents.delete(id);
    }
    return contents;
  }

  /** The lanes that have messages with a status. */
  async lanes(status: 'queued' | 'held'): Promise<string[]> {
    return lanesWith(this.database, status);
  }

  /** Where lanes have due messages, the first due first. */
  async due(lanes: readonly string[]): Promise<DueLevel[]> {
    return dueLevels(this.database, lanes);
  }

  /** Takes one message of a lane that may have ended processes before. The caller has nothing else in hand. */
  async claimQuarantined(lane: string, leaseMs: number, through: Through): Promise<ClaimedMessage | undefined> {
    const { sql, parameters } = this.stillLeads(lane, through);
    const due = `status = 'queued' AND lane = ? AND available_at <= {now} AND lost_leases >= ${CRASHES_BEFORE_ALONE} AND ${sql}`;
    const [message] = await this.take(`${due} ORDER BY id`, [lane, ...parameters], 1, leaseMs, true);
    return message;
  }

  private async take(
    condition: string,
    parameters: unknown[],
    limit: number,
    leaseMs: number,
    isQuarantined: boolean,
  ): Promise<ClaimedMessage[]> {
    const leaseToken = randomUUID();
    const claimedAt = performance.now();
    const { type } = this.database.dialect;
    const set = `status = 'sending', lease_token = ?, lease_expires_at = {now} + ?, is_quarantined = ?`;
    const values = [leaseToken, leaseMs, isQuarantined];
    const select = `SELECT id FROM smtp_message WHERE ${condition} LIMIT ${limit}`;
    if (type === 'postgres') {
      const rows = await this.database.query<ClaimedRow>(
        `WITH due AS MATERIALIZED (${select} FOR UPDATE SKIP LOCKED) UPDATE smtp_message SET ${set} WHERE id IN (SELECT id FROM due) RETURNING ${CLAIMED}`,
        // The condition stands first in the text.
        [...parameters, ...values],
      );
      return this.claimed(rows, leaseToken, claimedAt);
    }
    if (type === 'better-sqlite3') {
      const rows = await this.database.query<ClaimedRow>(`UPDATE smtp_message SET ${set} WHERE id IN (${select}) RETURNING ${CLAIMED}`, [
        ...values,
        ...parameters,
      ]);
      return this.claimed(rows, leaseToken, claimedAt);
    }
    return this.database.transaction(async (manager) => {
      const ids = await this.database.query<{ id: string }>(`${select} FOR UPDATE SKIP LOCKED`, parameters, manager);
      if (ids.length === 0) return [];
      const keys = ids.map(({ id }) => id);
      await this.database.query(`UPDATE smtp_message SET ${set} WHERE id IN (${placeholders(keys)})`, [...values, ...keys], manager);
      return this.claimed(
        await this.database.query<ClaimedRow>(`SELECT ${CLAIMED} FROM smtp_message WHERE id IN (${placeholders(keys)})`, keys, manager),
        leaseToken,
        claimedAt,
      );
    });
  }

  /** Extends leases that are still held. */
  async renew(tokens: readonly string[], leaseMs: number): Promise<void> {
    if (tokens.length === 0) return;
    const held = `status = 'sending' AND lease_token IN (${placeholders(tokens)})`;
    // What is being acknowledged needs no lease any more; waiting for it in another order would be a deadlock.
    const free = `id IN (SELECT id FROM smtp_message WHERE ${held} FOR UPDATE SKIP LOCKED)`;
    const condition = this.database.dialect.type === 'postgres' ? free : held;
    await this.database.query(`UPDATE smtp_message SET lease_expires_at = {now} + ? WHERE ${condition}`, [leaseMs, ...tokens]);
  }

  /** Gives back what was claimed and not begun. */
  async release(messages: readonly ClaimedMessage[]): Promise<void> {
    for (const [leaseToken, held] of groupBy(messages, (message) => message.leaseToken)) {
      await this.database.query(
        `UPDATE smtp_message SET status = 'queued', lease_token = NULL, lease_expires_at = NULL
          WHERE lease_token = ? AND status = 'sending' AND id IN (${placeholders(held)})`,
        [leaseToken, ...held.map(({ id }) => id)],
      );
    }
  }

  /** Writes what became of messages, all in one transaction, each only while its lease is held. */
  async acknowledge(outcomes: readonly Outcome[]): Promise<void> {
    // What is wiped depends on what was written before.
    await this.database.writeAll(acknowledgements(this.database, outcomes), { inOrder: outcomes.some(({ wipesBody }) => wipesBody) });
  }

  /**
   * Returns what was in the hands of processes that are gone, and sets aside what ended them while it was alone. True if
   * there is now a message that has to be tried alone.
   * @param own tokens of this process: it knows better what it has in hand than a lease that it could not renew in time
   */
  async returnLost(own: readonly string[]): Promise<boolean> {
    const lost = `status = 'sending' AND lease_expires_at < {now}${own.length === 0 ? '' : ` AND lease_token NOT IN (${placeholders(own)})`}`;
    // On SQLite a write that finds nothing would still keep other writers waiting.
    const [most] = await this.database.query<{ lost_leases: number | null }>(
      `SELECT MAX(lost_leases) AS lost_leases FROM smtp_message WHERE ${lost}`,
      [...own],
    );
    if (most === undefined || most.lost_leases === null) return false;
    await this.database.query(
      `UPDATE smtp_message SET status = 'unknown', lost_leases = lost_leases + 1, lease_token = NULL, lease_expires_at = NULL,
        last_code = 'CRASH', last_error = 'The process ended each time while it had this message alone in hand.'
        WHERE ${lost} AND ${this.isTrue('is_quarantined')} AND lost_leases >= ${CRASHES_BEFORE_ALONE + CRASHES_ALONE - 1}`,
      [...own],
    );
    // A crash beside others says nothing about this one once it is known that it has to be tried alone.
    await this.database.query(
      `UPDATE smtp_message SET status = 'queued', lost_leases = lost_leases + 1, lease_token = NULL, lease_expires_at = NULL WHERE ${lost}`,
      [...own],
    );
    return Number(most.lost_leases) + 1 >= CRASHES_BEFORE_ALONE;
  }

  async expire(): Promise<void> {
    const keys = [...this.sensitiveKeys];
    const isSensitive = `(${this.isTrue('is_sensitive')}${keys.length > 0 ? ` OR activity IN (${placeholders(keys)})` : ''})`;
    const wiped = (column: string): string => `${column} = CASE WHEN ${isSensitive} THEN '' ELSE ${column} END`;
    await this.database.query(
      `UPDATE smtp_message SET status = 'expired', last_error = 'Its time ran out before it could be sent.',
        delete_body_at = CASE WHEN ${isSensitive} THEN {now} ELSE delete_body_at END, ${wiped('subject')}, ${wiped('content_hash')}
        WHERE status IN ('queued', 'held') AND expires_at <= {now}`,
      [...keys, ...keys, ...keys],
    );
  }

  /** Holds what waits in a lane that leads to no usable configuration. */
  async hold(lane: string): Promise<void> {
    for (let move = 0; move < MOVES && (await moveLane(this.database, lane, 'queued', 'held', ROWS_AT_ONCE)); move++);
  }

  /** Lets what was held in a lane go on. */
  async releaseHeld(lane: string): Promise<void> {
    for (let move = 0; move < MOVES && (await moveLane(this.database, lane, 'held', 'queued', ROWS_AT_ONCE)); move++);
  }

  private claimed(rows: ClaimedRow[], leaseToken: string, claimedAt: number): ClaimedMessage[] {
    return rows
      .toSorted((a, b) => Number(a.available_at) - Number(b.available_at) || (a.id < b.id ? -1 : 1))
      .map((row) => ({
        id: row.id,
        lane: row.lane,
        priority: row.priority,
        activity: row.activity,
        messageId: row.message_id,
        sensitive: Boolean(row.is_sensitive) || this.sensitiveKeys.has(row.activity),
        attempts: row.attempts,
        expiresAt: row.expires_at === null ? null : Number(row.expires_at),
        frozen: row.frozen,
        leaseToken,
        now: Number(row.now_ms),
        claimedAt,
      }));
  }

  private isTrue(column: string): string {
    return this.database.dialect.type === 'better-sqlite3' ? `${column} = 1` : column;
  }
}

/** The rows of a body, so many for a statement. */
function bodyRows(messageId: string, parts: readonly string[]): { messageId: string; part: number; content: string }[][] {
  const groups: ReturnType<typeof bodyRows> = [];
  for (let start = 0; start < parts.length; start += PARTS_AT_ONCE) {
    groups.push(parts.slice(start, start + PARTS_AT_ONCE).map((content, index) => ({ messageId, part: start + index, content })));
  }
  return groups;
}
