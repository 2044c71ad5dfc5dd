import type { LogMessage } from '../model/message.js';
import type { Texts } from '../parts/use-texts.js';

/** Returns the last failure in one line. */
export function lastFailure({ status, delivery, failure }: LogMessage, texts: Texts): string | null {
  const missed = delivery?.refused.map(({ address }) => address).join(', ');
  if (missed) return texts.t('notDelivered', { recipients: missed });
  const isOver = status === 'failed' || status === 'partially_sent' || status === 'unknown';
  return isOver && failure ? texts.failure(failure) : null;
}
