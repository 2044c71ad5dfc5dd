import type { SmtpDatabase } from '../database/database.js';
import { NOW, type SqlStep, placeholders } from '../database/sql.js';
import type { ClaimedMessage } from './claimed-message.js';
import { groupBy } from './group-by.js';
import { type MessageStatus, SmtpMessageAttempt } from './smtp-message.entity.js';
import { uuid7 } from '../database/uuid7.js';

/** What became of a claimed message; times are milliseconds from now by the database's clock. */
export interface Outcome {
  message: ClaimedMessage;
  status: MessageStatus;
  /** When it is due again. */
  retryInMs?: number;
  attempts: number;
  code: string | null;
  reply: string | null;
  error: string | null;
  frozen: string | null;
  configName: string | null;
  /** Its lane from now on, once a recipient was accepted: the configuration that did, whatever is chosen later. */
  lane?: string;
  /** Undefined when the server was never asked about it. */
  attempt?: { outcome: string; ms: number };
  /** Takes the body, the subject and the hash with it: a short code could be guessed from its hash. */
  wipesBody: boolean;
  /** How long the body stays; undefined as long as the message. */
  bodyRetentionMs?: number;
}

/** The statements that write what became of messages, each row only while its lease is held. */
export function acknowledgements(database: SmtpDatabase, outcomes: readonly Outcome[]): SqlStep[] {
  const plain = groupBy(
    outcomes.filter(isPlain),
    ({ message, configName, wipesBody }) => `${message.leaseToken} ${wipesBody} ${configName}`,
  );
  const attempts = outcomes.filter(({ attempt }) => attempt !== undefined);
  const wiped = outcomes.filter(({ wipesBody }) => wipesBody).map(({ message }) => message.id);
  return [
    ...[...plain.values()].map(sentTogether),
    ...outcomes.filter((outcome) => !isPlain(outcome)).map(acknowledgement),
    ...(wiped.length > 0 ? [wipe(wiped)] : []),
    ...(attempts.length > 0 ? [database.insertInto(SmtpMessageAttempt, attempts.map(attemptOf))] : []),
  ];
}

/** Sent at the first try: nearly all of them, and only their replies differ. */
function isPlain({ message, status, attempts, code, error, frozen }: Outcome): boolean {
  return status === 'sent' && attempts === message.attempts && code === null && error === null && frozen === null;
}

const CLEAR_LEASE = 'lease_token = NULL, lease_expires_at = NULL, is_quarantined = ?, lost_leases = 0';
const OWNS_LEASE = "lease_token = ? AND status = 'sending'";
/** The body goes in a step of its own. */
const WIPE = ", subject = '', content_hash = ''";

/** Messages of one lease that left through one configuration. */
function sentTogether(group: readonly Outcome[]): SqlStep {
  const [{ configName, bodyRetentionMs, wipesBody, message: first }] = group as [Outcome];
  const ids = group.map(({ message }) => message.id);
  return {
    sql: `UPDATE smtp_message SET status = 'sent', ${CLEAR_LEASE}, last_code = NULL, last_error = NULL, sent_at = {now}, sent_by = ?,
      delete_body_at = ${bodyRetentionMs === undefined ? 'delete_body_at' : `{now} + ${bodyRetentionMs}`},
      last_reply = CASE id ${group.map(() => 'WHEN ? THEN ?').join(' ')} END ${wipesBody ? WIPE : ''} WHERE id IN (${placeholders(ids)}) AND ${OWNS_LEASE}`,
    parameters: [false, configName, ...group.flatMap(({ message, reply }) => [message.id, reply]), ...ids, first.leaseToken],
  };
}

function acknowledgement(outcome: Outcome): SqlStep {
  const { message, status, retryInMs, bodyRetentionMs, wipesBody } = outcome;
  const isSent = status === 'sent' || status === 'partially_sent';
  return {
    sql: `UPDATE smtp_message SET status = ?, ${CLEAR_LEASE}, attempts = ?, last_code = ?, last_reply = ?, last_error = ?, frozen = ?
      ${outcome.configName === null ? '' : ', config_name = ?'} ${outcome.lane === undefined ? '' : ', lane = ?'}
      ${retryInMs === undefined ? '' : `, available_at = {now} + ${Math.round(retryInMs)}`}
      ${bodyRetentionMs === undefined ? '' : `, delete_body_at = {now} + ${bodyRetentionMs}`}
      ${wipesBody ? WIPE : ''}
      ${isSent ? ', sent_at = {now}, sent_by = ?' : ''} WHERE id = ? AND ${OWNS_LEASE}`,
    parameters: [
      status,
      false,
      outcome.attempts,
      outcome.code,
      outcome.reply,
      outcome.error,
      outcome.frozen,
      ...(outcome.configName === null ? [] : [outcome.configName]),
      ...(outcome.lane === undefined ? [] : [outcome.lane]),
      ...(isSent ? [outcome.configName] : []),
      message.id,
      message.leaseToken,
    ],
  };
}

/** Only of what came to its end: a late word about a message that is in other hands leaves them its body. */
function wipe(ids: string[]): SqlStep {
  const unfinished = `SELECT 1 FROM smtp_message message WHERE message.id = smtp_message_body.message_id
    AND message.status IN ('queued', 'sending', 'held', 'unknown')`;
  return {
    sql: `DELETE FROM smtp_message_body WHERE message_id IN (${placeholders(ids)}) AND NOT EXISTS (${unfinished})`,
    parameters: ids,
  };
}

function attemptOf({ message, configName, attempt, code, reply }: Outcome) {
  return { id: uuid7(), messageId: message.id, at: NOW, configName, outcome: attempt!.outcome, code, reply, ms: attempt!.ms };
}
