import type { ResourceWithOptions } from 'adminjs';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { MailOverviewService } from '../../outbox/mail-overview.service.js';
import { CLOSED, HIDDEN, OWN_HEAD, type Screens } from '../adminjs/screens.js';
import { SmtpOverviewResource, readOverview } from './smtp-overview.resource.js';

/** Builds the overview page: traffic, problems and the configurations at a glance. */
export function overviewScreen(
  { navigation, translations, view, custom }: Screens,
  configs: SmtpConfigService,
  overview: MailOverviewService,
): ResourceWithOptions {
  return {
    resource: new SmtpOverviewResource(),
    options: {
      id: 'SmtpOverview',
      navigation,
      translations: translations.SmtpOverview,
      actions: {
        list: { ...view, custom, component: 'SmtpOverview', showFilter: false, ...OWN_HEAD },
        read: { actionType: 'resource', ...view, handler: readOverview(configs, overview), ...HIDDEN },
        search: CLOSED,
        show: CLOSED,
        new: CLOSED,
        edit: CLOSED,
        delete: CLOSED,
        bulkDelete: CLOSED,
      },
    },
  };
}
