import type { Language } from '../language.js';

/** Japanese texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: 'メール設定' },
  labels: { SmtpConfig: 'メール設定' },
  messages: {
    deleted: 'メール設定を削除しました。',
    error_fromAddress_required: '差出人アドレスを入力してください。',
  },
  components: {
    formLabel: 'メール設定',
    help_fromAddress: '受信者に表示されるアドレス。アカウントのアドレスしか受け付けないサーバーもあります。',
    help_enabled: '無効にすると、メールは送信されません。キューにあるメールは待機します。',
    usedAsDefault: 'このアプリケーションのすべてのメールに使用されます。',
    deleteText: 'メール設定はすぐに削除され、元に戻すことはできません。',
    deleteTextPassword: 'メール設定と保存済みのパスワードはすぐに削除され、元に戻すことはできません。',
    deleteWaitingDefault: '{{count}} 件のメールが待機しています。新しい設定を作成するまで待機し続けます。',
    deleteWaitingDefaultOne: '1 件のメールが待機しています。新しい設定を作成するまで待機し続けます。',
    disableDefault: '無効な間、アプリケーションはメールを送信しません。',
    disableWaitingDefault: '{{count}} 件のメールが待機しています。再び有効にするまで待機し続けます。',
    disableWaitingDefaultOne: '1 件のメールが待機しています。再び有効にするまで待機し続けます。',
    deleteDefault: '新しい設定を作成するまで、アプリケーションはメールを送信しません。',
    emptyTitle: 'メール設定はまだありません',
    emptyTextViewer: '管理者がここでメールサーバーを設定するまで、このアプリケーションはメールを送信しません。',
  },
};
