import { type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import { earliestEnd } from '../options/certificates.js';
import { isExactly, isStorable } from '../database/query-checks.js';
import { loginWarning } from './login-warning.js';
import type { SmtpConfigView } from './smtp-config.input.js';
import { DEFAULT_ROW, SmtpActivity, SmtpConfig, SmtpConfigStatus, SmtpDefault } from './smtp-config.entity.js';

/** Which configurations, in which order. */
export interface SmtpConfigQuery {
  /** Text fields match anywhere in the text, whatever the case; the others exactly. */
  filters?: Partial<Record<FilterField, string | boolean>>;
  sortBy?: SortField;
  direction?: 'asc' | 'desc';
  limit?: number;
  offset?: number;
}

const TEXT_FILTERS = ['name', 'host', 'fromAddress', 'fromName', 'username', 'description'] as const;
const EXACT_FILTERS = ['type', 'security', 'enabled', 'isDefault', 'health'] as const;
/** What the list can be filtered by; `search` looks into {@link SEARCHED}. Nothing about secrets is among them. */
export const FILTER_FIELDS = ['search', ...TEXT_FILTERS, ...EXACT_FILTERS] as const;
/** What one search looks into: all that tells a configuration from others. */
const SEARCHED = ['name', 'host', 'fromAddress', 'fromName', 'username'] as const;
/** What the list can be sorted by. */
export const SORT_FIELDS = [
  'name',
  'type',
  'host',
  'port',
  'security',
  'fromAddress',
  'enabled',
  'lastTestAt',
  'createdAt',
  'updatedAt',
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];
export type SortField = (typeof SORT_FIELDS)[number];

/** A row with its ciphers, for those who seal and open. */
export type StoredConfig = SmtpConfig;

/** Configurations whose certificates are read in one go. */
const READ_AT_ONCE = 50;

const CIPHERS = ['config.passwordCipher', 'config.clientSecretCipher'];

/** Selects configurations with their ciphers. */
export function selectStored(em: EntityManager): SelectQueryBuilder<SmtpConfig> {
  return em.createQueryBuilder(SmtpConfig, 'config').addSelect(CIPHERS);
}

/** Selects the configurations that match, with their ciphers, joined with what the list sorts by. */
export function selectMatching(em: EntityManager, { filters = {} }: Pick<SmtpConfigQuery, 'filters'>): SelectQueryBuilder<SmtpConfig> {
  const query = selectStored(em)
    .leftJoin(SmtpConfigStatus, 'status', 'status.configId = config.id')
    .leftJoin(SmtpDefault, 'pointer', 'pointer.configId = config.id');
  if (Object.values(filters).some((value) => typeof value === 'string' && !isStorable(value))) return query.where('1 = 0');
  for (const field of TEXT_FILTERS) contains(query, field, [field], filters[field]);
  contains(query, 'search', SEARCHED, filters.search);
  for (const field of ['type', 'security'] as const) {
    if (filters[field] !== undefined) query.andWhere(isExactly(em, `config.${field}`, `:${field}`), { [field]: filters[field] });
  }
  if (filters.enabled !== undefined) query.andWhere('config.enabled = :enabled', { enabled: filters.enabled });
  if (filters.isDefault !== undefined) query.andWhere(`pointer.configId IS ${filters.isDefault ? 'NOT ' : ''}NULL`);
  if (filters.health !== undefined) query.andWhere(isExactly(em, HEALTH, ':health'), { health: filters.health });
  return query;
}

/** As the list says it: what is off is only off, and what is failing has failed, unless it was changed since. */
const HEALTH = `CASE WHEN NOT config.enabled THEN 'off'
  WHEN status.failingSince IS NOT NULL AND status.failingVersion = config.version OR status.lastTestStatus = 'failed' THEN 'failing'
  WHEN status.lastTestStatus = 'ok' THEN 'working' ELSE 'untested' END`;

/** Narrows to what has the text anywhere in one of the columns. */
function contains(
  query: SelectQueryBuilder<SmtpConfig>,
  parameter: string,
  columns: readonly (typeof TEXT_FILTERS)[number][],
  text: string | boolean | undefined,
): void {
  if (typeof text !== 'string') return;
  // "!" escapes: a backslash would mean different things to different databases.
  const pattern = (words: string): string => `%${words.replace(/[!%_]/g, '!$&')}%`;
  const [typed, lower] = [`${parameter}Typed`, `${parameter}Lower`];
  // As typed, too: SQLite knows the case of no letters but those of English.
  const ways = columns.map((column) => `LOWER(config.${column}) LIKE :${lower} ESCAPE '!' OR config.${column} LIKE :${typed} ESCAPE '!'`);
  query.andWhere(`(${ways.join(' OR ')})`, { [typed]: pattern(text), [lower]: pattern(text.toLowerCase()) });
}

/** Puts rows and what is known of them together, and leaves the ciphers behind. */
export async function viewsOf(em: EntityManager, rows: StoredConfig[]): Promise<SmtpConfigView[]> {
  const ids = rows.map(({ id }) => id);
  const statuses = new Map((await em.findBy(SmtpConfigStatus, { configId: In(ids) })).map((status) => [status.configId, status]));
  const defaultId = (await em.findOneBy(SmtpDefault, { id: DEFAULT_ROW }))?.configId;
  const activities = await em.findBy(SmtpActivity, { configId: In(ids) });
  const ends = await caEnds(rows);
  return rows.map(({ passwordCipher, clientSecretCipher, ...row }, index) => ({
    ...row,
    isDefault: row.id === defaultId,
    hasPassword: passwordCipher !== null,
    hasClientSecret: clientSecretCipher !== null,
    lastTestStatus: statuses.get(row.id)?.lastTestStatus ?? null,
    lastTestAt: statuses.get(row.id)?.lastTestAt ?? null,
    lastTestMs: statuses.get(row.id)?.lastTestMs ?? null,
    lastTestError: statuses.get(row.id)?.lastTestError ?? null,
    tlsVersion: statuses.get(row.id)?.tlsVersion ?? null,
    certificateExpiresAt: statuses.get(row.id)?.certificateExpiresAt ?? null,
    caExpiresAt: ends[index]!,
    ...failingStateOf(row, statuses.get(row.id)),
    usedBy: activities.filter(({ configId }) => configId === row.id).map(({ key }) => key),
    loginWarning: loginWarning(row),
  }));
}

/** Reading many certificates takes a while, in which others have their turn. */
async function caEnds(rows: readonly StoredConfig[]): Promise<(Date | null)[]> {
  const ends: (Date | null)[] = [];
  for (const { caCertificate } of rows) {
    if (ends.length % READ_AT_ONCE === READ_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    ends.push(earliestEnd(caCertificate));
  }
  return ends;
}

/** A version other than the one that failed is not failing: it is tried at once. */
function failingStateOf(
  { version }: Pick<StoredConfig, 'version'>,
  status: SmtpConfigStatus | undefined,
): Pick<SmtpConfigView, 'failingSince' | 'failingError'> {
  const isFailing = status?.failingSince && status.failingVersion === version;
  return { failingSince: isFailing ? status.failingSince : null, failingError: isFailing ? status.failingError : null };
}
