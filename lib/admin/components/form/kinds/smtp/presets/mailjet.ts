import type { Preset } from './preset.js';

export const mailjet: Preset = {
  id: 'mailjet',
  name: 'Mailjet',
  group: 'delivery',
  host: 'in-v3.mailjet.com',
  port: '587',
  security: 'starttls',
  source: 'https://documentation.mailjet.com/hc/en-us/articles/360043229473-How-can-I-configure-my-SMTP-parameters',
};
