import type { HistoryPage } from './audit.js';
import type { TestReport, TestStep } from './connection-test.js';
import type { FieldProblem } from './mail-error.js';
import type { MailOverview } from './mail-overview.js';
import type { SecretChoices } from './secrets.js';

/** The problem with one field, as AdminJS names it: `type` is the code of a text, `message` the sentence. */
export interface FieldError extends Partial<Omit<FieldProblem, 'code'>> {
  type?: FieldProblem['code'];
}

/** Problems by field name; an entry of a list is named `cc.1`. */
export type FieldErrors = Record<string, FieldError>;

/** A notice of AdminJS. `message` is a key of the texts `messages.…`, or a sentence. */
export interface Notice {
  message: string;
  type: 'success' | 'error' | 'info';
  resourceId?: string;
}

/** The result of a test. */
export interface TestResponse<TRecord> {
  notice: Notice;
  report: TestReport;
  /** The reason why no test was started, in the form of a step. */
  failed?: TestStep;
  /** Invalid fields; if there are any, no test was started. */
  errors?: FieldErrors;
  record?: TRecord;
}

/** A page of a source's secrets. */
export interface SecretChoicesResponse extends SecretChoices {
  /** The reason why the list is missing. A stored key may still work. */
  problem?: string;
}

/** The overview, and the permission to offer changes. */
export interface OverviewResponse {
  overview: MailOverview;
  /** The age of the overview, which is cached briefly. */
  ageMs: number;
  canManage: boolean;
}

/** A page of the change history. */
export interface HistoryResponse {
  history: HistoryPage;
}
