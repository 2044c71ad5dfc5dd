import type { MailErrorCode } from '../../shared/mail-error.js';
import type { SmtpSecurity } from '../smtp/smtp-settings.js';

/** The field of a configuration in which a cause is mended. */
export type CauseField =
  | 'type'
  | 'host'
  | 'port'
  | 'security'
  | 'caCertificate'
  | 'authRequired'
  | 'authMethod'
  | 'username'
  | 'password'
  | 'fromAddress'
  | 'maxConnections'
  | 'tenantId'
  | 'clientId'
  | 'clientSecret'
  | 'graphCloud';

/** One thing that can go wrong: what happened and what to change, with `{{values}}` where they differ from case to case. */
export interface Cause {
  code: MailErrorCode;
  summary: string;
  remedy: string;
  field?: CauseField;
  /** Another way that probably works; without a port on the same one. */
  offer?: { security: SmtpSecurity; port?: number };
}

/** An entry of the table. */
export const cause = (code: MailErrorCode, summary: string, remedy: string, field?: CauseField, offer?: Cause['offer']): Cause => ({
  code,
  summary,
  remedy,
  ...(field && { field }),
  ...(offer && { offer }),
});
