import type { Preset } from './preset.js';

export const sparkpost: Preset = {
  id: 'sparkpost',
  name: 'SparkPost',
  group: 'delivery',
  host: 'smtp.sparkpostmail.com',
  port: '587',
  security: 'starttls',
  regions: [
    { id: 'us', label: 'US', host: 'smtp.sparkpostmail.com' },
    { id: 'eu', label: 'EU', host: 'smtp.eu.sparkpostmail.com' },
  ],
  username: 'SMTP_Injection',
  source: 'https://developers.sparkpost.com/api/smtp/',
};
