import type { RejectedRecipient } from './mail-error.js';

/**
 * Delivery status. `queued` waits for its time or its configuration, `sending` is in flight, `held` waits for a
 * configuration of its own that is missing or disabled, `unknown` may have been delivered and waits for a person; the others
 * are final.
 */
export type MessageStatus = 'queued' | 'sending' | 'sent' | 'partially_sent' | 'failed' | 'expired' | 'cancelled' | 'held' | 'unknown';

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

/** Message counts. `queued` counts waiting messages, `sentToday` those since midnight by the clock of this process. */
export type MailLogCounts = Record<'queued' | 'sending' | 'sentToday' | 'failed' | 'held' | 'unknown', number>;

/** A failing configuration, and the number of messages it holds up. */
export interface FailingConfig {
  configId: string;
  name: string;
  since: Date;
  /** A key of MAIL_ERRORS. */
  code: string;
  error: string;
  /** The number of messages that wait for it. */
  waiting: number;
  nextProbeAt: Date;
}

/** The content of a message as its recipients see it, without the signature its configuration adds. */
export interface MailPreview {
  text: string | null;
  /** Untrusted: show it only in a sandboxed frame. Contains inline images. */
  html: string | null;
  attachments: { filename: string; bytes: number }[];
}

/** Reasons to wait that a retry does not remove. */
const BLOCKED = ['missing', 'activity_missing', 'disabled', 'no_default', 'default_disabled'] as const satisfies readonly WaitingReason[];

/**
 * The reason why a message was not retried: it is being sent, it is final, its content was deleted (`body_deleted`), it was changed or
 * deleted in the meantime, or it waits for something that must be fixed first.
 */
export type RetryObstacle = 'sending' | 'final' | 'body_deleted' | 'changed' | (typeof BLOCKED)[number];

/** Statuses of messages that wait. */
export const WAITING: readonly MessageStatus[] = ['queued', 'held'];
/** Final statuses of messages that can still be sent again. */
export const RETRYABLE: readonly MessageStatus[] = ['failed', 'unknown', 'expired'];

/** Returns why a message cannot be retried; undefined if it can. */
export function retryObstacle({ status, reason, hasBody }: Pick<MailLogEntry, 'status' | 'reason' | 'hasBody'>): RetryObstacle | undefined {
  if (status === 'sending') return 'sending';
  if (!WAITING.includes(status) && !RETRYABLE.includes(status)) return 'final';
  if (!hasBody) return 'body_deleted';
  return WAITING.includes(status) ? BLOCKED.find((blocked) => blocked === reason) : undefined;
}

/**
 * A reason why a message was not moved: one of the reasons why it cannot be retried, it waits for that configuration already, or it is
 * sensitive and its email type uses another one.
 */
export type MoveObstacle = Exclude<RetryObstacle, (typeof BLOCKED)[number]> | 'same_config' | 'sensitive';

/** Returns why a message cannot be moved to a configuration; undefined if it can. Sensitive messages are further restricted. */
export function moveObstacle(
  { status, hasBody, configId }: Pick<MailLogEntry, 'status' | 'hasBody' | 'configId'>,
  target: { id: string },
): MoveObstacle | undefined {
  const isWaiting = WAITING.includes(status);
  if (isWaiting && configId === target.id) return 'same_config';
  return retryObstacle({ status, hasBody, reason: null }) as MoveObstacle | undefined;
}

/** The outcome of a move: counts of moved messages, and of the others by reason. */
export interface MoveReport {
  moved: number;
  /** Not moved, by reason. */
  notMoved: Partial<Record<MoveObstacle, number>>;
}

/** The outcome of a retry: counts of retried messages, and of the others by reason. */
export interface RetryReport {
  /** Due now: they are sent as soon as a connection is free. */
  retried: number;
  /** Due as well, but still waiting, by reason. A failing configuration is tried immediately. */
  waiting: Partial<Record<WaitingReason, number>>;
  /** Not retried, by reason. */
  notRetried: Partial<Record<RetryObstacle, number>>;
}

/** Adds a number to one of several counts. */
export function addCount<Key extends string>(counts: Partial<Record<Key, number>>, key: Key, n = 1): void {
  if (n > 0) counts[key] = (counts[key] ?? 0) + n;
}

/** Returns the sum of counts. */
export function sumCounts(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

/** Adds up the reports of several moves. */
export function sumMoves(reports: readonly MoveReport[]): MoveReport {
  const sum: MoveReport = { moved: 0, notMoved: {} };
  for (const { moved, notMoved } of reports) {
    sum.moved += moved;
    for (const [obstacle, n] of Object.entries(notMoved) as [MoveObstacle, number][]) addCount(sum.notMoved, obstacle, n);
  }
  return sum;
}

/** Adds up the reports of several retries. */
export function sumReports(reports: readonly RetryReport[]): RetryReport {
  const sum: RetryReport = { retried: 0, waiting: {}, notRetried: {} };
  for (const { retried, waiting, notRetried } of reports) {
    sum.retried += retried;
    for (const [reason, n] of Object.entries(waiting) as [WaitingReason, number][]) addCount(sum.waiting, reason, n);
    for (const [obstacle, n] of Object.entries(notRetried) as [RetryObstacle, number][]) addCount(sum.notRetried, obstacle, n);
  }
  return sum;
}
