import { Injectable } from '@nestjs/common';
import { AccessPolicy, type Caller } from '../options/access.js';
import type { SmtpAuditEntry } from '../options/audit.js';
import { type FieldProblem, validationError } from '../shared/mail-error.js';
import type { SmtpAuditQuery } from './smtp-audit.query.js';
import { SmtpAuditStore } from './smtp-audit.store.js';

const MAX_LIMIT = 500;

/** Reads the change history: who changed or tried what, when and from where. Entries cannot be changed. */
@Injectable()
export class SmtpAuditService {
  constructor(
    private readonly access: AccessPolicy,
    private readonly store: SmtpAuditStore,
  ) {}

  /**
   * Returns the entries that match, the newest first; `after` continues after the last entry of a page. Requires the permission
   * `manage`, because entries contain the addresses and mistakes of other admins. @throws MailError `FORBIDDEN`, or `VALIDATION`
   * naming the problems of the query
   */
  async find(query: SmtpAuditQuery = {}, call: Caller = {}): Promise<SmtpAuditEntry[]> {
    await this.access.assertCan('manage', call);
    const problems = problemsOf(query);
    if (Object.keys(problems).length > 0) throw validationError(problems);
    return this.store.page(query);
  }
}

function problemsOf({ person, record, action, from, to, limit, after }: SmtpAuditQuery): Record<string, FieldProblem> {
  const problems: Record<string, FieldProblem> = {};
  for (const [field, value] of Object.entries({ person, action, after })) {
    if (value !== undefined && typeof value !== 'string') problems[field] = { code: 'not_text', message: 'This must be text.' };
  }
  for (const [field, value] of Object.entries({ from, to })) {
    if (value !== undefined && !(value instanceof Date && !Number.isNaN(value.getTime())))
      problems[field] = { code: 'not_a_date', message: 'Pass a date.' };
  }
  if (record !== undefined && (typeof record?.type !== 'string' || typeof record.id !== 'string'))
    problems.record = { code: 'not_a_record', message: "Pass a record such as { type: 'config', id }." };
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT))
    problems.limit = { code: 'not_a_number', message: `Enter a whole number from 1 to ${MAX_LIMIT}.` };
  return problems;
}
