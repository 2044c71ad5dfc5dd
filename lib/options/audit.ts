/** The change history's options; durations in milliseconds. */
export interface AuditOptions {
  /**
   * Called with each entry once its change is committed, at most once and never waited for: what it throws is logged, and the
   * change stands. What must not miss an entry reads them with `SmtpAuditService.find`.
   */
  onEntry?: (entry: SmtpAuditEntry) => void | Promise<void>;
  /** How long entries are kept. @default 365 days */
  retentionMs?: number;
}

export interface ResolvedAudit {
  onEntry: AuditOptions['onEntry'];
  retentionMs: number;
}

export const AUDIT_DEFAULTS: ResolvedAudit = { onEntry: undefined, retentionMs: 365 * 86_400_000 };

/** What can happen to a configuration, an activity or a message, and what is asked of a server or a vault for somebody. */
export type SmtpAuditAction =
  | 'create'
  | 'update'
  | 'delete'
  | 'duplicate'
  | 'set_default'
  /** The option `single` took a configuration over at start. */
  | 'adopt'
  /** A stored secret was sealed with another key. */
  | 'reencrypt'
  | 'test'
  | 'test_draft'
  | 'detect'
  | 'fetch_certificates'
  | 'check_secret'
  | 'assign'
  /** Somebody looked at the content of a message. */
  | 'preview'
  | 'resend'
  | 'retry'
  | 'cancel'
  /** A failing configuration was tried at once. */
  | 'try_config';

/** What an entry is about. A configuration's and a message's id is that of its row, an activity's its key. */
export interface SmtpAuditRecord {
  type: 'config' | 'activity' | 'message';
  id: string;
}

export type SmtpAuditValue = string | number | boolean | null | string[];

/**
 * A field before and after. A secret is only `'set'`, `'changed'` (typed anew) or null; certificates are their SHA-256
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
  /** An admin who was signed in, or the application itself: the host's code, and what happens at start. */
  caller: 'admin' | 'application';
  /** The admin's e-mail address, or what else names them; for the application whom it named, if anybody. */
  person: string | null;
  /** The admin's id. */
  personId: string | null;
  /** Where the request came from, as the host's Express says it. */
  address: string | null;
  action: SmtpAuditAction;
  record: SmtpAuditRecord | null;
  /** The record's name at that time. */
  recordName: string | null;
  /** What changed, by field. */
  changes: Record<string, SmtpAuditChange>;
  /** What else there is to say: of a test the server and the outcome, of a copy its original. */
  details: Record<string, SmtpAuditValue>;
}
