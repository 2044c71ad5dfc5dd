import { Injectable } from '@nestjs/common';
import { SmtpDatabase } from '../database/database.js';
import type { MessageStatus } from '../shared/mail-log.js';
import { countSince, messageDueAt, oldestDeferred, sentSince, trafficSince, waitingByLane } from './sql/overview.js';

/** Waiting messages of a lane: their number, and among those that are due, the first created and the first due. */
export interface WaitingLane {
  status: 'queued' | 'held';
  lane: string;
  count: number;
  oldestId: string | null;
  dueSince: number | null;
}

/** Databases return large numbers as strings. */
type Numeric = string | number;

interface WaitingRow {
  status: WaitingLane['status'];
  lane: string;
  n: Numeric;
  id: string | null;
  due: Numeric | null;
}

/** The final statuses that need an admin's attention. */
export const TROUBLES = ['unknown', 'failed', 'partially_sent', 'expired'] as const satisfies readonly MessageStatus[];

/** Reads the figures of the overview. Each query reads only an index, however long the log is. */
@Injectable()
export class MailOverviewStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** Counts messages created since a time, by time slot and status. */
  async traffic(since: number): Promise<{ at: number; status: MessageStatus; count: number }[]> {
    const step = trafficSince(this.database.schema, since);
    const rows = await this.database.query<{ slot: Numeric; status: MessageStatus; n: Numeric }>(step);
    return rows.map(({ slot, status, n }) => ({ at: Number(slot), status, count: Number(n) }));
  }

  /** Counts messages that were created since a time and sent, by the name of the configuration. */
  async sentBy(since: number): Promise<Map<string, number>> {
    const rows = await this.database.query<{ name: string; n: Numeric }>(sentSince(this.database.schema, since));
    return new Map(rows.map(({ name, n }) => [name, Number(n)]));
  }

  /** Counts waiting messages by status and lane. */
  async waiting(): Promise<WaitingLane[]> {
    const rows = await this.database.query<WaitingRow>(waitingByLane(this.database.schema));
    return rows.map(({ status, lane, n, id, due }) => ({
      status,
      lane,
      count: Number(n),
      oldestId: id,
      dueSince: due === null ? null : Number(due),
    }));
  }

  /** Returns the id of the first message by creation, in these lanes, that a server deferred. */
  async oldestDeferred(lanes: readonly string[]): Promise<string | null> {
    if (lanes.length === 0) return null;
    const [row] = await this.database.query<{ id: string | null }>(oldestDeferred(this.database.schema, lanes));
    return row?.id ?? null;
  }

  /** Returns the id of a message of a lane that became due at that time. */
  async dueAt({ status, lane }: WaitingLane, at: number): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(messageDueAt(this.database.schema, status, lane, at));
    return row?.id ?? null;
  }

  /** Counts messages with the statuses in {@link TROUBLES} that became due since a time. */
  async troubles(since: number): Promise<Map<(typeof TROUBLES)[number], number>> {
    const step = countSince(this.database.schema, TROUBLES, since);
    const rows = await this.database.query<{ status: (typeof TROUBLES)[number]; n: Numeric }>(step);
    return new Map(rows.map(({ status, n }) => [status, Number(n)]));
  }
}
