import type { Language } from '../language.js';

/** Ukrainian texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'uk',
  subject: '{{appName}}: перевірка конфігурації пошти',
  intro: 'Це тестовий лист від {{appName}}. Якщо ви можете його прочитати, конфігурація пошти працює.',
  fact: '{{label}}: {{value}}',
  name: 'Конфігурація',
  username_none: 'без автентифікації',
  sentBy: 'Надіслано з',
  sentAt: 'Надіслано',
};
