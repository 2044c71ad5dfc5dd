import type { Preset } from './preset.js';

export const outlook: Preset = {
  id: 'outlook',
  name: 'Outlook.com',
  group: 'mailbox',
  host: 'smtp-mail.outlook.com',
  port: '587',
  security: 'starttls',
  authMethod: 'oauth2',
  source: 'https://support.microsoft.com/office/pop-imap-and-smtp-settings-for-outlook-com-d088b986-291d-42b8-9564-9c414e2aa040',
};
