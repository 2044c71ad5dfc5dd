import { type FieldProblem, validationError } from '../shared/mail-error.js';

/** The most records that one call may name. */
export const MAX_IDS = 500;
/** The most records that one page may hold. */
const MAX_PAGE = 1_000;

/** Checks a list of ids. @throws MailError `VALIDATION` */
export function checkIds(ids: unknown): void {
  if (!Array.isArray(ids)) throw validationError({ ids: { code: 'not_a_list', message: 'Pass a list of ids.' } });
  if (ids.length > MAX_IDS) throw validationError({ ids: { code: 'too_many', message: `Pass at most ${MAX_IDS} ids.` } });
}

/** Checks the page and the order of a query. @throws MailError `VALIDATION` naming the problems */
export function checkPage(
  { limit, offset, sortBy }: { limit?: unknown; offset?: unknown; sortBy?: unknown },
  sorts: readonly string[] = [],
): void {
  const problems: Record<string, FieldProblem> = {};
  if (limit !== undefined && !(isWhole(limit) && limit <= MAX_PAGE))
    problems.limit = { code: 'not_a_number', message: `Enter a whole number from 0 to ${MAX_PAGE}.` };
  if (offset !== undefined && !isWhole(offset)) problems.offset = { code: 'not_a_number', message: 'Enter a whole number from 0.' };
  if (sorts.length > 0 && sortBy !== undefined && !sorts.includes(sortBy as string))
    problems.sortBy = { code: 'not_a_choice', message: `Choose one of ${sorts.join(', ')}.` };
  if (Object.keys(problems).length > 0) throw validationError(problems);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
