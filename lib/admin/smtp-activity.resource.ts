import {
  type ActionContext,
  type ActionHandler,
  type ActionResponse,
  AppError,
  BaseProperty,
  BaseRecord,
  BaseResource,
  type Filter,
  NotFoundError,
  type ParamsType,
  ValidationError,
} from 'adminjs';
import type { SmtpActivityService, SmtpActivityView } from '../config/smtp-activity.service.js';
import { MailError } from '../smtp.errors.js';
import { inAdminTerms } from './admin-errors.js';
import { callOf } from './smtp-config.resource.js';
import { SmtpRecord } from './smtp.record.js';

const FIELDS = [
  'key',
  'label',
  'sensitive',
  'declared',
  'configId',
  'configName',
  'configState',
] as const satisfies readonly (keyof SmtpActivityView)[];

/** The activities for AdminJS: declared in code, so there is nothing to create or delete, only a configuration to choose. */
export class SmtpActivityResource extends BaseResource {
  readonly #properties = ['id', ...FIELDS].map(
    (path, position) => new BaseProperty({ path, type: 'string', isId: path === 'id', isSortable: false, position }),
  );

  constructor(readonly activities: SmtpActivityService) {
    super();
  }

  static override isAdapterFor(): boolean {
    return false;
  }

  override id(): string {
    return 'SmtpActivity';
  }

  override databaseName(): string {
    return 'smtp';
  }

  override properties(): BaseProperty[] {
    return this.#properties;
  }

  override property(path: string): BaseProperty | null {
    return this.#properties.find((property) => property.path() === path) ?? null;
  }

  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return (await this.find(filter, {}, context)).length;
  }

  override async find(
    filter: Filter,
    { limit, offset = 0 }: { limit?: number; offset?: number },
    context?: ActionContext,
  ): Promise<BaseRecord[]> {
    if (Object.keys(filter?.filters ?? {}).length > 0) throw new AppError('filterUnknown');
    const views = await inAdminTerms(() => this.activities.find(callOf(context)));
    return views.slice(offset, limit === undefined ? undefined : offset + limit).map((view) => this.recordOf(view));
  }

  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord | null> {
    return (await this.findMany([id], context))[0] ?? null;
  }

  /** Nothing for those who may not look: AdminJS asks before it checks, and would answer an error with a crash. */
  override async findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    try {
      return (await this.activities.find(callOf(context))).filter(({ key }) => ids.includes(key)).map((view) => this.recordOf(view));
    } catch (error) {
      if (error instanceof MailError && error.code === 'FORBIDDEN') return [];
      throw error;
    }
  }

  override build(params: Record<string, unknown>): BaseRecord {
    return new SmtpRecord(params, this);
  }

  override async update(id: string, params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    const { configId } = params;
    if (configId === undefined) throw new ValidationError({ configId: { type: 'required', message: 'Choose a configuration.' } });
    return inAdminTerms(async () =>
      paramsOf(await this.activities.assign(id, configId === '' ? null : (configId as string | null), callOf(context))),
    );
  }

  recordOf(view: SmtpActivityView): BaseRecord {
    return this.build(paramsOf(view));
  }
}

/** Chooses the configuration of an activity. */
export const editActivity: ActionHandler<ActionResponse> = async (
  { method, payload = {} },
  _response,
  { record, resource, currentAdmin, ...context },
) => {
  if (!record) throw new NotFoundError('There is no such activity.', 'SmtpActivity');
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

function paramsOf(view: SmtpActivityView): ParamsType {
  return { id: view.key, ...Object.fromEntries(FIELDS.map((field) => [field, view[field]])) };
}
