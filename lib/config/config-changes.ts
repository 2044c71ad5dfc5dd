import type { SmtpAuditChange, SmtpAuditValue } from '../shared/audit.js';
import { CERTIFICATE_NAMES, SECRET_COLUMNS, type SecretColumn, TARGET_NAMES, type TargetName } from '../shared/config-fields.js';
import { certificateFingerprints } from './ca-certificate.js';
import type { StoredSettings } from './kinds/kind.js';
import { candidateOf } from './merge-input.js';
import type { SmtpConfig } from './smtp-config.entity.js';

type Changes = Record<string, SmtpAuditChange>;
/** A stored configuration and its default flag; null if it does not exist. */
export type ConfigState = { row: SmtpConfig; isDefault: boolean } | null;

/** Returns the differences between two states of a configuration by field. For a secret, only that it was set, changed or removed. */
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

/** Returns the fields that decide where a test connects to. */
export function targetOf(settings: Pick<StoredSettings, TargetName>): Record<string, SmtpAuditValue | undefined> {
  return Object.fromEntries(TARGET_NAMES.map((name) => [name, settings[name] ?? undefined]));
}

/** Returns every field but the secrets. Empty lists become null, and certificates their fingerprints. */
function valuesOf(state: ConfigState): Record<string, SmtpAuditValue> {
  if (!state) return {};
  const { row, isDefault } = state;
  const references = SECRET_COLUMNS.flatMap((column) => ([`${column}Source`, `${column}Ref`] as const).map((part) => [part, row[part]]));
  const values = {
    ...candidateOf(row, isDefault),
    ...Object.fromEntries(references),
    ...Object.fromEntries(CERTIFICATE_NAMES.map((name) => [name, row[name] && (certificateFingerprints(row[name]) ?? ['(unreadable)'])])),
  };
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, Array.isArray(value) && value.length === 0 ? null : (value as SmtpAuditValue)]),
  );
}

/** Compares ciphers: sealing a secret again yields another cipher, so an unchanged cipher is a secret that was kept. */
function changeOfSecret(column: SecretColumn, before: ConfigState, after: ConfigState): SmtpAuditChange | undefined {
  const [old, young] = [before?.row[`${column}Cipher`] ?? null, after?.row[`${column}Cipher`] ?? null];
  if (old === young) return undefined;
  return { before: old === null ? null : 'set', after: young === null ? null : old === null ? 'set' : 'changed' };
}
