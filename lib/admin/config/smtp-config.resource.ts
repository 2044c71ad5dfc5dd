import { type ActionContext, AppError, type BaseRecord, type Filter, type ParamsType } from 'adminjs';
import type { SmtpConfigInput, SmtpConfigView } from '../../config/smtp-config.input.js';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import { FILTER_FIELDS, type FilterField, SORT_FIELDS, type SmtpConfigQuery } from '../../config/smtp-config.queries.js';
import type { Caller } from '../../options/access.js';
import { inAdminTerms } from '../adminjs/admin-errors.js';
import { type FindOptions, SmtpResource, callerOf, whole } from '../adminjs/smtp.resource.js';
import { typedValues } from '../adminjs/typed-values.js';

/** What AdminJS may show. Secrets are not among its properties, so it cannot ask for them. */
const FIELDS = [
  'id',
  'name',
  'type',
  'isDefault',
  'enabled',
  'fromName',
  'fromAddress',
  'replyTo',
  'signature',
  'description',
  'host',
  'port',
  'security',
  'authRequired',
  'authMethod',
  'username',
  'passwordSource',
  'passwordRef',
  'hasPassword',
  'tenantId',
  'clientId',
  'clientSecretSource',
  'clientSecretRef',
  'hasClientSecret',
  'graphCloud',
  'caCertificate',
  'cc',
  'bcc',
  'copyActivities',
  'maxConnections',
  'lastTestStatus',
  'lastTestAt',
  'lastTestMs',
  'lastTestError',
  'tlsVersion',
  'certificateExpiresAt',
  'caExpiresAt',
  'failingSince',
  'failingError',
  'usedBy',
  'loginWarning',
  'version',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof SmtpConfigView)[];

/** The configurations for AdminJS, over SmtpConfigService: every call carries the current admin, whose rights are asked there. */
export class SmtpConfigResource extends SmtpResource<SmtpConfigView> {
  constructor(readonly configs: SmtpConfigService) {
    super('SmtpConfig', FIELDS, SORT_FIELDS);
  }

  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return inAdminTerms(() => this.configs.count({ filters: filtersOf(filter) }, callerOf(context)));
  }

  override async find(filter: Filter, { limit, offset, sort }: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const sortBy = SORT_FIELDS.find((field) => field === sort?.sortBy);
    const query = { filters: filtersOf(filter), sortBy, direction: sort?.direction, limit: whole(limit), offset: whole(offset) };
    const views = await inAdminTerms(() => this.configs.find(query, callerOf(context)));
    return views.map((view) => this.recordOf(view));
  }

  override async create(params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    return inAdminTerms(async () => this.paramsOf(await this.configs.create(typedValues(params) as SmtpConfigInput, callerOf(context))));
  }

  override async update(id: string, params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    const input = typedValues(params) as SmtpConfigInput;
    if (typeof input.version !== 'number') throw new AppError('versionMissing');
    return inAdminTerms(async () => this.paramsOf(await this.configs.update(id, input, callerOf(context))));
  }

  override async delete(id: string, context?: ActionContext): Promise<void> {
    return inAdminTerms(() => this.configs.remove(id, callerOf(context)));
  }

  protected override views(ids: string[], call: Caller): Promise<SmtpConfigView[]> {
    return this.configs.findMany(ids, call);
  }
}

/** @throws AppError for a field that cannot be filtered by: passing over it would show everything as if it matched. */
function filtersOf(filter: Filter): SmtpConfigQuery['filters'] {
  const filters: Record<string, string | boolean> = {};
  for (const [path, { value }] of Object.entries(filter?.filters ?? {})) {
    if (!FILTER_FIELDS.includes(path as FilterField)) throw new AppError('filterUnknown');
    if (typeof value !== 'string') throw new AppError('filterUnknown');
    filters[path] = path === 'enabled' || path === 'isDefault' ? value === 'true' : value;
  }
  return filters;
}
