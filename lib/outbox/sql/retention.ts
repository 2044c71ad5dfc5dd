import { SmtpAudit } from '../../audit/smtp-audit.entity.js';
import type { Schema } from '../../database/schema.js';
import { type SqlStep, placeholders } from '../../database/sql.js';
import { setFailure } from './set-failure.js';
import { SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from '../smtp-message.entity.js';

/** Marks messages as expired. Deletes the subject and hash of sensitive ones immediately, and their body with the next purge. */
export function expireMessages(schema: Schema, sensitiveKeys: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  const isNow = sensitiveKeys.length > 0 ? ` OR ${message.activity} IN (${placeholders(sensitiveKeys)})` : '';
  const isSensitive = `(${schema.dialect.isTrue(message.sensitive)}${isNow})`;
  const whereSensitive = (column: string, value: string): string => `${column} = CASE WHEN ${isSensitive} THEN ${value} ELSE ${column} END`;
  const failure = setFailure(schema, 'message_expired');
  return {
    sql: `UPDATE ${message.table} SET ${message.status} = 'expired', ${message.availableAt} = {now}, ${failure.sql},
      ${whereSensitive(message.deleteBodyAt, '{now}')}, ${whereSensitive(message.subject, "''")}, ${whereSensitive(message.contentHash, "''")}
      WHERE ${message.status} IN ('queued', 'held') AND ${message.expiresAt} <= {now}`,
    parameters: [...failure.parameters, ...sensitiveKeys, ...sensitiveKeys, ...sensitiveKeys],
  };
}

/** Selects messages whose body is due for deletion. */
export function bodiesToDelete(schema: Schema, limit: number): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT ${schema.columns(message, ['id'])} FROM ${message.table} WHERE ${message.deleteBodyAt} <= {now} LIMIT ${limit}`,
    parameters: [],
  };
}

/** Deletes the bodies of messages. */
export function deleteBodies(schema: Schema, ids: readonly string[]): SqlStep[] {
  const message = schema.table(SmtpMessage);
  return [
    deleteBody(schema, ids),
    { sql: `UPDATE ${message.table} SET ${message.deleteBodyAt} = NULL WHERE ${message.id} IN (${placeholders(ids)})`, parameters: ids },
  ];
}

/** Selects final messages that were created before the given id. */
export function finalMessages(schema: Schema, beforeId: string, limit: number): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT ${schema.columns(message, ['id'])} FROM ${message.table} WHERE ${message.id} < ?
      AND ${message.status} IN ('sent', 'partially_sent', 'failed', 'expired', 'cancelled') ORDER BY ${message.id} LIMIT ${limit}`,
    parameters: [beforeId],
  };
}

/** Deletes messages with their bodies and attempts. */
export function deleteMessages(schema: Schema, ids: readonly string[]): SqlStep[] {
  const message = schema.table(SmtpMessage);
  const attempt = schema.table(SmtpMessageAttempt);
  return [deleteBody(schema, ids), deleteFrom(attempt.table, attempt.messageId, ids), deleteFrom(message.table, message.id, ids)];
}

/** Deletes the bodies of messages, and nothing else. */
export function deleteBody(schema: Schema, messageIds: readonly string[]): SqlStep {
  const body = schema.table(SmtpMessageBody);
  return deleteFrom(body.table, body.messageId, messageIds);
}

/** Selects entries of the change history that are older than the given age. */
export function oldAuditEntries(schema: Schema, olderThanMs: number, limit: number): SqlStep {
  const audit = schema.table(SmtpAudit);
  return {
    sql: `SELECT ${schema.columns(audit, ['id'])} FROM ${audit.table} WHERE ${audit.at} < {now} - ? ORDER BY ${audit.at} LIMIT ${limit}`,
    parameters: [olderThanMs],
  };
}

/** Deletes entries of the change history. */
export function deleteAuditEntries(schema: Schema, ids: readonly string[]): SqlStep {
  const audit = schema.table(SmtpAudit);
  return deleteFrom(audit.table, audit.id, ids);
}

function deleteFrom(table: string, column: string, ids: readonly string[]): SqlStep {
  return { sql: `DELETE FROM ${table} WHERE ${column} IN (${placeholders(ids)})`, parameters: ids };
}
