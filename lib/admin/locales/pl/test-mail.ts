import type { Language } from '../language.js';

/** Polish texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'pl',
  subject: '{{appName}}: test konfiguracji poczty',
  intro: 'To jest wiadomość testowa z aplikacji {{appName}}. Jeśli możesz ją przeczytać, konfiguracja poczty działa.',
  fact: '{{label}}: {{value}}',
  name: 'Konfiguracja',
  username_none: 'bez uwierzytelniania',
  sentBy: 'Wysłano z',
  sentAt: 'Wysłano',
};
