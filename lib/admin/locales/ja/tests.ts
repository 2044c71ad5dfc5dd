import type { Language } from '../language.js';

/** Japanese texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: '詳細をコピー',
    testDetails: '詳細',
  },
  messages: {
    testRecipientInvalid: 'テストメールの宛先を確認してください。',
    error_to_email: 'メールアドレスを入力してください（例: mail@example.com）。',
    error_to_too_many: 'メールアドレスは 10 件以内で入力してください。',
  },
  components: {
    help_testTo: 'アドレスは 10 件まで。全員に同じメールが届きます。',
    recipientAccepted: '受け付けられました',
    recipientRefused: '拒否されました',
    step_partly: '一部の宛先で成功',
    testRefused: 'サーバーが {{count}} 件中 {{refused}} 件の宛先を拒否しました。',
    tests: '最近のテスト',
    testsNone: 'テストはまだありません。',
    testsNotLoaded: 'テストを読み込めませんでした。',
    testsEarlier: '以前のテストを表示（{{count}}）',
    testPassed: '成功',
    testFailedAt: '失敗: {{step}}',
    testFailedUnknown: '失敗',
    testTime: '日時',
    testRecipients: '宛先',
    testDuration: '所要時間',
    testPerson: '実行者',
    testByApplication: 'アプリケーション',
    testCheckedOnly: '確認のみ、送信なし',
    copied: 'コピーしました。',
    copyFailed: 'コピーできませんでした。テキストを選択してコピーしてください。',
  },
};
