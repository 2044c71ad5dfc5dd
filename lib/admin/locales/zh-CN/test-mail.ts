import type { Language } from '../language.js';

/** Simplified Chinese texts of the test email. */
export const testMail: Language['testMail'] = {
  locale: 'zh-CN',
  subject: '{{appName}} 邮件配置测试',
  intro: '这是一封来自 {{appName}} 的测试邮件。如果您能看到此邮件，说明邮件配置工作正常。',
  fact: '{{label}}：{{value}}',
  name: '配置',
  username_none: '无身份验证',
  sentBy: '发送主机',
  sentAt: '发送时间',
};
