import type { SmtpAuditAction, SmtpAuditRecord } from '../shared/audit.js';

/** A query of the change history. The newest entries come first. */
export interface SmtpAuditQuery {
  /** Text anywhere in the `person` of entries, ignoring case. */
  person?: string;
  /** One record. */
  record?: SmtpAuditRecord;
  recordType?: SmtpAuditRecord['type'];
  /** The exact id of a record, or text anywhere in the name that it had, ignoring case. */
  recordText?: string;
  action?: SmtpAuditAction;
  /** At this time or later. */
  from?: Date;
  /** Before this time. */
  to?: Date;
  /** At most 500. @default 50 */
  limit?: number;
  /** The id of the last entry of a page: returns the page of older entries. */
  after?: string;
  /** The id of the first entry of a page: returns the page of newer entries. */
  before?: string;
}
