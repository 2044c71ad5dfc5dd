/** Texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single = {
  actions: { list: 'Email configuration' },
  labels: { SmtpConfig: 'Email configuration' },
  messages: {
    deleted: 'The email configuration was deleted.',
    error_fromAddress_required: 'Enter the address that mail comes from.',
  },
  components: {
    formLabel: 'Email configuration',
    help_fromAddress: 'The address that recipients see. Some servers only take addresses of the account.',
    help_enabled: 'Switched off, no mail is sent. What is queued waits.',
    usedAsDefault: 'Used by all mail of this application.',
    deleteText: 'The email configuration is deleted at once and cannot be brought back.',
    deleteTextPassword: 'The email configuration and its stored password are deleted at once and cannot be brought back.',
    deleteWaitingDefault: '{{count}} messages wait, and go on waiting until there is a new one.',
    deleteWaitingDefaultOne: '1 message waits, and goes on waiting until there is a new one.',
    disableDefault: 'The application sends no mail while it is off.',
    disableWaitingDefault: '{{count}} messages wait, and go on waiting until it is switched on again.',
    disableWaitingDefaultOne: '1 message waits, and goes on waiting until it is switched on again.',
    deleteDefault: 'The application sends no mail until there is a new one.',
    emptyTitle: 'Email is not set up yet',
    emptyTextViewer: 'This application sends no mail until an administrator has set up a mail server here.',
  },
};
