import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../options/access.js';
import {
  ACTION_STATUSES,
  addCount,
  type BulkReport,
  cancelObstacle,
  type MessageAction,
  sumCounts,
  sumReports,
} from '../shared/mail-log.js';
import { MailLogMove } from './mail-log.move.js';
import { type MailLogFilters, statusesOf } from './mail-log.query.js';
import { MailLogReader } from './mail-log.reader.js';
import { MailLogResend } from './mail-log.resend.js';
import { MailLogRetry } from './mail-log.retry.js';
import { MailLogStore } from './mail-log.store.js';

/** Messages to act on: those that match filters, or those of these ids. */
export type Selection = MailLogFilters | readonly string[];

const BATCH = 200;

/** Applies the actions of an admin to many messages, in batches. */
@Injectable()
export class MailLogBulk {
  constructor(
    private readonly store: MailLogStore,
    private readonly reader: MailLogReader,
    private readonly retrier: MailLogRetry,
    private readonly mover: MailLogMove,
    private readonly resender: MailLogResend,
  ) {}

  async retry(which: Selection, call: Caller): Promise<BulkReport> {
    return this.run('retryNow', which, (ids) => this.retrier.many(ids, call));
  }

  /** @param from moves only messages that wait for the configuration of this id */
  async move(which: Selection, to: string, call: Caller, from?: string): Promise<BulkReport> {
    const target = await this.mover.target(to);
    return this.run('move', which, (ids) => this.mover.many(ids, target, call, from));
  }

  async cancel(which: Selection, call: Caller): Promise<BulkReport> {
    return this.run('cancel', which, (ids) => this.cancelBatch(ids, call));
  }

  async resend(which: Selection, call: Caller): Promise<BulkReport> {
    return this.run('resend', which, (ids) => this.resender.many(ids, call));
  }

  /** Returns the filters for the matching messages whose status allows an action. */
  applicable(action: MessageAction, filters: MailLogFilters): MailLogFilters {
    const statuses = statusesOf(filters);
    return { ...filters, status: ACTION_STATUSES[action].filter((status) => !statuses || statuses.includes(status)) };
  }

  private async cancelBatch(ids: readonly string[], call: Caller): Promise<BulkReport> {
    const notDone: BulkReport['notDone'] = {};
    const rows = await this.store.byIds(ids);
    const able = rows.filter((row) => {
      const obstacle = cancelObstacle(row);
      if (obstacle) addCount(notDone, obstacle);
      return !obstacle;
    });
    const { length: done } = await this.store.cancel(able, call);
    addCount(notDone, 'changed', ids.length - done - sumCounts(notDone));
    return { done, waiting: {}, notDone };
  }

  private async run(action: MessageAction, which: Selection, work: (ids: string[]) => Promise<BulkReport>): Promise<BulkReport> {
    const reports: BulkReport[] = [];
    for await (const ids of this.batches(action, which)) {
      reports.push(await work(ids));
      // SQLite answers at once, so that nothing else would run until the end.
      await setImmediate();
    }
    return sumReports(reports);
  }

  private async *batches(action: MessageAction, which: Selection): AsyncGenerator<string[]> {
    if (isIds(which)) {
      const unique = [...new Set(which)];
      for (let start = 0; start < unique.length; start += BATCH) yield unique.slice(start, start + BATCH);
      return;
    }
    // Excludes the messages that a resend creates.
    const now = await this.store.now();
    const filters = { ...this.applicable(action, which), to: which.to && which.to < now ? which.to : now };
    const facts = await this.reader.factsFor(filters);
    for (let after = ''; ;) {
      const ids = await this.store.idsAfter(filters, after, BATCH, facts);
      if (ids.length === 0) return;
      yield ids;
      after = ids.at(-1)!;
    }
  }
}

/** True for ids, false for filters. */
export function isIds(which: Selection): which is readonly string[] {
  return Array.isArray(which);
}
