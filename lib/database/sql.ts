import type { EntityMetadata } from 'typeorm';

/** A statement of this package's own SQL: `?` for each parameter, and `{now}` for the database's time in milliseconds. */
export interface SqlStep {
  sql: string;
  parameters: unknown[];
}

/** SQL in the place of a value, in a statement of this package's own. */
export class Sql {
  constructor(readonly text: string) {}
}

/** The database's time in milliseconds: clocks of several machines differ. */
export const NOW = new Sql('{now}');

export type SqlValue<T> = T | Sql;

/** The statement that stores rows of an entity, written without a query builder: each mail needs two. */
export function insertInto(
  type: string,
  { columns, tablePath }: EntityMetadata,
  rows: readonly object[],
  { orIgnore }: { orIgnore: boolean } = { orIgnore: false },
): SqlStep {
  const used = columns.filter(({ propertyName }) => propertyName in rows[0]!);
  const parameters: unknown[] = [];
  const tuples = rows.map((row) => {
    const values = used.map(({ propertyName, transformer }) => {
      const value = row[propertyName as keyof typeof row] as unknown;
      if (value instanceof Sql) return value.text;
      parameters.push(transformer && !Array.isArray(transformer) ? transformer.to(value) : value);
      return '?';
    });
    return `(${values.join(', ')})`;
  });
  const names = used.map(({ databaseName }) => databaseName).join(', ');
  return {
    sql: `${orIgnore ? insertOrIgnore(type) : 'INSERT'} INTO ${tablePath} (${names}) VALUES ${tuples.join(', ')}${orIgnore && type === 'postgres' ? ' ON CONFLICT DO NOTHING' : ''}`,
    parameters,
  };
}

/** A row of a statement of our own as the entity it holds. */
export function hydrate(metadata: EntityMetadata, row: Record<string, unknown>): object {
  const entity = metadata.create() as Record<string, unknown>;
  for (const { propertyName, databaseName, transformer, type } of metadata.columns) {
    const value = row[databaseName];
    const isFlag = type === 'boolean' && value !== null;
    entity[propertyName] =
      transformer && !Array.isArray(transformer) ? (transformer.from(value) as unknown) : isFlag ? Boolean(value) : value;
  }
  return entity;
}

function insertOrIgnore(type: string): string {
  if (type === 'better-sqlite3') return 'INSERT OR IGNORE';
  return type === 'postgres' ? 'INSERT' : 'INSERT IGNORE';
}

/** A `?` for each member of a list. */
export function placeholders(list: readonly unknown[]): string {
  return list.map(() => '?').join(', ');
}

/** PostgreSQL takes several changes in one statement, which saves it, and us, the turns of a transaction. */
export function toCte(steps: readonly SqlStep[]): SqlStep {
  const [last, ...others] = steps.toReversed();
  const before = others.toReversed().map(({ sql }, index) => `step${index} AS (${sql})`);
  return {
    sql: `${before.length > 0 ? `WITH ${before.join(', ')} ` : ''}${last!.sql}`,
    parameters: steps.flatMap(({ parameters }) => parameters),
  };
}

/** The statement in the words of a database. */
export function sqlFor(type: string, sql: string): string {
  let index = 0;
  return sql.replaceAll('{now}', nowSql(type)).replaceAll('?', () => (type === 'postgres' ? `$${++index}` : '?'));
}

/** SQLite's driver knows no booleans. */
export function valuesFor(type: string, parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => (type === 'better-sqlite3' && typeof value === 'boolean' ? Number(value) : value));
}

/** The same within a statement, so that an index can be searched with it. */
export function nowSql(type: string): string {
  switch (type) {
    case 'postgres':
      return '(extract(epoch from statement_timestamp()) * 1000)::bigint';
    case 'better-sqlite3':
      return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
    default:
      // Not UNIX_TIMESTAMP(NOW(3)): it takes the first of two equal hours for the second when the clocks go back.
      return "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)";
  }
}
