import type { Language } from '../language.js';

/** Brazilian Portuguese texts of the configurations that read otherwise where there is one, and one page for it (option `single`). */
export const single: Language['single'] = {
  actions: { list: 'Configuração de e-mail' },
  labels: { SmtpConfig: 'Configuração de e-mail' },
  messages: {
    deleted: 'A configuração de e-mail foi excluída.',
    error_fromAddress_required: 'Insira o endereço de onde os e-mails vêm.',
  },
  components: {
    formLabel: 'Configuração de e-mail',
    help_fromAddress: 'O endereço que os destinatários veem. Alguns servidores só aceitam endereços da conta.',
    help_enabled: 'Se estiver desativada, nenhum e-mail é enviado. O que está na fila espera.',
    usedAsDefault: 'Usada por todos os e-mails deste aplicativo.',
    deleteText: 'A configuração de e-mail é excluída imediatamente e não pode ser recuperada.',
    deleteTextPassword: 'A configuração de e-mail e sua senha armazenada são excluídas imediatamente e não podem ser recuperadas.',
    deleteWaitingDefault: '{{count}} mensagens estão em espera e continuarão assim até que haja uma nova configuração.',
    deleteWaitingDefaultOne: '1 mensagem está em espera e continuará assim até que haja uma nova configuração.',
    disableDefault: 'O aplicativo não envia e-mails enquanto ela estiver desativada.',
    disableWaitingDefault: '{{count}} mensagens estão em espera e continuarão assim até que a configuração seja reativada.',
    disableWaitingDefaultOne: '1 mensagem está em espera e continuará assim até que a configuração seja reativada.',
    deleteDefault: 'O aplicativo não envia e-mails até que haja uma nova.',
    emptyTitle: 'O e-mail ainda não está configurado',
    emptyTextViewer: 'Este aplicativo não envia e-mails até que um administrador configure um servidor de e-mail aqui.',
  },
};
