import { badOption, type Check, durationMs, optional, options } from './option-checker.js';

/** The change history; durations in milliseconds. */
export interface AuditOptions {
  /**
   * Called with each entry after its change is committed, at most once. The change does not wait for it; errors are logged. To be
   * sure to get every entry, read the entries with `SmtpAuditService.find`. @default none
   */
  onEntry?: (entry: SmtpAuditEntry) => void | Promise<void>;
  /** Time for which entries are kept. @default 31_536_000_000 (365 days) */
  retentionMs?: number;
}

export interface ResolvedAudit {
  onEntry: AuditOptions['onEntry'];
  retentionMs: number;
}

const entryHook: Check<NonNullable<AuditOptions['onEntry']>> = (value, option) => {
  if (typeof value !== 'function') throw badOption(option, 'is not a function', 'Pass (entry) => { … }.');
  return value as NonNullable<AuditOptions['onEntry']>;
};

/** Checks the option `audit`. */
export const audit: Check<ResolvedAudit> = options<ResolvedAudit>({
  onEntry: [optional(entryHook), undefined],
  retentionMs: [durationMs, 365 * 86_400_000],
});

/** A change of a configuration, an activity or a message, or a request to a server or a vault on behalf of a person. */
export type SmtpAuditAction =
  | 'create'
  | 'update'
  | 'delete'
  | 'duplicate'
  | 'set_default'
  /** The option `single` adopted a configuration at startup. */
  | 'adopt'
  /** A stored secret was encrypted with another key. */
  | 'reencrypt'
  | 'test'
  | 'test_draft'
  | 'detect'
  | 'fetch_certificates'
  | 'check_secret'
  | 'assign'
  /** A person viewed the content of a message. */
  | 'preview'
  | 'resend'
  | 'retry'
  /** A message was moved to another configuration. */
  | 'move'
  | 'cancel'
  /** A failing configuration was tried immediately. */
  | 'try_config';

/** The subject of an entry. For a configuration or a message, `id` is the id of its row; for an activity, its key. */
export interface SmtpAuditRecord {
  type: 'config' | 'activity' | 'message';
  id: string;
}

export type SmtpAuditValue = string | number | boolean | null | string[];

/**
 * A field before and after. A secret is only `'set'`, `'changed'` (entered again) or null; certificates are their SHA-256
 * fingerprints.
 */
export interface SmtpAuditChange {
  before: SmtpAuditValue;
  after: SmtpAuditValue;
}

/** One line of the change history. */
export interface SmtpAuditEntry {
  id: string;
  /** By the database's clock. */
  at: Date;
  /** A signed-in admin, or the application itself: its own code, and changes at startup. */
  caller: 'admin' | 'application';
  /** The admin's email address or name; for the application, the `person` it passed, if any. */
  person: string | null;
  /** The admin's id. */
  personId: string | null;
  /** The address of the request, as the application's Express reports it. */
  address: string | null;
  action: SmtpAuditAction;
  record: SmtpAuditRecord | null;
  /** The record's name at that time. */
  recordName: string | null;
  /** Changes by field. */
  changes: Record<string, SmtpAuditChange>;
  /** Further details: the server and the outcome of a test, the original of a copy. */
  details: Record<string, SmtpAuditValue>;
}
