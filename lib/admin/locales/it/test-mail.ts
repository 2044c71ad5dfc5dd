import type { Language } from '../language.js';

/** Italian texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'it',
  subject: '{{appName}}: test della configurazione email',
  intro: 'Questa è un’email di test di {{appName}}. Se riesci a leggerla, la configurazione email funziona.',
  fact: '{{label}}: {{value}}',
  name: 'Configurazione',
  username_none: 'nessuna autenticazione',
  sentBy: 'Inviata da',
  sentAt: 'Inviata il',
};
