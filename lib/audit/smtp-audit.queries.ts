import { type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import type { SmtpAuditAction, SmtpAuditEntry, SmtpAuditRecord } from '../options/audit.js';
import { isExactly, isStorable } from '../database/query-checks.js';
import { entryOf } from './audit-event.js';
import { SmtpAudit } from './smtp-audit.entity.js';

/** Which entries of the change history; the newest come first. */
export interface SmtpAuditQuery {
  /** Exactly as entries name them: a part of a name would be looked for in each of them. */
  person?: string;
  record?: SmtpAuditRecord;
  action?: SmtpAuditAction;
  /** At this time or later. */
  from?: Date;
  /** Before this time. */
  to?: Date;
  /** At most 500. @default 50 */
  limit?: number;
  /** The id of the last entry of the page before this one. */
  after?: string;
}

/** The entries of these ids in the order of their creation. */
export async function entriesById(em: EntityManager, ids: readonly string[]): Promise<SmtpAuditEntry[]> {
  const rows = await em.find(SmtpAudit, { where: { id: In([...ids]) }, order: { id: 'ASC' } });
  return rows.map(entryOf);
}

/** A page of the entries that match. Nothing after an entry that retention has deleted: what is older is deleted, too. */
export async function pageOf(em: EntityManager, { limit = 50, after, ...filters }: SmtpAuditQuery): Promise<SmtpAuditEntry[]> {
  const texts = [filters.person, filters.action, filters.record?.type, filters.record?.id, after];
  if (texts.some((text) => text !== undefined && !isStorable(text))) return [];
  const query = selectEntries(em, filters).orderBy('audit.at', 'DESC').addOrderBy('audit.id', 'DESC').limit(limit);
  if (after !== undefined) {
    const last = await em.findOneBy(SmtpAudit, { id: after });
    if (!last) return [];
    const place = { lastAt: last.at.getTime(), lastId: last.id };
    query.andWhere('audit.at <= :lastAt AND (audit.at < :lastAt OR audit.id < :lastId)', place);
  }
  return (await query.getMany()).map(entryOf);
}

function selectEntries(em: EntityManager, { person, record, action, from, to }: SmtpAuditQuery): SelectQueryBuilder<SmtpAudit> {
  const query = em.createQueryBuilder(SmtpAudit, 'audit');
  const is = (field: keyof SmtpAudit, parameter: string): string => isExactly(em, `audit.${field}`, parameter);
  if (person !== undefined) query.andWhere(is('person', ':person'), { person });
  if (record) query.andWhere(`${is('recordType', ':type')} AND ${is('recordId', ':recordId')}`, { type: record.type, recordId: record.id });
  if (action !== undefined) query.andWhere(is('action', ':action'), { action });
  if (from) query.andWhere('audit.at >= :from', { from: from.getTime() });
  if (to) query.andWhere('audit.at < :to', { to: to.getTime() });
  return query;
}
