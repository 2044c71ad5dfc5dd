import type { SmtpAuditEntry } from '../../../shared/audit.js';
import type { Wire } from '../../../shared/wire.js';
import { listRecords } from '../model/api.js';

/** The versions to read: more than are saved while a form is open. */
const LIMIT = 50;

/** Returns the changes of a configuration by person, the latest first; none if the history cannot be read. */
export async function latestChanges(configId: string, versions: number): Promise<Wire<SmtpAuditEntry>[]> {
  const query = { perPage: String(LIMIT), 'filters.recordType': 'config', 'filters.record': configId };
  const response = await listRecords('SmtpAudit', query).catch(() => undefined);
  const entries = response?.history?.entries ?? [];
  // Every save is one version.
  return entries.filter(({ action }) => action === 'update' || action === 'create').slice(0, versions);
}
