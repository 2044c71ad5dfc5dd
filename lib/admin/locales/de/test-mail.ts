import type { Language } from '../language.js';

/** German texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'de',
  subject: '{{appName}}: Test der E-Mail-Konfiguration',
  intro: 'Dies ist eine Test-E-Mail von {{appName}}. Wenn Sie sie lesen können, funktioniert die E-Mail-Konfiguration.',
  fact: '{{label}}: {{value}}',
  name: 'Konfiguration',
  username_none: 'keine Authentifizierung',
  sentBy: 'Gesendet von',
  sentAt: 'Gesendet am',
};
