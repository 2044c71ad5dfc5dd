import type { Schema } from './schema.js';
import { type SqlStep, placeholders } from './sql.js';

/** True for a text that a database can hold. PostgreSQL refuses to look for a NUL, and half a surrogate pair is never stored. */
export function isStorable(value: unknown): value is string {
  return typeof value === 'string' && !/[\0\p{Cs}]/u.test(value);
}

/**
 * Returns the condition that an expression is exactly a text. On MariaDB and MySQL the comparison by `=` leads to the index,
 * the one of bytes decides.
 */
export function isExactly({ dialect }: Schema, expression: string, text: string): SqlStep {
  const isSame = `${expression} = ?`;
  if (!dialect.exactly) return { sql: isSame, parameters: [text] };
  return { sql: `(${isSame} AND ${dialect.exactly(expression)} = ${dialect.exactly('?')})`, parameters: [text, text] };
}

/** Returns the condition that an expression is one of some values; it is never met without values. */
export function isIn(expression: string, values: readonly unknown[]): SqlStep {
  return values.length === 0 ? { sql: '1 = 0', parameters: [] } : { sql: `${expression} IN (${placeholders(values)})`, parameters: values };
}

/** Returns the pattern of LIKE for texts that contain a text. `!` escapes: a backslash has a different meaning on each database. */
export function containing(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`;
}
