import { Injectable } from '@nestjs/common';
import { AccessPolicy, type Caller } from '../options/access.js';
import type { SmtpAuditEntry } from '../shared/audit.js';
import { checkIds } from '../database/query-checks.js';
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
   * Returns the entries that match, the newest first; `after` continues after the last entry of a page, `before` returns to the page
   * before its first one. Requires the permission `view`. @throws MailError `FORBIDDEN`, or `VALIDATION` naming the problems of the
   * query
   */
  async find(query: SmtpAuditQuery = {}, call: Caller = {}): Promise<SmtpAuditEntry[]> {
    await this.access.assertCan('view', call);
    const problems = problemsOf(query);
    if (Object.keys(problems).length > 0) throw validationError(problems);
    return this.store.page(query);
  }

  /** Returns the entries of these ids in the order of their creation. Requires the permission `view`. */
  async findMany(ids: string[], call: Caller = {}): Promise<SmtpAuditEntry[]> {
    await this.access.assertCan('view', call);
    checkIds(ids);
    return this.store.byIds(ids);
  }
}

function problemsOf({ record, from, to, limit, ...texts }: SmtpAuditQuery): Record<string, FieldProblem> {
  const problems: Record<string, FieldProblem> = {};
  const { person, recordType, recordText, action, after, before } = texts;
  for (const [field, value] of Object.entries({ person, recordType, recordText, action, after, before })) {
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
  if (after !== undefined && before !== undefined) problems.before = { code: 'not_a_choice', message: 'Pass either after or before.' };
  return problems;
}
