import type { ResourceWithOptions } from 'adminjs';
import { CLOSED, OWN_HEAD, type Screens } from '../adminjs/screens.js';
import { type HistorySources, readHistory } from './history.action.js';
import { SmtpAuditResource } from './smtp-audit.resource.js';

/** Builds the change history. It is read only: nothing adds, changes or deletes an entry by hand. */
export function auditScreen({ navigation, translations, view, custom }: Screens, sources: HistorySources): ResourceWithOptions {
  return {
    resource: new SmtpAuditResource(),
    options: {
      id: 'SmtpAudit',
      navigation,
      translations: translations.SmtpAudit,
      actions: {
        list: { ...view, custom, component: 'SmtpAuditList', showFilter: false, ...OWN_HEAD, handler: readHistory(sources) },
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
