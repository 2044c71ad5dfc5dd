import type { Schema } from './schema.js';
import { type SqlStep, placeholders } from './sql.js';

/** True for a string that a database can store. PostgreSQL rejects a NUL even in a search, and half a surrogate pair is never stored. */
export function isStorable(value: unknown): value is string {
  return typeof value === 'string' && !/[\0\p{Cs}]/u.test(value);
}

/**
 * Returns the condition that an expression equals a string exactly. On MariaDB and MySQL, `=` uses the index and the comparison of
 * bytes decides.
 */
export function isExactly({ dialect }: Schema, expression: string, text: string): SqlStep {
  const isSame = `${expression} = ?`;
  if (!dialect.exactly) return { sql: isSame, parameters: [text] };
  return { sql: `(${isSame} AND ${dialect.exactly(expression)} = ${dialect.exactly('?')})`, parameters: [text, text] };
}

/** Returns the condition that an expression is one of the values; false without values. */
export function isIn(expression: string, values: readonly unknown[]): SqlStep {
  return values.length === 0 ? { sql: '1 = 0', parameters: [] } : { sql: `${expression} IN (${placeholders(values)})`, parameters: values };
}

/**
 * Returns the condition that one of the columns contains a string, in upper or lower case. Also compares it as entered, because
 * SQLite changes the case of ASCII letters only.
 */
export function containsText(columns: readonly string[], text: string): SqlStep {
  const ways = columns.map((column) => `LOWER(${column}) LIKE ? ESCAPE '!' OR ${column} LIKE ? ESCAPE '!'`);
  const patterns = [containing(text.toLowerCase()), containing(text)];
  return { sql: `(${ways.join(' OR ')})`, parameters: columns.flatMap(() => patterns) };
}

/**
 * Returns the LIKE pattern that matches strings containing this one. `!` escapes, because a backslash has a different meaning on each
 * database.
 */
function containing(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`;
}
