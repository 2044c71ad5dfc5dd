import { fill } from '../../shared/fill.js';
import { MailError, type MailErrorDetails } from '../../shared/mail-error.js';
import { SECURITY_PORTS, type SmtpSecurity } from '../../shared/config-fields.js';
import type { Diagnosis } from './diagnosis.js';
import { CONFIG_DIAGNOSES } from './diagnoses/config.js';
import { CONNECTION_DIAGNOSES } from './diagnoses/connection.js';
import { LOGIN_DIAGNOSES } from './diagnoses/login.js';
import { MESSAGE_DIAGNOSES } from './diagnoses/message.js';
import { MICROSOFT_DIAGNOSES } from './diagnoses/microsoft.js';
import { TLS_DIAGNOSES } from './diagnoses/tls.js';

/** Every failure of a configuration, a mail server or Microsoft, by reason. */
export const DIAGNOSES = {
  ...CONFIG_DIAGNOSES,
  ...CONNECTION_DIAGNOSES,
  ...TLS_DIAGNOSES,
  ...LOGIN_DIAGNOSES,
  ...MESSAGE_DIAGNOSES,
  ...MICROSOFT_DIAGNOSES,
} satisfies Record<string, Diagnosis>;

/** A key of {@link DIAGNOSES}: stable, so that programs and translations can rely on it. */
export type FailureReason = keyof typeof DIAGNOSES;

/** The values of a diagnosis's `{{names}}`. Those of {@link DAYS} are ISO 8601 dates, to be formatted in the reader's language. */
export type ReasonValues = Record<string, string | number>;

const DAYS = ['date', 'today'];

/** Builds the error of a diagnosis, in English. */
export function diagnosedError(reason: FailureReason, values: ReasonValues = {}, details: MailErrorDetails = {}): MailError {
  const { code, summary, remedy } = DIAGNOSES[reason];
  const days = Object.fromEntries(DAYS.map((name) => [name, formatDay(String(values[name]))]));
  const shown = { ...values, ...days };
  return new MailError(code, fill(summary, shown), { remedy: fill(remedy, shown), ...details, reason, values });
}

/** Returns the field that needs fixing, and a connection that probably works, if any. */
export function remedyTarget(
  reason: string | undefined,
  { port }: ReasonValues,
): { field?: string; offer?: { security: SmtpSecurity; port: number } } {
  const { field, offer } = (DIAGNOSES as Record<string, Diagnosis>)[reason ?? ''] ?? {};
  if (!offer) return { field };
  // Port 465 is for SSL/TLS only; ports 587 and 25 never are.
  const isOther = offer.security === 'starttls' ? port === 465 : port === 587 || port === 25;
  const same = isOther ? SECURITY_PORTS[offer.security] : Number(port);
  return { field, offer: { security: offer.security, port: offer.port ?? same } };
}

/** Formats a date as `12 Mar 2027`. */
export function formatDay(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return 'an unknown date';
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(time);
}
