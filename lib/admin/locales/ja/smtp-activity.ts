import type { Language } from '../language.js';

/** Japanese texts of the email types screens. */
export const smtpActivity: Language['smtpActivity'] = {
  actions: { list: 'メール種別', edit: '設定を選択' },
  labels: { SmtpActivity: 'メール種別' },
  properties: {
    id: 'キー',
    key: 'キー',
    label: 'メール種別',
    sensitive: '機密',
    declared: '宣言済み',
    configId: '使用する設定',
    configName: '使用する設定',
    configState: '状態',
  },
  messages: {
    pageNotFound_title: 'メール種別が見つかりません',
    error404Action: 'アプリケーションがこのメール種別を宣言していないか、お使いのロールでは開けません。',
  },
  components: {
    intro: 'メール種別ごとに、送信に使う設定を選択してください。選択していない種別には既定の設定が使用されます。',
    listLabel: 'メール種別と、それぞれが使用する設定',
    columnActivity: 'メール種別',
    columnConfig: '使用する設定',
    sensitive: '機密 – CC と BCC には送信されません',
    undeclared: 'アプリケーションで宣言されなくなりました',
    undeclaredText: 'このメール種別は、アプリケーションで宣言されなくなりました。これを使うメールは拒否されます。',
    state_default: '既定の設定（{{name}}）',
    state_no_default: '既定の設定（未選択）',
    state_no_default_help: 'このメール種別のメールは送信されません。いずれかの設定を既定にするか、ここで設定を選択してください。',
    state_default_disabled: '既定の設定（{{name}}）が無効です',
    state_default_disabled_help:
      'このメール種別のメールは送信されません。既定の設定を有効にするか、別の設定を既定にするか、ここで設定を選択してください。',
    state_ok: '{{name}}',
    state_disabled: '{{name}} が無効です',
    state_disabled_help:
      'このメール種別のメールは送信されず、別の設定で送信されることもありません。この設定を有効にするか、別の設定を選択してください。',
    state_deleted: '設定が削除されました',
    state_deleted_help: 'このメール種別のメールは送信されず、別の設定で送信されることもありません。別の設定を選択してください。',
    configDeletedText: '選択されていた設定は削除されました。別の設定か、既定の設定を選択してください。',
    configDeletedOption: '削除された設定',
    useDefaultNamed: '既定の設定（現在: {{name}}）',
    useDefaultNone: '既定の設定（現在は未選択）',
    disabled: '無効',
    help_configId: 'この種別のメールは、この設定でのみ送信されます。変更は待機中のメールにも適用されます。',
    emptyText: 'アプリケーションで宣言されているメール種別はありません。',
  },
};
