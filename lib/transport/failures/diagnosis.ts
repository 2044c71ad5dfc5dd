import type { MailErrorCode } from '../../shared/mail-error.js';
import type { SecretColumn, SettingName, SmtpSecurity } from '../../shared/config-fields.js';

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
