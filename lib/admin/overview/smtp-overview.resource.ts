import type { ActionHandler, ActionResponse, BaseRecord } from 'adminjs';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { MailOverviewService } from '../../outbox/mail-overview.service.js';
import type { MailOverview } from '../../outbox/mail-overview.view.js';
import { inAdminTerms } from '../adminjs/admin-errors.js';
import { SmtpResource, callerOf } from '../adminjs/smtp.resource.js';

/** The overview for AdminJS, whose pages of a host's own know no rights: a resource without records, and one page. */
export class SmtpOverviewResource extends SmtpResource<never> {
  constructor() {
    super('SmtpOverview', ['id']);
  }

  override async count(): Promise<number> {
    return 0;
  }

  override async find(): Promise<BaseRecord[]> {
    return [];
  }

  protected override async views(): Promise<never[]> {
    return [];
  }
}

/** What the overview is answered with. */
export interface OverviewAnswer {
  overview: MailOverview;
  /** Whether to offer what changes something. */
  canManage: boolean;
}

/** Reads the overview; `fresh` asks for one that was not kept from before. */
export function readOverview(configs: SmtpConfigService, overviews: MailOverviewService): ActionHandler<ActionResponse> {
  return async ({ query }, _response, context): Promise<OverviewAnswer> => ({
    overview: await inAdminTerms(() => overviews.find(callerOf(context), { isFresh: query?.fresh === 'true' })),
    canManage: configs.canShow('manage', context.currentAdmin),
  });
}
