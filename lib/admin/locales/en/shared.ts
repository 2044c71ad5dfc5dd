/** Texts that both resources use. */
export const shared = {
  buttons: {
    save: 'Save',
    cancel: 'Cancel',
    back: 'Back to the list',
    retry: 'Try again',
    close: 'Close',
  },
  messages: {
    saved: 'Saved',
    error_required: 'Fill this in.',
    error_not_a_choice: 'Choose one of the offered values.',
    thereWereValidationErrors: 'Not saved: some values are not right.',
    unexpectedError: 'Something went wrong. Try again; if it stays, look at the log of the application.',
    filterUnknown: 'The list cannot be filtered by this.',
    versionMissing: 'The form is incomplete. Reload the page and try again.',
    error_other: 'This value was refused.',
  },
  components: {
    configSearch: 'Search name, server or sender',
    configsLoading: 'Looking them up…',
    configsSome: 'The first {{count}} of {{total}}. Search to see others.',
    configsFound: '{{count}} found.',
    configsNone: 'None has this in its name, server or sender.',
    listFailed: 'The list could not be loaded.',
    problem_session:
      'Your session has ended. Sign in again in another tab, then press the button once more: everything typed here is kept.',
    problem_gone: 'It is not there any more: somebody deleted it in the meantime.',
    problem_network: 'The panel could not be reached. Check your connection and try again.',
    problem_server: 'The panel answered with an error. Try again; if it stays, look at the log of the application.',
  },
};
