import type { Caller } from '../options/access.js';
import type { SmtpAuditAction, SmtpAuditChange, SmtpAuditEntry, SmtpAuditRecord, SmtpAuditValue } from '../shared/audit.js';
import { SECRET_COLUMNS } from '../shared/config-fields.js';
import { uuid7 } from '../database/uuid7.js';
import { limitSize, singleLine } from './bounded.js';
import type { SmtpAudit } from './smtp-audit.entity.js';

/** An event to record in the change history. */
export interface AuditEvent {
  by: Caller;
  action: SmtpAuditAction;
  record?: SmtpAuditRecord & { name?: string };
  changes?: Record<string, SmtpAuditChange>;
  details?: Record<string, SmtpAuditValue | undefined>;
}

/** Returns the row of an event, without the time, which the database sets. */
export function rowOf({ by, action, record, changes = {}, details = {} }: AuditEvent): Omit<SmtpAudit, 'at'> {
  return {
    id: uuid7(),
    ...callerOf(by),
    address: singleLine(by.address, 64),
    action,
    recordType: record?.type ?? null,
    recordId: singleLine(record?.id, 64),
    recordName: singleLine(record?.name, 100),
    changes: limitSize(changes),
    details: limitSize(withoutGaps(details)),
  };
}

/** Returns the email address or name of a caller; null if it has none. */
export function personOf(by: Caller): string | null {
  return callerOf(by).person;
}

/** Returns the caller's columns. Stores nothing else of an admin, because the application's session can contain anything. */
function callerOf(by: Caller): Pick<SmtpAudit, 'caller' | 'person' | 'personId'> {
  if (!by.admin) return { caller: 'application', person: singleLine(by.person, 320), personId: null };
  const { email, id } = by.admin;
  return { caller: 'admin', person: singleLine(email, 320) ?? singleLine(id, 320), personId: singleLine(id, 255) };
}

/** Returns the entry of a row. A row that was damaged by hand keeps what is sound of it. */
export function entryOf({ recordType, recordId, changes, details, ...row }: SmtpAudit): SmtpAuditEntry {
  return {
    ...row,
    record: recordType !== null && recordId !== null ? { type: recordType, id: recordId } : null,
    changes: Object.fromEntries(Object.entries(changes).flatMap(([field, change]) => changeOf(field, change))),
    details: Object.fromEntries(Object.entries(details).map(([name, value]) => [name, plainValue(value)])),
  };
}

/** Returns the change of a field, if it is one. For a secret, returns only the words that {@link rowOf} stores. */
function changeOf(field: string, change: unknown): [string, SmtpAuditChange][] {
  if (typeof change !== 'object' || change === null || !('before' in change) || !('after' in change)) return [];
  const read = SECRET_COLUMNS.some((column) => column === field) ? secretWord : plainValue;
  return [[field, { before: read(change.before), after: read(change.after) }]];
}

function secretWord(value: unknown): SmtpAuditValue {
  return value === null ? null : value === 'changed' ? 'changed' : 'set';
}

function plainValue(value: unknown): SmtpAuditValue {
  if (Array.isArray(value)) return value.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function withoutGaps(details: Record<string, SmtpAuditValue | undefined>): Record<string, SmtpAuditValue> {
  return Object.fromEntries(Object.entries(details).filter((entry): entry is [string, SmtpAuditValue] => entry[1] !== undefined));
}
