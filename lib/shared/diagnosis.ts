import type { SecretColumn, SettingName, SmtpSecurity } from './config-fields.js';
import { DAYS } from './failure-words.js';
import { fill } from './fill.js';
import { MailError, type MailErrorCode, type MailErrorDetails, type ReasonValues } from './mail-error.js';
import { utcDay } from './utc-time.js';

/** The field of a configuration that needs fixing. */
export type RemedyField = SettingName | SecretColumn;

/** The description of a failure: what happened and what to do. `{{names}}` are placeholders for values. */
export interface Diagnosis {
  code: MailErrorCode;
  summary: string;
  remedy: string;
  field?: RemedyField;
  /** A security setting that probably works; on the same port unless one is given. */
  offer?: { security: SmtpSecurity; port?: number };
}

/** Builds an entry of the table. */
export const diagnosis = (
  code: MailErrorCode,
  summary: string,
  remedy: string,
  field?: RemedyField,
  offer?: Diagnosis['offer'],
): Diagnosis => ({
  code,
  summary,
  remedy,
  ...(field && { field }),
  ...(offer && { offer }),
});

/** Returns a function that builds the errors of a table of diagnoses, in English. */
export const errorsOf =
  <Table extends Record<string, Diagnosis>>(table: Table) =>
  (reason: keyof Table & string, values: ReasonValues = {}, details: MailErrorDetails = {}): MailError => {
    const { code, summary, remedy } = table[reason]!;
    const days = Object.fromEntries(DAYS.map((name) => [name, utcDay(String(values[name]), 'en-GB')]));
    const shown = { ...values, ...days };
    return new MailError(code, fill(summary, shown), { remedy: fill(remedy, shown), ...details, reason, values });
  };
