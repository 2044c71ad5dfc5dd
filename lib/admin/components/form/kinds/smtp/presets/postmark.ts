import type { Preset } from './preset.js';

export const postmark: Preset = {
  id: 'postmark',
  name: 'Postmark',
  group: 'delivery',
  host: 'smtp.postmarkapp.com',
  port: '587',
  security: 'starttls',
  source: 'https://postmarkapp.com/developer/user-guide/send-email-with-smtp',
};
