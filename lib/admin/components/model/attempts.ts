import type { MailLogAttempt } from '../../../shared/mail-log.js';
import type { Wire } from '../../../shared/wire.js';
import { parseJson, type LogMessage } from './message.js';
import type { Params } from './types.js';

/** An attempt to deliver a message as the browser gets it. */
export type LogAttempt = Wire<MailLogAttempt>;

/** Reads the attempts, the oldest first. */
export const readAttempts = (params: Params): LogAttempt[] => (parseJson(params.attemptsJson) as LogAttempt[] | null) ?? [];

/** The outcome of an attempt; `_partly` if it does not cover all recipients, `_rest` if only some were left. */
export type EventKind = 'accepted' | 'accepted_partly' | 'accepted_rest' | 'refused' | 'refused_rest' | 'config_failed' | 'ambiguous';

/** An event of a message. Consecutive attempts with a failing configuration are one event, because there may be thousands of them. */
export type Event = LogAttempt & { kind: EventKind; times: number; lastAt: string };

export function eventsOf(attempts: LogAttempt[], { status }: LogMessage): Event[] {
  const events: Event[] = [];
  let isPartly = false;
  for (const attempt of attempts) {
    const before = events.at(-1);
    if (before?.outcome === 'config_failed' && attempt.outcome === 'config_failed' && before.code === attempt.code) {
      before.times += 1;
      before.lastAt = attempt.at;
      continue;
    }
    // Accepted with a code: some recipients were deferred. Without a code, but finally partially sent: some were refused.
    const isForSome: boolean = attempt.outcome === 'accepted' && (attempt.code !== null || (!isPartly && status === 'partially_sent'));
    const suffix = isForSome ? '_partly' : isPartly && /^(accepted|refused)$/.test(attempt.outcome) ? '_rest' : '';
    events.push({ ...attempt, kind: `${attempt.outcome}${suffix}` as EventKind, times: 1, lastAt: attempt.at });
    isPartly ||= isForSome;
  }
  return events;
}
