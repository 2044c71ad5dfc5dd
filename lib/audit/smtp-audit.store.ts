import { Injectable } from '@nestjs/common';
import { isStorable } from '../database/conditions.js';
import { SmtpDatabase } from '../database/database.js';
import { hydrate } from '../database/rows.js';
import type { SqlStep } from '../database/sql.js';
import type { SmtpAuditEntry } from '../options/audit.js';
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
    return (await this.rows(entriesById(this.database.schema, ids))).map(entryOf);
  }

  /** Returns a page of the entries that match; none after an entry that retention has deleted, because older entries are deleted, too. */
  async page({ limit = 50, after, ...filters }: SmtpAuditQuery): Promise<SmtpAuditEntry[]> {
    const { schema } = this.database;
    const texts = [filters.person, filters.action, filters.record?.type, filters.record?.id, after];
    if (texts.some((text) => text !== undefined && !isStorable(text))) return [];
    const [last] = after === undefined ? [] : await this.rows(entriesById(schema, [after]));
    if (after !== undefined && !last) return [];
    return (await this.rows(pageOfEntries(schema, { ...filters, limit }, last))).map(entryOf);
  }

  private async rows(step: SqlStep): Promise<SmtpAudit[]> {
    const rows = await this.database.query<Record<string, unknown>>(step);
    return rows.map((row) => hydrate(this.database.schema, SmtpAudit, row));
  }
}
