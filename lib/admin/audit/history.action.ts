import { type ActionHandler, type ActionRequest, type ActionResponse, AppError } from 'adminjs';
import type { SmtpAuditQuery } from '../../audit/smtp-audit.query.js';
import type { SmtpAuditService } from '../../audit/smtp-audit.service.js';
import type { SmtpActivityService } from '../../config/smtp-activity.service.js';
import type { SmtpConfigService } from '../../config/smtp-config.service.js';
import type { Caller } from '../../options/access.js';
import type { MailLogService } from '../../outbox/mail-log.service.js';
import type { HistoryResponse } from '../../shared/admin-responses.js';
import type { ExistingRecords, SmtpAuditEntry, SmtpAuditRecord } from '../../shared/audit.js';
import { withAdminErrors } from '../adminjs/admin-errors.js';
import { callerOf, wholeNumber } from '../adminjs/smtp.resource.js';

/** The services that the change history reads. */
export interface HistorySources {
  history: SmtpAuditService;
  configs: SmtpConfigService;
  messages: MailLogService;
  /** Undefined if there is no screen for activities. */
  activities: SmtpActivityService | undefined;
}

const MAX_PER_PAGE = 100;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads a page of the change history and the records in it that still exist. */
export function readHistory(sources: HistorySources): ActionHandler<ActionResponse> {
  return async ({ query }, _response, context): Promise<HistoryResponse> =>
    withAdminErrors(async () => {
      const call = callerOf(context);
      const page = await readPage(sources.history, queryOf(query), call);
      return { history: { ...page, existing: await existingIn(page.entries, sources, call) } };
    });
}

/** Reads one entry more than a page has, to find out whether there are more. */
async function readPage(history: SmtpAuditService, { before, ...query }: SmtpAuditQuery & { limit: number }, call: Caller) {
  const limit = query.limit + 1;
  if (before !== undefined) {
    const newer = await history.find({ ...query, before, limit }, call);
    if (newer.length === limit) return { entries: newer.slice(1), hasNewer: true, hasOlder: true };
    // Too few for a page: the first page has these and some older ones.
  }
  const entries = await history.find({ ...query, limit }, call);
  return { entries: entries.slice(0, query.limit), hasNewer: query.after !== undefined, hasOlder: entries.length === limit };
}

/** Converts the parameters of a request. @throws AppError for an unknown filter: ignoring it would show everything as if it matched */
function queryOf(parameters: ActionRequest['query'] = {}): SmtpAuditQuery & { limit: number } {
  const query: SmtpAuditQuery & { limit: number } = { limit: limitOf(parameters.perPage) };
  for (const [name, value] of Object.entries(parameters)) {
    const filter = /^filters(?:\W(.*))?$/s.exec(name);
    if (filter === null && name !== 'after' && name !== 'before') continue;
    if (value === '') continue;
    if (typeof value !== 'string') throw new AppError('filterUnknown');
    Object.assign(query, filterOf(filter ? (filter[1] ?? '') : name, value));
  }
  const { recordType: type, recordText: id } = query;
  // An id of a known type is found through an index.
  if (type === undefined || id === undefined || !UUID.test(id)) return query;
  const { recordType: _type, recordText: _text, ...others } = query;
  return { ...others, record: { type, id } };
}

function filterOf(name: string, value: string): SmtpAuditQuery {
  switch (name) {
    case 'person':
    case 'action':
    case 'recordType':
    case 'after':
    case 'before':
      return { [name]: value };
    case 'record':
      return { recordText: value };
    case 'from':
    case 'to': {
      const at = new Date(value);
      if (Number.isNaN(at.getTime())) throw new AppError('filterUnknown');
      return { [name]: at };
    }
    default:
      throw new AppError('filterUnknown');
  }
}

function limitOf(perPage: unknown): number {
  return Math.min(Math.max(wholeNumber(perPage) ?? 25, 1), MAX_PER_PAGE);
}

/** Returns the names of all records that the entries name and that still exist. */
async function existingIn(
  entries: readonly SmtpAuditEntry[],
  { configs, messages, activities }: HistorySources,
  call: Caller,
): Promise<ExistingRecords> {
  const named = (type: SmtpAuditRecord['type'], ...others: unknown[]): string[] => {
    const ids = entries.flatMap(({ record }) => (record?.type === type ? [record.id] : []));
    return [...new Set([...ids, ...others.filter((id) => typeof id === 'string')])];
  };
  const configIds = named('config', ...entries.flatMap(({ changes, details }) => [changes.configId?.after, details.originalId]));
  const messageIds = named('message', ...entries.map(({ details }) => details.resent));
  const keys = activities ? named('activity') : [];
  const [foundConfigs, foundMessages, foundActivities] = await Promise.all([
    configIds.length > 0 ? configs.findMany(configIds, call) : [],
    messageIds.length > 0 ? messages.findMany(messageIds, call) : [],
    keys.length > 0 ? activities!.find(call) : [],
  ]);
  return {
    config: Object.fromEntries(foundConfigs.map(({ id, name }) => [id, name])),
    message: Object.fromEntries(foundMessages.map(({ id, subject }) => [id, subject])),
    activity: Object.fromEntries(foundActivities.filter(({ key }) => keys.includes(key)).map(({ key, label }) => [key, label])),
  };
}
