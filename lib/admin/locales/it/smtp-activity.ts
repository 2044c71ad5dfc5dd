import type { Language } from '../language.js';

/** Italian texts of the screens that tie kinds of mail to configurations. */
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
  components: {
    intro: 'Ogni tipo di email può usare una configurazione propria. Se non ne è scelta alcuna, si usa quella predefinita.',
    listLabel: 'Tipi di email e configurazione usata da ciascuno',
    columnActivity: 'Tipo di email',
    columnConfig: 'Invia tramite',
    sensitive: 'riservato: mai inviato in copia',
    undeclared: 'non più dichiarato dall’applicazione',
    undeclaredText: 'L’applicazione non dichiara più questo tipo di email. Le email che lo indicano ancora vengono rifiutate.',
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
      'Le email di questo tipo non vengono inviate e non passano a un’altra configurazione. Attivala, oppure scegline un’altra.',
    state_gone: 'La configurazione è stata eliminata',
    state_gone_help: 'Le email di questo tipo non vengono inviate e non passano a un’altra configurazione. Scegline un’altra.',
    goneText: 'La configurazione scelta è stata eliminata. Scegline un’altra, oppure quella predefinita.',
    goneOption: 'configurazione eliminata',
    useDefaultNamed: 'La configurazione predefinita (ora: {{name}})',
    useDefaultNone: 'La configurazione predefinita (ora nessuna impostata)',
    off: 'disattivata',
    help_configId:
      'Le email di questo tipo vengono inviate esclusivamente con questa configurazione, mai con un’altra. Anche quelle in attesa seguono la scelta.',
    emptyText: 'L’applicazione non dichiara alcun tipo di email.',
  },
};
