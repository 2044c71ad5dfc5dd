import type { Language } from '../language.js';

/** German texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Speichern',
    cancel: 'Abbrechen',
    back: 'Zurück zur Liste',
    retry: 'Erneut versuchen',
    close: 'Schließen',
  },
  labels: {
    period_today: 'Heute',
    period_yesterday: 'Gestern',
    period_week: 'Letzte 7 Tage',
    period_month: 'Letzte 30 Tage',
    period_range: 'Zeitraum wählen…',
  },
  messages: {
    saved: 'Gespeichert',
    error_required: 'Pflichtfeld.',
    error_not_a_choice: 'Wählen Sie einen der angebotenen Werte.',
    thereWereValidationErrors: 'Nicht gespeichert. Prüfen Sie die markierten Felder.',
    unexpectedError: 'Es ist ein Fehler aufgetreten. Versuchen Sie es erneut; bleibt es dabei, prüfen Sie das Anwendungsprotokoll.',
    filterUnknown: 'Nach diesem Feld kann nicht gefiltert werden.',
    versionMissing: 'Das Formular ist unvollständig. Laden Sie die Seite neu und versuchen Sie es erneut.',
    error_other: 'Dieser Wert wurde abgelehnt.',
  },
  components: {
    configSearch: 'Name, Server oder Absender suchen',
    configsLoading: 'Wird geladen…',
    configsSome: 'Die ersten {{count}} von {{total}} werden angezeigt. Weitere finden Sie über die Suche.',
    configsFound: '{{count}} gefunden.',
    configsNone: 'Keine Konfiguration enthält diesen Text in Name, Server oder Absender.',
    listFailed: 'Die Liste konnte nicht geladen werden.',
    problem_session:
      'Ihre Sitzung ist abgelaufen. Melden Sie sich in einem anderen Tab wieder an und klicken Sie dann erneut auf die Schaltfläche: Alles hier Eingegebene bleibt erhalten.',
    problem_deleted: 'Der Eintrag ist nicht mehr vorhanden. Er wurde inzwischen gelöscht.',
    problem_network: 'Die Verwaltungsoberfläche ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
    problem_server:
      'Die Verwaltungsoberfläche hat einen Fehler gemeldet. Versuchen Sie es erneut; bleibt es dabei, prüfen Sie das Anwendungsprotokoll.',
    checkField: '„{{field}}“ prüfen',
    breadcrumbs: 'Navigationspfad',
  },
};
