import type { Language } from '../language.js';

/** Italian texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: 'Configurazione email' },
  labels: { SmtpConfig: 'Configurazione email' },
  messages: {
    deleted: 'La configurazione email è stata eliminata.',
    error_fromAddress_required: 'Inserisci l’indirizzo da cui provengono le email.',
  },
  components: {
    formLabel: 'Configurazione email',
    help_fromAddress: 'L’indirizzo che vedono i destinatari. Alcuni server accettano solo indirizzi dell’account.',
    help_enabled: 'Se è disattivata, non viene inviata alcuna email. I messaggi in coda restano in attesa.',
    usedAsDefault: 'Usata da tutte le email di questa applicazione.',
    deleteText: 'La configurazione email viene eliminata subito e non può essere recuperata.',
    deleteTextPassword: 'La configurazione email e la sua password memorizzata vengono eliminate subito e non possono essere recuperate.',
    deleteWaitingDefault: '{{count}} messaggi sono in attesa e lo restano finché non ci sarà una nuova configurazione.',
    deleteWaitingDefaultOne: '1 messaggio è in attesa e lo resta finché non ci sarà una nuova configurazione.',
    disableDefault: 'Finché è disattivata, l’applicazione non invia email.',
    disableWaitingDefault: '{{count}} messaggi sono in attesa e lo restano finché la configurazione non sarà riattivata.',
    disableWaitingDefaultOne: '1 messaggio è in attesa e lo resta finché la configurazione non sarà riattivata.',
    deleteDefault: 'L’applicazione non invia email finché non ce n’è una nuova.',
    emptyTitle: 'L’email non è ancora configurata',
    emptyTextViewer: 'Questa applicazione non invia email finché un amministratore non imposta qui un server di posta.',
  },
};
