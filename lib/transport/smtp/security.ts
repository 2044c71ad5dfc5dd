import { causeError } from '../failures/causes.js';
import type { SmtpSecurity } from './smtp-settings.js';

/** Whether a value is one of the ways to protect a connection. */
export function isSmtpSecurity(value: unknown): value is SmtpSecurity {
  return value === 'starttls' || value === 'tls' || value === 'none';
}

/**
 * Refuses any other value: nodemailer would take it for "encrypt if the server offers it".
 * @throws MailError `CONFIG_INVALID`
 */
export function assertSecurity(value: unknown): asserts value is SmtpSecurity {
  if (!isSmtpSecurity(value)) throw causeError('unknown_security', { value: String(value).slice(0, 64) }, { phase: 'tls' });
}
