import type { Language } from '../language.js';

/** German texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: 'E-Mail-Konfiguration' },
  labels: { SmtpConfig: 'E-Mail-Konfiguration' },
  messages: {
    deleted: 'Die E-Mail-Konfiguration wurde gelöscht.',
    error_fromAddress_required: 'Geben Sie die Adresse ein, von der die E-Mails kommen.',
  },
  components: {
    formLabel: 'E-Mail-Konfiguration',
    help_fromAddress: 'Die Adresse, die Empfänger sehen. Manche Server akzeptieren nur Adressen des Kontos.',
    help_enabled: 'Solange sie deaktiviert ist, werden keine E-Mails gesendet. Eingereihte Nachrichten warten.',
    usedAsDefault: 'Wird für alle E-Mails dieser Anwendung verwendet.',
    deleteText: 'Die E-Mail-Konfiguration wird sofort gelöscht und kann nicht wiederhergestellt werden.',
    deleteTextPassword:
      'Die E-Mail-Konfiguration und ihr gespeichertes Passwort werden sofort gelöscht und können nicht wiederhergestellt werden.',
    deleteWaitingDefault: '{{count}} Nachrichten warten und warten weiter, bis es eine neue Konfiguration gibt.',
    deleteWaitingDefaultOne: '1 Nachricht wartet und wartet weiter, bis es eine neue Konfiguration gibt.',
    disableDefault: 'Solange sie deaktiviert ist, sendet die Anwendung keine E-Mails.',
    disableWaitingDefault: '{{count}} Nachrichten warten und warten weiter, bis die Konfiguration wieder aktiviert wird.',
    disableWaitingDefaultOne: '1 Nachricht wartet und wartet weiter, bis die Konfiguration wieder aktiviert wird.',
    deleteDefault: 'Die Anwendung sendet keine E-Mails, bis eine neue Konfiguration eingerichtet ist.',
    emptyTitle: 'E-Mail ist noch nicht eingerichtet',
    emptyTextViewer: 'Diese Anwendung sendet keine E-Mails, bis ein Administrator hier einen Mailserver eingerichtet hat.',
  },
};
