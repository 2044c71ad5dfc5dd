import type { Language } from '../language.js';

/** Polish texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Zapisz',
    cancel: 'Anuluj',
    back: 'Wróć do listy',
    retry: 'Spróbuj ponownie',
    close: 'Zamknij',
  },
  labels: {
    period_today: 'Dzisiaj',
    period_yesterday: 'Wczoraj',
    period_week: 'Ostatnie 7 dni',
    period_month: 'Ostatnie 30 dni',
    period_range: 'Wybierz daty…',
  },
  messages: {
    saved: 'Zapisano',
    error_required: 'To pole jest wymagane.',
    error_not_a_choice: 'Wybierz jedną z podanych wartości.',
    thereWereValidationErrors: 'Nie zapisano. Sprawdź zaznaczone pola.',
    unexpectedError: 'Coś poszło nie tak. Spróbuj ponownie; jeśli to się powtórzy, zajrzyj do dziennika aplikacji.',
    filterUnknown: 'Nie można filtrować listy według tego pola.',
    versionMissing: 'Formularz jest niekompletny. Wczytaj stronę ponownie i spróbuj jeszcze raz.',
    error_other: 'Ta wartość została odrzucona.',
  },
  components: {
    configSearch: 'Szukaj nazwy, serwera lub nadawcy',
    configsLoading: 'Wczytywanie…',
    configsSome: 'Pokazano pierwsze: {{count}} z {{total}}. Wyszukaj, aby zobaczyć inne.',
    configsFound: 'Znaleziono: {{count}}.',
    configsNone: 'Żadna konfiguracja nie ma tego w nazwie, serwerze ani nadawcy.',
    listFailed: 'Nie udało się wczytać listy.',
    problem_session:
      'Sesja wygasła. Zaloguj się ponownie w innej karcie, a potem naciśnij przycisk jeszcze raz: wszystko, co tu wpisano, zostanie zachowane.',
    problem_deleted: 'Ten rekord już nie istnieje: ktoś go usunął.',
    problem_network: 'Nie udało się połączyć z panelem. Sprawdź połączenie i spróbuj ponownie.',
    problem_server: 'Panel odpowiedział błędem. Spróbuj ponownie; jeśli to się powtórzy, zajrzyj do dziennika aplikacji.',
    checkField: 'Sprawdź „{{field}}”',
    breadcrumbs: 'Ścieżka nawigacji',
  },
};
