import type { Preset } from './preset.js';

export const mailgun: Preset = {
  id: 'mailgun',
  name: 'Mailgun',
  group: 'delivery',
  host: 'smtp.mailgun.org',
  port: '587',
  security: 'starttls',
  regions: [
    { id: 'us', label: 'US', host: 'smtp.mailgun.org' },
    { id: 'eu', label: 'EU', host: 'smtp.eu.mailgun.org' },
  ],
  source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp',
  help: 'https://help.mailgun.com/hc/en-us/articles/203380100-Where-can-I-find-my-API-keys-and-SMTP-credentials',
};
