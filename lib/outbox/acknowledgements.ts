import type { SmtpDatabase } from '../smtp.database.js';
import { NOW, type SqlStep, marks } from '../smtp.sql.js';
import type { ClaimedMessage } from './claimed-message.js';
import { groupBy } from './group-by.js';
import { type MessageStatus, SmtpMessageAttempt } from './smtp-message.entity.js';
import { uuid7 } from '../smtp.uuid7.js';

/** What became of a claimed message; times are milliseconds from now by the database's clock. */
export interface Outcome {
  message: ClaimedMessage;
  status: MessageStatus;
  /** When it is due again. */
  inMs?: number;
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
  keepsBodyMs?: number;
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
    ...(attempts.length > 0 ? [database.insertion(SmtpMessageAttempt, attempts.map(attemptOf))] : []),
  ];
}

/** Sent at the first try: nearly all of them, and only their replies differ. */
function isPlain({ message, status, attempts, code, error, frozen }: Outcome): boolean {
  return status === 'sent' && attempts === message.attempts && code === null && error === null && frozen === null;
}

const LEFT = 'lease_token = NULL, lease_until = NULL, is_alone = ?, crashes = 0';
const HELD = "lease_token = ? AND status = 'sending'";
/** The body goes in a step of its own. */
const WIPE = ", subject = '', content_hash = ''";

/** Messages of one lease that left through one configuration. */
function sentTogether(group: readonly Outcome[]): SqlStep {
  const [{ configName, keepsBodyMs, wipesBody, message: first }] = group as [Outcome];
  const ids = group.map(({ message }) => message.id);
  return {
    sql: `UPDATE smtp_message SET status = 'sent', ${LEFT}, last_code = NULL, last_error = NULL, sent_at = {now}, sent_by = ?,
      body_until = ${keepsBodyMs === undefined ? 'body_until' : `{now} + ${keepsBodyMs}`},
      last_reply = CASE id ${group.map(() => 'WHEN ? THEN ?').join(' ')} END ${wipesBody ? WIPE : ''} WHERE id IN (${marks(ids)}) AND ${HELD}`,
    parameters: [false, configName, ...group.flatMap(({ message, reply }) => [message.id, reply]), ...ids, first.leaseToken],
  };
}

function acknowledgement(outcome: Outcome): SqlStep {
  const { message, status, inMs, keepsBodyMs, wipesBody } = outcome;
  const isSent = status === 'sent' || status === 'partly_sent';
  return {
    sql: `UPDATE smtp_message SET status = ?, ${LEFT}, attempts = ?, last_code = ?, last_reply = ?, last_error = ?, frozen = ?
      ${outcome.configName === null ? '' : ', config_name = ?'} ${outcome.lane === undefined ? '' : ', lane = ?'}
      ${inMs === undefined ? '' : `, available_at = {now} + ${Math.round(inMs)}`}
      ${keepsBodyMs === undefined ? '' : `, body_until = {now} + ${keepsBodyMs}`}
      ${wipesBody ? WIPE : ''}
      ${isSent ? ', sent_at = {now}, sent_by = ?' : ''} WHERE id = ? AND ${HELD}`,
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
  return { sql: `DELETE FROM smtp_message_body WHERE message_id IN (${marks(ids)}) AND NOT EXISTS (${unfinished})`, parameters: ids };
}

function attemptOf({ message, configName, attempt, code, reply }: Outcome) {
  return { id: uuid7(), messageId: message.id, at: NOW, configName, outcome: attempt!.outcome, code, reply, ms: attempt!.ms };
}
