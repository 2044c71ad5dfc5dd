import { type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import { isExactly, isStorable } from '../database/query-checks.js';
import { type MessageStatus, SmtpMessage } from './smtp-message.entity.js';
import { uuid7Before } from '../database/uuid7.js';

/** What the mail log can be narrowed to. */
export interface MailLogFilters {
  status?: MessageStatus;
  /** The key of an activity. */
  activity?: string;
  /** The name of a configuration: what left through it, and what will. */
  config?: string;
  /** Anywhere in the addresses, whatever the case. */
  recipient?: string;
  /** Anywhere in the subject, whatever the case. Sensitive messages match none. */
  subject?: string;
  /** Queued at this time or later. */
  from?: Date;
  /** Queued before this time. */
  to?: Date;
}

/** Which messages of the log, in which order. */
export interface MailLogQuery {
  filters?: MailLogFilters;
  /** @default 'createdAt' */
  sortBy?: MailLogSort;
  /** @default 'desc' */
  direction?: 'asc' | 'desc';
  /** @default 20 */
  limit?: number;
  offset?: number;
}

/** What the log can be sorted by. */
export const MAIL_LOG_SORTS = ['createdAt'] as const;
export type MailLogSort = (typeof MAIL_LOG_SORTS)[number];

export const MESSAGE_STATUSES: readonly MessageStatus[] = [
  'queued',
  'sending',
  'sent',
  'partially_sent',
  'failed',
  'expired',
  'cancelled',
  'held',
  'unknown',
];

/** A configuration as a filter names it: what was tried knows its name, what waits is in a lane that leads to it. */
export interface ConfigMatch {
  name: string;
  lanes: readonly string[];
}

const WAITING: MessageStatus[] = ['queued', 'sending', 'held'];

/** Ids are made by the clocks of the processes, times by the database's: they may differ, but not by a day. */
const CLOCK_SLACK_MS = 86_400_000;

/** What a filter means just now. */
export interface FilterContext {
  config?: ConfigMatch;
  sensitiveKeys: ReadonlySet<string>;
}

/** Selects the messages that match. */
export function selectMessages(
  em: EntityManager,
  filters: MailLogFilters,
  { config, sensitiveKeys }: FilterContext,
): SelectQueryBuilder<SmtpMessage> {
  const query = em.createQueryBuilder(SmtpMessage, 'message');
  if (Object.values(filters).some((value) => typeof value === 'string' && !isStorable(value))) return query.where('1 = 0');
  const is = (field: keyof SmtpMessage, parameter: string): string => isExactly(em, `message.${field}`, parameter);
  if (filters.status !== undefined) query.andWhere(is('status', ':status'), { status: filters.status });
  if (filters.activity !== undefined) query.andWhere(is('activity', ':activity'), { activity: filters.activity });
  if (config) {
    // What was last tried through it may wait for another one by now.
    const isOver = `message.sentBy IS NULL AND ${is('configName', ':config')} AND message.status NOT IN (:...waiting)`;
    const isMeant =
      'message.lane IN (:...lanes) AND (message.status IN (:...waiting) OR (message.sentBy IS NULL AND message.configName IS NULL))';
    query.andWhere(`(${is('sentBy', ':config')} OR (${isOver}) OR (${isMeant}))`, {
      config: config.name,
      waiting: WAITING,
      // A list must not be empty; no lane is called so.
      lanes: config.lanes.length > 0 ? config.lanes : [''],
    });
  }
  if (filters.recipient !== undefined) contains(query, 'recipients', filters.recipient);
  if (filters.subject !== undefined) {
    contains(query, 'subject', filters.subject);
    query.andWhere('message.sensitive = :isSensitive', { isSensitive: false });
    if (sensitiveKeys.size > 0) query.andWhere('message.activity NOT IN (:...sensitiveKeys)', { sensitiveKeys: [...sensitiveKeys] });
  }
  // The order of the ids is the order of creation, so they lead to a time without an index of its own.
  if (filters.from) {
    const from = filters.from.getTime();
    query.andWhere('message.id >= :fromId AND message.createdAt >= :from', { fromId: uuid7Before(from - CLOCK_SLACK_MS), from });
  }
  if (filters.to) {
    const to = filters.to.getTime();
    query.andWhere('message.id < :toId AND message.createdAt < :to', { toId: uuid7Before(to + CLOCK_SLACK_MS), to });
  }
  return query;
}

/** Some ids of the messages that match. Only indices are read for most filters; the rows are for {@link messagesById}. */
export async function idsOf(query: SelectQueryBuilder<SmtpMessage>): Promise<string[]> {
  return (await query.select('message.id', 'id').getRawMany<{ id: string }>()).map(({ id }) => id);
}

/** The messages of these ids, in their order. */
export async function messagesById(em: EntityManager, ids: readonly string[]): Promise<SmtpMessage[]> {
  const possible = ids.filter(isStorable);
  if (possible.length === 0) return [];
  const rows = new Map((await em.findBy(SmtpMessage, { id: In(possible) })).map((row) => [row.id, row]));
  return ids.map((id) => rows.get(id)).filter((row) => row !== undefined);
}

function contains(query: SelectQueryBuilder<SmtpMessage>, field: 'recipients' | 'subject', text: string): void {
  // "!" escapes: a backslash would mean different things to different databases.
  query.andWhere(`LOWER(message.${field}) LIKE :${field} ESCAPE '!'`, { [field]: `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%` });
}
