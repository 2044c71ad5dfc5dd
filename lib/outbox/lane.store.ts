import { Injectable } from '@nestjs/common';
import { SmtpDatabase } from '../database/database.js';
import { LANES_AT_ONCE, changeStatus, firstDue, lanesWith, nextLane, someOfLane } from './sql/lanes.js';

/** Due messages of a lane and a priority. */
export interface DueLevel {
  lane: string;
  priority: number;
  /** The time when the first message became due, and its id. Among messages due at the same time, the one queued first comes first. */
  since: number;
  firstId: string;
}

type Waiting = 'queued' | 'held';

/** The rows that one statement moves: few enough that nobody waits for it. */
const ROWS_AT_ONCE = 1_000;
/** The most such statements in a row. The next poll moves the rest. */
const MOVES = 10;

/** Finds lanes with messages, and holds and releases their messages. */
@Injectable()
export class LaneStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** Returns the lanes that have messages with a status. */
  async lanes(status: string): Promise<string[]> {
    const { schema } = this.database;
    if (schema.dialect.name === 'mysql') return this.lanesOneByOne(status);
    return (await this.database.query<{ lane: string }>(lanesWith(schema, status))).map(({ lane }) => lane);
  }

  private async lanesOneByOne(status: string): Promise<string[]> {
    const lanes: string[] = [];
    for (;;) {
      const [row] = await this.database.query<{ lane: string | null }>(nextLane(this.database.schema, status, lanes.at(-1) ?? ''));
      if (!row?.lane) return lanes;
      lanes.push(row.lane);
    }
  }

  /** Returns the lanes and priorities that have due messages, the first due first. */
  async due(lanes: readonly string[]): Promise<DueLevel[]> {
    const levels: DueLevel[] = [];
    for (let start = 0; start < lanes.length; start += LANES_AT_ONCE) {
      const step = firstDue(this.database.schema, lanes.slice(start, start + LANES_AT_ONCE), start);
      for (const { lane, priority, first } of await this.database.query<{ lane: number; priority: number; first: string | null }>(step)) {
        if (first === null) continue;
        const [since, firstId] = first.split(' ') as [string, string];
        levels.push({ lane: lanes[Number(lane)]!, priority: Number(priority), since: Number(since), firstId });
      }
    }
    return levels.toSorted((a, b) => a.since - b.since || (a.firstId < b.firstId ? -1 : 1));
  }

  /** Holds queued messages of a lane that leads to no usable configuration. */
  async hold(lane: string): Promise<void> {
    await this.move(lane, 'queued', 'held');
  }

  /** Returns held messages of a lane to the queue. */
  async releaseHeld(lane: string): Promise<void> {
    await this.move(lane, 'held', 'queued');
  }

  private async move(lane: string, from: Waiting, to: Waiting): Promise<void> {
    const { schema } = this.database;
    for (let move = 0; move < MOVES; move++) {
      const rows = await this.database.query<{ id: string }>(someOfLane(schema, lane, from, ROWS_AT_ONCE));
      if (rows.length === 0) return;
      const ids = rows.map(({ id }) => id);
      await this.database.query(changeStatus(schema, ids, from, to));
      if (rows.length < ROWS_AT_ONCE) return;
    }
  }
}
