import type { Preset } from './preset.js';

export const gmail: Preset = {
  id: 'gmail',
  name: 'Gmail',
  group: 'mailbox',
  host: 'smtp.gmail.com',
  port: '587',
  security: 'starttls',
  appPassword: true,
  source: 'https://developers.google.com/workspace/gmail/imap/imap-smtp',
  help: 'https://support.google.com/accounts/answer/185833',
};
