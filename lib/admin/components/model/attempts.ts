import { parsed, type LogMessage } from './message.js';
import type { Params } from './types.js';

export interface Attempt {
  at: string;
  configName: string | null;
  outcome: string;
  code: string | null;
  reply: string | null;
  ms: number;
}

/** The attempts, the oldest first. */
export const readAttempts = (params: Params): Attempt[] => (parsed(params.attemptsJson) as Attempt[] | null) ?? [];

/** What became of a try; `_partly` when not of all recipients, `_rest` when only some were left. */
export type EventKind = 'accepted' | 'accepted_partly' | 'accepted_rest' | 'refused' | 'refused_rest' | 'config_failed' | 'ambiguous';

/** Tries that found the server away, one after the other, are one entry: there may be thousands of them. */
export type Event = Attempt & { kind: EventKind; times: number; lastAt: string };

export function eventsOf(attempts: Attempt[], { status }: LogMessage): Event[] {
  const events: Event[] = [];
  let isPartly = false;
  for (const attempt of attempts) {
    const before = events.at(-1);
    if (before?.outcome === 'config_failed' && attempt.outcome === 'config_failed' && before.code === attempt.code) {
      before.times += 1;
      before.lastAt = attempt.at;
      continue;
    }
    // Accepted with a code: some recipients were put off. Without one, but partly sent in the end: some were refused.
    const isForSome: boolean = attempt.outcome === 'accepted' && (attempt.code !== null || (!isPartly && status === 'partially_sent'));
    const suffix = isForSome ? '_partly' : isPartly && /^(accepted|refused)$/.test(attempt.outcome) ? '_rest' : '';
    events.push({ ...attempt, kind: `${attempt.outcome}${suffix}` as EventKind, times: 1, lastAt: attempt.at });
    isPartly ||= isForSome;
  }
  return events;
}
