/** Changes of configurations, activities and messages, and requests to servers and vaults on behalf of a person. */
export const AUDIT_ACTIONS = [
  'create',
  'update',
  'delete',
  'duplicate',
  'set_default',
  /** The option `single` adopted a configuration at startup. */
  'adopt',
  /** A stored secret was encrypted with another key. */
  'reencrypt',
  'test',
  'test_draft',
  'detect',
  'fetch_certificates',
  'check_secret',
  'assign',
  /** A person viewed the content of a message. */
  'preview',
  /** A person downloaded a message as a file. */
  'eml',
  /** A person downloaded an attachment of a message. */
  'attachment',
  /** A person downloaded a list of messages. */
  'export',
  'resend',
  'retry',
  /** A message was moved to another configuration. */
  'move',
  'cancel',
  /** A failing configuration was tried immediately. */
  'try_config',
] as const;

export type SmtpAuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_RECORD_TYPES = ['config', 'activity', 'message'] as const;

/** The subject of an entry. For a configuration or a message, `id` is the id of its row; for an activity, its key. */
export interface SmtpAuditRecord {
  type: (typeof AUDIT_RECORD_TYPES)[number];
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

/** The current names of records, by type and id: of a message its subject, which is null if it is sensitive. */
export type ExistingRecords = Record<SmtpAuditRecord['type'], Record<string, string | null>>;

/** A page of the change history as the screens show it. */
export interface HistoryPage {
  entries: SmtpAuditEntry[];
  hasNewer: boolean;
  hasOlder: boolean;
  /** Records that the entries name, without those that were deleted. */
  existing: ExistingRecords;
}
