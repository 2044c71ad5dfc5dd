import type { EntityManager } from 'typeorm';
import { type FieldProblem, validationError } from '../shared/mail-error.js';

/** Records that one call may name. */
export const MAX_IDS = 500;
/** Records that one page may hold. */
export const MAX_PAGE = 1_000;

/** True for a text that a database can hold. PostgreSQL refuses to look for a NUL; half a character is never stored. */
export function isStorable(value: unknown): value is string {
  return typeof value === 'string' && !/[\0\p{Cs}]/u.test(value);
}

/**
 * The condition that a column holds exactly this text. MariaDB and MySQL pass over spaces at the end and, as a synchronised
 * schema has it, over case and accents; the first comparison leads to the index.
 * @param parameter with its colon
 */
export function isExactly({ connection }: Pick<EntityManager, 'connection'>, column: string, parameter: string): string {
  const isSame = `${column} = ${parameter}`;
  const { type } = connection.options;
  if (type !== 'mysql' && type !== 'mariadb') return isSame;
  const bytes = (text: string): string => `CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`;
  return `(${isSame} AND ${bytes(column)} = ${bytes(parameter)})`;
}

/** @throws MailError `VALIDATION` when it is no list of ids, or too long a one */
export function checkIds(ids: unknown): void {
  if (!Array.isArray(ids)) throw validationError({ ids: { code: 'not_a_list', message: 'Give a list of ids.' } });
  if (ids.length > MAX_IDS) throw validationError({ ids: { code: 'too_many', message: `Give at most ${MAX_IDS} ids.` } });
}

/** @throws MailError `VALIDATION` naming what is wrong with a page, or with what it is sorted by */
export function checkPage(
  { limit, offset, sortBy }: { limit?: unknown; offset?: unknown; sortBy?: unknown },
  sorts: readonly string[],
): void {
  const problems: Record<string, FieldProblem> = {};
  if (limit !== undefined && !(isWhole(limit) && limit <= MAX_PAGE))
    problems.limit = { code: 'not_a_number', message: `Enter a whole number from 0 to ${MAX_PAGE}.` };
  if (offset !== undefined && !isWhole(offset)) problems.offset = { code: 'not_a_number', message: 'Enter a whole number from 0.' };
  if (sortBy !== undefined && !sorts.includes(sortBy as string))
    problems.sortBy = { code: 'not_a_choice', message: `Choose one of ${sorts.join(', ')}.` };
  if (Object.keys(problems).length > 0) throw validationError(problems);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
