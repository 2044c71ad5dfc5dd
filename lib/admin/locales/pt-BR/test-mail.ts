import type { Language } from '../language.js';

/** Brazilian Portuguese texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'pt-BR',
  subject: '{{appName}}: teste da configuração de e-mail',
  intro: 'Este é um e-mail de teste de {{appName}}. Se você consegue lê-lo, a configuração de e-mail funciona.',
  fact: '{{label}}: {{value}}',
  name: 'Configuração',
  username_none: 'sem autenticação',
  sentBy: 'Enviado por',
  sentAt: 'Enviado em',
};
