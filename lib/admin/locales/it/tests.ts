import type { Language } from '../language.js';

/** Italian texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: 'Copia i dettagli',
    testDetails: 'Dettagli',
  },
  messages: {
    testRecipientInvalid: 'Controlla i destinatari dell’email di test.',
    error_to_email: 'Inserisci un indirizzo email, ad esempio mail@example.com.',
    error_to_too_many: 'Inserisci al massimo 10 indirizzi email.',
  },
  components: {
    help_testTo: 'Fino a 10 indirizzi. Tutti ricevono lo stesso messaggio.',
    recipientAccepted: 'Accettato',
    recipientRefused: 'Rifiutato',
    step_partly: 'Riuscito per alcuni destinatari',
    testRefused: 'Il server ha rifiutato {{refused}} destinatari su {{count}}.',
    tests: 'Ultimi test',
    testsNone: 'Ancora nessun test.',
    testsNotLoaded: 'Impossibile caricare i test.',
    testsEarlier: 'Mostra i test precedenti ({{count}})',
    testPassed: 'Superato',
    testFailedAt: 'Non riuscito: {{step}}',
    testFailedUnknown: 'Non riuscito',
    testTime: 'Ora',
    testRecipients: 'Destinatari',
    testDuration: 'Durata',
    testPerson: 'Eseguito da',
    testByApplication: 'l’applicazione',
    testCheckedOnly: 'solo verificata, nulla è stato inviato',
    copied: 'Copiato.',
    copyFailed: 'Impossibile copiare. Seleziona il testo e copialo.',
  },
};
