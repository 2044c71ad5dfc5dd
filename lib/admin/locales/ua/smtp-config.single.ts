import type { Language } from '../language.js';

/** Ukrainian texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: 'Конфігурація пошти' },
  labels: { SmtpConfig: 'Конфігурація пошти' },
  messages: {
    deleted: 'Конфігурацію пошти видалено.',
    error_fromAddress_required: 'Введіть адресу, з якої надходить пошта.',
  },
  components: {
    formLabel: 'Конфігурація пошти',
    help_fromAddress: 'Адреса, яку бачать одержувачі. Деякі сервери приймають лише адреси облікового запису.',
    help_enabled: 'Якщо вимкнено, пошта не надсилається. Те, що в черзі, очікує.',
    usedAsDefault: 'Її використовує вся пошта цього додатка.',
    deleteText: 'Конфігурацію пошти буде видалено одразу, і відновити її не можна.',
    deleteTextPassword: 'Конфігурацію пошти та її збережений пароль буде видалено одразу, і відновити їх не можна.',
    deleteWaitingDefault: 'Листів, що очікують: {{count}}. Вони очікуватимуть, доки не з’явиться нова конфігурація.',
    deleteWaitingDefaultOne: 'Очікує 1 лист. Він очікуватиме, доки не з’явиться нова конфігурація.',
    disableDefault: 'Доки її вимкнено, додаток не надсилає пошти.',
    disableWaitingDefault: 'Листів, що очікують: {{count}}. Вони очікуватимуть, доки конфігурацію знову не ввімкнуть.',
    disableWaitingDefaultOne: 'Очікує 1 лист. Він очікуватиме, доки конфігурацію знову не ввімкнуть.',
    deleteDefault: 'Додаток не надсилатиме пошти, доки не з’явиться нова конфігурація.',
    emptyTitle: 'Пошту ще не налаштовано',
    emptyTextViewer: 'Цей додаток не надсилає пошти, доки адміністратор не налаштує тут поштовий сервер.',
  },
};
