import type { SmtpDatabase } from '../smtp.database.js';
import { type SqlStep, marks } from '../smtp.sql.js';

/** Deletes what is old, some rows at a time. */
export class RetentionStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** Deletes some bodies whose time has come; false when none is left. */
  async purgeBodies(limit: number): Promise<boolean> {
    const ids = await this.database.query<{ id: string }>(`SELECT id FROM smtp_message WHERE body_until <= {now} LIMIT ${limit}`);
    const keys = ids.map(({ id }) => id);
    if (keys.length === 0) return false;
    await this.database.writeAll([
      gone('smtp_message_body', 'message_id', keys),
      { sql: `UPDATE smtp_message SET body_until = NULL WHERE id IN (${marks(keys)})`, parameters: keys },
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
    await this.database.writeAll([
      gone('smtp_message_body', 'message_id', keys),
      gone('smtp_message_attempt', 'message_id', keys),
      gone('smtp_message', 'id', keys),
    ]);
    return keys.length === limit;
  }

  /** Deletes some entries of the change history that are older than that; false when none is left. */
  async purgeAudit(olderThanMs: number, limit: number): Promise<boolean> {
    const ids = await this.database.query<{ id: string }>(`SELECT id FROM smtp_audit WHERE at < {now} - ? ORDER BY at LIMIT ${limit}`, [
      olderThanMs,
    ]);
    const keys = ids.map(({ id }) => id);
    if (keys.length > 0) await this.database.writeAll([gone('smtp_audit', 'id', keys)]);
    return keys.length === limit;
  }

  /** The database's time in milliseconds. */
  async now(): Promise<number> {
    const [row] = await this.database.query<{ now_ms: string | number }>('SELECT {now} AS now_ms');
    return Number(row!.now_ms);
  }
}

function gone(table: string, column: string, keys: string[]): SqlStep {
  return { sql: `DELETE FROM ${table} WHERE ${column} IN (${marks(keys)})`, parameters: keys };
}
