import type { RejectedRecipient, StoredFailure } from './mail-error.js';

/**
 * Delivery status. `queued` waits for its time or its configuration, `sending` is in flight, `held` waits for a
 * configuration of its own that is missing or disabled, `unknown` may have been delivered and waits for a person; the others
 * are final.
 */
export const MESSAGE_STATUSES = [
  'queued',
  'sending',
  'held',
  'unknown',
  'failed',
  'expired',
  'sent',
  'partially_sent',
  'cancelled',
] as const;
/** One of the {@link MESSAGE_STATUSES}. */
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** The priority of a message. Messages of a higher priority are sent first, whatever their age. */
export type MailPriority = 'high' | 'normal' | 'low';

/**
 * The reason why a message waits: the configuration it names does not exist (`missing`), the one its activity chose was deleted
 * (`activity_missing`), its configuration is disabled or failing, the default is missing or disabled, or it is scheduled for later
 * or for the next attempt.
 */
export type WaitingReason =
  'missing' | 'activity_missing' | 'disabled' | 'no_default' | 'default_disabled' | 'failing' | 'scheduled' | 'backoff';

/** The delivery of a message by recipient; present once recipients have different outcomes. */
export interface MailLogDelivery {
  /** Recipients in To that the server accepted. */
  accepted: string[];
  /** The number of further accepted recipients: in CC and BCC, or beyond what a list shows. */
  acceptedMore: number;
  /** Recipients that the server refused permanently. */
  refused: RejectedRecipient[];
  /** Recipients that were neither accepted nor refused: pending while the message waits, skipped once it is final. */
  remaining: string[];
  /** True if there were too many recipients to record each one: some may be missing here, and `accepted` is unknown. */
  isTruncated: boolean;
}

/** A failure, and what to correct. */
export interface LogFailure extends StoredFailure {
  /** The field of the configuration to correct; null if none is wrong. */
  field: string | null;
}

