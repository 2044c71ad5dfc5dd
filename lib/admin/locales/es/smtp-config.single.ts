import type { Language } from '../language.js';

/** Spanish texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: 'Configuración de correo' },
  labels: { SmtpConfig: 'Configuración de correo' },
  messages: {
    deleted: 'La configuración de correo se ha eliminado.',
    error_fromAddress_required: 'Introduzca la dirección desde la que se envían los correos.',
  },
  components: {
    formLabel: 'Configuración de correo',
    help_fromAddress: 'La dirección que ven los destinatarios. Algunos servidores solo aceptan direcciones de la cuenta.',
    help_enabled: 'Si está desactivada, no se envía ningún correo. Lo que está en cola espera.',
    usedAsDefault: 'La usan todos los correos de esta aplicación.',
    deleteText: 'La configuración de correo se elimina de inmediato y no se puede recuperar.',
    deleteTextPassword: 'La configuración de correo y su contraseña guardada se eliminan de inmediato y no se pueden recuperar.',
    deleteWaitingDefault: 'Esperan {{count}} mensajes, y seguirán esperando hasta que haya una configuración nueva.',
    deleteWaitingDefaultOne: 'Espera 1 mensaje, y seguirá esperando hasta que haya una configuración nueva.',
    disableDefault: 'La aplicación no envía correo mientras esté desactivada.',
    disableWaitingDefault: 'Esperan {{count}} mensajes, y seguirán esperando hasta que se vuelva a activar.',
    disableWaitingDefaultOne: 'Espera 1 mensaje, y seguirá esperando hasta que se vuelva a activar.',
    deleteDefault: 'La aplicación no enviará correo hasta que haya una configuración nueva.',
    emptyTitle: 'El correo aún no está configurado',
    emptyTextViewer: 'Esta aplicación no enviará correo hasta que un administrador configure aquí un servidor de correo.',
  },
};
