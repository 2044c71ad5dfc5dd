import type { Language } from '../language.js';

/** Spanish texts of the email types screens. */
export const smtpActivity: Language['smtpActivity'] = {
  actions: { list: 'Categorías de correo', edit: 'Elegir una configuración' },
  labels: { SmtpActivity: 'Categorías de correo' },
  properties: {
    id: 'Clave',
    key: 'Clave',
    label: 'Categoría',
    sensitive: 'Confidencial',
    declared: 'Definida',
    configId: 'Envío mediante',
    configName: 'Envío mediante',
    configState: 'Estado',
  },
  messages: {
    pageNotFound_title: 'Categoría de correo no encontrada',
    error404Action: 'La aplicación no define esta categoría de correo o su rol no puede abrirla.',
  },
  components: {
    intro: 'Elija qué configuración envía cada categoría de correo. Las que no tienen ninguna usan la predeterminada.',
    listLabel: 'Categorías de correo y la configuración que usa cada una',
    columnActivity: 'Categoría',
    columnConfig: 'Envío mediante',
    sensitive: 'Confidencial: nunca se envía a CC ni BCC',
    undeclared: 'la aplicación ya no la define',
    undeclaredText: 'La aplicación ya no define esta categoría. Los correos que la usan se rechazan.',
    state_default: 'La configuración predeterminada ({{name}})',
    state_no_default: 'La configuración predeterminada (no hay ninguna)',
    state_no_default_help: 'Los correos de esta categoría no se envían. Establezca una configuración como predeterminada o elija una aquí.',
    state_default_disabled: 'La configuración predeterminada ({{name}}) está desactivada',
    state_default_disabled_help:
      'Los correos de esta categoría no se envían. Active la configuración predeterminada, establezca otra como tal o elija una aquí.',
    state_ok: '{{name}}',
    state_disabled: '{{name}} está desactivada',
    state_disabled_help:
      'Los correos de esta categoría no se pueden enviar y ninguna otra configuración los envía. Active la configuración o elija otra.',
    state_deleted: 'La configuración se ha eliminado',
    state_deleted_help: 'Los correos de esta categoría no se pueden enviar y ninguna otra configuración los envía. Elija otra.',
    configDeletedText: 'La configuración elegida se ha eliminado. Elija otra o la predeterminada.',
    configDeletedOption: 'configuración eliminada',
    useDefaultNamed: 'La configuración predeterminada (ahora: {{name}})',
    useDefaultNone: 'La configuración predeterminada (ahora no hay ninguna)',
    disabled: 'desactivada',
    help_configId: 'Solo esta configuración envía los correos de esta categoría. El cambio se aplica también a los mensajes en espera.',
    emptyText: 'La aplicación no define ninguna categoría de correo.',
  },
};
