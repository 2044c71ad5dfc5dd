import type { ActionContext, ActionRequest, ResourceWithOptions } from 'adminjs';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import { COUNT_LIMIT, type MailLogService } from '../../outbox/mail-log.service.js';
import { ACTION_STATUSES, type MessageStatus } from '../../shared/mail-log.js';
import { downloadHooks } from '../adminjs/download.js';
import { guardHooks } from '../adminjs/hooks.js';
import { CLOSED, HIDDEN, OWN_HEAD, type Screens, withMeta } from '../adminjs/screens.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import { downloadHandlers } from './download.actions.js';
import { messageHandlers } from './smtp-message.actions.js';
import { SmtpMessageResource } from './smtp-message.resource.js';

/** Builds the mail log. */
export function logScreen(
  { settings, navigation, translations, view, manage, custom, record, resource }: Screens,
  configs: SmtpConfigService,
  messages: MailLogService,
): ResourceWithOptions {
  const handlers = messageHandlers(messages);
  const downloads = downloadHandlers(messages, { translations, activities: settings.activities });
  /** For one record and, at its bulk URL, for many. */
  const many = guardHooks(configs, 'manage', 'bulk');
  return {
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
        list: {
          ...view,
          custom,
          component: 'SmtpMessageList',
          showFilter: false,
          ...OWN_HEAD,
          after: [view.after, withMeta(countsOf(configs, messages))],
        },
        show: { ...view, custom, component: 'SmtpMessageShow', ...OWN_HEAD },
        details: { actionType: 'record', ...view, handler: handlers.details, ...HIDDEN },
        preview: { ...record, handler: handlers.preview, ...HIDDEN },
        eml: { actionType: 'record', ...downloadHooks(manage), handler: downloads.eml, ...HIDDEN },
        attachment: { actionType: 'record', ...downloadHooks(manage), handler: downloads.attachment, ...HIDDEN },
        csv: { actionType: 'resource', ...downloadHooks(view), handler: downloads.csv, ...HIDDEN },
        resend: { ...record, ...many, handler: handlers.resend, component: 'SmtpMessageShow', icon: 'Send', ...OWN_HEAD },
        retryNow: {
          ...record,
          ...many,
          handler: handlers.retryNow,
          component: 'SmtpMessageShow',
          icon: 'RefreshCw',
          ...OWN_HEAD,
          isVisible: has(ACTION_STATUSES.retryNow),
        },
        move: {
          ...record,
          ...many,
          handler: handlers.move,
          component: 'SmtpMessageShow',
          icon: 'CornerUpRight',
          ...OWN_HEAD,
          // With a single configuration, there is none to move to.
          isVisible: settings.single ? false : has(ACTION_STATUSES.move),
        },
        cancel: {
          ...record,
          ...many,
          handler: handlers.cancel,
          component: 'SmtpMessageShow',
          icon: 'XCircle',
          ...OWN_HEAD,
          variant: 'danger',
          isVisible: has(ACTION_STATUSES.cancel),
        },
        moveWaiting: { ...resource, handler: handlers.moveWaiting, ...HIDDEN },
        matching: { actionType: 'resource', ...view, handler: handlers.matching, ...HIDDEN },
        tryNow: { ...resource, handler: handlers.tryNow, ...HIDDEN },
        search: CLOSED,
        new: CLOSED,
        edit: CLOSED,
        delete: CLOSED,
        bulkDelete: CLOSED,
      },
    },
  };
}

/** Returns a condition that is true for a record with one of these statuses, and without a record. */
function has(statuses: readonly MessageStatus[]) {
  return ({ record }: ActionContext): boolean => !record || statuses.includes(record.param('status') as MessageStatus);
}

/** Reads the counts and the failing configurations that the list shows. `fresh` requests new counts, `today` is the browser's midnight. */
function countsOf(configs: SmtpConfigService, messages: MailLogService) {
  return async ({ query }: ActionRequest, context: ActionContext): Promise<object> => {
    const call = callerOf(context);
    const counts = await messages.counts(call, { isFresh: query?.fresh === 'true', today: new Date(String(query?.today)) });
    const failing = await messages.failing(call);
    return { countLimit: COUNT_LIMIT, counts, failing, canManage: configs.canShow('manage', context.currentAdmin) };
  };
}
