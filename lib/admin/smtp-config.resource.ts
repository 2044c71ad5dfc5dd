import { type ActionContext, BaseProperty, BaseRecord, BaseResource, type Filter, AppError, type ParamsType } from 'adminjs';
import type { SmtpConfigInput, SmtpConfigView } from '../config/smtp-config.input.js';
import type { CallOptions, SmtpConfigService } from '../config/smtp-config.service.js';
import { FILTER_FIELDS, type FilterField, SORT_FIELDS, type SortField, type SmtpConfigQuery } from '../config/smtp-config.queries.js';
import { MailError } from '../smtp.errors.js';
import { inAdminTerms } from './admin-errors.js';
import { SmtpRecord } from './smtp.record.js';
import { typedValues } from './typed-values.js';

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
  'parkedSince',
  'parkedError',
  'usedBy',
  'loginWarning',
  'version',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof SmtpConfigView)[];

type FindOptions = { limit?: number; offset?: number; sort?: { sortBy?: string; direction?: 'asc' | 'desc' } };

/** Who calls, as the services take it. */
export const callOf = (context: Partial<ActionContext> | undefined): CallOptions => ({ admin: context?.currentAdmin ?? null });

/** The configurations for AdminJS, over SmtpConfigService: every call carries the current admin, whose rights are asked there. */
export class SmtpConfigResource extends BaseResource {
  // All are texts to AdminJS: its own conversions turn '' into 0 and '0' into true.
  readonly #properties = FIELDS.map(
    (path, position) =>
      new BaseProperty({ path, type: 'string', isId: path === 'id', isSortable: SORT_FIELDS.includes(path as SortField), position }),
  );

  constructor(readonly configs: SmtpConfigService) {
    super();
  }

  static override isAdapterFor(): boolean {
    return false;
  }

  override id(): string {
    return 'SmtpConfig';
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
    return inAdminTerms(() => this.configs.count({ filters: filtersOf(filter) }, callOf(context)));
  }

  override async find(filter: Filter, { limit, offset, sort }: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const sortBy = SORT_FIELDS.find((field) => field === sort?.sortBy);
    const query = { filters: filtersOf(filter), sortBy, direction: sort?.direction, limit: whole(limit), offset: whole(offset) };
    const views = await inAdminTerms(() => this.configs.find(query, callOf(context)));
    return views.map((view) => this.recordOf(view));
  }

  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord | null> {
    return (await this.findMany([id], context))[0] ?? null;
  }

  /** Nothing for those who may not look: AdminJS asks before it checks, and would answer an error with a crash. */
  override async findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    try {
      return (await this.configs.findMany(ids.map(String), callOf(context))).map((view) => this.recordOf(view));
    } catch (error) {
      if (error instanceof MailError && error.code === 'FORBIDDEN') return [];
      throw error;
    }
  }

  override build(params: Record<string, unknown>): BaseRecord {
    return new SmtpRecord(params, this);
  }

  override async create(params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    return inAdminTerms(async () => paramsOf(await this.configs.create(typedValues(params) as SmtpConfigInput, callOf(context))));
  }

  override async update(id: string, params: Record<string, unknown>, context?: ActionContext): Promise<ParamsType> {
    const input = typedValues(params) as SmtpConfigInput;
    if (typeof input.version !== 'number') throw new AppError('versionMissing');
    return inAdminTerms(async () => paramsOf(await this.configs.update(id, input, callOf(context))));
  }

  override async delete(id: string, context?: ActionContext): Promise<void> {
    return inAdminTerms(() => this.configs.remove(id, callOf(context)));
  }

  recordOf(view: SmtpConfigView): BaseRecord {
    return this.build(paramsOf(view));
  }
}

function paramsOf(view: SmtpConfigView): ParamsType {
  return Object.fromEntries(
    FIELDS.map((field) => [field, view[field] instanceof Date ? (view[field] as Date).toISOString() : view[field]]),
  );
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

function whole(value: unknown): number | undefined {
  const number = Math.floor(Number(value));
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
