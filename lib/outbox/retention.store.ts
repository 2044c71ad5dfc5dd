import type { SmtpDatabase } from '../database/database.js';
import { type SqlStep, placeholders } from '../database/sql.js';

/** Deletes what is old, some rows at a time. */
export class RetentionStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** Deletes some bodies whose time has come; false when none is left. */
  async purgeBodies(limit: number): Promise<boolean> {
    const ids = await this.database.query<{ id: string }>(`SELECT id FROM smtp_message WHERE delete_body_at <= {now} LIMIT ${limit}`);
    const keys = ids.map(({ id }) => id);
    if (keys.length === 0) return false;
    await this.database.writeAll([
      deleteFrom('smtp_message_body', 'message_id', keys),
      { sql: `UPDATE smtp_message SET delete_body_at = NULL WHERE id IN (${placeholders(keys)})`, parameters: keys },
    ]);
    return keys.length === limit;
  }

  /** Deletes some messages that came to their end and were created before the given id; false when none is left. */
  async purgeMessages(beforeId: string, limit: number): Promise<boolean> {
    const ids = await this.database.query<{ id: string }>(
      `SELECT id FROM smtp_message WHERE id < ? AND status IN ('sent', 'partially_sent', 'failed', 'expired', 'cancelled') ORDER BY id LIMIT ${limit}`,
      [beforeId],
    );
    const keys = ids.map(({ id }) => id);
    if (keys.length === 0) return false;
    await this.database.writeAll([
      deleteFrom('smtp_message_body', 'message_id', keys),
      deleteFrom('smtp_message_attempt', 'message_id', keys),
      deleteFrom('smtp_message', 'id', keys),
    ]);
    return keys.length === limit;
  }

  /** Deletes some entries of the change history that are older than that; false when none is left. */
  async purgeAudit(olderThanMs: number, limit: number): Promise<boolean> {
    const ids = await this.database.query<{ id: string }>(`SELECT id FROM smtp_audit WHERE at < {now} - ? ORDER BY at LIMIT ${limit}`, [
      olderThanMs,
    ]);
    const keys = ids.map(({ id }) => id);
    if (keys.length > 0) await this.database.writeAll([deleteFrom('smtp_audit', 'id', keys)]);
    return keys.length === limit;
  }

  /** The database's time in milliseconds. */
  async now(): Promise<number> {
    const [row] = await this.database.query<{ now_ms: string | number }>('SELECT {now} AS now_ms');
    return Number(row!.now_ms);
  }
}

function deleteFrom(table: string, column: string, keys: string[]): SqlStep {
  return { sql: `DELETE FROM ${table} WHERE ${column} IN (${placeholders(keys)})`, parameters: keys };
}
