import { containsText, isExactly, isIn } from '../../database/conditions.js';
import type { Schema } from '../../database/schema.js';
import { type SqlStep, allOf, anyOf, placeholders } from '../../database/sql.js';
import { uuid7Before } from '../../database/uuid7.js';
import { type ConfigMatch, type FilterFacts, type MailLogFilters, statusesOf } from '../mail-log.query.js';
import { SmtpMessage } from '../smtp-message.entity.js';
import { OUTCOME_STATUSES } from '../../shared/mail-counts.js';
import { MESSAGE_STATUSES, type MessageStatus } from '../../shared/mail-log.js';

/** Additional data for applying filters. */
export interface FilterContext extends FilterFacts {
  /** Activities that are currently sensitive. */
  sensitiveKeys: ReadonlySet<string>;
}

const NOT_FINAL: readonly MessageStatus[] = OUTCOME_STATUSES.waiting;
const SENT: readonly MessageStatus[] = OUTCOME_STATUSES.sent;
const NOT_SENT: readonly MessageStatus[] = [...OUTCOME_STATUSES.failed, 'cancelled'];

/** The tolerance between ids, which contain the time of a process, and times, which come from the database. */
export const CLOCK_SLACK_MS = 86_400_000;

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
