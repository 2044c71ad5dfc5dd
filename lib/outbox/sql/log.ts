import { containsText, isExactly, isIn } from '../../database/conditions.js';
import { update } from '../../database/rows.js';
import type { Schema, Table } from '../../database/schema.js';
import { NOW, Sql, type SqlStep, allOf, anyOf, placeholders } from '../../database/sql.js';
import { uuid7Before } from '../../database/uuid7.js';
import { type ConfigMatch, type FilterFacts, type MailLogFilters, statusesOf } from '../mail-log.query.js';
import { SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from '../smtp-message.entity.js';
import { OUTCOME_STATUSES } from '../../shared/mail-counts.js';
import { MESSAGE_STATUSES, type MessageStatus } from '../../shared/mail-log.js';
import { deleteBody } from './retention.js';

/** Additional data for applying filters. */
export interface FilterContext extends FilterFacts {
  /** Activities that are currently sensitive. */
  sensitiveKeys: ReadonlySet<string>;
}

const NOT_FINAL: readonly MessageStatus[] = OUTCOME_STATUSES.waiting;
const SENT: readonly MessageStatus[] = OUTCOME_STATUSES.sent;
const NOT_SENT: readonly MessageStatus[] = [...OUTCOME_STATUSES.failed, 'cancelled'];

/** The tolerance between ids, which contain the time of a process, and times, which come from the database. */
const CLOCK_SLACK_MS = 86_400_000;

/**
 * Returns the condition that messages match filters. Most filters read only an index.
 * @param filters without strings that no database can store
 */
export function isMatching(schema: Schema, filters: MailLogFilters, context: FilterContext): SqlStep {
  const message = schema.table(SmtpMessage);
  const conditions: SqlStep[] = [];
  const { config, blockedLanes, obstructedLanes, firstFinished, sensitiveKeys } = context;
  const { activity, search, recipient, subject, from, to, finishedFrom } = filters;
  const statuses = statusesOf(filters);
  // A database may consider another string equal, such as one with a space at its end.
  if (statuses)
    conditions.push(
      isIn(
        message.status,
        statuses.filter((status) => MESSAGE_STATUSES.includes(status)),
      ),
    );
  if (activity !== undefined) conditions.push(isExactly(schema, message.activity, activity));
  if (config) conditions.push(usesConfig(schema, config));
  if (recipient !== undefined) conditions.push(containsText([message.recipients], recipient));
  if (subject !== undefined) conditions.push(hasSubject(schema, subject, sensitiveKeys));
  if (search !== undefined) {
    const id = search.trim().replace(/^(?!<)(.+)$/, '<$1>');
    conditions.push(
      anyOf([
        containsText([message.recipients], search),
        hasSubject(schema, search, sensitiveKeys),
        isExactly(schema, message.messageId, id),
      ]),
    );
  }
  // Ids sort in the order of creation, so their index also serves to find a time.
  if (from) {
    const since = from.getTime();
    const parameters = [uuid7Before(since - CLOCK_SLACK_MS), since];
    conditions.push({ sql: `${message.id} >= ? AND ${message.createdAt} >= ?`, parameters });
  }
  if (to) {
    const until = to.getTime();
    const parameters = [uuid7Before(until + CLOCK_SLACK_MS), until];
    conditions.push({ sql: `${message.id} < ? AND ${message.createdAt} < ?`, parameters });
  }
  if (blockedLanes) conditions.push(isIn(message.status, NOT_FINAL), isIn(message.lane, blockedLanes));
  if (obstructedLanes) conditions.push(isDeferred(schema, obstructedLanes));
  if (finishedFrom) conditions.push(isFinishedSince(schema, finishedFrom.getTime(), statuses, firstFinished));
  return allOf(conditions);
}

/** Returns the condition that messages were tried and wait for their next attempt, outside some lanes. */
function isDeferred(schema: Schema, obstructed: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  return allOf([
    isIn(message.status, ['queued']),
    { sql: `${message.availableAt} > {now}`, parameters: [] },
    anyOf([
      { sql: `${message.attempts} > ?`, parameters: [0] },
      { sql: `${message.lastCode} = ?`, parameters: ['THROTTLED'] },
    ]),
    ...(obstructed.length > 0 ? [{ sql: `${message.lane} NOT IN (${placeholders(obstructed)})`, parameters: [...obstructed] }] : []),
  ]);
}

/** Returns the condition that messages with some statuses, or any, reached a final status at a time or later. */
function isFinishedSince(
  schema: Schema,
  sinceMs: number,
  statuses: readonly MessageStatus[] = [...SENT, ...NOT_SENT],
  firstFinished?: string,
): SqlStep {
  const message = schema.table(SmtpMessage);
  const sent = allOf([
    isIn(
      message.status,
      statuses.filter((status) => SENT.includes(status)),
    ),
    { sql: `${message.sentAt} >= ?`, parameters: [sinceMs] },
    ...(firstFinished === undefined ? [] : [{ sql: `${message.id} >= ?`, parameters: [firstFinished] }]),
  ]);
  const notSent = allOf([
    isIn(
      message.status,
      statuses.filter((status) => NOT_SENT.includes(status)),
    ),
    { sql: `${message.availableAt} >= ?`, parameters: [sinceMs] },
  ]);
  if (statuses.every((status) => SENT.includes(status))) return sent;
  return statuses.some((status) => SENT.includes(status)) ? anyOf([sent, notSent]) : notSent;
}

/** Returns the condition that a subject contains a text. Never true for a sensitive message. */
function hasSubject(schema: Schema, text: string, sensitiveKeys: ReadonlySet<string>): SqlStep {
  const message = schema.table(SmtpMessage);
  const keys = [...sensitiveKeys];
  return allOf([
    containsText([message.subject], text),
    { sql: `${message.sensitive} = ?`, parameters: [false] },
    ...(keys.length > 0 ? [{ sql: `${message.activity} NOT IN (${placeholders(keys)})`, parameters: keys }] : []),
  ]);
}

/** Returns the condition that messages were sent or last tried through a configuration, or wait for it. */
function usesConfig(schema: Schema, { name, lanes }: ConfigMatch): SqlStep {
  const message = schema.table(SmtpMessage);
  const isSentBy = isExactly(schema, message.sentBy, name);
  const isLastTried = isExactly(schema, message.configName, name);
  const isInLane = isIn(message.lane, lanes);
  const isNotFinal = isIn(message.status, NOT_FINAL);
  // A message that was last tried through it may now wait for another one.
  const isOver = `${message.sentBy} IS NULL AND ${isLastTried.sql} AND NOT ${isNotFinal.sql}`;
  const isMeant = `${isInLane.sql} AND (${isNotFinal.sql} OR (${message.sentBy} IS NULL AND ${message.configName} IS NULL))`;
  return {
    sql: `(${isSentBy.sql} OR (${isOver}) OR (${isMeant}))`,
    parameters: [isSentBy, isLastTried, isNotFinal, isInLane, isNotFinal].flatMap(({ parameters }) => parameters),
  };
}

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
