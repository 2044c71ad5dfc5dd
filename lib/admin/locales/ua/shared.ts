import type { Language } from '../language.js';

/** Ukrainian texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Зберегти',
    cancel: 'Скасувати',
    back: 'Назад до списку',
    retry: 'Спробувати ще раз',
    close: 'Закрити',
  },
  labels: {
    period_today: 'Сьогодні',
    period_yesterday: 'Учора',
    period_week: 'Останні 7 днів',
    period_month: 'Останні 30 днів',
    period_range: 'Вибрати дати…',
  },
  messages: {
    saved: 'Збережено',
    error_required: 'Обов’язкове поле.',
    error_not_a_choice: 'Виберіть одне із запропонованих значень.',
    thereWereValidationErrors: 'Не збережено. Перевірте виділені поля.',
    unexpectedError: 'Щось пішло не так. Спробуйте ще раз; якщо не допоможе, перегляньте журнал додатка.',
    filterUnknown: 'Список не можна фільтрувати за цим полем.',
    versionMissing: 'Форма неповна. Перезавантажте сторінку й спробуйте ще раз.',
    error_other: 'Це значення відхилено.',
  },
  components: {
    configSearch: 'Пошук за назвою, сервером або відправником',
    configsLoading: 'Завантаження…',
    configsSome: 'Показано перші: {{count}} із {{total}}. Скористайтеся пошуком, щоб побачити інші.',
    configsFound: 'Знайдено: {{count}}.',
    configsNone: 'Жодна конфігурація не має цього в назві, сервері чи відправнику.',
    listFailed: 'Не вдалося завантажити список.',
    problem_session: 'Сеанс завершився. Увійдіть знову в іншій вкладці, а потім натисніть кнопку ще раз: усе введене тут збережеться.',
    problem_deleted: 'Цього запису більше не існує: хтось його видалив.',
    problem_network: 'Не вдалося зв’язатися з панеллю. Перевірте з’єднання й спробуйте ще раз.',
    problem_server: 'Панель відповіла помилкою. Спробуйте ще раз; якщо не допоможе, перегляньте журнал додатка.',
    checkField: 'Перевірити «{{field}}»',
    breadcrumbs: 'Навігаційний ланцюжок',
  },
};
