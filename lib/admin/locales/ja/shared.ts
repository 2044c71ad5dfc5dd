import type { Language } from '../language.js';

/** Japanese texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: '保存',
    cancel: 'キャンセル',
    back: '一覧に戻る',
    retry: '再試行',
    close: '閉じる',
  },
  labels: {
    period_today: '今日',
    period_yesterday: '昨日',
    period_week: '過去 7 日間',
    period_month: '過去 30 日間',
    period_range: '期間を指定…',
  },
  messages: {
    saved: '保存しました',
    error_required: '必須項目です。',
    error_not_a_choice: '選択肢の中から選んでください。',
    thereWereValidationErrors: '保存できませんでした。強調表示された項目を確認してください。',
    unexpectedError: '問題が発生しました。もう一度お試しください。解決しない場合は、アプリケーションのログを確認してください。',
    filterUnknown: 'この項目では一覧を絞り込めません。',
    versionMissing: 'フォームの情報が不足しています。ページを再読み込みして、もう一度お試しください。',
    error_other: 'この値は受け付けられませんでした。',
  },
  components: {
    configSearch: '名前、サーバー、差出人で検索',
    configsLoading: '読み込み中…',
    configsSome: '{{total}} 件中、最初の {{count}} 件です。ほかの設定を表示するには、検索してください。',
    configsFound: '{{count}} 件見つかりました。',
    configsNone: '名前、サーバー、差出人に該当する設定はありません。',
    listFailed: '一覧を読み込めませんでした。',
    problem_session:
      'セッションが終了しました。別のタブでログインし直してから、もう一度ボタンを押してください。ここに入力した内容はすべて保持されます。',
    problem_deleted: 'この項目は存在しません。すでに削除されています。',
    problem_network: '管理画面に接続できませんでした。ネットワーク接続を確認して、もう一度お試しください。',
    problem_server:
      '管理画面からエラーが返されました。もう一度お試しください。解決しない場合は、アプリケーションのログを確認してください。',
    checkField: '「{{field}}」を確認',
    breadcrumbs: 'パンくずリスト',
  },
};
