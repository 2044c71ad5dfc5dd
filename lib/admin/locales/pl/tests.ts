import type { Language } from '../language.js';

/** Polish texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: 'Kopiuj szczegóły',
    testDetails: 'Szczegóły',
  },
  messages: {
    testRecipientInvalid: 'Sprawdź odbiorców wiadomości testowej.',
    error_to_email: 'Podaj adres e-mail, na przykład mail@example.com.',
    error_to_too_many: 'Podaj najwyżej 10 adresów e-mail.',
  },
  components: {
    help_testTo: 'Do 10 adresów. Wszyscy otrzymają tę samą wiadomość.',
    recipientAccepted: 'Przyjęty',
    recipientRefused: 'Odrzucony',
    step_partly: 'Udane dla części odbiorców',
    testRefused: 'Serwer odrzucił {{refused}} z {{count}} odbiorców.',
    tests: 'Ostatnie testy',
    testsNone: 'Nie było jeszcze testów.',
    testsNotLoaded: 'Nie udało się wczytać testów.',
    testsEarlier: 'Pokaż wcześniejsze testy ({{count}})',
    testPassed: 'Test zaliczony',
    testFailedAt: 'Niepowodzenie na etapie „{{step}}”',
    testFailedUnknown: 'Niepowodzenie',
    testTime: 'Czas',
    testRecipients: 'Odbiorcy',
    testDuration: 'Czas trwania',
    testPerson: 'Testował(a)',
    testByApplication: 'aplikacja',
    testCheckedOnly: 'tylko sprawdzono, nic nie wysłano',
    copied: 'Skopiowano.',
    copyFailed: 'Nie udało się skopiować. Zaznacz tekst i skopiuj go.',
  },
};
