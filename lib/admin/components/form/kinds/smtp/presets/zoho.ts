import type { Preset } from './preset.js';

export const zoho: Preset = {
  id: 'zoho',
  name: 'Zoho Mail',
  group: 'mailbox',
  host: 'smtp.zoho.com',
  port: '465',
  security: 'tls',
  regions: [
    { id: 'us', label: 'United States', host: 'smtp.zoho.com' },
    { id: 'eu', label: 'Europe', host: 'smtp.zoho.eu' },
    { id: 'in', label: 'India', host: 'smtp.zoho.in' },
    { id: 'au', label: 'Australia', host: 'smtp.zoho.com.au' },
    { id: 'jp', label: 'Japan', host: 'smtp.zoho.jp' },
    { id: 'us-pro', label: 'United States, paid organization', host: 'smtppro.zoho.com' },
    { id: 'eu-pro', label: 'Europe, paid organization', host: 'smtppro.zoho.eu' },
    { id: 'in-pro', label: 'India, paid organization', host: 'smtppro.zoho.in' },
    { id: 'au-pro', label: 'Australia, paid organization', host: 'smtppro.zoho.com.au' },
    { id: 'jp-pro', label: 'Japan, paid organization', host: 'smtppro.zoho.jp' },
  ],
  appPassword: true,
  source: 'https://www.zoho.com/mail/help/zoho-smtp.html',
};
