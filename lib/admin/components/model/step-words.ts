import type { Step } from './types.js';

/** The part of the screens' texts that is needed for it. */
interface Lookup {
  optional: (key: string, values?: Record<string, string | number>) => string;
  locale: string;
}

const DAYS = new Set(['date', 'today']);

/** A day as people write it where the reader lives. */
export function formatDay(date: string, locale: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? '?' : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(time);
}

/** What a step says and what to change, in the reader's language where there are texts for it, else as the server put it. */
export function stepWords(
  { cause, found, values = {}, detail = '', hint = '' }: Pick<Step, 'cause' | 'found' | 'values' | 'detail' | 'hint'>,
  { optional, locale }: Lookup,
): { summary: string; remedy: string } {
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, DAYS.has(name) ? formatDay(String(value), locale) : value]),
  );
  const told = (key: string): string => optional(key, shown);
  if (cause) return { summary: told(`cause_${cause}`) || detail, remedy: told(`remedy_${cause}`) || hint };
  return { summary: (found && told(`found_${found}`)) || detail, remedy: hint };
}
