import type { Language } from '../language.js';

/** Polish texts of the screens that tie kinds of mail to configurations. */
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
  components: {
    intro: 'Każdy rodzaj wiadomości może mieć własną konfigurację. Jeśli żadnej nie wybrano, używana jest domyślna.',
    listLabel: 'Rodzaje wiadomości i konfiguracje, których używają',
    columnActivity: 'Rodzaj wiadomości',
    columnConfig: 'Wysyłany przez',
    sensitive: 'poufny: nigdy nie jest kopiowany',
    undeclared: 'aplikacja już go nie deklaruje',
    undeclaredText: 'Aplikacja nie deklaruje już tego rodzaju wiadomości. Poczta, która nadal go podaje, jest odrzucana.',
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
      'Poczta tego rodzaju nie jest wysyłana i nie trafia do innej konfiguracji. Włącz tę konfigurację albo wybierz inną.',
    state_gone: 'Konfiguracja została usunięta',
    state_gone_help: 'Poczta tego rodzaju nie jest wysyłana i nie trafia do innej konfiguracji. Wybierz inną.',
    goneText: 'Wybrana konfiguracja została usunięta. Wybierz inną albo domyślną.',
    goneOption: 'usunięta konfiguracja',
    useDefaultNamed: 'Konfiguracja domyślna (obecnie: {{name}})',
    useDefaultNone: 'Konfiguracja domyślna (obecnie nie ustawiono)',
    off: 'wyłączona',
    help_configId:
      'Poczta tego rodzaju jest wysyłana dokładnie przez tę konfigurację, nigdy przez inną. Oczekujące wiadomości też podążają za wyborem.',
    emptyText: 'Aplikacja nie deklaruje żadnych rodzajów wiadomości.',
  },
};
