import type { Language } from '../language.js';

/** Brazilian Portuguese texts of the email types screens. */
export const smtpActivity: Language['smtpActivity'] = {
  actions: { list: 'Tipos de e-mail', edit: 'Escolher uma configuração' },
  labels: { SmtpActivity: 'Tipos de e-mail' },
  properties: {
    id: 'Chave',
    key: 'Chave',
    label: 'Tipo de e-mail',
    sensitive: 'Confidencial',
    declared: 'Declarado',
    configId: 'Envia por',
    configName: 'Envia por',
    configState: 'Estado',
  },
  messages: {
    pageNotFound_title: 'Tipo de e-mail não encontrado',
    error404Action: 'O aplicativo não declara este tipo de e-mail, ou o seu perfil não pode abri-lo.',
  },
  components: {
    intro: 'Escolha qual configuração envia cada tipo de e-mail. Os tipos sem escolha usam a padrão.',
    listLabel: 'Tipos de e-mail e a configuração que cada um usa',
    columnActivity: 'Tipo de e-mail',
    columnConfig: 'Envia por',
    sensitive: 'Confidencial – nunca enviado para CC ou BCC',
    undeclared: 'não é mais declarado pelo aplicativo',
    undeclaredText: 'O aplicativo não declara mais este tipo. Os e-mails que o usam são rejeitados.',
    state_default: 'A configuração padrão ({{name}})',
    state_no_default: 'A configuração padrão (nenhuma definida)',
    state_no_default_help: 'Os e-mails deste tipo não são enviados. Defina uma configuração como padrão ou escolha uma aqui.',
    state_default_disabled: 'A configuração padrão ({{name}}) está desativada',
    state_default_disabled_help:
      'Os e-mails deste tipo não são enviados. Ative a configuração padrão, defina outra ou escolha uma configuração aqui.',
    state_ok: '{{name}}',
    state_disabled: '{{name}} está desativada',
    state_disabled_help:
      'Os e-mails deste tipo não podem ser enviados, e nenhuma outra configuração os envia. Ative a configuração ou escolha outra.',
    state_deleted: 'A configuração foi excluída',
    state_deleted_help: 'Os e-mails deste tipo não podem ser enviados, e nenhuma outra configuração os envia. Escolha outra.',
    configDeletedText: 'A configuração escolhida foi excluída. Escolha outra ou a padrão.',
    configDeletedOption: 'configuração excluída',
    useDefaultNamed: 'A configuração padrão (agora: {{name}})',
    useDefaultNone: 'A configuração padrão (nenhuma definida agora)',
    disabled: 'desativada',
    help_configId: 'Somente esta configuração envia os e-mails deste tipo. A alteração vale também para as mensagens em espera.',
    emptyText: 'O aplicativo não declara nenhum tipo de e-mail.',
  },
};
