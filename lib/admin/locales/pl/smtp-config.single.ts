import type { Language } from '../language.js';

/** Polish texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: 'Konfiguracja poczty' },
  labels: { SmtpConfig: 'Konfiguracja poczty' },
  messages: {
    deleted: 'Konfiguracja poczty została usunięta.',
    error_fromAddress_required: 'Podaj adres, z którego wychodzi poczta.',
  },
  components: {
    formLabel: 'Konfiguracja poczty',
    help_fromAddress: 'Adres, który widzą odbiorcy. Niektóre serwery przyjmują tylko adresy danego konta.',
    help_enabled: 'Gdy jest wyłączona, poczta nie jest wysyłana. To, co jest w kolejce, czeka.',
    usedAsDefault: 'Korzysta z niej cała poczta tej aplikacji.',
    deleteText: 'Konfiguracja poczty zostanie usunięta od razu i nie będzie można jej przywrócić.',
    deleteTextPassword: 'Konfiguracja poczty i jej zapisane hasło zostaną usunięte od razu i nie będzie można ich przywrócić.',
    deleteWaitingDefault: 'Oczekujące wiadomości: {{count}}. Będą czekać, dopóki nie powstanie nowa konfiguracja.',
    deleteWaitingDefaultOne: 'Czeka 1 wiadomość. Będzie czekać, dopóki nie powstanie nowa konfiguracja.',
    disableDefault: 'Dopóki jest wyłączona, aplikacja nie wysyła poczty.',
    disableWaitingDefault: 'Oczekujące wiadomości: {{count}}. Będą czekać do ponownego włączenia konfiguracji.',
    disableWaitingDefaultOne: 'Czeka 1 wiadomość. Będzie czekać do ponownego włączenia konfiguracji.',
    deleteDefault: 'Aplikacja nie będzie wysyłać poczty, dopóki nie powstanie nowa konfiguracja.',
    emptyTitle: 'Poczta nie jest jeszcze skonfigurowana',
    emptyTextViewer: 'Ta aplikacja nie wysyła poczty, dopóki administrator nie skonfiguruje tu serwera pocztowego.',
  },
};
