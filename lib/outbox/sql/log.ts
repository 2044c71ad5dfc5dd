import { isIn } from '../../database/conditions.js';
import { update } from '../../database/rows.js';
import type { Schema, Table } from '../../database/schema.js';
import { NOW, Sql, type SqlStep, allOf, placeholders } from '../../database/sql.js';
import { uuid7Before } from '../../database/uuid7.js';
import { SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from '../smtp-message.entity.js';
import type { MessageStatus } from '../../shared/mail-log.js';
import { CLOCK_SLACK_MS } from './log-filters.js';
import { deleteBody } from './retention.js';

/** Selects the ids of a page, in the order of creation. */
export function pageOfIds(
  schema: Schema,
  where: SqlStep,
  { direction, limit, offset }: { direction: 'asc' | 'desc'; limit: number; offset: number },
): SqlStep {
  const message = schema.table(SmtpMessage);
  const order = `${message.id} ${direction === 'asc' ? 'ASC' : 'DESC'}`;
  return {
    sql: `SELECT ${schema.columns(message, ['id'])} FROM ${message.table} WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
    parameters: [...where.parameters, limit, offset],
  };
}

/** Selects ids after another one, in the order of creation. */
export function idsAfter(schema: Schema, where: SqlStep, after: string, limit: number): SqlStep {
  const message = schema.table(SmtpMessage);
  const conditions = allOf([where, { sql: `${message.id} > ?`, parameters: [after] }]);
  return {
    sql: `SELECT ${schema.columns(message, ['id'])} FROM ${message.table} WHERE ${conditions.sql} ORDER BY ${message.id} LIMIT ${limit}`,
    parameters: conditions.parameters,
  };
}

/** Selects ids before another one in the order of creation, or before the end, the newest first. */
export function idsBefore(schema: Schema, where: SqlStep, before: string | undefined, limit: number): SqlStep {
  const message = schema.table(SmtpMessage);
  const conditions = before === undefined ? where : allOf([where, { sql: `${message.id} < ?`, parameters: [before] }]);
  return pageOfIds(schema, conditions, { direction: 'desc', limit, offset: 0 });
}

/** Counts messages, up to a limit. */
export function countUpTo(schema: Schema, where: SqlStep, limit: number): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT COUNT(*) AS n FROM (SELECT ${message.id} FROM ${message.table} WHERE ${where.sql} LIMIT ${limit}) matching`,
    parameters: where.parameters,
  };
}

/** Counts messages. */
export function countAll(schema: Schema, { sql, parameters }: SqlStep): SqlStep {
  return { sql: `SELECT COUNT(*) AS n FROM ${schema.table(SmtpMessage).table} WHERE ${sql}`, parameters };
}

/** Selects whole messages. */
export function messagesById(schema: Schema, ids: readonly string[]): SqlStep {
  return selectAll(schema, SmtpMessage, (message) => `WHERE ${message.id} IN (${placeholders(ids)})`, ids);
}

/** Selects the messages that still have their body. */
export function messagesWithBody(schema: Schema, ids: readonly string[]): SqlStep {
  const body = schema.table(SmtpMessageBody);
  return {
    sql: `SELECT ${schema.columns(body, ['messageId'])} FROM ${body.table} WHERE ${body.messageId} IN (${placeholders(ids)}) AND ${body.part} = 0`,
    parameters: ids,
  };
}

/** Counts the parts of a message's content. */
export function countParts(schema: Schema, messageId: string): SqlStep {
  const body = schema.table(SmtpMessageBody);
  return { sql: `SELECT COUNT(*) AS n FROM ${body.table} WHERE ${body.messageId} = ?`, parameters: [messageId] };
}

/** Selects the latest attempts to deliver a message, the latest first. */
export function latestAttempts(schema: Schema, messageId: string, limit: number): SqlStep {
  return selectAll(schema, SmtpMessageAttempt, (attempt) => `WHERE ${attempt.messageId} = ? ORDER BY ${attempt.id} DESC LIMIT ${limit}`, [
    messageId,
  ]);
}

/** Counts messages by status. */
export function countByStatus(schema: Schema, statuses: readonly MessageStatus[]): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT ${message.status} AS name, COUNT(*) AS n FROM ${message.table}
      WHERE ${message.status} IN (${placeholders(statuses)}) GROUP BY ${message.status}`,
    parameters: statuses,
  };
}

/** Counts messages with these statuses by lane, optionally in some lanes only. */
export function countByLane(schema: Schema, statuses: readonly MessageStatus[], lanes?: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  const where = allOf([isIn(message.status, statuses), ...(lanes ? [isIn(message.lane, lanes)] : [])]);
  return {
    sql: `SELECT ${message.lane} AS name, COUNT(*) AS n FROM ${message.table} WHERE ${where.sql} GROUP BY ${message.lane}`,
    parameters: where.parameters,
  };
}

/**
 * Selects the lowest id of a message that was tried since a time; null without one. The ids of attempts contain the time of a process,
 * so only later ones are read: the expression keeps databases from searching the index of messages, where the oldest come first.
 */
export function firstTriedSince(schema: Schema, sinceMs: number): SqlStep {
  const attempt = schema.table(SmtpMessageAttempt);
  return {
    sql: `SELECT MIN(${schema.dialect.concat(attempt.messageId, "''")}) AS id FROM ${attempt.table} WHERE ${attempt.id} >= ?`,
    parameters: [uuid7Before(sinceMs - CLOCK_SLACK_MS)],
  };
}

/** Selects the messages among these ids that have one of the statuses. */
export function idsWithStatus(schema: Schema, ids: readonly string[], statuses: readonly MessageStatus[]): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT ${schema.columns(message, ['id'])} FROM ${message.table} WHERE ${message.id} IN (${placeholders(ids)})
      AND ${message.status} IN (${placeholders(statuses)}) ORDER BY ${message.id}`,
    parameters: [...ids, ...statuses],
  };
}

