import type { Schema } from '../../database/schema.js';
import { type SqlStep, placeholders } from '../../database/sql.js';
import { SmtpMessage } from '../smtp-message.entity.js';
import { setFailure } from './set-failure.js';

/** The number of lost leases after which a message is quarantined and tried with nothing else in flight. */
export const QUARANTINE_AFTER = 2;
/** The number of leases lost in quarantine after which a message is set aside. */
const MAX_LOST_IN_QUARANTINE = 3;

/** Renews leases that are still valid. */
export function renewLeases(schema: Schema, tokens: readonly string[], leaseMs: number): SqlStep {
  const message = schema.table(SmtpMessage);
  const held = `${message.status} = 'sending' AND ${message.leaseToken} IN (${placeholders(tokens)})`;
  const condition =
    schema.dialect.name === 'postgres'
      ? // Skips messages that are being acknowledged: they no longer need a lease, and waiting for them could deadlock.
        `${message.id} IN (SELECT ${message.id} FROM ${message.table} WHERE ${held}${schema.dialect.forUpdateSkipLocked})`
      : held;
  return {
    sql: `UPDATE ${message.table} SET ${message.leaseExpiresAt} = {now} + ? WHERE ${condition}`,
    parameters: [leaseMs, ...tokens],
  };
}

/** Returns messages of a lease to the queue. */
export function releaseLease(schema: Schema, token: string, ids: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  return {
    sql: `UPDATE ${message.table} SET ${message.status} = 'queued', ${clearLease(schema)}
      WHERE ${message.leaseToken} = ? AND ${message.status} = 'sending' AND ${message.id} IN (${placeholders(ids)})`,
    parameters: [token, ...ids],
  };
}

/** Returns the assignments that clear a lease. */
export function clearLease(schema: Schema): string {
  const message = schema.table(SmtpMessage);
  return `${message.leaseToken} = NULL, ${message.leaseExpiresAt} = NULL`;
}

/** Selects the highest number of leases lost before by a message with an expired lease; null without such a message. */
export function mostLostLeases(schema: Schema, own: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  const { sql, parameters } = hasExpiredLease(schema, own);
  return { sql: `SELECT MAX(${message.lostLeases}) AS lost FROM ${message.table} WHERE ${sql}`, parameters };
}

/** Sets aside messages whose process ended each time while nothing else was in flight. */
export function setAsidePoison(schema: Schema, own: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  const { sql, parameters } = hasExpiredLease(schema, own);
  const failure = setFailure(schema, 'message_crashed');
  return {
    sql: `UPDATE ${message.table} SET ${message.status} = 'unknown', ${message.availableAt} = {now}, ${message.lostLeases} = ${message.lostLeases} + 1, ${clearLease(schema)},
      ${message.lastCode} = 'CRASH', ${failure.sql}
      WHERE ${sql} AND ${schema.dialect.isTrue(message.isQuarantined)}
        AND ${message.lostLeases} >= ${QUARANTINE_AFTER + MAX_LOST_IN_QUARANTINE - 1}`,
    parameters: [...failure.parameters, ...parameters],
  };
}

/** Returns messages with an expired lease to the queue. */
export function requeueLost(schema: Schema, own: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  const { sql, parameters } = hasExpiredLease(schema, own);
  return {
    sql: `UPDATE ${message.table} SET ${message.status} = 'queued', ${message.lostLeases} = ${message.lostLeases} + 1, ${clearLease(schema)}
      WHERE ${sql}`,
    parameters,
  };
}

/**
 * Returns the condition that a lease has expired. @param own tokens of this process, which is still sending their messages even if
 * it could not renew the leases in time
 */
function hasExpiredLease(schema: Schema, own: readonly string[]): SqlStep {
  const message = schema.table(SmtpMessage);
  const isForeign = own.length === 0 ? '' : ` AND ${message.leaseToken} NOT IN (${placeholders(own)})`;
  return { sql: `${message.status} = 'sending' AND ${message.leaseExpiresAt} < {now}${isForeign}`, parameters: own };
}
