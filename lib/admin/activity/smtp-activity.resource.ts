import {
  type ActionContext,
  type ActionHandler,
  type ActionResponse,
  AppError,
  type BaseRecord,
  type Filter,
  NotFoundError,
  type ParamsType,
  ValidationError,
} from 'adminjs';
import type { SmtpActivityService } from '../../config/smtp-activity.service.js';
import type { Caller } from '../../options/access.js';
import { withAdminErrors } from '../adminjs/admin-errors.js';
import { type FindOptions, SmtpResource, callerOf } from '../adminjs/smtp.resource.js';
import type { SmtpActivityView } from '../../shared/smtp-config.js';

const FIELDS = [
  'key',
  'label',
  'sensitive',
  'declared',
  'configId',
  'configName',
  'usedConfigId',
  'configHealth',
  'configState',
] as const satisfies readonly (keyof SmtpActivityView)[];

/** The activities as an AdminJS resource. They are declared in code, so an admin only chooses their configuration. */
export class SmtpActivityResource extends SmtpResource<SmtpActivityView> {
  constructor(readonly activities: SmtpActivityService) {
    super('SmtpActivity', ['id', ...FIELDS]);
  }

  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return (await this.find(filter, {}, context)).length;
  }

  override async find(filter: Filter, { limit, offset = 0 }: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    if (Object.keys(filter?.filters ?? {}).length > 0) throw new AppError('filterUnknown');
    const views = await withAdminErrors(() => this.activities.find(callerOf(context)));
    return views.slice(offset, limit === undefined ? undefined : offset + limit).map((view) => this.recordOf(view));
  }

  override async update(id: string, params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    const { configId } = params;
    if (configId === undefined) throw new ValidationError({ configId: { type: 'required', message: 'Choose a configuration.' } });
    return withAdminErrors(async () =>
      this.paramsOf(await this.activities.assign(id, configId === '' ? null : (configId as string | null), callerOf(context))),
    );
  }

  protected override async views(keys: string[], call: Caller): Promise<SmtpActivityView[]> {
    return (await this.activities.find(call)).filter(({ key }) => keys.includes(key));
  }

  protected override paramsOf(view: SmtpActivityView): ParamsType {
    return { ...super.paramsOf(view), id: view.key };
  }
}

/** Chooses the configuration of an activity. */
export const editActivity: ActionHandler<ActionResponse> = async (
  { method, payload = {} },
  _response,
  { record, resource, currentAdmin, ...context },
) => {
  if (!record) throw new NotFoundError('This email type does not exist.', 'SmtpActivity');
  if (method !== 'post') return { record: record.toJSON(currentAdmin) };
  try {
    const params = await resource.update(record.id(), payload, { ...context, record, resource, currentAdmin });
    return {
      record: resource.build(params).toJSON(currentAdmin),
      notice: { message: 'saved', type: 'success', resourceId: 'SmtpActivity' },
      redirectUrl: context.h.resourceUrl({ resourceId: 'SmtpActivity' }),
    };
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return {
      record: { ...record.toJSON(currentAdmin), errors: error.propertyErrors },
      notice: { message: 'thereWereValidationErrors', type: 'error', resourceId: 'SmtpActivity' },
    };
  }
};
