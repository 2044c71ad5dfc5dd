import { type ActionContext, AppError, type BaseRecord, type Filter, type ParamsType } from 'adminjs';
import type { MailLogFilters } from '../../outbox/mail-log.query.js';
import { BLOCKED, MESSAGE_STATUSES } from '../../shared/mail-log.js';
import { COUNT_LIMIT, type MailLogService } from '../../outbox/mail-log.service.js';
import type { Caller } from '../../options/access.js';
import { withAdminErrors } from '../adminjs/admin-errors.js';
import { type FindOptions, SmtpResource, callerOf, wholeNumber } from '../adminjs/smtp.resource.js';
import type { MailLogAttempt, MailLogEntry, MessageStatus } from '../../shared/mail-log.js';

/** The properties that AdminJS may show: never a body, nor the subject of a sensitive message. */
const FIELDS = [
  'id',
  'status',
  'reason',
  'activity',
  'configName',
  'configId',
  'usesDefault',
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

/** A message. A single message includes its attempts. */
type MessageView = MailLogEntry & { attemptList?: MailLogAttempt[] };

/** The mail log as an AdminJS resource. Messages are never created, edited or deleted by hand. */
export class SmtpMessageResource extends SmtpResource<MessageView> {
  constructor(readonly messages: MailLogService) {
    super('SmtpMessage', [...FIELDS, 'deliveryJson', 'failureJson', 'attemptsJson'], ['createdAt']);
  }

  /** Counts up to {@link COUNT_LIMIT}, because the log can be of any length. */
  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return withAdminErrors(() => this.messages.count({ filters: filtersOf(filter) }, callerOf(context)));
  }

  override async find(filter: Filter, { limit, offset, sort }: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const skipped = wholeNumber(offset);
    if (skipped !== undefined && skipped > COUNT_LIMIT) throw new AppError('tooFarBack');
    const query = { filters: filtersOf(filter), direction: sort?.direction, limit: wholeNumber(limit), offset: skipped };
    const entries = await withAdminErrors(() => this.messages.find(query, callerOf(context)));
    return entries.map((entry) => this.recordOf(entry));
  }

  protected override async views(ids: string[], call: Caller): Promise<MessageView[]> {
    const [id] = ids;
    if (ids.length !== 1 || id === undefined) return this.messages.findMany(ids, call);
    const entry = await this.messages.findOne(id, call);
    return entry ? [entry] : [];
  }

  /** Adds lists and objects as JSON strings, because AdminJS would flatten them. */
  protected override paramsOf(view: MessageView): ParamsType {
    const { attemptList, delivery, failure } = view;
    return {
      ...super.paramsOf(view),
      ...(delivery && { deliveryJson: JSON.stringify(delivery) }),
      ...(failure && { failureJson: JSON.stringify(failure) }),
      ...(attemptList && { attemptsJson: JSON.stringify(attemptList) }),
    };
  }
}

/** Filters of the service by AdminJS's property. */
const TEXT_FILTERS: Record<string, 'activity' | 'config' | 'recipient' | 'search' | 'subject'> = {
  activity: 'activity',
  configName: 'config',
  recipients: 'recipient',
  search: 'search',
  subject: 'subject',
};

const FILTERED_REASONS = [...BLOCKED, 'backoff'];

/** Converts AdminJS's filter. @throws AppError for an unknown field: ignoring it would show everything as if it matched */
export function filtersOf(filter: Filter): MailLogFilters {
  const filters: MailLogFilters = {};
  for (const [path, { value }] of Object.entries(filter?.filters ?? {})) {
    const text = TEXT_FILTERS[path];
    if (text && typeof value === 'string') filters[text] = value;
    else if (path === 'status' && typeof value === 'string') filters.status = statusesFrom(value);
    else if (path === 'reason' && FILTERED_REASONS.some((reason) => reason === value)) filters.reason = value as MailLogFilters['reason'];
    else if (path === 'finishedFrom') filters.finishedFrom = timeFrom(value);
    else if (path === 'createdAt' && typeof value === 'object') Object.assign(filters, between(value));
    else throw new AppError('filterUnknown');
  }
  return filters;
}

/** Reads one status or several, separated by commas. */
function statusesFrom(value: string): MessageStatus[] {
  const statuses = value.split(',') as MessageStatus[];
  if (!statuses.every((status) => MESSAGE_STATUSES.includes(status))) throw new AppError('filterUnknown');
  return statuses;
}

function between(range: { from?: unknown; to?: unknown }): Pick<MailLogFilters, 'from' | 'to'> {
  const { from, to, ...others } = range;
  const times = Object.entries({ from, to }).filter(([, value]) => value !== undefined);
  if (Object.keys(others).length > 0) throw new AppError('filterUnknown');
  return Object.fromEntries(times.map(([name, value]) => [name, timeFrom(value)]));
}

function timeFrom(value: unknown): Date {
  const at = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(at.getTime())) throw new AppError('filterUnknown');
  return at;
}
