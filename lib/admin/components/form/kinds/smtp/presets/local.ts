import type { Preset } from './preset.js';

export const local: Preset = {
  id: 'local',
  name: 'Mail server on this machine',
  group: 'own',
  host: 'localhost',
  aliases: ['127.0.0.1', '::1'],
  port: '25',
  security: 'none',
  authMethod: null,
  source: 'https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.2',
};
