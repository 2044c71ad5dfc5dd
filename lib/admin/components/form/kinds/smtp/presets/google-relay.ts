import type { Preset } from './preset.js';

export const googleRelay: Preset = {
  id: 'googleRelay',
  name: 'Google Workspace relay',
  group: 'mailbox',
  host: 'smtp-relay.gmail.com',
  port: '587',
  security: 'starttls',
  appPassword: true,
  source: 'https://support.google.com/a/answer/2956491',
};
