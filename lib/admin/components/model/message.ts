import { type MailLogDelivery, type MailLogEntry, type MessageStatus, retryObstacle } from '../../../shared/mail-log.js';
import type { Wire } from '../../../shared/wire.js';
import type { Params } from './types.js';

export const STATUSES: MessageStatus[] = [
  'queued',
  'sending',
  'held',
  'unknown',
  'failed',
  'expired',
  'sent',
  'partially_sent',
  'cancelled',
];

/** A message of the log as the browser gets it. */
export type LogMessage = Wire<MailLogEntry>;

/** Parses a value that AdminJS carries as JSON text; null where there is none. */
export function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export const readMessage = (params: Params): LogMessage => ({
  ...(params as unknown as LogMessage),
  delivery: parsed(params.deliveryJson) as MailLogDelivery | null,
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
const MENDABLE: MessageStatus[] = ['failed', 'expired', 'unknown', 'partially_sent'];

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

/** The text that says why retrying a message would do nothing; undefined when it can be retried. */
export function whyNoRetry(message: LogMessage, isSingle = false): string | undefined {
  const obstacle = retryObstacle(message);
  if (obstacle === undefined) return undefined;
  return obstacle === 'sending' || obstacle === 'ended' || obstacle === 'gone'
    ? `whyNot_${obstacle}`
    : `explain_${explanationOf(message, isSingle)}`;
}

/** The label of a reason: what a message waits for, or why it was left. */
export const reasonLabel = (reason: string): string =>
  /^(sending|ended|gone|changed)$/.test(reason) ? `left_${reason}` : `reason_${reason}`;

/** The text that says why a message cannot be cancelled; undefined when it can. */
export function whyNoCancel({ status }: LogMessage): 'whyNot_sending' | 'whyNot_ended' | undefined {
  if (status === 'sending') return 'whyNot_sending';
  return status === 'queued' || status === 'held' ? undefined : 'whyNot_ended';
}
