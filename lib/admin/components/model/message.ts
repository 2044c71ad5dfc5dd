import {
  cancelObstacle,
  type LogFailure,
  type MailLogDelivery,
  type MailLogEntry,
  MESSAGE_ACTIONS,
  type MessageAction,
  type MessageStatus,
  moveObstacle,
  type Obstacle,
  resendObstacle,
  retryObstacle,
} from '../../../shared/mail-log.js';
import type { Wire } from '../../../shared/wire.js';
import type { Params } from './types.js';

/** A message of the log as the browser gets it. */
export type LogMessage = Wire<MailLogEntry>;

/** Parses a value that AdminJS passes as JSON; null without one. */
export function parseJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export const readMessage = (params: Params): LogMessage => ({
  ...(params as unknown as LogMessage),
  delivery: parseJson(params.deliveryJson) as MailLogDelivery | null,
  failure: parseJson(params.failureJson) as LogFailure | null,
});

/** True if the status may change at any moment. */
export const isInProgress = ({ status, reason }: LogMessage): boolean =>
  status === 'sending' || (status === 'queued' && (reason === null || reason === 'failing'));

/** Returns the text for why a message's content cannot be shown or resent; undefined if it can. */
export function whyNoContent({ sensitive, hasBody }: LogMessage): 'whyNot_sensitive' | 'whyNot_body_deleted' | undefined {
  if (sensitive) return 'whyNot_sensitive';
  return hasBody ? undefined : 'whyNot_body_deleted';
}

/** The statuses after which an admin may want to resend a message. */
const RESENDABLE: MessageStatus[] = ['failed', 'expired', 'unknown', 'partially_sent'];

/** Returns the key of the text `explain_…` for the meaning of a status and the next step. */
export function explanationOf(message: LogMessage, isSingle = false): string {
  const { status, reason, delivery, hasBody, sensitive } = message;
  // With a single configuration, no other can be created.
  if (isSingle && reason === 'missing') return 'missing_single';
  if (status === 'queued' || status === 'held') return reason === 'backoff' && delivery ? 'backoff_partly' : (reason ?? 'queued');
  if (delivery && status !== 'partially_sent' && status !== 'unknown' && status !== 'sending') return 'final_partly';
  // A sensitive message can be retried while its content is stored, but never sent to others.
  const isBodyDeleted = !hasBody || (sensitive && status === 'partially_sent');
  return isBodyDeleted && RESENDABLE.includes(status) ? `${status}_body_deleted` : status;
}

/** Returns the text for why a message cannot be retried; undefined if it can. */
export function whyNoRetry(message: LogMessage, isSingle = false): string | undefined {
  const obstacle = retryObstacle(message);
  if (obstacle === undefined) return undefined;
  return obstacle === 'sending' || obstacle === 'final' || obstacle === 'body_deleted'
    ? `whyNot_${obstacle}`
    : `explain_${explanationOf(message, isSingle)}`;
}

/** Returns the text for why a message cannot be moved; undefined if it can. */
export function whyNoMove(message: LogMessage): string | undefined {
  const obstacle = moveObstacle(message);
  return obstacle && `whyNot_${obstacle}`;
}

/** Returns why an action leaves out a message among several; undefined if it does not. */
export const BULK_OBSTACLES: Record<MessageAction, (message: LogMessage) => Obstacle | undefined> = {
  retryNow: retryObstacle,
  move: (message) => moveObstacle(message),
  resend: resendObstacle,
  cancel: cancelObstacle,
};

/** True if at least one action is possible on the message together with others. */
export const isSelectable = (message: LogMessage): boolean => MESSAGE_ACTIONS.some((action) => !BULK_OBSTACLES[action](message));

/** Returns the text for why a message cannot be cancelled; undefined if it can. */
export function whyNoCancel({ status }: LogMessage): 'whyNot_sending' | 'whyNot_final' | undefined {
  if (status === 'sending') return 'whyNot_sending';
  return status === 'queued' || status === 'held' ? undefined : 'whyNot_final';
}
