import type { TestReport, TestStep } from './connection-test.js';
import type { FieldProblem } from './mail-error.js';
import type { MailOverview } from './mail-overview.js';
import type { SecretChoices } from './secrets.js';

/** What is wrong with one field, in AdminJS's terms: `type` is the code that has a text, `message` the sentence. */
export interface FieldError extends Partial<Omit<FieldProblem, 'code'>> {
  type?: FieldProblem['code'];
}

/** Problems by field name; an entry of a list is named `cc.1`. */
export type FieldErrors = Record<string, FieldError>;

/** What a notice says: a key of the texts `messages.…`, or a sentence. */
export interface Notice {
  message: string;
  type: 'success' | 'error' | 'info';
  resourceId?: string;
}

/** The end of a test. */
export interface TestAnswer<TRecord> {
  notice: Notice;
  report: TestReport;
  /** Why no test was begun, as a step would put it. */
  failed?: TestStep;
  /** Invalid fields; nothing was tried then. */
  errors?: FieldErrors;
  record?: TRecord;
}

/** A page of a source's secrets. */
export interface SecretChoicesAnswer extends SecretChoices {
  /** Why there is no list; a key of the row may be good all the same. */
  problem?: string;
}

/** The overview, and whether to offer what changes something. */
export interface OverviewAnswer {
  overview: MailOverview;
  canManage: boolean;
}
