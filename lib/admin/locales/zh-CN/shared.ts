import type { Language } from '../language.js';

/** Simplified Chinese texts that all resources use. */
export const shared: Language['shared'] = {
  buttons: {
    save: '保存',
    cancel: '取消',
    back: '返回列表',
    retry: '重试',
    close: '关闭',
  },
  labels: {
    period_today: '今天',
    period_yesterday: '昨天',
    period_week: '最近 7 天',
    period_month: '最近 30 天',
    period_range: '选择日期…',
  },
  messages: {
    saved: '已保存',
    error_required: '必填。',
    error_not_a_choice: '请从提供的选项中选择。',
    thereWereValidationErrors: '未保存。请检查突出显示的字段。',
    unexpectedError: '出现问题。请重试；如果问题仍然存在，请查看应用程序的日志。',
    filterUnknown: '列表无法按此项筛选。',
    versionMissing: '表单不完整。请重新加载页面后再试。',
    error_other: '此值未被接受。',
  },
  components: {
    configSearch: '搜索名称、服务器或发件人',
    configsLoading: '正在加载…',
    configsSome: '共 {{total}} 个，显示前 {{count}} 个。搜索可查看其他配置。',
    configsFound: '找到 {{count}} 个。',
    configsNone: '没有名称、服务器或发件人包含此内容的配置。',
    listFailed: '无法加载列表。',
    problem_session: '会话已结束。请在另一个标签页中重新登录，然后再次点击该按钮：此处输入的内容会全部保留。',
    problem_deleted: '此记录已不存在：已被他人删除。',
    problem_network: '无法连接到管理面板。请检查网络连接后重试。',
    problem_server: '管理面板返回了错误。请重试；如果问题仍然存在，请查看应用程序的日志。',
    checkField: '检查“{{field}}”',
    breadcrumbs: '面包屑导航',
  },
};
