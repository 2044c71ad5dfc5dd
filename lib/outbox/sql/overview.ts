import type { Schema } from '../../database/schema.js';
import { type SqlStep, placeholders } from '../../database/sql.js';
import { SLOT_MS } from '../../shared/mail-overview.js';
import { SmtpMessage } from '../smtp-message.entity.js';
import type { MessageStatus } from '../../shared/mail-log.js';

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
    sql: `SELECT ${message.sentBy} AS name, COUNT(*) AS n FROM ${message.table} WHERE ${message.createdAt} >= ?
      AND ${message.status} IN ('sent', 'partially_sent') GROUP BY ${message.sentBy}`,
    parameters: [sinceMs],
  };
}

/** Counts waiting messages by status and lane, and selects the first created and the first due among those that are due. */
export function waitingByLane(schema: Schema): SqlStep {
  const message = schema.table(SmtpMessage);
  const whereDue = (column: string): string => `MIN(CASE WHEN ${message.availableAt} <= {now} THEN ${column} END)`;
  return {
    sql: `SELECT ${message.status} AS status, ${message.lane} AS lane, COUNT(*) AS n, ${whereDue(message.id)} AS id, ${whereDue(message.availableAt)} AS due
      FROM ${message.table} WHERE ${message.status} IN ('queued', 'held') GROUP BY ${message.status}, ${message.lane}`,
    parameters: [],
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

/** Counts messages by status that became due since a time. */
export function countSince(schema: Schema, statuses: readonly MessageStatus[], sinceMs: number): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `SELECT ${message.status} AS status, COUNT(*) AS n FROM ${message.table} WHERE ${message.status} IN (${placeholders(statuses)})
      AND ${message.availableAt} >= ? GROUP BY ${message.status}`,
    parameters: [...statuses, sinceMs],
  };
}
