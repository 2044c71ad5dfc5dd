import type { StoredConfig } from '../config/smtp-config.queries.js';
import type { MailPriority } from '../message/mail-message.js';
import type { Parked } from './breaker.js';
import { type MailLogDelivery, deliveryOf } from './mail-log.recipients.js';
import { DEFAULT_LANE, type MessageStatus, type SmtpMessage, type SmtpMessageAttempt } from './smtp-message.entity.js';

/**
 * What a `queued` message waits for: a configuration that is parked, a default one that is missing or off, its own time,
 * or the next attempt; and why a `held` one is held: its own configuration is missing or off.
 */
export type WaitingReason = 'parked' | 'no_default' | 'default_disabled' | 'scheduled' | 'backoff' | 'missing' | 'disabled';

/** A message of the log, without its body. */
export interface MailLogEntry {
  id: string;
  status: MessageStatus;
  /** Null when it waits only for its turn, or does not wait. */
  reason: WaitingReason | null;
  activity: string;
  /** The configuration it is meant for: the one that it or its activity names, else the default one as it is now; null when there is none. */
  configName: string | null;
  /** The id of that configuration while it exists. */
  configId: string | null;
  /** True when it goes by the default configuration, whichever that is. */
  usesDefault: boolean;
  /** The configuration it left through. */
  sentBy: string | null;
  /** Addresses, cut to what a list shows. */
  recipients: string;
  recipientCount: number;
  /** Who has it and who has not; null while all recipients are in the same state. */
  delivery: MailLogDelivery | null;
  /** Null for sensitive messages. */
  subject: string | null;
  sensitive: boolean;
  priority: MailPriority;
  attempts: number;
  availableAt: Date;
  /** When it is tried next; null when that is now, or unknown. */
  nextAttemptAt: Date | null;
  expiresAt: Date | null;
  lastCode: string | null;
  lastReply: string | null;
  lastError: string | null;
  messageId: string;
  hasBody: boolean;
  /** The message this one sends again. */
  resentFrom: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

/** A try to deliver a message. */
export type MailLogAttempt = Pick<SmtpMessageAttempt, 'at' | 'configName' | 'outcome' | 'code' | 'reply' | 'ms'>;

/** What has to be known to say what messages wait for. */
export interface Situation {
  now: Date;
  configs: Map<string, Pick<StoredConfig, 'id' | 'name' | 'enabled'>>;
  defaultId: string | null;
  /** Those of another version than the one that failed are left out: they are tried at once. */
  parked: Map<string, Parked>;
}

const PRIORITIES: MailPriority[] = ['high', 'normal', 'low'];

export function entryOf(row: SmtpMessage, hasBody: boolean, situation: Situation): MailLogEntry {
  const { id, status, activity, sentBy, recipients, recipientCount, sensitive, attempts, availableAt } = row;
  const { expiresAt, lastCode, lastReply, lastError, messageId, resentFrom, createdAt, sentAt } = row;
  const reason = reasonOf(row, situation);
  const usesDefault = row.lane === DEFAULT_LANE;
  const config = situation.configs.get(usesDefault ? (situation.defaultId ?? '') : row.lane);
  return {
    id,
    status,
    reason,
    activity,
    configName: config?.name ?? row.configName,
    configId: config?.id ?? null,
    usesDefault,
    sentBy,
    recipients,
    recipientCount,
    delivery: deliveryOf(row),
    subject: sensitive ? null : row.subject,
    sensitive,
    priority: PRIORITIES[row.priority] ?? 'normal',
    attempts,
    availableAt,
    nextAttemptAt: nextAttempt(row, reason, situation),
    expiresAt,
    lastCode,
    lastReply,
    lastError,
    messageId,
    hasBody,
    resentFrom,
    createdAt,
    sentAt,
  };
}

function reasonOf({ status, lane, availableAt, attempts, lastCode }: SmtpMessage, situation: Situation): WaitingReason | null {
  const config = situation.configs.get(lane === DEFAULT_LANE ? (situation.defaultId ?? '') : lane);
  if (status === 'held') return !config ? 'missing' : config.enabled ? null : 'disabled';
  if (status !== 'queued') return null;
  if (availableAt > situation.now) return attempts > 0 || lastCode === 'THROTTLED' ? 'backoff' : 'scheduled';
  if (lane === DEFAULT_LANE && !config) return 'no_default';
  if (lane === DEFAULT_LANE && !config!.enabled) return 'default_disabled';
  return config && situation.parked.has(config.id) ? 'parked' : null;
}

function nextAttempt({ lane, availableAt }: SmtpMessage, reason: WaitingReason | null, situation: Situation): Date | null {
  if (reason === 'backoff' || reason === 'scheduled') return availableAt;
  if (reason !== 'parked') return null;
  const parked = situation.parked.get(lane === DEFAULT_LANE ? situation.defaultId! : lane);
  return parked ? new Date(parked.nextProbeAt) : null;
}
