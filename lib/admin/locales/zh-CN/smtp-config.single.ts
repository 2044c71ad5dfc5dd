import type { Language } from '../language.js';

/** Simplified Chinese texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: '邮件配置' },
  labels: { SmtpConfig: '邮件配置' },
  messages: {
    deleted: '已删除邮件配置。',
    error_fromAddress_required: '请输入发件人地址。',
  },
  components: {
    formLabel: '邮件配置',
    help_fromAddress: '收件人看到的地址。有些服务器只接受属于该帐户的地址。',
    help_enabled: '停用后不会发送任何邮件。队列中的邮件会等待。',
    usedAsDefault: '用于此应用程序的所有邮件。',
    deleteText: '邮件配置将立即删除，且无法恢复。',
    deleteTextPassword: '邮件配置及其存储的密码将立即删除，且无法恢复。',
    deleteWaitingDefault: '{{count}} 封邮件正在等待，在创建新配置之前会继续等待。',
    deleteWaitingDefaultOne: '1 封邮件正在等待，在创建新配置之前会继续等待。',
    disableDefault: '停用期间，应用程序不会发送邮件。',
    disableWaitingDefault: '{{count}} 封邮件正在等待，在重新启用之前会继续等待。',
    disableWaitingDefaultOne: '1 封邮件正在等待，在重新启用之前会继续等待。',
    deleteDefault: '在创建新配置之前，应用程序不会发送邮件。',
    emptyTitle: '尚未创建邮件配置',
    emptyTextViewer: '在管理员于此处设置邮件服务器之前，此应用程序不会发送邮件。',
  },
};
