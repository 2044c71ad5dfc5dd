import type { SmtpDatabase } from '../database/database.js';
import { placeholders } from '../database/sql.js';
import { SLOT_MS } from './mail-overview.view.js';
import type { MessageStatus } from './smtp-message.entity.js';

/** Messages that wait for the same: how many, and of those whose time has come the first by creation and by time. */
export interface WaitingLane {
  status: 'queued' | 'held';
  lane: string;
  count: number;
  oldestId: string | null;
  dueSince: number | null;
}

type Numeric = string | number;

/** The statuses worth a sentence when a message has lately come to them. */
export const TROUBLES = ['unknown', 'failed', 'partially_sent', 'expired'] as const satisfies readonly MessageStatus[];

/** The queries of the overview. Each reads an index and no more, however long the log is. */
export class MailOverviewStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** How many messages were handed over since, by {@link SLOT_MS} and status. */
  async traffic(since: number): Promise<{ at: number; status: MessageStatus; count: number }[]> {
    const slot = `created_at - created_at % ${SLOT_MS}`;
    const rows = await this.database.query<{ slot: Numeric; status: MessageStatus; n: Numeric }>(
      `SELECT ${slot} AS slot, status, COUNT(*) AS n FROM smtp_message WHERE created_at >= ? GROUP BY ${slot}, status`,
      [since],
    );
    return rows.map(({ slot: at, status, n }) => ({ at: Number(at), status, count: Number(n) }));
  }

  /** How many of the messages that were handed over since have left, by the name of the configuration. */
  async sentBy(since: number): Promise<Map<string, number>> {
    const rows = await this.database.query<{ name: string; n: Numeric }>(
      `SELECT sent_by AS name, COUNT(*) AS n FROM smtp_message WHERE created_at >= ? AND status IN ('sent', 'partially_sent') GROUP BY sent_by`,
      [since],
    );
    return new Map(rows.map(({ name, n }) => [name, Number(n)]));
  }

  async waiting(): Promise<WaitingLane[]> {
    const rows = await this.database.query<{
      status: WaitingLane['status'];
      lane: string;
      n: Numeric;
      id: string | null;
      due: Numeric | null;
    }>(
      `SELECT status, lane, COUNT(*) AS n, MIN(CASE WHEN available_at <= {now} THEN id END) AS id,
         MIN(CASE WHEN available_at <= {now} THEN available_at END) AS due
       FROM smtp_message WHERE status IN ('queued', 'held') GROUP BY status, lane`,
    );
    return rows.map(({ status, lane, n, id, due }) => ({
      status,
      lane,
      count: Number(n),
      oldestId: id,
      dueSince: due === null ? null : Number(due),
    }));
  }

  /** The first by creation of the messages of these lanes that a server put off until later. */
  async oldestPutOff(lanes: readonly string[]): Promise<string | null> {
    if (lanes.length === 0) return null;
    const [row] = await this.database.query<{ id: string | null }>(
      `SELECT MIN(id) AS id FROM smtp_message WHERE status = 'queued' AND lane IN (${placeholders(lanes)}) AND priority IN (0, 1, 2)
         AND available_at > {now} AND (attempts > 0 OR last_code = 'THROTTLED') GROUP BY status`,
      [...lanes],
    );
    return row?.id ?? null;
  }

  /** A message of a lane whose time came at that moment. */
  async dueAt({ status, lane }: WaitingLane, at: number): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      'SELECT id FROM smtp_message WHERE status = ? AND lane = ? AND priority IN (0, 1, 2) AND available_at = ? LIMIT 1',
      [status, lane, at],
    );
    return row?.id ?? null;
  }

  /** How many messages came to each of {@link TROUBLES} by an attempt that was due since. */
  async troubles(since: number): Promise<Map<(typeof TROUBLES)[number], number>> {
    const rows = await this.database.query<{ status: (typeof TROUBLES)[number]; n: Numeric }>(
      `SELECT status, COUNT(*) AS n FROM smtp_message WHERE status IN (${placeholders(TROUBLES)}) AND available_at >= ? GROUP BY status`,
      [...TROUBLES, since],
    );
    return new Map(rows.map(({ status, n }) => [status, Number(n)]));
  }
}
