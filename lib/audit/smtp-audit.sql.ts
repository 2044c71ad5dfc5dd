import { containsText, isExactly } from '../database/conditions.js';
import type { Schema } from '../database/schema.js';
import { type SqlStep, allOf, placeholders } from '../database/sql.js';
import { SmtpAudit } from './smtp-audit.entity.js';
import type { SmtpAuditQuery } from './smtp-audit.query.js';

/** Selects entries of the change history in the order of their creation. */
export function entriesById(schema: Schema, ids: readonly string[]): SqlStep {
  const audit = schema.table(SmtpAudit);
  return {
    sql: `SELECT ${schema.allColumns(SmtpAudit)} FROM ${audit.table} WHERE ${audit.id} IN (${placeholders(ids)}) ORDER BY ${audit.id}`,
    parameters: ids,
  };
}

/** An entry next to a page. The page continues before or after it. */
export interface PageEdge {
  at: Date;
  id: string;
  /** True for the page of newer entries. */
  isNewer: boolean;
}

/**
 * Selects a page of the change history, the newest entry first; the page of newer entries than an edge in the opposite order.
 * @param edge the entry next to the page; without one, the page starts with the newest entry
 */
export function pageOfEntries(
  schema: Schema,
  { person, record, recordType, recordText, action, from, to, limit }: SmtpAuditQuery & { limit: number },
  edge?: PageEdge,
): SqlStep {
  const audit = schema.table(SmtpAudit);
  const conditions: SqlStep[] = [];
  if (person !== undefined) conditions.push(containsText([audit.person], person));
  if (record) conditions.push(isExactly(schema, audit.recordType, record.type), isExactly(schema, audit.recordId, record.id));
  if (recordType !== undefined) conditions.push(isExactly(schema, audit.recordType, recordType));
  if (recordText !== undefined) {
    const isId = isExactly(schema, audit.recordId, recordText);
    const isInName = containsText([audit.recordName], recordText);
    conditions.push({ sql: `(${isId.sql} OR ${isInName.sql})`, parameters: [...isId.parameters, ...isInName.parameters] });
  }
  if (action !== undefined) conditions.push(isExactly(schema, audit.action, action));
  if (from) conditions.push({ sql: `${audit.at} >= ?`, parameters: [from.getTime()] });
  if (to) conditions.push({ sql: `${audit.at} < ?`, parameters: [to.getTime()] });
  if (edge) {
    const [at, is] = [edge.at.getTime(), edge.isNewer ? '>' : '<'];
    conditions.push({ sql: `${audit.at} ${is}= ? AND (${audit.at} ${is} ? OR ${audit.id} ${is} ?)`, parameters: [at, at, edge.id] });
  }
  const where = allOf(conditions);
  const order = edge?.isNewer ? 'ASC' : 'DESC';
  return {
    sql: `SELECT ${schema.allColumns(SmtpAudit)} FROM ${audit.table} WHERE ${where.sql} ORDER BY ${audit.at} ${order}, ${audit.id} ${order} LIMIT ${limit}`,
    parameters: where.parameters,
  };
}
