import type { Language } from '../language.js';

/** Polish texts of the email types screens. */
export const smtpActivity: Language['smtpActivity'] = {
  actions: { list: 'Rodzaje wiadomości', edit: 'Wybierz konfigurację' },
  labels: { SmtpActivity: 'Rodzaje wiadomości' },
  properties: {
    id: 'Klucz',
    key: 'Klucz',
    label: 'Rodzaj wiadomości',
    sensitive: 'Poufny',
    declared: 'Zadeklarowany',
    configId: 'Wysyłany przez',
    configName: 'Wysyłany przez',
    configState: 'Stan',
  },
  messages: {
    pageNotFound_title: 'Nie znaleziono rodzaju wiadomości',
    error404Action: 'Aplikacja nie deklaruje tego rodzaju wiadomości albo Twoja rola nie może go otworzyć.',
  },
  components: {
    intro: 'Wybierz, która konfiguracja wysyła poszczególne rodzaje wiadomości. Rodzaje bez wyboru używają domyślnej.',
    listLabel: 'Rodzaje wiadomości i konfiguracje, których używają',
    columnActivity: 'Rodzaj wiadomości',
    columnConfig: 'Wysyłany przez',
    sensitive: 'Poufny – nigdy nie jest wysyłany do CC ani BCC',
    undeclared: 'aplikacja już go nie deklaruje',
    undeclaredText: 'Aplikacja nie deklaruje już tego rodzaju. Poczta, która go używa, jest odrzucana.',
    state_default: 'Konfiguracja domyślna ({{name}})',
    state_no_default: 'Konfiguracja domyślna (nie ustawiono)',
    state_no_default_help:
      'Poczta tego rodzaju nie jest wysyłana. Ustaw jedną z konfiguracji jako domyślną albo wybierz konfigurację tutaj.',
    state_default_disabled: 'Konfiguracja domyślna ({{name}}) jest wyłączona',
    state_default_disabled_help:
      'Poczta tego rodzaju nie jest wysyłana. Włącz konfigurację domyślną, ustaw inną jako domyślną albo wybierz konfigurację tutaj.',
    state_ok: '{{name}}',
    state_disabled: 'Konfiguracja {{name}} jest wyłączona',
    state_disabled_help:
      'Poczty tego rodzaju nie można wysłać i żadna inna konfiguracja jej nie wysyła. Włącz konfigurację albo wybierz inną.',
    state_deleted: 'Konfiguracja została usunięta',
    state_deleted_help: 'Poczty tego rodzaju nie można wysłać i żadna inna konfiguracja jej nie wysyła. Wybierz inną.',
    configDeletedText: 'Wybrana konfiguracja została usunięta. Wybierz inną albo domyślną.',
    configDeletedOption: 'usunięta konfiguracja',
    useDefaultNamed: 'Konfiguracja domyślna (obecnie: {{name}})',
    useDefaultNone: 'Konfiguracja domyślna (obecnie nie ustawiono)',
    disabled: 'wyłączona',
    help_configId: 'Tylko ta konfiguracja wysyła pocztę tego rodzaju. Zmiana dotyczy też oczekujących wiadomości.',
    emptyText: 'Aplikacja nie deklaruje żadnych rodzajów wiadomości.',
  },
};
