import type { Language } from '../language.js';

/** Spanish texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'es',
  subject: '{{appName}}: prueba de la configuración de correo',
  intro: 'Este es un correo de prueba de {{appName}}. Si puede leerlo, la configuración de correo funciona.',
  fact: '{{label}}: {{value}}',
  name: 'Configuración',
  username_none: 'sin autenticación',
  sentBy: 'Enviado por',
  sentAt: 'Enviado el',
};
