import type { Language } from '../language.js';

/** Simplified Chinese texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: '复制详细信息',
    testDetails: '详细信息',
  },
  messages: {
    testRecipientInvalid: '请检查测试邮件的收件人。',
    error_to_email: '请输入电子邮件地址，例如 mail@example.com。',
    error_to_too_many: '最多输入 10 个电子邮件地址。',
  },
  components: {
    help_testTo: '最多 10 个地址。所有收件人都会收到同一封邮件。',
    recipientAccepted: '已接受',
    recipientRefused: '已拒绝',
    step_partly: '部分收件人成功',
    testRefused: '服务器拒绝了 {{count}} 个收件人中的 {{refused}} 个。',
    tests: '最近的测试',
    testsNone: '尚无测试。',
    testsNotLoaded: '无法加载测试。',
    testsEarlier: '显示更早的测试（{{count}}）',
    testPassed: '成功',
    testFailedAt: '失败：{{step}}',
    testFailedUnknown: '失败',
    testTime: '时间',
    testRecipients: '收件人',
    testDuration: '耗时',
    testPerson: '测试者',
    testByApplication: '应用程序',
    testCheckedOnly: '仅检查，未发送',
    copied: '已复制。',
    copyFailed: '无法复制。请选中文本后复制。',
  },
};
