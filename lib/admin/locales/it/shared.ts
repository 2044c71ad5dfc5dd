import type { Language } from '../language.js';

/** Italian texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Salva',
    cancel: 'Annulla',
    back: 'Torna all’elenco',
    retry: 'Riprova',
    close: 'Chiudi',
  },
  labels: {
    period_today: 'Oggi',
    period_yesterday: 'Ieri',
    period_week: 'Ultimi 7 giorni',
    period_month: 'Ultimi 30 giorni',
    period_range: 'Scegli le date…',
  },
  messages: {
    saved: 'Salvato',
    error_required: 'Obbligatorio.',
    error_not_a_choice: 'Scegli uno dei valori proposti.',
    thereWereValidationErrors: 'Non salvato. Controlla i campi evidenziati.',
    unexpectedError: 'Si è verificato un errore. Riprova; se il problema persiste, consulta il log dell’applicazione.',
    filterUnknown: 'L’elenco non può essere filtrato in questo modo.',
    versionMissing: 'Il modulo è incompleto. Ricarica la pagina e riprova.',
    error_other: 'Questo valore è stato rifiutato.',
  },
  components: {
    configSearch: 'Cerca per nome, server o mittente',
    configsLoading: 'Caricamento…',
    configsSome: 'Le prime {{count}} di {{total}}. Cerca per vederne altre.',
    configsFound: 'Configurazioni trovate: {{count}}.',
    configsNone: 'Nessuna configurazione contiene questo testo nel nome, nel server o nel mittente.',
    listFailed: 'Impossibile caricare l’elenco.',
    problem_session:
      'La sessione è terminata. Accedi di nuovo in un’altra scheda, poi premi ancora il pulsante: tutto ciò che hai scritto qui viene conservato.',
    problem_deleted: 'Questo elemento non esiste più: qualcuno lo ha eliminato.',
    problem_network: 'Impossibile raggiungere il pannello. Controlla la connessione e riprova.',
    problem_server: 'Il pannello ha risposto con un errore. Riprova; se il problema persiste, consulta il log dell’applicazione.',
    checkField: 'Controlla “{{field}}”',
    breadcrumbs: 'Percorso di navigazione',
  },
};
