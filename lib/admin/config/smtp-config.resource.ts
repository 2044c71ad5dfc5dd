import { type ActionContext, AppError, type BaseRecord, type Filter, type ParamsType } from 'adminjs';
import type { SmtpConfigInput, SmtpConfigView } from '../../config/smtp-config.input.js';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import { FILTER_FIELDS, type FilterField, type SmtpConfigQuery } from '../../config/smtp-config.queries.js';
import type { Caller } from '../../options/access.js';
import { CONFIG_FIELDS, type SecretColumn, SORT_NAMES, hasSecretName, settingsOf } from '../../shared/config-fields.js';
import { withAdminErrors } from '../adminjs/admin-errors.js';
import { type FindOptions, SmtpResource, callerOf, wholeNumber } from '../adminjs/smtp.resource.js';
import { typedValues } from '../adminjs/typed-values.js';

/** The properties that AdminJS may show. They include no secrets. */
const PROPERTIES = Object.entries(CONFIG_FIELDS).flatMap(([name, { value }]) =>
  value === 'secret' ? [`${name}Source`, `${name}Ref`, hasSecretName(name as SecretColumn)] : [name],
);
const FLAGS: readonly string[] = settingsOf('flag');

/** The configurations as an AdminJS resource. SmtpConfigService checks the permissions of the current admin on every call. */
export class SmtpConfigResource extends SmtpResource<SmtpConfigView> {
  constructor(readonly configs: SmtpConfigService) {
    super('SmtpConfig', PROPERTIES, SORT_NAMES);
  }

  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return withAdminErrors(() => this.configs.count({ filters: filtersOf(filter) }, callerOf(context)));
  }

  override async find(filter: Filter, { limit, offset, sort }: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const sortBy = SORT_NAMES.find((field) => field === sort?.sortBy);
    const query = {
      filters: filtersOf(filter),
      sortBy,
      direction: sort?.direction,
      limit: wholeNumber(limit),
      offset: wholeNumber(offset),
    };
    const views = await withAdminErrors(() => this.configs.find(query, callerOf(context)));
    return views.map((view) => this.recordOf(view));
  }

  override async create(params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    return withAdminErrors(async () => this.paramsOf(await this.configs.create(typedValues(params) as SmtpConfigInput, callerOf(context))));
  }

  override async update(id: string, params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    const input = typedValues(params) as SmtpConfigInput;
    if (typeof input.version !== 'number') throw new AppError('versionMissing');
    return withAdminErrors(async () => this.paramsOf(await this.configs.update(id, input, callerOf(context))));
  }

  override async delete(id: string, context?: ActionContext): Promise<void> {
    return withAdminErrors(() => this.configs.remove(id, callerOf(context)));
  }

  protected override views(ids: string[], call: Caller): Promise<SmtpConfigView[]> {
    return this.configs.findMany(ids, call);
  }
}

/** Converts AdminJS's filter. @throws AppError for an unknown field: ignoring it would show everything as if it matched */
function filtersOf(filter: Filter): SmtpConfigQuery['filters'] {
  const filters: Record<string, string | boolean> = {};
  for (const [path, { value }] of Object.entries(filter?.filters ?? {})) {
    if (!FILTER_FIELDS.includes(path as FilterField)) throw new AppError('filterUnknown');
    if (typeof value !== 'string') throw new AppError('filterUnknown');
    filters[path] = FLAGS.includes(path) ? value === 'true' : value;
  }
  return filters;
}