/** Makes waiting messages due. Messages that are already due keep their place. */
export function makeDue(schema: Schema, ids: readonly string[]): SqlStep {
  const { id, availableAt } = schema.table(SmtpMessage);
  const values = { availableAt: new Sql(`CASE WHEN ${availableAt} < {now} THEN ${availableAt} ELSE {now} END`) };
  return update(schema, SmtpMessage, values, isIn(id, ids));
}

/** Moves waiting messages to another lane. What was refused before starts anew there, and is due at once; what is scheduled keeps its time. */
export function moveWaiting(schema: Schema, ids: readonly string[], lane: string): SqlStep {
  const { id, availableAt, attempts, lastCode } = schema.table(SmtpMessage);
  const isScheduled = `${attempts} = 0 AND (${lastCode} IS NULL OR ${lastCode} <> 'THROTTLED')`;
  const values = {
    lane,
    status: 'queued',
    // Before the attempts are set to 0: MariaDB sets one column after the other.
    availableAt: new Sql(`CASE WHEN ${availableAt} < {now} OR (${isScheduled}) THEN ${availableAt} ELSE {now} END`),
    attempts: 0,
  } as const;
  return update(schema, SmtpMessage, values, isIn(id, ids));
}

/** Queues final messages again. A message that had expired does not expire again. */
export function requeue(schema: Schema, ids: readonly string[], { lane }: { lane?: string } = {}): SqlStep {
  const { id, expiresAt } = schema.table(SmtpMessage);
  const values = {
    status: 'queued',
    attempts: 0,
    lostLeases: 0,
    isQuarantined: false,
    deleteBodyAt: null,
    availableAt: NOW,
    expiresAt: new Sql(`CASE WHEN ${expiresAt} <= {now} THEN NULL ELSE ${expiresAt} END`),
    ...(lane !== undefined && { lane }),
  } as const;
  return update(schema, SmtpMessage, values, isIn(id, ids));
}

/** Cancels messages that were locked with {@link idsWithStatus}. */
export function cancelMessages(schema: Schema, ids: readonly string[], { wipesContent }: { wipesContent: boolean }): SqlStep[] {
  if (ids.length === 0) return [];
  const values = { status: 'cancelled', availableAt: NOW, ...(wipesContent && { subject: '', contentHash: '' }) } as const;
  const cancel = update(schema, SmtpMessage, values, isIn(schema.table(SmtpMessage).id, ids));
  return wipesContent ? [cancel, deleteBody(schema, ids)] : [cancel];
}

function selectAll<T extends object>(
  schema: Schema,
  entity: new () => T,
  rest: (table: Table<T>) => string,
  parameters: readonly unknown[],
): SqlStep {
  const table = schema.table(entity);
  return { sql: `SELECT ${schema.allColumns(entity)} FROM ${table.table} ${rest(table)}`, parameters };
}
