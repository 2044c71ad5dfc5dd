/** Formats a date of a certificate as a day in UTC: the one that other tools and the server's own texts show. */
export const utcDay = (iso: string, locale?: string): string => formatUtc(iso, { dateStyle: 'medium' }, locale);

/** Formats a date of a certificate with its time in UTC. */
export const utcTime = (iso: string, locale?: string): string => formatUtc(iso, { dateStyle: 'medium', timeStyle: 'long' }, locale);

function formatUtc(iso: string, style: Intl.DateTimeFormatOptions, locale?: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? '?' : new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(time);
}
