import type { Preset } from './preset.js';

export const sendgrid: Preset = {
  id: 'sendgrid',
  name: 'SendGrid',
  group: 'delivery',
  host: 'smtp.sendgrid.net',
  port: '587',
  security: 'starttls',
  username: 'apikey',
  source: 'https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api',
};
