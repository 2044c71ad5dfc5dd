import type { Params } from './types.js';

export type Status = 'queued' | 'sending' | 'sent' | 'partially_sent' | 'failed' | 'expired' | 'cancelled' | 'held' | 'unknown';

export const STATUSES: Status[] = ['queued', 'sending', 'held', 'unknown', 'failed', 'expired', 'sent', 'partially_sent', 'cancelled'];

/** A message of the log, as the server sends it. */
export interface LogMessage {
  id: string;
  status: Status;
  reason: string | null;
  activity: string;
  /** The configuration it is meant for, and its id while it exists. */
  configName: string | null;
  configId: string | null;
  /** True when it goes by the default configuration, whichever that is. */
  usesDefault: boolean;
  sentBy: string | null;
  recipients: string;
  recipientCount: number;
  /** Null while all recipients are in the same state. */
  delivery: Delivery | null;
  /** Null for sensitive messages. */
  subject: string | null;
  sensitive: boolean;
  priority: string;
  attempts: number;
  nextAttemptAt: string | null;
  expiresAt: string | null;
  lastCode: string | null;
  lastReply: string | null;
  lastError: string | null;
  messageId: string;
  hasBody: boolean;
  resentFrom: string | null;
  createdAt: string;
  sentAt: string | null;
}

/** Who has a message and who has not. */
export interface Delivery {
  accepted: string[];
  /** How many more have it, in CC and BCC or beyond what a list shows. */
  acceptedMore: number;
  refused: { address: string; response: string }[];
  left: string[];
  /** True when not all that were refused are known. */
  isCut: boolean;
}

export interface FailingConfig {
  configId: string;
  name: string;
  since: string;
  code: string;
  error: string;
  waiting: number;
  nextProbeAt: string;
}

export interface Preview {
  text: string | null;
  html: string | null;
  attachments: { filename: string; bytes: number }[];
}

/** What is no plain value travels as text; null where there is none. */
export function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export const readMessage = (params: Params): LogMessage => ({
  ...(params as unknown as LogMessage),
  delivery: parsed(params.deliveryJson) as Delivery | null,
});

/** True when its status may be another one any moment. */
export const isUnderWay = ({ status, reason }: LogMessage): boolean =>
  status === 'sending' || (status === 'queued' && (reason === null || reason === 'failing'));

/** The text that says why a message's content cannot be shown or sent again; undefined when it can. */
export function whyNoContent({ sensitive, hasBody }: LogMessage): 'whyNot_sensitive' | 'whyNot_gone' | undefined {
  if (sensitive) return 'whyNot_sensitive';
  return hasBody ? undefined : 'whyNot_gone';
}

/** The statuses after which somebody may want to send it once more. */
const MENDABLE: Status[] = ['failed', 'expired', 'unknown', 'partially_sent'];

/** The text `explain_…` that says what its status means and what to do next. */
export function explanationOf(message: LogMessage, isSingle = false): string {
  const { status, reason, delivery, hasBody, sensitive } = message;
  // Where there is one configuration, no other can be created.
  if (isSingle && reason === 'missing') return 'missing_single';
  if (status === 'queued' || status === 'held') return reason === 'backoff' && delivery ? 'backoff_partly' : (reason ?? 'queued');
  if (delivery && status !== 'partially_sent' && status !== 'unknown' && status !== 'sending') return 'ended_partly';
  // A sensitive one can be retried while its content is there, and never be sent to somebody else.
  const isGone = !hasBody || (sensitive && status === 'partially_sent');
  return isGone && MENDABLE.includes(status) ? `${status}_gone` : status;
}

const RETRYABLE: Status[] = ['queued', 'held', 'failed', 'unknown', 'expired'];
/** What has to be set right first. */
const BLOCKED = ['missing', 'activity_missing', 'disabled', 'no_default', 'default_disabled'];

/** The text that says why retrying a message would do nothing; undefined when it can be retried. */
export function whyNoRetry(message: LogMessage, isSingle = false): string | undefined {
  const { status, reason, hasBody } = message;
  if (status === 'sending') return 'whyNot_sending';
  if (!RETRYABLE.includes(status)) return 'whyNot_ended';
  if (!hasBody) return 'whyNot_gone';
  return reason !== null && BLOCKED.includes(reason) ? `explain_${explanationOf(message, isSingle)}` : undefined;
}

/** What came of retrying several messages. */
export interface RetryReport {
  retried: number;
  /** Due, but waiting, by the reason. */
  waiting: Record<string, number>;
  /** Left as they are, by the reason. */
  left: Record<string, number>;
}

const NOTHING: RetryReport = { retried: 0, waiting: {}, left: {} };

/** Adds up what came of the parts of a selection. */
export function addUp(reports: readonly RetryReport[]): RetryReport {
  const add = (sum: Record<string, number>, counts: Record<string, number>): Record<string, number> => {
    const both = { ...sum };
    for (const [key, n] of Object.entries(counts)) both[key] = (both[key] ?? 0) + n;
    return both;
  };
  return reports.reduce(
    (sum, { retried, waiting, left }) => ({
      retried: sum.retried + retried,
      waiting: add(sum.waiting, waiting),
      left: add(sum.left, left),
    }),
    NOTHING,
  );
}

/** The label of a reason: what a message waits for, or why it was left. */
export const reasonLabel = (reason: string): string =>
  /^(sending|ended|gone|changed)$/.test(reason) ? `left_${reason}` : `reason_${reason}`;

/** The text that says why a message cannot be cancelled; undefined when it can. */
export function whyNoCancel({ status }: LogMessage): 'whyNot_sending' | 'whyNot_ended' | undefined {
  if (status === 'sending') return 'whyNot_sending';
  return status === 'queued' || status === 'held' ? undefined : 'whyNot_ended';
}
