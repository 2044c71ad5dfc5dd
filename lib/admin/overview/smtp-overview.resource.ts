import type { ActionHandler, ActionResponse, BaseRecord } from 'adminjs';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { MailOverviewService } from '../../outbox/mail-overview.service.js';
import { withAdminErrors } from '../adminjs/admin-errors.js';
import { SmtpResource, callerOf } from '../adminjs/smtp.resource.js';
import type { OverviewResponse } from '../../shared/admin-responses.js';

/** The overview as an AdminJS resource without records, because AdminJS's custom pages have no permissions. */
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

/** Reads the overview; `fresh` bypasses the cache, and `hourStart` says when the browser's hours start. */
export function readOverview(configs: SmtpConfigService, overviews: MailOverviewService): ActionHandler<ActionResponse> {
  return async ({ query }, _response, context): Promise<OverviewResponse> => {
    const options = { isFresh: query?.fresh === 'true', hourStart: Number(query?.hourStart) };
    const overview = await withAdminErrors(() => overviews.find(callerOf(context), options));
    const ageMs = Math.max(0, Date.now() - overview.readAt);
    return { overview, ageMs, canManage: configs.canShow('manage', context.currentAdmin) };
  };
}
