const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** Formats a time relative to now: "4 min. ago", "now". */
export function relativeTime(iso: string, now: number, locale?: string): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of UNITS) if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return format.format(0, 'second');
}

/** Formats the exact time, for tooltips and screen readers. */
export const exactTime = (iso: string, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));

/** Formats a time as a day in the browser's time zone. */
export const dayOf = (iso: string, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(iso));

/** Formats a number of days from now: "in 12 days", "today". */
export const relativeDays = (days: number, locale?: string): string =>
  new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');

/** Formats seconds from now: "in 21 seconds". */
export const relativeSeconds = (seconds: number, locale?: string): string =>
  new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(seconds, 'second');

/** Formats a duration in the unit that fits it: "412 ms", "1.2 sec", "3 min". */
export function formatDuration(ms: number, locale?: string): string {
  const rounded = Math.round(ms);
  const [unit, size, digits] = rounded < 1_000 ? ['millisecond', 1, 0] : rounded < 60_000 ? ['second', 1_000, 1] : ['minute', 60_000, 1];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: digits }).format(rounded / size);
}

/** Formats an exact time in the browser's time zone for an input of the type `datetime-local`. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const two = (number: number): string => String(number).padStart(2, '0');
  const seconds = at.getSeconds() ? `:${two(at.getSeconds())}` : '';
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}${seconds}`;
}
