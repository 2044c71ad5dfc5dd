import type { ActionContext, ActionRequest, ComponentLoader, ResourceOptions, ResourceWithOptions } from 'adminjs';
import type { SmtpActivityService } from '../config/smtp-activity.service.js';
import type { SmtpConfigService } from '../config/smtp-config.service.js';
import { COUNT_LIMIT, type MailLogService } from '../outbox/mail-log.service.js';
import type { MailOverviewService } from '../outbox/mail-overview.service.js';
import type { MessageStatus } from '../outbox/smtp-message.entity.js';
import { certificateHandlers } from './config/certificate.actions.js';
import { addComponents } from './adminjs/component-loader.js';
import { guarded } from './adminjs/hooks.js';
import { LANGUAGES, type LanguageName, translationsOf } from './locales/index.js';
import { secretHandlers } from './config/secret.actions.js';
import { SmtpActivityResource, editActivity } from './activity/smtp-activity.resource.js';
import { configHandlers } from './config/smtp-config.actions.js';
import { SmtpConfigResource } from './config/smtp-config.resource.js';
import { messageHandlers } from './log/smtp-message.actions.js';
import { SmtpMessageResource } from './log/smtp-message.resource.js';
import { SmtpOverviewResource, readOverview } from './overview/smtp-overview.resource.js';
import { callerOf } from './adminjs/smtp.resource.js';
import { readUsage } from './config/usage.action.js';

export interface SmtpResourcesOptions {
  configs: SmtpConfigService;
  activities: SmtpActivityService;
  messages: MailLogService;
  overview: MailOverviewService;
  /** The loader that is in the AdminJS options, too. */
  componentLoader: ComponentLoader;
  /** Where the screens stand in the menu. @default a group "Outgoing mail" */
  navigation?: ResourceOptions['navigation'];
  /** Those of the panel (`locale.availableLanguages`): all texts given are part of each page. @default all that AdminJS ships */
  languages?: readonly LanguageName[];
}

/** The group in the menu, and the key of its label in each language. */
export const MENU = LANGUAGES.en.menu;

const never = (): boolean => false;
/** True for a record with one of these statuses, and where there is no record to ask. */
const has =
  (...statuses: MessageStatus[]) =>
  ({ record }: ActionContext): boolean =>
    !record || statuses.includes(record.param('status') as MessageStatus);
const isNotDefault = ({ record }: ActionContext): boolean => record?.param('isDefault') !== true;

/**
 * The screens as AdminJS resources, for hosts that build AdminJS by hand; `withSmtpAdmin` does it for the others.
 * @throws when the component loader is missing or of another copy of adminjs.
 */
