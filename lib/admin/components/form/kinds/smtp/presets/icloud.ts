import type { Preset } from './preset.js';

export const icloud: Preset = {
  id: 'icloud',
  name: 'iCloud Mail',
  group: 'mailbox',
  host: 'smtp.mail.me.com',
  port: '587',
  security: 'starttls',
  appPassword: true,
  source: 'https://support.apple.com/en-us/102525',
  help: 'https://support.apple.com/102654',
};
