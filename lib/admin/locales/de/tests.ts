import type { Language } from '../language.js';

/** German texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: 'Details kopieren',
    testDetails: 'Details',
  },
  messages: {
    testRecipientInvalid: 'Prüfen Sie die Empfänger der Test-E-Mail.',
    error_to_email: 'Geben Sie eine E-Mail-Adresse ein, zum Beispiel mail@example.com.',
    error_to_too_many: 'Geben Sie höchstens 10 E-Mail-Adressen ein.',
  },
  components: {
    help_testTo: 'Bis zu 10 Adressen. Alle erhalten dieselbe Nachricht.',
    recipientAccepted: 'Angenommen',
    recipientRefused: 'Abgelehnt',
    step_partly: 'Für einige Empfänger erfolgreich',
    testRefused: 'Der Server hat {{refused}} von {{count}} Empfängern abgelehnt.',
    tests: 'Letzte Tests',
    testsNone: 'Noch keine Tests.',
    testsNotLoaded: 'Die Tests konnten nicht geladen werden.',
    testsEarlier: 'Frühere Tests anzeigen ({{count}})',
    testPassed: 'Bestanden',
    testFailedAt: 'Fehlgeschlagen bei: {{step}}',
    testFailedUnknown: 'Fehlgeschlagen',
    testTime: 'Zeit',
    testRecipients: 'Empfänger',
    testDuration: 'Dauer',
    testPerson: 'Getestet von',
    testByApplication: 'der Anwendung',
    testCheckedOnly: 'nur geprüft, nichts gesendet',
    copied: 'Kopiert.',
    copyFailed: 'Kopieren nicht möglich. Markieren Sie den Text und kopieren Sie ihn.',
  },
};
