import type { SmtpDatabase } from '../database/database.js';

/** Due messages of a lane and a priority. */
export interface DueLevel {
  lane: string;
  priority: number;
  /** When the first of them became due, and its id: of two that became due at once the one that was queued first comes first. */
  since: number;
  firstId: string;
}

type Waiting = 'queued' | 'held';

/** SQLite takes 500 parts in one statement. */
const LANES_AT_ONCE = 100;

const FIRST = 'SELECT MIN(lane) FROM smtp_message WHERE status = ?';
const NEXT = 'SELECT MIN(later.lane) FROM smtp_message later WHERE later.status = ? AND later.lane > lanes.lane';

/** Finds the lanes that have messages with a status, by one index seek each: MIN reads one entry, DISTINCT all of them. */
export async function lanesWith(database: SmtpDatabase, status: string): Promise<string[]> {
  const { type } = database.dialect;
  if (type === 'mysql' || type === 'mariadb') return lanesOneByOne(database, status);
  const rows = await database.query<{ lane: string }>(
    `WITH RECURSIVE lanes (lane) AS (${FIRST} UNION ALL SELECT (${NEXT}) FROM lanes WHERE lanes.lane IS NOT NULL)
      SELECT lane FROM lanes WHERE lane IS NOT NULL`,
    [status, status],
  );
  return rows.map(({ lane }) => lane);
}

/** MariaDB reads all of them where the lane before is no constant. */
async function lanesOneByOne(database: SmtpDatabase, status: string): Promise<string[]> {
  const lanes: string[] = [];
  for (let last = ''; ;) {
    const [row] = await database.query<{ lane: string | null }>(
      'SELECT MIN(lane) AS lane FROM smtp_message WHERE status = ? AND lane > ?',
      [status, last],
    );
    if (!row?.lane) return lanes;
    lanes.push(row.lane);
    last = row.lane;
  }
}

/** Finds where lanes have due messages, the first due first. Reads an index entry for each lane and priority. */
export async function dueLevels(database: SmtpDatabase, lanes: readonly string[]): Promise<DueLevel[]> {
  const levels: DueLevel[] = [];
  const { type } = database.dialect;
  const first = type === 'mysql' || type === 'mariadb' ? "CONCAT(available_at, ' ', id)" : "available_at || ' ' || id";
  for (let start = 0; start < lanes.length; start += LANES_AT_ONCE) {
    const some = lanes.slice(start, start + LANES_AT_ONCE);
    const rows = await database.query<{ lane: number; priority: number; first: string | null }>(
      some.map((_, index) => levelsOf(start + index, first)).join(' UNION ALL '),
      some,
    );
    for (const row of rows) {
      if (row.first === null) continue;
      const [since, firstId] = row.first.split(' ') as [string, string];
      levels.push({ lane: lanes[Number(row.lane)]!, priority: Number(row.priority), since: Number(since), firstId });
    }
  }
  return levels.toSorted((a, b) => a.since - b.since || (a.firstId < b.firstId ? -1 : 1));
}

function levelsOf(index: number, first: string): string {
  return `SELECT ${index} AS lane, level.priority AS priority, (SELECT ${first} FROM smtp_message WHERE status = 'queued' AND lane = ?
      AND priority = level.priority AND available_at <= {now} ORDER BY available_at, id LIMIT 1) AS first
    FROM (SELECT 0 AS priority UNION ALL SELECT 1 UNION ALL SELECT 2) level`;
}

/** Moves messages of a lane from one status to the other, some at a time. Returns true when more may be left. */
export async function moveLane(database: SmtpDatabase, lane: string, from: Waiting, to: Waiting, limit: number): Promise<boolean> {
  const rows = await database.query<{ id: string }>(`SELECT id FROM smtp_message WHERE status = ? AND lane = ? LIMIT ${limit}`, [
    from,
    lane,
  ]);
  if (rows.length === 0) return false;
  const ids = rows.map(({ id }) => id);
  await database.query(`UPDATE smtp_message SET status = ? WHERE status = ? AND id IN (${ids.map(() => '?').join(', ')})`, [
    to,
    from,
    ...ids,
  ]);
  return rows.length === limit;
}
