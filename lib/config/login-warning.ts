import type { SmtpConfig } from './smtp-config.entity.js';

/** Names a text of the screens (`warning_…`). */
export type LoginWarning = 'microsoft_password';

/** Microsoft's servers for mail of Microsoft 365 and Outlook.com accounts. */
export const MICROSOFT_SMTP_HOSTS: readonly string[] = [
  'smtp.office365.com',
  'smtp-legacy.office365.com',
  'outlook.office365.com',
  'smtp.office365.us',
  'smtp.partner.outlook.cn',
  'smtp-mail.outlook.com',
  'smtp.outlook.com',
  'smtp.live.com',
  'smtp.hotmail.com',
];

/**
 * Microsoft 365 switches login with a password over SMTP off by default at the end of December 2026 (message center
 * MC786329); Outlook.com accounts have none any more.
 */
export function loginWarning({
  type,
  host,
  authRequired,
  authMethod,
}: Pick<SmtpConfig, 'type' | 'host' | 'authRequired' | 'authMethod'>): LoginWarning | null {
  const isPassword = type === 'generic' && authRequired && authMethod === 'password';
  return isPassword && MICROSOFT_SMTP_HOSTS.includes((host ?? '').trim().toLowerCase()) ? 'microsoft_password' : null;
}
