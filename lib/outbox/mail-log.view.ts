import type { SmtpConfig } from '../config/smtp-config.entity.js';
import type { FailingState } from './breaker.js';
import { deliveryOf } from './mail-log.recipients.js';
import { type Directory, type Route, choiceOf, routeOf } from './lane.js';
import type { SmtpMessage } from './smtp-message.entity.js';
import { remedyTarget } from '../transport/failures/diagnoses.js';
import type { BlockedReason, LogFailure, MailLogEntry, MailPriority, WaitingReason } from '../shared/mail-log.js';

/** The facts that determine why messages wait. */
export interface Situation {
  now: Date;
  directory: Directory<Pick<SmtpConfig, 'id' | 'name' | 'enabled'>>;
  /** Without configurations that were changed since they failed, which are tried immediately. */
  failing: Map<string, FailingState>;
}

const PRIORITIES: MailPriority[] = ['high', 'normal', 'low'];

export function entryOf(row: SmtpMessage, hasBody: boolean, situation: Situation): MailLogEntry {
  const { id, status, activity, sentBy, recipients, recipientCount, sensitive, attempts, availableAt } = row;
  const { expiresAt, lastCode, lastReply, lastError, messageId, resentFrom, createdAt, sentAt } = row;
  const route = routeOf(row.lane, situation.directory);
  const reason = reasonOf(row, route, situation);
  const tried = triedConfig(row);
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
    failure: failureOf(row, reason, route, situation),
    messageId,
    hasBody,
    resentFrom,
    createdAt,
    sentAt,
  };
}

type Of = Route<Pick<SmtpConfig, 'id' | 'enabled'>>;

function reasonOf(row: SmtpMessage, route: Of, { now, failing }: Situation): WaitingReason | null {
  const { status, availableAt, attempts, lastCode } = row;
  if (status !== 'queued' && status !== 'held') return null;
  // A message that is not yet held for this reason soon will be.
  const obstacle = obstacleOf(route);
  if (obstacle && (route.by !== 'default' || availableAt <= now)) return obstacle;
  if (status === 'held') return null;
  if (availableAt > now) return attempts > 0 || lastCode === 'THROTTLED' ? 'backoff' : 'scheduled';
  return route.config && failing.has(route.config.id) ? 'failing' : null;
}

/** Returns why a message is not sent, and the field of its configuration to correct. */
function failureOf(row: SmtpMessage, reason: WaitingReason | null, { config }: Of, { failing }: Situation): LogFailure | null {
  const state = reason === 'failing' && config ? failing.get(config.id) : undefined;
  if (state) return { error: state.error, reason: state.reason, values: state.values, field: state.field };
  const { lastError: error, lastReason, lastValues: values } = row;
  if (error === null) return null;
  return { error, reason: lastReason, values, field: remedyTarget(lastReason ?? undefined, values).field ?? null };
}

/** Returns the reason why an admin has to act before messages can be sent this way; undefined if they can be sent. */
export function obstacleOf({ by, config }: Route<{ enabled: boolean }>): BlockedReason | undefined {
  if (config?.enabled) return undefined;
  if (by === 'default') return config ? 'default_disabled' : 'no_default';
  if (config) return 'disabled';
  return by === 'activity' ? 'activity_missing' : 'missing';
}

/** Returns the configuration name in a message, in the application's spelling if known; null if it names none. */
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

/** Returns the name of the configuration of the last attempt; null while the message waits, because it may now use another one. */
export const triedConfig = (row: SmtpMessage): string | null => (isWaiting(row) ? null : row.configName);

const isWaiting = ({ status }: SmtpMessage): boolean => status === 'queued' || status === 'held' || status === 'sending';
