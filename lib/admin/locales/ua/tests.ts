import type { Language } from '../language.js';

/** Ukrainian texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: 'Скопіювати подробиці',
    testDetails: 'Подробиці',
  },
  messages: {
    testRecipientInvalid: 'Перевірте одержувачів тестового листа.',
    error_to_email: 'Введіть адресу електронної пошти, наприклад mail@example.com.',
    error_to_too_many: 'Введіть щонайбільше 10 адрес електронної пошти.',
  },
  components: {
    help_testTo: 'До 10 адрес. Усі отримають той самий лист.',
    recipientAccepted: 'Прийнято',
    recipientRefused: 'Відхилено',
    step_partly: 'Успішно для частини одержувачів',
    testRefused: 'Сервер відхилив {{refused}} з {{count}} одержувачів.',
    tests: 'Останні перевірки',
    testsNone: 'Перевірок ще не було.',
    testsNotLoaded: 'Не вдалося завантажити перевірки.',
    testsEarlier: 'Показати попередні перевірки ({{count}})',
    testPassed: 'Успішно',
    testFailedAt: 'Помилка на етапі «{{step}}»',
    testFailedUnknown: 'Невдало',
    testTime: 'Час',
    testRecipients: 'Одержувачі',
    testDuration: 'Тривалість',
    testPerson: 'Виконав',
    testByApplication: 'застосунок',
    testCheckedOnly: 'лише перевірено, нічого не надіслано',
    copied: 'Скопійовано.',
    copyFailed: 'Не вдалося скопіювати. Виділіть текст і скопіюйте його.',
  },
};
