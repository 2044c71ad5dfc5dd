import type { RejectedRecipient } from './mail-error.js';

/**
 * Delivery status. `queued` waits for its time or its configuration, `sending` is in flight, `held` waits for a
 * configuration of its own that is missing or disabled, `unknown` may have been delivered and waits for a person; the others
 * are final.
 */
export type MessageStatus = 'queued' | 'sending' | 'sent' | 'partially_sent' | 'failed' | 'expired' | 'cancelled' | 'held' | 'unknown';

/** Queues after messages of a higher priority, whatever their age. */
export type MailPriority = 'high' | 'normal' | 'low';

/**
 * What a message waits for: a configuration that it names and that does not exist (`missing`), one that its activity chose
 * and that was deleted (`activity_missing`), one that is disabled or failing, a default one that is missing or disabled, its
 * own time, or the next attempt.
 */
export type WaitingReason =
  'missing' | 'activity_missing' | 'disabled' | 'no_default' | 'default_disabled' | 'failing' | 'scheduled' | 'backoff';

/** The delivery of a message by recipient, once not all of them were treated alike. */
export interface MailLogDelivery {
  /** Recipients in To for whom the server took it. */
  accepted: string[];
  /** How many more have it: in CC and BCC, or beyond what a list shows. */
  acceptedMore: number;
  /** Recipients who were refused for good. */
  refused: RejectedRecipient[];
  /** Neither: still to come while the message waits, and left out once it has come to its end. */
  left: string[];
  /** True when there were too many recipients to keep a record of each: some may be missing here, and `accepted` is not known. */
  isCut: boolean;
}

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
  /** Null while all recipients are in the same state. */
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

/** An attempt to deliver a message. */
export interface MailLogAttempt {
  at: Date;
  configName: string | null;
  outcome: string;
  code: string | null;
  reply: string | null;
  ms: number;
}

/** Message counts. `queued` are waiting; `sentToday` is since midnight by the clock of this process. */
export type MailLogCounts = Record<'queued' | 'sending' | 'sentToday' | 'failed' | 'held' | 'unknown', number>;

/** A configuration that is failing, and how many messages that keeps back. */
export interface FailingConfig {
  configId: string;
  name: string;
  since: Date;
  /** A key of MAIL_ERRORS. */
  code: string;
  error: string;
  /** How many messages wait for it. */
  waiting: number;
  nextProbeAt: Date;
}

/** The content of a message as its recipients see it, without the signature its configuration adds. */
export interface MailPreview {
  text: string | null;
  /** Untrusted: for a sandboxed frame only. Inline images are in it. */
  html: string | null;
  attachments: { filename: string; bytes: number }[];
}

/** Reasons to wait that no retry changes. */
const BLOCKED = ['missing', 'activity_missing', 'disabled', 'no_default', 'default_disabled'] as const satisfies readonly WaitingReason[];

/**
 * Why a message was left as it is: it is being sent, final, its content is gone, it was changed or deleted meanwhile, or
 * what it waits for has to be set right first.
 */
export type RetryObstacle = 'sending' | 'ended' | 'gone' | 'changed' | (typeof BLOCKED)[number];

/** Statuses of messages that wait. */
export const WAITING: readonly MessageStatus[] = ['queued', 'held'];
/** Statuses of messages that are final and can be sent after all. */
export const ENDED: readonly MessageStatus[] = ['failed', 'unknown', 'expired'];

/** Returns why a message cannot be retried; undefined if it can. */
export function retryObstacle({ status, reason, hasBody }: Pick<MailLogEntry, 'status' | 'reason' | 'hasBody'>): RetryObstacle | undefined {
  if (status === 'sending') return 'sending';
  if (!WAITING.includes(status) && !ENDED.includes(status)) return 'ended';
  if (!hasBody) return 'gone';
  return WAITING.includes(status) ? BLOCKED.find((blocked) => blocked === reason) : undefined;
}

/** How many messages were retried, and why others were not. */
export interface RetryReport {
  /** Due now: they leave with the next free connection. */
  retried: number;
  /** Due as well, but they wait, by what they wait for. A configuration that is failing is tried at once. */
  waiting: Partial<Record<WaitingReason, number>>;
  left: Partial<Record<RetryObstacle, number>>;
}

/** Adds a number to one of several counts. */
export function addCount<Key extends string>(counts: Partial<Record<Key, number>>, key: Key, n = 1): void {
  if (n > 0) counts[key] = (counts[key] ?? 0) + n;
}

/** Adds up the reports of several retries. */
export function sumReports(reports: readonly RetryReport[]): RetryReport {
  const sum: RetryReport = { retried: 0, waiting: {}, left: {} };
  for (const { retried, waiting, left } of reports) {
    sum.retried += retried;
    for (const [reason, n] of Object.entries(waiting) as [WaitingReason, number][]) addCount(sum.waiting, reason, n);
    for (const [obstacle, n] of Object.entries(left) as [RetryObstacle, number][]) addCount(sum.left, obstacle, n);
  }
  return sum;
}
