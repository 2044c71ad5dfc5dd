import { isExactly } from '../database/conditions.js';
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

/** Selects a page of the change history, the newest entry first. @param after the last entry of the page before this one */
export function pageOfEntries(
  schema: Schema,
  { person, record, action, from, to, limit }: SmtpAuditQuery & { limit: number },
  after?: { at: Date; id: string },
): SqlStep {
  const audit = schema.table(SmtpAudit);
  const conditions: SqlStep[] = [];
  if (person !== undefined) conditions.push(isExactly(schema, audit.person, person));
  if (record) conditions.push(isExactly(schema, audit.recordType, record.type), isExactly(schema, audit.recordId, record.id));
  if (action !== undefined) conditions.push(isExactly(schema, audit.action, action));
  if (from) conditions.push({ sql: `${audit.at} >= ?`, parameters: [from.getTime()] });
  if (to) conditions.push({ sql: `${audit.at} < ?`, parameters: [to.getTime()] });
  if (after) {
    const at = after.at.getTime();
    conditions.push({ sql: `${audit.at} <= ? AND (${audit.at} < ? OR ${audit.id} < ?)`, parameters: [at, at, after.id] });
  }
  const where = allOf(conditions);
  return {
    sql: `SELECT ${schema.allColumns(SmtpAudit)} FROM ${audit.table} WHERE ${where.sql} ORDER BY ${audit.at} DESC, ${audit.id} DESC LIMIT ${limit}`,
    parameters: where.parameters,
  };
}
