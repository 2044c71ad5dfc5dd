import type { Language } from '../language.js';

/** Brazilian Portuguese texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: 'Salvar',
    cancel: 'Cancelar',
    back: 'Voltar à lista',
    retry: 'Tentar novamente',
    close: 'Fechar',
  },
  labels: {
    period_today: 'Hoje',
    period_yesterday: 'Ontem',
    period_week: 'Últimos 7 dias',
    period_month: 'Últimos 30 dias',
    period_range: 'Escolher datas…',
  },
  messages: {
    saved: 'Salvo',
    error_required: 'Obrigatório.',
    error_not_a_choice: 'Escolha um dos valores oferecidos.',
    thereWereValidationErrors: 'Não foi salvo. Verifique os campos destacados.',
    unexpectedError: 'Algo deu errado. Tente novamente; se o problema continuar, consulte o log do aplicativo.',
    filterUnknown: 'A lista não pode ser filtrada por este critério.',
    versionMissing: 'O formulário está incompleto. Recarregue a página e tente novamente.',
    error_other: 'Este valor foi recusado.',
  },
  components: {
    configSearch: 'Buscar por nome, servidor ou remetente',
    configsLoading: 'Carregando…',
    configsSome: 'As primeiras {{count}} de {{total}}. Faça uma busca para ver outras.',
    configsFound: 'Configurações encontradas: {{count}}.',
    configsNone: 'Nenhuma configuração tem este texto no nome, no servidor ou no remetente.',
    listFailed: 'Não foi possível carregar a lista.',
    problem_session:
      'Sua sessão terminou. Entre novamente em outra aba e pressione o botão mais uma vez: tudo o que você digitou aqui será mantido.',
    problem_deleted: 'Este registro não existe mais: alguém o excluiu.',
    problem_network: 'Não foi possível acessar o painel. Verifique sua conexão e tente novamente.',
    problem_server: 'O painel respondeu com um erro. Tente novamente; se o problema continuar, consulte o log do aplicativo.',
    checkField: 'Verificar “{{field}}”',
    breadcrumbs: 'Trilha de navegação',
  },
};
