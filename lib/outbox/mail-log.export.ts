import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../options/access.js';
import type { MailLogEntry } from '../shared/mail-log.js';
import { type MailLogFilters, statusesOf } from './mail-log.query.js';
import { MailLogReader } from './mail-log.reader.js';
import { MailLogStore } from './mail-log.store.js';

/** The most messages of an export. */
const EXPORT_LIMIT = 100_000;
const BATCH = 500;

/** The messages that match filters, the newest first. */
export interface MailLogExport {
  /** The number of messages. */
  count: number;
  /** True if more than 100,000 messages match: the older ones are missing. */
  isCut: boolean;
  /** Reads the messages in batches, each when it is asked for. */
  batches: AsyncIterable<MailLogEntry[]>;
}

/** Exports the mail log, and records each export. Callers check the permission. */
@Injectable()
export class MailLogExporter {
  constructor(
    private readonly store: MailLogStore,
    private readonly reader: MailLogReader,
    private readonly trail: AuditTrail,
  ) {}

  async export(filters: MailLogFilters, by: Caller): Promise<MailLogExport> {
    // Messages that are queued in the meantime would displace the oldest ones.
    const now = new Date((await this.store.now()).getTime() + 1);
    const until: MailLogFilters = { ...filters, to: filters.to && filters.to < now ? filters.to : now };
    const facts = await this.reader.factsFor(until);
    const matching = await this.store.count(until, EXPORT_LIMIT + 1, facts);
    const [count, isCut] = [Math.min(matching, EXPORT_LIMIT), matching > EXPORT_LIMIT];
    await this.trail.record({ by, action: 'export', details: { messages: count, ...detailsOf(filters) } });
    return { count, isCut, batches: this.reader.newestFirst(until, { limit: count, batch: BATCH, facts }) };
  }
}

function detailsOf({ from, to, finishedFrom, ...filters }: MailLogFilters): Record<string, string | string[] | undefined> {
  const statuses = statusesOf(filters);
  const times = { from: from?.toISOString(), to: to?.toISOString(), finishedFrom: finishedFrom?.toISOString() };
  return { ...filters, status: statuses && [...statuses], ...times };
}
