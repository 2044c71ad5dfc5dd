import type { LoginWarning } from '../../../shared/smtp-config.js';

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
 * Warns about password login at Microsoft. Microsoft 365 turns it off by default at the end of December 2026 (message center
 * MC786329); Outlook.com accounts no longer support it.
 */
export function passwordWarning(host: string | null): LoginWarning | null {
  return MICROSOFT_SMTP_HOSTS.includes((host ?? '').trim().toLowerCase()) ? 'microsoft_password' : null;
}
