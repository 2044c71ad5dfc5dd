import type { Language } from '../language.js';

/** Brazilian Portuguese texts of the connection test and its history. */
export const tests: Language['tests'] = {
  buttons: {
    copyDetails: 'Copiar detalhes',
    testDetails: 'Detalhes',
  },
  messages: {
    testRecipientInvalid: 'Confira os destinatários do e-mail de teste.',
    error_to_email: 'Digite um endereço de e-mail, como mail@example.com.',
    error_to_too_many: 'Digite no máximo 10 endereços de e-mail.',
  },
  components: {
    help_testTo: 'Até 10 endereços. Todos recebem a mesma mensagem.',
    recipientAccepted: 'Aceito',
    recipientRefused: 'Recusado',
    step_partly: 'Funcionou para alguns destinatários',
    testRefused: 'O servidor recusou {{refused}} de {{count}} destinatários.',
    tests: 'Últimos testes',
    testsNone: 'Ainda não há testes.',
    testsNotLoaded: 'Não foi possível carregar os testes.',
    testsEarlier: 'Mostrar testes anteriores ({{count}})',
    testPassed: 'Passou',
    testFailedAt: 'Falhou em: {{step}}',
    testFailedUnknown: 'Falhou',
    testTime: 'Horário',
    testRecipients: 'Destinatários',
    testDuration: 'Duração',
    testPerson: 'Testado por',
    testByApplication: 'o aplicativo',
    testCheckedOnly: 'apenas verificado, nada foi enviado',
    copied: 'Copiado.',
    copyFailed: 'Não foi possível copiar. Selecione o texto e copie.',
  },
};
