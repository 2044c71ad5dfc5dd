/** Texts of the connection test and its history. */
export const tests = {
  buttons: {
    copyDetails: 'Copy details',
    testDetails: 'Details',
  },
  messages: {
    testRecipientInvalid: 'Check the recipients of the test email.',
    error_to_email: 'Enter an email address, such as mail@example.com.',
    error_to_too_many: 'Enter at most 10 email addresses.',
  },
  components: {
    help_testTo: 'Up to 10 addresses. All of them get the same message.',
    recipientAccepted: 'Accepted',
    recipientRefused: 'Refused',
    step_partly: 'Passed for some recipients',
    testRefused: 'The server refused {{refused}} of {{count}} recipients.',
    tests: 'Last tests',
    testsNone: 'No tests yet.',
    testsNotLoaded: 'Couldn’t load the tests.',
    testsEarlier: 'Show earlier tests ({{count}})',
    testPassed: 'Passed',
    testFailedAt: 'Failed at {{step}}',
    testFailedUnknown: 'Failed',
    testTime: 'Time',
    testRecipients: 'Recipients',
    testDuration: 'Duration',
    testPerson: 'Tested by',
    testByApplication: 'the application',
    testCheckedOnly: 'checked only, nothing sent',
    copied: 'Copied.',
    copyFailed: 'Couldn’t copy. Select the text and copy it.',
  },
};
