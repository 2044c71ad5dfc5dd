import type { Preset } from './preset.js';

export const fastmail: Preset = {
  id: 'fastmail',
  name: 'Fastmail',
  group: 'mailbox',
  host: 'smtp.fastmail.com',
  port: '465',
  security: 'tls',
  appPassword: true,
  source: 'https://www.fastmail.help/hc/en-us/articles/1500000278342-Server-names-and-ports',
};
