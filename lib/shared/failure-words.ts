import type { TestStep } from './connection-test.js';
import type { ReasonValues, StoredFailure } from './mail-error.js';
import { utcDay } from './utc-time.js';

/** The texts of a language: `reason_<key>`, `remedy_<key>` and `found_<key>`. */
interface FailureTexts {
  optional: (key: string, values?: ReasonValues) => string;
  locale: string;
}

/** The values that are dates. */
export const DAYS: readonly string[] = ['date', 'today'];

/** Returns a step's summary and remedy in the reader's language if there are texts for them, otherwise the server's own. */
export function stepWords(
  { reason, found, values = {}, detail = '', hint = '' }: Pick<TestStep, 'reason' | 'found' | 'values' | 'detail' | 'hint'>,
  { optional, locale }: FailureTexts,
): { summary: string; remedy: string } {
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, DAYS.includes(name) ? utcDay(String(value), locale) : value]),
  );
  const lookUp = (key: string): string => optional(key, shown);
  if (reason) return { summary: lookUp(`reason_${reason}`) || detail, remedy: lookUp(`remedy_${reason}`) || hint };
  return { summary: (found && lookUp(`found_${found}`)) || detail, remedy: hint };
}

/** Returns what happened and what to do in the reader's language if there are texts for it, otherwise in English. */
export function failureText({ error, reason, values }: StoredFailure, texts: FailureTexts): string {
  const { summary, remedy } = stepWords({ reason: reason ?? undefined, values }, texts);
  return summary ? [summary, remedy].filter(Boolean).join(' ') : error;
}
