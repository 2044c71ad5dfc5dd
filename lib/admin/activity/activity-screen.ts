import type { ResourceWithOptions } from 'adminjs';
import type { SmtpActivityService } from '../../config/smtp-activity.service.js';
import { CLOSED, OWN_HEAD, type Screens } from '../adminjs/screens.js';
import { SmtpActivityResource, editActivity } from './smtp-activity.resource.js';

/** Builds the list of email types that the application declares, each with its choice of configuration. */
export function activityScreen(
  { navigation, translations, view, custom, record }: Screens,
  activities: SmtpActivityService,
): ResourceWithOptions {
  return {
    resource: new SmtpActivityResource(activities),
    options: {
      id: 'SmtpActivity',
      navigation,
      titleProperty: 'label',
      translations: translations.SmtpActivity,
      actions: {
        list: { ...view, custom, component: 'SmtpActivityList', showFilter: false, ...OWN_HEAD },
        edit: { ...record, handler: editActivity, component: 'SmtpActivityEdit', ...OWN_HEAD },
        search: CLOSED,
        show: CLOSED,
        new: CLOSED,
        delete: CLOSED,
        bulkDelete: CLOSED,
      },
    },
  };
}
