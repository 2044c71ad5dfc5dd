import { MailError, type MailErrorDetails } from '../../shared/mail-error.js';
import type { Cause } from './cause.js';
import { CONFIG_CAUSES } from './config-causes.js';
import { MICROSOFT_CAUSES } from './microsoft-causes.js';
import { SMTP_CAUSES } from './smtp-causes.js';
import type { SmtpSecurity } from '../smtp/smtp-settings.js';

/** The one table of what can go wrong on the way to a mail server or to Microsoft, or keeps mail from setting out. */
export const DIAGNOSES = { ...CONFIG_CAUSES, ...SMTP_CAUSES, ...MICROSOFT_CAUSES } satisfies Record<string, Cause>;

/** A key of {@link DIAGNOSES}; it stays, so that programs and translations can go by it. */
export type CauseKey = keyof typeof DIAGNOSES;

/** What stands for the `{{names}}` of a cause. Those of {@link DAYS} are dates, to be written in the reader's language. */
export type CauseValues = Record<string, string | number>;

const DAYS = new Set(['date', 'today']);

/** The error of a cause, in English. */
export function causeError(key: CauseKey, values: CauseValues = {}, details: MailErrorDetails = {}): MailError {
  const { code, summary, remedy } = DIAGNOSES[key];
  return new MailError(code, fill(summary, values), { remedy: fill(remedy, values), ...details, reason: key, values });
}

/** Where a cause is mended: the field, and another way to the server that probably works. */
export function remedyTarget(
  key: string | undefined,
  { port }: CauseValues,
): { field?: string; offer?: { security: SmtpSecurity; port: number } } {
  const { field, offer } = (DIAGNOSES as Record<string, Cause>)[key ?? ''] ?? {};
  if (!offer) return { field };
  // Nobody starts in clear on the port of SSL/TLS.
  const same = port === 465 && offer.security === 'starttls' ? 587 : Number(port);
  return { field, offer: { security: offer.security, port: offer.port ?? same } };
}

/** Puts the values into a sentence; what a value says is never read as a name itself. */
export function fill(sentence: string, values: CauseValues): string {
  return sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
    DAYS.has(name) ? formatDay(String(values[name])) : String(values[name] ?? ''),
  );
}

/** `12 Mar 2027` */
export function formatDay(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return 'an unknown day';
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(time);
}
