/** The texts of the test email in English. */
export const TEST_MAIL = {
  /** The language of the date (BCP 47). */
  locale: 'en',
  subject: '{{appName}} Email Configuration Test',
  intro: 'This is a test email from {{appName}}. If you can read it, the email configuration works.',
  fact: '{{label}}: {{value}}',
  name: 'Configuration',
  type: 'Type',
  host: 'Host name',
  port: 'Port',
  security: 'Security',
  security_starttls: 'STARTTLS',
  security_tls: 'SSL/TLS',
  security_none: 'no encryption',
  cloud: 'Cloud',
  username: 'User name',
  username_none: 'no authentication',
  sentBy: 'Sent by',
  sentAt: 'Sent at',
};

/** The texts of the test email in one language. */
export type TestMailTexts = { readonly [Key in keyof typeof TEST_MAIL]: string } & {
  /** The names of the kinds of configuration. @default those of the kinds */
  readonly types?: Readonly<Record<string, string>>;
};

/** A line of the test email: its label, and its value or the key of one. */
export type TestMailFact = readonly [label: keyof typeof TEST_MAIL, value: string | { text: keyof typeof TEST_MAIL }];
