import type { Language } from '../language.js';

/** Spanish texts of the screens that tie kinds of mail to configurations. */
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
  components: {
    intro: 'Cada categoría de correo puede usar su propia configuración. Si no se elige ninguna, se usa la predeterminada.',
    listLabel: 'Categorías de correo y la configuración que usa cada una',
    columnActivity: 'Categoría',
    columnConfig: 'Envío mediante',
    sensitive: 'confidencial: nunca se envía en copia',
    undeclared: 'la aplicación ya no la define',
    undeclaredText: 'La aplicación ya no define esta categoría. Los correos que aún la indiquen se rechazan.',
    state_default: 'La configuración predeterminada ({{name}})',
    state_no_default: 'La configuración predeterminada (no hay ninguna)',
    state_no_default_help: 'Los correos de esta categoría no se envían. Establezca una configuración como predeterminada o elija una aquí.',
    state_default_disabled: 'La configuración predeterminada ({{name}}) está desactivada',
    state_default_disabled_help:
      'Los correos de esta categoría no se envían. Active la configuración predeterminada, establezca otra como tal o elija una aquí.',
    state_ok: '{{name}}',
    state_disabled: '{{name}} está desactivada',
    state_disabled_help: 'Los correos de esta categoría no se envían ni se desvían a otra configuración. Actívela o elija otra.',
    state_gone: 'La configuración se ha eliminado',
    state_gone_help: 'Los correos de esta categoría no se envían ni se desvían a otra configuración. Elija otra.',
    goneText: 'La configuración elegida se ha eliminado. Elija otra o la predeterminada.',
    goneOption: 'configuración eliminada',
    useDefaultNamed: 'La configuración predeterminada (ahora: {{name}})',
    useDefaultNone: 'La configuración predeterminada (ahora no hay ninguna)',
    off: 'desactivada',
    help_configId:
      'Los correos de esta categoría se envían únicamente con esta configuración, nunca con otra. Los que están en espera también siguen la elección.',
    emptyText: 'La aplicación no define ninguna categoría de correo.',
  },
};
