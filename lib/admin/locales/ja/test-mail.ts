import type { Language } from '../language.js';

/** Japanese texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'ja',
  subject: '{{appName}} メール設定のテスト',
  intro: 'これは {{appName}} からのテストメールです。このメールが届いていれば、メール設定は正常に動作しています。',
  fact: '{{label}}: {{value}}',
  name: '設定',
  username_none: '認証なし',
  sentBy: '送信元',
  sentAt: '送信日時',
};
