import { earliestExpiry } from '../options/certificates.js';
import { FILTER_NAMES, type FilterName, SECRET_COLUMNS, type SecretColumn, type SortName, hasSecretName } from '../shared/config-fields.js';
import { evidenceOf } from './config-health.sql.js';
import { findKind } from './kinds/kinds.js';
import type { HasSecrets, SmtpConfigView } from './smtp-config.input.js';
import type { SmtpConfigStatus } from './smtp-config-status.entity.js';
import type { SmtpActivity, SmtpConfig } from './smtp-config.entity.js';

/** Selects and sorts configurations. */
export interface SmtpConfigQuery {
  /** Text fields match anywhere in the text and ignore case; all others match exactly. */
  filters?: Partial<Record<FilterField, string | boolean>>;
  sortBy?: SortName;
  direction?: 'asc' | 'desc';
  limit?: number;
  offset?: number;
}

/** The fields to filter by. `search` covers several fields; secrets are not included. */
export const FILTER_FIELDS = ['search', ...FILTER_NAMES, 'health'] as const;
export type FilterField = FilterName | 'search' | 'health';

/** The number of configurations whose certificates are read in one turn of the event loop. */
const READ_AT_ONCE = 50;

/** Everything that the views of configurations need beyond their own rows. */
export interface RelatedRows {
  statuses: readonly SmtpConfigStatus[];
  defaultId: string | null;
  /** The activities that chose one of the configurations. */
  activities: readonly Pick<SmtpActivity, 'key' | 'configId'>[];
}

/** Returns the views of configurations, without their ciphers. */
export async function viewsOf(rows: readonly SmtpConfig[], { statuses, defaultId, activities }: RelatedRows): Promise<SmtpConfigView[]> {
  const statusOf = new Map(statuses.map((status) => [status.configId, status]));
  const ends = await caExpiries(rows);
  return rows.map((row, index) => ({
    ...withoutCiphers(row),
    isDefault: row.id === defaultId,
    ...evidenceOf(row, statusOf.get(row.id)),
    caExpiresAt: ends[index]!,
    usedBy: activities.filter(({ configId }) => configId === row.id).map(({ key }) => key),
    loginWarning: findKind(row.type)?.loginWarning?.(row) ?? null,
  }));
}

type Hidden = `${SecretColumn}Cipher`;
const CIPHERS: readonly string[] = SECRET_COLUMNS.map((column) => `${column}Cipher`);

/** Returns a row with the facts of which secrets it has, in place of their ciphers. */
function withoutCiphers(row: SmtpConfig): Omit<SmtpConfig, Hidden> & HasSecrets {
  const shown = Object.entries(row).filter(([name]) => !CIPHERS.includes(name));
  const has = SECRET_COLUMNS.map((column) => [hasSecretName(column), row[`${column}Cipher`] !== null]);
  return Object.fromEntries([...shown, ...has]) as Omit<SmtpConfig, Hidden> & HasSecrets;
}

/**
 * Returns the earliest expiry among each configuration's CA certificates. Yields to the event loop, because reading many
 * certificates takes a while.
 */
async function caExpiries(rows: readonly SmtpConfig[]): Promise<(Date | null)[]> {
  const ends: (Date | null)[] = [];
  for (const { caCertificate } of rows) {
    if (ends.length % READ_AT_ONCE === READ_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    ends.push(earliestExpiry(caCertificate));
  }
  return ends;
}
