import { Injectable } from '@nestjs/common';
import { SmtpDatabase } from '../database/database.js';
import type { OUTCOME_STATUSES } from '../shared/mail-counts.js';
import type { MessageStatus } from '../shared/mail-log.js';
import { failedSince, messageDueAt, oldestDeferred, sentSince, trafficSince, waitingByLane } from './sql/overview.js';

/** Messages of a lane that are not final: their number, and among those that are due, the first created and the first due. */
export interface WaitingLane {
  status: (typeof OUTCOME_STATUSES.waiting)[number];
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

/** Messages that were not sent: those last tried through a configuration, by its name, or those that were never tried, by lane. */
export type FailedGroup = { count: number } & ({ name: string; lane: null } | { name: null; lane: string });

/** Reads the figures of the overview. However long the log is, a query reads only an index, and the rows of recent failures. */
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

  /** Counts messages that were created since a time and not sent. */
  async failedBy(since: number): Promise<FailedGroup[]> {
    const rows = await this.database.query<{ name: string | null; lane: string | null; n: Numeric }>(
      failedSince(this.database.schema, since),
    );
    return rows.map(({ name, lane, n }) => ({ name, lane, count: Number(n) }) as FailedGroup);
  }

  /** Counts messages that are not final, by status and lane. */
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
}
