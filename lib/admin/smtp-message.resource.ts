import { type ActionContext, AppError, BaseProperty, BaseRecord, BaseResource, type Filter, type ParamsType } from 'adminjs';
import { MAIL_LOG_SORTS, MESSAGE_STATUSES, type MailLogFilters, type MailLogSort } from '../outbox/mail-log.queries.js';
import { COUNT_LIMIT, type MailLogService } from '../outbox/mail-log.service.js';
import type { MailLogAttempt, MailLogEntry } from '../outbox/mail-log.view.js';
import { MailError } from '../smtp.errors.js';
import { inAdminTerms } from './admin-errors.js';
import { callOf } from './smtp-config.resource.js';
import { SmtpRecord } from './smtp.record.js';

/** What AdminJS may show: never a body, and no subject of a sensitive message. */
const FIELDS = [
  'id',
  'status',
  'reason',
  'activity',
  'configName',
  'sentBy',
  'recipients',
  'recipientCount',
  'subject',
  'sensitive',
  'priority',
  'attempts',
  'availableAt',
  'nextAttemptAt',
  'expiresAt',
  'lastCode',
  'lastReply',
  'lastError',
  'messageId',
  'hasBody',
  'resentFrom',
  'createdAt',
  'sentAt',
] as const satisfies readonly (keyof MailLogEntry)[];

type FindOptions = { limit?: number; offset?: number; sort?: { sortBy?: string; direction?: 'asc' | 'desc' } };

/** The mail log for AdminJS, over MailLogService: nothing of it is created, edited or deleted by hand. */
export class SmtpMessageResource extends BaseResource {
  readonly #properties = [...FIELDS, 'attemptsJson'].map(
    (path, position) =>
      new BaseProperty({ path, type: 'string', isId: path === 'id', isSortable: MAIL_LOG_SORTS.includes(path as MailLogSort), position }),
  );

  constructor(readonly messages: MailLogService) {
    super();
  }

  static override isAdapterFor(): boolean {
    return false;
  }

  override id(): string {
    return 'SmtpMessage';
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

  /** At most {@link COUNT_LIMIT}: the log may be of any length. */
  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return inAdminTerms(() => this.messages.count({ filters: filtersOf(filter) }, callOf(context)));
  }

  override async find(filter: Filter, { limit, offset, sort }: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const skipped = whole(offset);
    if (skipped !== undefined && skipped > COUNT_LIMIT) throw new AppError('tooFarBack');
    const query = { filters: filtersOf(filter), direction: sort?.direction, limit: whole(limit), offset: skipped };
    const entries = await inAdminTerms(() => this.messages.find(query, callOf(context)));
    return entries.map((entry) => this.recordOf(entry));
  }

  /** With its attempts. Nothing for those who may not look: AdminJS asks before it checks. */
  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord | null> {
    return unlessForbidden(null, async () => {
      const entry = await this.messages.findOne(id, callOf(context));
      return entry && this.recordOf(entry, entry.attemptList);
    });
  }

  override async findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    return unlessForbidden([], async () =>
      (await this.messages.findMany(ids.map(String), callOf(context))).map((entry) => this.recordOf(entry)),
    );
  }

  override build(params: Record<string, unknown>): BaseRecord {
    return new SmtpRecord(params, this);
  }

  recordOf(entry: MailLogEntry, attempts?: MailLogAttempt[]): BaseRecord {
    return this.build({ ...paramsOf(entry), ...(attempts && { attemptsJson: JSON.stringify(attempts) }) });
  }
}

function paramsOf(entry: MailLogEntry): ParamsType {
  return Object.fromEntries(
    FIELDS.map((field) => [field, entry[field] instanceof Date ? (entry[field] as Date).toISOString() : entry[field]]),
  );
}

async function unlessForbidden<T>(nothing: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MailError && error.code === 'FORBIDDEN') return nothing;
    throw error;
  }
}

/** The filters' names over the wire are those of the fields they are about. */
const TEXT_FILTERS: Record<string, 'activity' | 'config' | 'recipient' | 'subject'> = {
  activity: 'activity',
  configName: 'config',
  recipients: 'recipient',
  subject: 'subject',
};

/** @throws AppError for what cannot be filtered by: passing over it would show everything as if it matched. */
function filtersOf(filter: Filter): MailLogFilters {
  const filters: MailLogFilters = {};
  for (const [path, { value }] of Object.entries(filter?.filters ?? {})) {
    const text = TEXT_FILTERS[path];
    if (text && typeof value === 'string') filters[text] = value;
    else if (path === 'status' && MESSAGE_STATUSES.some((status) => status === value)) filters.status = value as MailLogFilters['status'];
    else if (path === 'createdAt' && typeof value === 'object') Object.assign(filters, between(value));
    else throw new AppError('filterUnknown');
  }
  return filters;
}

function between(range: { from?: unknown; to?: unknown }): Pick<MailLogFilters, 'from' | 'to'> {
  const { from, to, ...others } = range;
  const times = Object.entries({ from, to }).filter(([, value]) => value !== undefined);
  const dates = Object.fromEntries(times.map(([name, value]) => [name, new Date(typeof value === 'string' ? value : Number.NaN)]));
  if (Object.keys(others).length > 0 || Object.values(dates).some((date) => Number.isNaN(date.getTime()))) {
    throw new AppError('filterUnknown');
  }
  return dates;
}

function whole(value: unknown): number | undefined {
  const number = Math.floor(Number(value));
  return value !== undefined && Number.isFinite(number) && number >= 0 ? number : undefined;
}
