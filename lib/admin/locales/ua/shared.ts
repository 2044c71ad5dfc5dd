import type { Language } from '../language.js';

/** Ukrainian texts that both resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Зберегти',
    cancel: 'Скасувати',
    back: 'Назад до списку',
    retry: 'Спробувати ще раз',
    close: 'Закрити',
  },
  messages: {
    saved: 'Збережено',
    error_required: 'Заповніть це поле.',
    error_not_a_choice: 'Виберіть одне із запропонованих значень.',
    thereWereValidationErrors: 'Не збережено: деякі значення неправильні.',
    unexpectedError: 'Щось пішло не так. Спробуйте ще раз; якщо не допоможе, перегляньте журнал додатка.',
    filterUnknown: 'Список не можна фільтрувати за цим полем.',
    versionMissing: 'Форма неповна. Перезавантажте сторінку й спробуйте ще раз.',
    error_other: 'Це значення відхилено.',
  },
  components: {
    listFailed: 'Не вдалося завантажити список.',
    problem_session: 'Сеанс завершився. Увійдіть знову в іншій вкладці, а потім натисніть кнопку ще раз: усе введене тут збережеться.',
    problem_network: 'Не вдалося зв’язатися з панеллю. Перевірте з’єднання й спробуйте ще раз.',
    problem_server: 'Панель відповіла помилкою. Спробуйте ще раз; якщо не допоможе, перегляньте журнал додатка.',
  },
};
