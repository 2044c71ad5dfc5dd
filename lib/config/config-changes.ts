import type { SmtpAuditChange, SmtpAuditValue } from '../options/audit.js';
import { fingerprints } from '../options/certificates.js';
import { caProblem } from './ca-certificate.js';
import { SECRET_COLUMNS, type SecretColumn } from './destination.js';
import type { SmtpConfig } from './smtp-config.entity.js';
import { candidateOf } from './smtp-config.input.js';
import type { StoredConfig } from './smtp-config.queries.js';

type Changes = Record<string, SmtpAuditChange>;
/** A configuration as it is stored, and whether it is the default; null where there is none. */
export type ConfigState = { row: StoredConfig; isDefault: boolean } | null;

/** What differs between two states of a configuration, by field. Of secrets only that they were set, typed anew or removed. */
export function changesBetween(before: ConfigState, after: ConfigState): Changes {
  const [old, young] = [valuesOf(before), valuesOf(after)];
  const changes: Changes = {};
  for (const field of Object.keys({ ...old, ...young })) {
    const change = { before: old[field] ?? null, after: young[field] ?? null };
    if (JSON.stringify(change.before) !== JSON.stringify(change.after)) changes[field] = change;
  }
  for (const column of SECRET_COLUMNS) {
    const change = changeOfSecret(column, before, after);
    if (change) changes[column] = change;
  }
  return changes;
}

/** Where a test or a question goes: what is named is what decides about it. */
export function targetOf(config: TargetFields): Record<string, SmtpAuditValue | undefined> {
  const fields = ['type', 'host', 'port', 'security', 'authMethod', 'username', 'tenantId', 'clientId', 'graphCloud'] as const;
  return Object.fromEntries(fields.map((field) => [field, config[field] ?? undefined]));
}

type TargetFields = Pick<
  SmtpConfig,
  'type' | 'host' | 'port' | 'security' | 'authMethod' | 'username' | 'tenantId' | 'clientId' | 'graphCloud'
>;

/** Every field but the secrets; lists and certificates that are empty count as nothing. */
function valuesOf(state: ConfigState): Record<string, SmtpAuditValue> {
  if (!state) return {};
  const { row, isDefault } = state;
  const { passwordSource, passwordRef, clientSecretSource, clientSecretRef } = row;
  const values = { ...candidateOf(row, isDefault), passwordSource, passwordRef, clientSecretSource, clientSecretRef };
  const caCertificate = fingerprintsOf(row.caCertificate);
  return Object.fromEntries(
    Object.entries({ ...values, caCertificate }).map(([field, value]) => [
      field,
      Array.isArray(value) && value.length === 0 ? null : value,
    ]),
  );
}

function fingerprintsOf(pem: string | null): string[] {
  if (!pem) return [];
  return caProblem(pem) ? ['(unreadable)'] : fingerprints(pem);
}

/** Each time a secret is sealed its cipher is another one, so one that stayed is one that was kept. */
function changeOfSecret(column: SecretColumn, before: ConfigState, after: ConfigState): SmtpAuditChange | undefined {
  const [old, young] = [before?.row[`${column}Cipher`] ?? null, after?.row[`${column}Cipher`] ?? null];
  if (old === young) return undefined;
  return { before: old === null ? null : 'set', after: young === null ? null : old === null ? 'set' : 'changed' };
}
