import type { Language } from '../language.js';

/** Italian texts of the email types screens. */
export const smtpActivity: Language['smtpActivity'] = {
  actions: { list: 'Tipi di email', edit: 'Scegli una configurazione' },
  labels: { SmtpActivity: 'Tipi di email' },
  properties: {
    id: 'Chiave',
    key: 'Chiave',
    label: 'Tipo di email',
    sensitive: 'Riservato',
    declared: 'Dichiarato',
    configId: 'Invia tramite',
    configName: 'Invia tramite',
    configState: 'Stato',
  },
  messages: {
    pageNotFound_title: 'Tipo di email non trovato',
    error404Action: 'L’applicazione non dichiara questo tipo di email, oppure il tuo ruolo non può aprirlo.',
  },
  components: {
    intro: 'Scegli quale configurazione invia ciascun tipo di email. I tipi senza scelta usano quella predefinita.',
    listLabel: 'Tipi di email e configurazione usata da ciascuno',
    columnActivity: 'Tipo di email',
    columnConfig: 'Invia tramite',
    sensitive: 'Riservato – mai inviato in CC o BCC',
    undeclared: 'non più dichiarato dall’applicazione',
    undeclaredText: 'L’applicazione non dichiara più questo tipo. Le email che lo usano vengono rifiutate.',
    state_default: 'La configurazione predefinita ({{name}})',
    state_no_default: 'La configurazione predefinita (nessuna impostata)',
    state_no_default_help:
      'Le email di questo tipo non vengono inviate. Imposta una configurazione come predefinita, oppure scegline una qui.',
    state_default_disabled: 'La configurazione predefinita ({{name}}) è disattivata',
    state_default_disabled_help:
      'Le email di questo tipo non vengono inviate. Attiva la configurazione predefinita, impostane un’altra oppure scegli qui una configurazione.',
    state_ok: '{{name}}',
    state_disabled: '{{name}} è disattivata',
    state_disabled_help:
      'Le email di questo tipo non possono essere inviate e nessun’altra configurazione le invia. Attiva la configurazione o scegline un’altra.',
    state_deleted: 'La configurazione è stata eliminata',
    state_deleted_help: 'Le email di questo tipo non possono essere inviate e nessun’altra configurazione le invia. Scegline un’altra.',
    configDeletedText: 'La configurazione scelta è stata eliminata. Scegline un’altra, oppure quella predefinita.',
    configDeletedOption: 'configurazione eliminata',
    useDefaultNamed: 'La configurazione predefinita (ora: {{name}})',
    useDefaultNone: 'La configurazione predefinita (ora nessuna impostata)',
    disabled: 'disattivata',
    help_configId: 'Solo questa configurazione invia le email di questo tipo. La modifica vale anche per i messaggi in attesa.',
    emptyText: 'L’applicazione non dichiara alcun tipo di email.',
  },
};
