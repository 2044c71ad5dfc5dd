import type { Preset } from './preset.js';

export const brevo: Preset = {
  id: 'brevo',
  name: 'Brevo',
  group: 'delivery',
  host: 'smtp-relay.brevo.com',
  // Brevo documents 587 as the port without encryption, and 465 as the encrypted one.
  port: '465',
  security: 'tls',
  source: 'https://developers.brevo.com/docs/smtp-integration',
  help: 'https://help.brevo.com/hc/en-us/articles/7959631848850-Create-and-manage-your-SMTP-keys',
};
