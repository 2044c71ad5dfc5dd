import type { Schema } from '../../database/schema.js';
import { type SqlStep, placeholders } from '../../database/sql.js';
import { SLOT_MS } from '../../shared/mail-overview.js';
import { SmtpMessage } from '../smtp-message.entity.js';
import { OUTCOME_STATUSES } from '../../shared/mail-counts.js';
import { type MessageStatus } from '../../shared/mail-log.js';

/** Counts messages created since a time, by {@link SLOT_MS} and status. */
export function trafficSince(schema: Schema, sinceMs: number): SqlStep {
  const message = schema.table(SmtpMessage);
  const slot = `${message.createdAt} - ${message.createdAt} % ${SLOT_MS}`;
  return {
    sql: `SELECT ${slot} AS slot, ${message.status} AS status, COUNT(*) AS n FROM ${message.table} WHERE ${message.createdAt} >= ?
      GROUP BY ${slot}, ${message.status}`,
    parameters: [sinceMs],
  };
}

/** Counts messages that were created since a time and sent, by the name of the configuration. */
export function sentSince(schema: Schema, sinceMs: number): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT MIN(${message.sentBy}) AS name, COUNT(*) AS n FROM ${message.table} WHERE ${message.createdAt} >= ?
      AND ${message.status} IN (${placeholders(OUTCOME_STATUSES.sent)}) GROUP BY ${exactly(schema, message.sentBy)}`,
    parameters: [sinceMs, ...OUTCOME_STATUSES.sent],
  };
}

/** Counts messages that were created since a time and not sent, by the configuration of the last attempt, or without one by lane. */
export function failedSince(schema: Schema, sinceMs: number): SqlStep {
  const message = schema.table(SmtpMessage);
  const lane = `CASE WHEN ${message.configName} IS NULL THEN ${message.lane} END`;
  return {
    sql: `SELECT MIN(${message.configName}) AS name, ${lane} AS lane, COUNT(*) AS n FROM ${message.table} WHERE ${message.createdAt} >= ?
      AND ${message.status} IN (${placeholders(OUTCOME_STATUSES.failed)}) GROUP BY ${exactly(schema, message.configName)}, ${lane}`,
    parameters: [sinceMs, ...OUTCOME_STATUSES.failed],
  };
}

/** Counts messages that are not final by status and lane, and selects the first created and the first due among those that are due. */
export function waitingByLane(schema: Schema): SqlStep {
  const message = schema.table(SmtpMessage);
  const whereDue = (column: string): string => `MIN(CASE WHEN ${message.availableAt} <= {now} THEN ${column} END)`;
  return {
    sql: `SELECT ${message.status} AS status, ${message.lane} AS lane, COUNT(*) AS n, ${whereDue(message.id)} AS id, ${whereDue(message.availableAt)} AS due
      FROM ${message.table} WHERE ${message.status} IN (${placeholders(OUTCOME_STATUSES.waiting)}) GROUP BY ${message.status}, ${message.lane}`,
    parameters: OUTCOME_STATUSES.waiting,
  };
}

/** Selects the first message by creation, in some lanes, that a server deferred. */
export function oldestDeferred(schema: Schema, lanes: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT MIN(${message.id}) AS id FROM ${message.table} WHERE ${message.status} = 'queued' AND ${message.lane} IN (${placeholders(lanes)})
      AND ${message.priority} IN (0, 1, 2) AND ${message.availableAt} > {now} AND (${message.attempts} > 0 OR ${message.lastCode} = 'THROTTLED')
      GROUP BY ${message.status}`,
    parameters: lanes,
  };
}

/** Selects a message of a lane that became due at a time. */
export function messageDueAt(schema: Schema, status: MessageStatus, lane: string, at: number): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    // Listing all priorities lets the condition use the index.
    sql: `SELECT ${message.id} AS id FROM ${message.table} WHERE ${message.status} = ? AND ${message.lane} = ? AND ${message.priority} IN (0, 1, 2)
      AND ${message.availableAt} = ? LIMIT 1`,
    parameters: [status, lane, at],
  };
}

/** Returns an expression that keeps names apart that differ only in case, which MariaDB and MySQL group together. */
function exactly({ dialect }: Schema, column: string): string {
  return dialect.exactly?.(column) ?? column;
}
