import type { Preset } from './preset.js';

export const microsoft365: Preset = {
  id: 'microsoft365',
  name: 'Microsoft 365',
  group: 'mailbox',
  host: 'smtp.office365.com',
  port: '587',
  security: 'starttls',
  authMethod: 'oauth2',
  source:
    'https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365',
  help: 'https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth',
};
