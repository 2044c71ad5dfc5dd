import type { Language } from '../language.js';

/** Spanish texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: 'Copiar los detalles',
    testDetails: 'Detalles',
  },
  messages: {
    testRecipientInvalid: 'Revise los destinatarios del correo de prueba.',
    error_to_email: 'Escriba una dirección de correo, por ejemplo mail@example.com.',
    error_to_too_many: 'Escriba como máximo 10 direcciones de correo.',
  },
  components: {
    help_testTo: 'Hasta 10 direcciones. Todas reciben el mismo mensaje.',
    recipientAccepted: 'Aceptado',
    recipientRefused: 'Rechazado',
    step_partly: 'Correcto para algunos destinatarios',
    testRefused: 'El servidor ha rechazado {{refused}} de {{count}} destinatarios.',
    tests: 'Últimas pruebas',
    testsNone: 'Todavía no hay pruebas.',
    testsNotLoaded: 'No se han podido cargar las pruebas.',
    testsEarlier: 'Mostrar pruebas anteriores ({{count}})',
    testPassed: 'Superada',
    testFailedAt: 'Ha fallado en: {{step}}',
    testFailedUnknown: 'Ha fallado',
    testTime: 'Hora',
    testRecipients: 'Destinatarios',
    testDuration: 'Duración',
    testPerson: 'Probada por',
    testByApplication: 'la aplicación',
    testCheckedOnly: 'solo comprobada, no se ha enviado nada',
    copied: 'Copiado.',
    copyFailed: 'No se ha podido copiar. Seleccione el texto y cópielo.',
  },
};
