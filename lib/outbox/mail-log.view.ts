import type { StoredConfig } from '../config/smtp-config.queries.js';
import type { MailPriority } from '../message/mail-message.js';
import type { FailingState } from './breaker.js';
import { type MailLogDelivery, deliveryOf } from './mail-log.recipients.js';
import { type Directory, type Route, choiceOf, routeOf } from './lane.js';
import type { MessageStatus, SmtpMessage, SmtpMessageAttempt } from './smtp-message.entity.js';

/**
 * What a message waits for: a configuration that it names and that does not exist (`missing`), one that its activity chose
 * and that was deleted (`activity_missing`), one that is off or failing, a default one that is missing or off, its own time,
 * or the next attempt.
 */
export type WaitingReason =
  'missing' | 'activity_missing' | 'disabled' | 'no_default' | 'default_disabled' | 'failing' | 'scheduled' | 'backoff';

/** A message of the log, without its body. */
export interface MailLogEntry {
  id: string;
  status: MessageStatus;
  /** Null when it waits only for its turn, or does not wait. */
  reason: WaitingReason | null;
  activity: string;
  /**
   * While it waits, the configuration it is meant for: the one that it or its activity names, else the default one as it is now.
   * Otherwise the one through which it was last tried. Null when there is none.
   */
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
  directory: Directory<Pick<StoredConfig, 'id' | 'name' | 'enabled'>>;
  /** Those of another version than the one that failed are left out: they are tried at once. */
  failing: Map<string, FailingState>;
}

const PRIORITIES: MailPriority[] = ['high', 'normal', 'low'];

export function entryOf(row: SmtpMessage, hasBody: boolean, situation: Situation): MailLogEntry {
  const { id, status, activity, sentBy, recipients, recipientCount, sensitive, attempts, availableAt } = row;
  const { expiresAt, lastCode, lastReply, lastError, messageId, resentFrom, createdAt, sentAt } = row;
  const route = routeOf(row.lane, situation.directory);
  const reason = reasonOf(row, route, situation);
  const tried = isWaiting(row) ? null : row.configName;
  const config = tried === null ? route.config : situation.directory.byName.get(tried.toLowerCase());
  return {
    id,
    status,
    reason,
    activity,
    configName: tried ?? config?.name ?? nameIn(row),
    configId: config?.id ?? null,
    usesDefault: tried === null && route.by === 'default',
    sentBy,
    recipients,
    recipientCount,
    delivery: deliveryOf(row),
    subject: sensitive ? null : row.subject,
    sensitive,
    priority: PRIORITIES[row.priority] ?? 'normal',
    attempts,
    availableAt,
    nextAttemptAt: nextAttempt(row, reason, route, situation),
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

type Of = Route<Pick<StoredConfig, 'id' | 'enabled'>>;

function reasonOf(row: SmtpMessage, route: Of, { now, failing }: Situation): WaitingReason | null {
  const { status, availableAt, attempts, lastCode } = row;
  if (status !== 'queued' && status !== 'held') return null;
  // What it is not held for yet, it will be in a moment.
  const obstacle = obstacleOf(route);
  if (obstacle && (route.by !== 'default' || availableAt <= now)) return obstacle;
  if (status === 'held') return null;
  if (availableAt > now) return attempts > 0 || lastCode === 'THROTTLED' ? 'backoff' : 'scheduled';
  return route.config && failing.has(route.config.id) ? 'failing' : null;
}

/** Why nothing can leave that way, until an admin does something; undefined when it can. */
function obstacleOf({ by, config }: Of): WaitingReason | undefined {
  if (config?.enabled) return undefined;
  if (by === 'default') return config ? 'default_disabled' : 'no_default';
  if (config) return 'disabled';
  return by === 'activity' ? 'activity_missing' : 'missing';
}

/** The name it chose, in the words of the host where they are known; null when it chose none. */
function nameIn({ lane, configName }: SmtpMessage): string | null {
  const choice = choiceOf(lane);
  if (choice.by !== 'name') return null;
  return configName?.toLowerCase() === choice.name ? configName : choice.name;
}

function nextAttempt({ availableAt }: SmtpMessage, reason: WaitingReason | null, { config }: Of, { failing }: Situation): Date | null {
  if (reason === 'backoff' || reason === 'scheduled') return availableAt;
  const state = reason === 'failing' && config ? failing.get(config.id) : undefined;
  return state ? new Date(state.nextProbeAt) : null;
}

const isWaiting = ({ status }: SmtpMessage): boolean => status === 'queued' || status === 'held' || status === 'sending';
