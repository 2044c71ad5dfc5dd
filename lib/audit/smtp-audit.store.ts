import { Injectable } from '@nestjs/common';
import { isStorable } from '../database/conditions.js';
import { SmtpDatabase } from '../database/database.js';
import { hydrate } from '../database/rows.js';
import type { SqlStep } from '../database/sql.js';
import type { SmtpAuditEntry } from '../shared/audit.js';
import { entryOf } from './audit-event.js';
import { SmtpAudit } from './smtp-audit.entity.js';
import type { SmtpAuditQuery } from './smtp-audit.query.js';
import { entriesById, pageOfEntries } from './smtp-audit.sql.js';

/** Reads the change history. */
@Injectable()
export class SmtpAuditStore {
  constructor(private readonly database: SmtpDatabase) {}

  /** Returns the entries of these ids in the order of their creation. */
  async byIds(ids: readonly string[]): Promise<SmtpAuditEntry[]> {
    const possible = ids.filter(isStorable);
    return possible.length === 0 ? [] : (await this.rows(entriesById(this.database.schema, possible))).map(entryOf);
  }

  /**
   * Returns a page of the entries that match, the newest first. There is none next to an entry that no longer exists: retention has
   * deleted it together with all older ones.
   */
  async page({ limit = 50, after, before, ...filters }: SmtpAuditQuery): Promise<SmtpAuditEntry[]> {
    const { schema } = this.database;
    const next = after ?? before;
    const texts = [filters.person, filters.action, filters.recordType, filters.recordText, filters.record?.type, filters.record?.id, next];
    if (texts.some((text) => text !== undefined && !isStorable(text))) return [];
    const [neighbor] = next === undefined ? [] : await this.rows(entriesById(schema, [next]));
    if (next !== undefined && !neighbor) return [];
    const isNewer = before !== undefined;
    const rows = await this.rows(pageOfEntries(schema, { ...filters, limit }, neighbor && { ...neighbor, isNewer }));
    return (isNewer ? rows.toReversed() : rows).map(entryOf);
  }

  private async rows(step: SqlStep): Promise<SmtpAudit[]> {
    const rows = await this.database.query<Record<string, unknown>>(step);
    return rows.map((row) => hydrate(this.database.schema, SmtpAudit, row));
  }
}