/** A message of the log, without its body. */
export interface MailLogEntry {
  id: string;
  status: MessageStatus;
  /** Null if it waits only for its turn, or does not wait. */
  reason: WaitingReason | null;
  activity: string;
  /**
   * While it waits, the configuration it will use: the one that it or its activity names, otherwise the current default. When it is
   * final, the one of the last attempt. Null if there is none.
   */
  configName: string | null;
  /** The id of that configuration while it exists. */
  configId: string | null;
  /** True if it uses the default configuration, whichever that is. */
  usesDefault: boolean;
  /** The configuration that sent it. */
  sentBy: string | null;
  /** Addresses, cut to what a list shows. */
  recipients: string;
  recipientCount: number;
  /** Null while all recipients are in the same state. */
  delivery: MailLogDelivery | null;
  /** Null for sensitive messages. */
  subject: string | null;
  sensitive: boolean;
  priority: MailPriority;
  attempts: number;
  availableAt: Date;
  /** The time of the next attempt; null if that is now, or unknown. */
  nextAttemptAt: Date | null;
  expiresAt: Date | null;
  lastCode: string | null;
  lastReply: string | null;
  lastError: string | null;
  /** The reason that it is not sent: the failure of its configuration while that is failing, otherwise its own last failure. */
  failure: LogFailure | null;
  messageId: string;
  hasBody: boolean;
  /** The message this one sends again. */
  resentFrom: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

/** An attempt to deliver a message. */
export interface MailLogAttempt {
  at: Date;
  configName: string | null;
  outcome: string;
  code: string | null;
  reply: string | null;
  ms: number;
}

/** A failing configuration, and the number of messages it holds up. */
export interface FailingConfig extends LogFailure {
  configId: string;
  name: string;
  since: Date;
  /** A key of MAIL_ERRORS. */
  code: string;
  /** The number of messages that wait for it. */
  waiting: number;
  nextProbeAt: Date;
}

/** Statuses of messages that wait. */
export const WAITING: readonly MessageStatus[] = ['queued', 'held'];
/** Final statuses of messages that can still be sent again. */
export const RETRYABLE: readonly MessageStatus[] = ['failed', 'unknown', 'expired'];

export const MESSAGE_ACTIONS = ['retryNow', 'move', 'resend', 'cancel'] as const;

/** An admin's action on messages. */
export type MessageAction = (typeof MESSAGE_ACTIONS)[number];

/** The statuses in which each action is possible. */
export const ACTION_STATUSES: Record<MessageAction, readonly MessageStatus[]> = {
  retryNow: [...WAITING, ...RETRYABLE],
  move: [...WAITING, ...RETRYABLE],
  cancel: WAITING,
  resend: ['sent', 'partially_sent', 'failed', 'expired', 'cancelled', 'unknown'],
};

/** Reasons to wait that a retry does not remove. */
export const BLOCKED = [
  'missing',
  'activity_missing',
  'disabled',
  'no_default',
  'default_disabled',
] as const satisfies readonly WaitingReason[];
/** One of {@link BLOCKED}. */
export type BlockedReason = (typeof BLOCKED)[number];

/**
 * The reason why an action left a message as it is: it is being sent, it still waits, it is final, its content was deleted
 * (`body_deleted`), it is sensitive, it waits for that configuration already (`same_config`), it was changed or deleted in the
 * meantime, or it waits for something that must be fixed first.
 */
export type Obstacle = 'sending' | 'waiting' | 'final' | 'body_deleted' | 'sensitive' | 'same_config' | 'changed' | BlockedReason;

type ActionFacts = Pick<MailLogEntry, 'status' | 'reason' | 'hasBody' | 'sensitive' | 'configId'>;

/** Returns why the status rules out an action; undefined if it does not. */
function statusObstacle(action: MessageAction, status: MessageStatus): Obstacle | undefined {
  if (ACTION_STATUSES[action].includes(status)) return undefined;
  if (status === 'sending') return 'sending';
  return WAITING.includes(status) ? 'waiting' : 'final';
}

/** Returns why a message cannot be retried; undefined if it can. */
export function retryObstacle({ status, reason, hasBody }: Pick<ActionFacts, 'status' | 'reason' | 'hasBody'>): Obstacle | undefined {
  const obstacle = statusObstacle('retryNow', status);
  if (obstacle) return obstacle;
  if (!hasBody) return 'body_deleted';
  return WAITING.includes(status) ? BLOCKED.find((blocked) => blocked === reason) : undefined;
}

/**
 * Returns why a message cannot be moved to a configuration; undefined if it can. A sensitive message moves only to the configuration
 * that its email type uses, which the service checks.
 * @param to the id of the configuration; undefined while none is chosen
 */
export function moveObstacle(
  { status, hasBody, configId }: Pick<ActionFacts, 'status' | 'hasBody' | 'configId'>,
  to?: string,
): Obstacle | undefined {
  const obstacle = statusObstacle('move', status);
  if (obstacle) return obstacle;
  if (WAITING.includes(status) && to !== undefined && configId === to) return 'same_config';
  return hasBody ? undefined : 'body_deleted';
}

/** Returns why a message cannot be cancelled; undefined if it can. */
export function cancelObstacle({ status }: Pick<ActionFacts, 'status'>): Obstacle | undefined {
  return statusObstacle('cancel', status);
}

/**
 * Returns why a message cannot be among many that are resent; undefined if it can. Alone, a message that still waits can be resent
 * to someone else.
 */
export function resendObstacle({
  status,
  sensitive,
  hasBody,
}: Pick<ActionFacts, 'status' | 'sensitive' | 'hasBody'>): Obstacle | undefined {
  const obstacle = statusObstacle('resend', status);
  if (obstacle) return obstacle;
  if (sensitive) return 'sensitive';
  return hasBody ? undefined : 'body_deleted';
}

/** The outcome of an action on many messages: counts of those it changed, and of the others by reason. */
export interface BulkReport {
  /** Retried, moved, cancelled or resent. Excludes `waiting`. */
  done: number;
  /** Retried or moved as well, but still waiting, by reason. */
  waiting: Partial<Record<WaitingReason, number>>;
  /** Left as they are, by reason. */
  notDone: Partial<Record<Obstacle, number>>;
}

/** Adds a number to one of several counts. */
export function addCount<Key extends string>(counts: Partial<Record<Key, number>>, key: Key, n = 1): void {
  if (n > 0) counts[key] = (counts[key] ?? 0) + n;
}

/** Returns the sum of counts. */
export function sumCounts(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

/** Returns the number of messages that an action changed. */
export const countChanged = ({ done, waiting }: BulkReport): number => done + sumCounts(waiting);

/** Adds up the reports of several batches. */
export function sumReports(reports: readonly BulkReport[]): BulkReport {
  const sum: BulkReport = { done: 0, waiting: {}, notDone: {} };
  for (const { done, waiting, notDone } of reports) {
    sum.done += done;
    for (const [reason, n] of Object.entries(waiting) as [WaitingReason, number][]) addCount(sum.waiting, reason, n);
    for (const [obstacle, n] of Object.entries(notDone) as [Obstacle, number][]) addCount(sum.notDone, obstacle, n);
  }
  return sum;
}
