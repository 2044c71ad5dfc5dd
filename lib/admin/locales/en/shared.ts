/** Texts that all resources use. */
export const shared = {
  buttons: {
    save: 'Save',
    cancel: 'Cancel',
    back: 'Back to the list',
    retry: 'Try again',
    close: 'Close',
  },
  labels: {
    period_today: 'Today',
    period_yesterday: 'Yesterday',
    period_week: 'Last 7 days',
    period_month: 'Last 30 days',
    period_range: 'Choose dates…',
  },
  messages: {
    saved: 'Saved',
    error_required: 'Required.',
    error_not_a_choice: 'Choose one of the listed values.',
    thereWereValidationErrors: 'Not saved. Check the highlighted fields.',
    unexpectedError: 'Something went wrong. Try again. If it keeps happening, check the application log.',
    filterUnknown: 'You can’t filter by this field.',
    versionMissing: 'The form is incomplete. Reload the page and try again.',
    error_other: 'This value is not accepted.',
  },
  components: {
    configSearch: 'Search by name, server or sender',
    configsLoading: 'Loading…',
    configsSome: 'Showing the first {{count}} of {{total}}. Search to find others.',
    configsFound: '{{count}} found.',
    configsNone: 'No configuration has this name, server or sender.',
    listFailed: 'Couldn’t load the list.',
    problem_session:
      'Your session has expired. Sign in again in another tab, then press the button again. Everything you typed here is kept.',
    problem_deleted: 'This record no longer exists. Someone deleted it.',
    problem_network: 'Couldn’t reach the admin panel. Check your connection and try again.',
    problem_server: 'The admin panel returned an error. Try again. If it keeps happening, check the application log.',
    checkField: 'Check “{{field}}”',
    breadcrumbs: 'Breadcrumbs',
  },
};
