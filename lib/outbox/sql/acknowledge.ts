import { jsonObject } from '../../database/columns.js';
import { insertInto } from '../../database/rows.js';
import type { Schema } from '../../database/schema.js';
import { NOW, type SqlStep, placeholders } from '../../database/sql.js';
import { uuid7 } from '../../database/uuid7.js';
import { groupBy } from '../group-by.js';
import type { DeliveryOutcome } from '../delivery-outcome.js';
import { SmtpMessage, SmtpMessageAttempt, SmtpMessageBody } from '../smtp-message.entity.js';
import { clearLease } from './lease.js';

/**
 * Writes outcomes, each only if its lease is still valid. Messages sent at the first attempt, which is nearly all of them, share
 * one UPDATE per lease: 100 of them take 12 ms instead of 51 on PostgreSQL, 24 instead of 62 on MariaDB, and 2 instead of 6 on
 * SQLite (measured).
 */
export function acknowledgeOutcomes(schema: Schema, outcomes: readonly DeliveryOutcome[]): SqlStep[] {
  const plain = groupBy(
    outcomes.filter(isPlain),
    ({ message, configName, wipesBody }) => `${message.leaseToken} ${wipesBody} ${configName}`,
  );
  const attempts = outcomes.filter(({ attempt }) => attempt !== undefined);
  const wiped = outcomes.filter(({ wipesBody }) => wipesBody).map(({ message }) => message.id);
  return [
    ...[...plain.values()].map((group) => acknowledgeSent(schema, group)),
    ...outcomes.filter((outcome) => !isPlain(outcome)).map((outcome) => acknowledgeOne(schema, outcome)),
    ...(wiped.length > 0 ? [wipeBodies(schema, wiped)] : []),
    ...(attempts.length > 0 ? [insertInto(schema, SmtpMessageAttempt, attempts.map(attemptOf))] : []),
  ];
}

/** True for a message sent at the first attempt: only its reply differs from others. */
function isPlain({ message, status, attempts, code, failure, frozen }: DeliveryOutcome): boolean {
  return status === 'sent' && attempts === message.attempts && code === null && failure === null && frozen === null;
}

/** Acknowledges messages of one lease that were sent through one configuration. */
function acknowledgeSent(schema: Schema, group: readonly DeliveryOutcome[]): SqlStep {
  const message = schema.table(SmtpMessage);
  const [{ configName, bodyRetentionMs, wipesBody, message: first }] = group as [DeliveryOutcome];
  const ids = group.map(({ message: { id } }) => id);
  return {
    sql: `UPDATE ${message.table} SET ${message.status} = 'sent', ${endLease(schema)}, ${message.lastCode} = NULL, ${message.lastError} = NULL,
      ${message.lastReason} = NULL, ${message.lastValues} = NULL, ${message.sentAt} = {now}, ${message.sentBy} = ?,
      ${message.deleteBodyAt} = ${bodyRetentionMs === undefined ? message.deleteBodyAt : `{now} + ${bodyRetentionMs}`},
      ${message.lastReply} = CASE ${message.id} ${group.map(() => 'WHEN ? THEN ?').join(' ')} END${wipesBody ? wipeSubject(schema) : ''}
      WHERE ${message.id} IN (${placeholders(ids)}) AND ${ownsLease(schema)}`,
    parameters: [false, configName, ...group.flatMap(({ message: { id }, reply }) => [id, reply]), ...ids, first.leaseToken],
  };
}

function acknowledgeOne(schema: Schema, outcome: DeliveryOutcome): SqlStep {
  const columns = schema.table(SmtpMessage);
  const { message, status, retryInMs, bodyRetentionMs, wipesBody, configName, lane } = outcome;
  const isSent = status === 'sent' || status === 'partially_sent';
  const availableInMs = status === 'queued' ? retryInMs : isSent ? undefined : 0;
  return {
    sql: `UPDATE ${columns.table} SET ${columns.status} = ?, ${endLease(schema)}, ${columns.attempts} = ?, ${columns.lastCode} = ?,
      ${columns.lastReply} = ?, ${columns.lastError} = ?, ${columns.lastReason} = ?, ${columns.lastValues} = ?, ${columns.frozen} = ?
      ${configName === null ? '' : `, ${columns.configName} = ?`} ${lane === undefined ? '' : `, ${columns.lane} = ?`}
      ${availableInMs === undefined ? '' : `, ${columns.availableAt} = {now} + ${Math.round(availableInMs)}`}
      ${bodyRetentionMs === undefined ? '' : `, ${columns.deleteBodyAt} = {now} + ${bodyRetentionMs}`}
      ${wipesBody ? wipeSubject(schema) : ''}
      ${isSent ? `, ${columns.sentAt} = {now}, ${columns.sentBy} = ?` : ''} WHERE ${columns.id} = ? AND ${ownsLease(schema)}`,
    parameters: [
      status,
      false,
      outcome.attempts,
      outcome.code,
      outcome.reply,
      outcome.failure?.error ?? null,
      outcome.failure?.reason ?? null,
      jsonObject.to(outcome.failure?.values ?? {}),
      outcome.frozen,
      ...(configName === null ? [] : [configName]),
      ...(lane === undefined ? [] : [lane]),
      ...(isSent ? [configName] : []),
      message.id,
      message.leaseToken,
    ],
  };
}

/** Returns the assignments that end a lease. They need one parameter: false. */
function endLease(schema: Schema): string {
  const message = schema.table(SmtpMessage);
  return `${clearLease(schema)}, ${message.isQuarantined} = ?, ${message.lostLeases} = 0`;
}

/** Returns the condition that a lease is still valid. It needs one parameter: the token. */
function ownsLease(schema: Schema): string {
  const message = schema.table(SmtpMessage);
  return `${message.leaseToken} = ? AND ${message.status} = 'sending'`;
}

/** Returns the assignments that delete subject and hash. A separate step deletes the body. */
function wipeSubject(schema: Schema): string {
  const message = schema.table(SmtpMessage);
  return `, ${message.subject} = '', ${message.contentHash} = ''`;
}

/** Deletes the bodies of final messages only, because another process may have claimed a message whose outcome comes late. */
function wipeBodies(schema: Schema, ids: readonly string[]): SqlStep {
  const body = schema.table(SmtpMessageBody);
  const message = schema.table(SmtpMessage, 'message');
  return {
    sql: `DELETE FROM ${body.table} WHERE ${body.messageId} IN (${placeholders(ids)}) AND NOT EXISTS (SELECT 1 FROM ${message.table}
      WHERE ${message.id} = ${body.table}.${body.messageId} AND ${message.status} IN ('queued', 'sending', 'held', 'unknown'))`,
    parameters: ids,
  };
}

function attemptOf({ message, configName, attempt, code, reply }: DeliveryOutcome) {
  return { id: uuid7(), messageId: message.id, at: NOW, configName, outcome: attempt!.outcome, code, reply, ms: attempt!.ms };
}
