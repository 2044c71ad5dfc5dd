import type { Language } from '../language.js';

/** Polish texts that both resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Zapisz',
    cancel: 'Anuluj',
    back: 'Wróć do listy',
    retry: 'Spróbuj ponownie',
    close: 'Zamknij',
  },
  messages: {
    saved: 'Zapisano',
    error_required: 'Wypełnij to pole.',
    error_not_a_choice: 'Wybierz jedną z podanych wartości.',
    thereWereValidationErrors: 'Nie zapisano: niektóre wartości są nieprawidłowe.',
    unexpectedError: 'Coś poszło nie tak. Spróbuj ponownie; jeśli to się powtórzy, zajrzyj do dziennika aplikacji.',
    filterUnknown: 'Nie można filtrować listy według tego pola.',
    versionMissing: 'Formularz jest niekompletny. Wczytaj stronę ponownie i spróbuj jeszcze raz.',
    error_other: 'Ta wartość została odrzucona.',
  },
  components: {
    configSearch: 'Szukaj nazwy, serwera lub nadawcy',
    configsLoading: 'Wyszukiwanie…',
    configsSome: 'Pokazano pierwsze: {{count}} z {{total}}. Wyszukaj, aby zobaczyć inne.',
    configsFound: 'Znaleziono: {{count}}.',
    configsNone: 'Żadna konfiguracja nie ma tego w nazwie, serwerze ani nadawcy.',
    listFailed: 'Nie udało się wczytać listy.',
    problem_session:
      'Sesja wygasła. Zaloguj się ponownie w innej karcie, a potem naciśnij przycisk jeszcze raz: wszystko, co tu wpisano, zostanie zachowane.',
    problem_gone: 'Tego już nie ma: w międzyczasie ktoś to usunął.',
    problem_network: 'Nie udało się połączyć z panelem. Sprawdź połączenie i spróbuj ponownie.',
    problem_server: 'Panel odpowiedział błędem. Spróbuj ponownie; jeśli to się powtórzy, zajrzyj do dziennika aplikacji.',
  },
};