export function createSmtpResources({
  configs,
  activities,
  messages,
  overview,
  componentLoader,
  navigation = { name: MENU, icon: 'Mail' },
  languages = Object.keys(LANGUAGES) as LanguageName[],
}: SmtpResourcesOptions): ResourceWithOptions[] {
  addComponents(componentLoader);
  const handlers = configHandlers(configs);
  const onSecret = secretHandlers(configs);
  const onCertificate = certificateHandlers(configs);
  const onMessage = messageHandlers(messages);
  const custom = configs.screen as unknown as Record<string, unknown>;
  const view = guarded(configs, 'view');
  const manage = guarded(configs, 'manage');
  const record = { actionType: 'record', ...manage, custom } as const;
  const resource = { actionType: 'resource', ...manage, custom } as const;
  const closed = { isAccessible: never, isVisible: never };
  const { single } = configs.screen;
  const translations = translationsOf(languages, single);
  // One page has its own head: AdminJS's would offer to create another one.
  const shownBy = (component: string) => (single ? { component: 'SmtpConfigPage', hideActionHeader: true } : { component });

  const ofSeveral = single ? closed : {};

  /** Where there is one configuration, there is nothing to choose. */
  const activityChoice: ResourceWithOptions = {
    resource: new SmtpActivityResource(activities),
    options: {
      id: 'SmtpActivity',
      navigation,
      titleProperty: 'label',
      translations: translations.SmtpActivity,
      actions: {
        list: { ...view, custom, component: 'SmtpActivityList', showFilter: false },
        edit: { ...record, handler: editActivity, component: 'SmtpActivityEdit' },
        search: closed,
        show: closed,
        new: closed,
        delete: closed,
        bulkDelete: closed,
      },
    },
  };

  return [
    {
      resource: new SmtpOverviewResource(),
      options: {
        id: 'SmtpOverview',
        navigation,
        translations: translations.SmtpOverview,
        actions: {
          list: { ...view, component: 'SmtpOverview', showFilter: false },
          read: {
            actionType: 'resource',
            ...view,
            handler: readOverview(configs, overview),
            component: false,
            isVisible: false,
          },
          search: closed,
          show: closed,
          new: closed,
          edit: closed,
          delete: closed,
          bulkDelete: closed,
        },
      },
    },
    {
      resource: new SmtpConfigResource(configs),
      options: {
        id: 'SmtpConfig',
        navigation,
        titleProperty: 'name',
        sort: { sortBy: 'name', direction: 'asc' },
        listProperties: ['name', 'type', 'host', 'fromAddress', 'isDefault', 'enabled', 'lastTestStatus', 'lastTestAt'],
        filterProperties: ['name', 'type', 'host', 'fromAddress', 'username', 'enabled', 'isDefault', 'security', 'description'],
        translations: translations.SmtpConfig,
        actions: {
          list: { ...view, custom, ...shownBy('SmtpConfigList'), showFilter: false, after: [view.after, withListState(configs)] },
          search: view,
          show: { ...view, custom, ...shownBy('SmtpConfigForm') },
          new: { ...resource, handler: handlers.new, ...shownBy('SmtpConfigForm') },
          edit: { ...record, handler: handlers.edit, ...shownBy('SmtpConfigForm') },
          delete: { ...manage, ...shownBy('SmtpConfigAction'), guard: undefined },
          test: { ...record, handler: handlers.test, ...shownBy('SmtpConfigAction'), icon: 'Send' },
          duplicate: { ...record, handler: handlers.duplicate, component: 'SmtpConfigAction', icon: 'Copy', ...ofSeveral },
          setDefault: {
            ...record,
            handler: handlers.setDefault,
            component: 'SmtpConfigAction',
            icon: 'Star',
            isVisible: isNotDefault,
            ...ofSeveral,
          },
          usage: { actionType: 'record', ...view, handler: readUsage(messages), component: false, isVisible: false },
          testDraft: { ...resource, handler: handlers.testDraft, component: false, isVisible: false },
          detect: { ...resource, handler: handlers.detect, component: false, isVisible: false },
          secretChoices: { ...resource, handler: onSecret.secretChoices, component: false, isVisible: false },
          certificateFacts: { ...resource, handler: onCertificate.certificateFacts, component: false, isVisible: false },
          fetchCertificates: { ...resource, handler: onCertificate.fetchCertificates, component: false, isVisible: false },
          checkSecret: { ...resource, handler: onSecret.checkSecret, component: false, isVisible: false },
          bulkDelete: closed,
        },
      },
    },
    ...(single ? [] : [activityChoice]),
    {
      resource: new SmtpMessageResource(messages),
      options: {
        id: 'SmtpMessage',
        navigation,
        titleProperty: 'id',
        sort: { sortBy: 'createdAt', direction: 'desc' },
        listProperties: ['createdAt', 'status', 'subject', 'recipients', 'activity', 'configName'],
        filterProperties: ['status', 'recipients', 'subject', 'activity', 'configName', 'createdAt'],
        translations: translations.SmtpMessage,
        actions: {
          list: { ...view, custom, component: 'SmtpMessageList', showFilter: false, after: [view.after, withLogState(configs, messages)] },
          show: { ...view, custom, component: 'SmtpMessageShow' },
          preview: { ...record, handler: onMessage.preview, component: false, isVisible: false },
          resend: { ...record, handler: onMessage.resend, component: 'SmtpMessageShow', icon: 'Send' },
          retryNow: {
            ...record,
            ...guarded(configs, 'manage', 'bulk'),
            handler: onMessage.retryNow,
            component: 'SmtpMessageShow',
            icon: 'RefreshCw',
            isVisible: has('queued', 'held', 'failed', 'unknown', 'expired'),
          },
          cancel: {
            ...record,
            handler: onMessage.cancel,
            component: 'SmtpMessageShow',
            icon: 'XCircle',
            variant: 'danger',
            isVisible: has('queued', 'held'),
          },
          tryNow: { ...resource, handler: onMessage.tryNow, component: false, isVisible: false },
          search: closed,
          new: closed,
          edit: closed,
          delete: closed,
          bulkDelete: closed,
        },
      },
    },
  ];
}

/** What the list says about all configurations, whatever its filter and page. */
function withListState(configs: SmtpConfigService) {
  return async <T>(response: T, _request: unknown, context: ActionContext): Promise<T> => {
    const { meta, notice } = response as { meta?: object; notice?: { type: string } };
    if (!meta || notice?.type === 'error') return response;
    const call = callerOf(context);
    const [configured, standard] = await Promise.all([configs.count({}, call), configs.findDefault(call)]);
    const defaultConfig = standard && { id: standard.id, name: standard.name, enabled: standard.enabled };
    return { ...response, meta: { ...meta, configured, hasDefault: standard !== null, defaultConfig } };
  };
}

/** What the mail log says beside its page: how much waits, failed and was sent, and what is failing; `fresh` asks for new counts. */
function withLogState(configs: SmtpConfigService, messages: MailLogService) {
  return async <T>(response: T, { query }: ActionRequest, context: ActionContext): Promise<T> => {
    const { meta, notice } = response as { meta?: object; notice?: { type: string } };
    if (!meta || notice?.type === 'error') return response;
    const call = callerOf(context);
    const counts = await messages.counts(call, { isFresh: query?.fresh === 'true' });
    const failing = await messages.failing(call);
    return {
      ...response,
      meta: { ...meta, countLimit: COUNT_LIMIT, counts, failing, canManage: configs.canShow('manage', context.currentAdmin) },
    };
  };
}
