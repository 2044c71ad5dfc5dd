import type { ActionContext, ResourceWithOptions } from 'adminjs';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { MailLogService } from '../../outbox/mail-log.service.js';
import { FILTER_NAMES } from '../../shared/config-fields.js';
import { CLOSED, HIDDEN, OWN_HEAD, type Screens, withMeta } from '../adminjs/screens.js';
import { callerOf } from '../adminjs/smtp.resource.js';
import { certificateHandlers } from './certificate.actions.js';
import { secretHandlers } from './secret.actions.js';
import { configHandlers } from './smtp-config.actions.js';
import { SmtpConfigResource } from './smtp-config.resource.js';
import { testMailTexts } from './test-mail-language.js';
import { readTests } from './tests.action.js';
import { readUsage } from './usage.action.js';

/** Builds the list of configurations and their form, or with the option `single` the page of the only configuration. */
export function configScreen(screens: Screens, configs: SmtpConfigService, messages: MailLogService): ResourceWithOptions {
  const { settings, navigation, translations, view, manage, custom, record, resource } = screens;
  const handlers = configHandlers(configs, (language) => testMailTexts(screens.language(language)));
  const onSecret = secretHandlers(configs);
  const onCertificate = certificateHandlers(configs);
  const pageOf = (component: string) => ({ component: settings.single ? 'SmtpConfigPage' : component, ...OWN_HEAD });
  const ofSeveral = settings.single ? CLOSED : {};
  return {
    resource: new SmtpConfigResource(configs),
    options: {
      id: 'SmtpConfig',
      navigation,
      titleProperty: 'name',
      sort: { sortBy: 'name', direction: 'asc' },
      listProperties: ['name', 'type', 'host', 'fromAddress', 'isDefault', 'enabled', 'lastTestStatus', 'lastTestAt'],
      filterProperties: [...FILTER_NAMES],
      translations: translations.SmtpConfig,
      actions: {
        list: { ...view, custom, ...pageOf('SmtpConfigList'), showFilter: false, after: [view.after, withMeta(defaultOf(configs))] },
        search: view,
        show: { ...view, custom, ...pageOf('SmtpConfigShow') },
        new: { ...resource, handler: handlers.new, ...pageOf('SmtpConfigForm') },
        edit: { ...record, handler: handlers.edit, ...pageOf('SmtpConfigForm') },
        delete: { ...manage, ...pageOf('SmtpConfigAction'), guard: undefined },
        test: { ...record, handler: handlers.test, ...pageOf('SmtpConfigAction'), icon: 'Send' },
        duplicate: { ...record, handler: handlers.duplicate, ...pageOf('SmtpConfigAction'), icon: 'Copy', ...ofSeveral },
        setDefault: {
          ...record,
          handler: handlers.setDefault,
          ...pageOf('SmtpConfigAction'),
          icon: 'Star',
          isVisible: isNotDefault,
          ...ofSeveral,
        },
        usage: { actionType: 'record', ...view, handler: readUsage(messages), ...HIDDEN },
        tests: { actionType: 'record', ...view, handler: readTests(configs), ...HIDDEN },
        testDraft: { ...resource, handler: handlers.testDraft, ...HIDDEN },
        detect: { ...resource, handler: handlers.detect, ...HIDDEN },
        secretChoices: { ...resource, handler: onSecret.secretChoices, ...HIDDEN },
        certificateFacts: { ...resource, handler: onCertificate.certificateFacts, ...HIDDEN },
        fetchCertificates: { ...resource, handler: onCertificate.fetchCertificates, ...HIDDEN },
        checkSecret: { ...resource, handler: onSecret.checkSecret, ...HIDDEN },
        bulkDelete: CLOSED,
      },
    },
  };
}

function isNotDefault({ record }: ActionContext): boolean {
  return record?.param('isDefault') !== true;
}

/** Reads the data of the list that concerns all configurations, whatever its filter and page. */
function defaultOf(configs: SmtpConfigService) {
  return async (_request: unknown, context: ActionContext): Promise<object> => {
    const call = callerOf(context);
    const [configured, standard] = await Promise.all([configs.count({}, call), configs.findDefault(call)]);
    const defaultConfig = standard && { id: standard.id, name: standard.name, enabled: standard.enabled };
    return { configured, hasDefault: standard !== null, defaultConfig };
  };
}
