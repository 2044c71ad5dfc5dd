import { diagnosedError } from '../failures/diagnoses.js';
import { SECURITIES, type SmtpSecurity } from '../../shared/config-fields.js';

/** True for a known security setting. */
export function isSmtpSecurity(value: unknown): value is SmtpSecurity {
  return SECURITIES.some((known) => known === value);
}

/**
 * Asserts a known security setting: nodemailer would treat any other value as "encrypt if the server offers it".
 * @throws MailError `CONFIG_INVALID`
 */
export function assertSecurity(value: unknown): asserts value is SmtpSecurity {
  if (!isSmtpSecurity(value)) throw diagnosedError('unknown_security', { value: String(value).slice(0, 64) }, { phase: 'tls' });
}
