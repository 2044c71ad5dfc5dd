import type { TestStep } from '../../../shared/connection-test.js';
import { utcDay } from './relative-time.js';

/** The part of the screens' texts that is needed here. */
interface Lookup {
  optional: (key: string, values?: Record<string, string | number>) => string;
  locale: string;
}

const DAYS = new Set(['date', 'today']);

/** Returns a step's summary and remedy in the reader's language if there are texts for them, otherwise the server's own. */
export function stepWords(
  { reason, found, values = {}, detail = '', hint = '' }: Pick<TestStep, 'reason' | 'found' | 'values' | 'detail' | 'hint'>,
  { optional, locale }: Lookup,
): { summary: string; remedy: string } {
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, DAYS.has(name) ? utcDay(String(value), locale) : value]),
  );
  const lookUp = (key: string): string => optional(key, shown);
  if (reason) return { summary: lookUp(`reason_${reason}`) || detail, remedy: lookUp(`remedy_${reason}`) || hint };
  return { summary: (found && lookUp(`found_${found}`)) || detail, remedy: hint };
}
