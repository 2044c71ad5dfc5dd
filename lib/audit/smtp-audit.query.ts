import type { SmtpAuditAction, SmtpAuditRecord } from '../options/audit.js';

/** A query of the change history. The newest entries come first. */
export interface SmtpAuditQuery {
  /** The exact `person` of entries. A search for a part of a name would have to read all of them. */
  person?: string;
  record?: SmtpAuditRecord;
  action?: SmtpAuditAction;
  /** At this time or later. */
  from?: Date;
  /** Before this time. */
  to?: Date;
  /** At most 500. @default 50 */
  limit?: number;
  /** The id of the last entry of the page before this one. */
  after?: string;
}
