import type { DataSource } from 'typeorm';

/** The SQL that differs between databases. MySQL and MariaDB are one dialect. */
export interface Dialect {
  readonly name: 'postgres' | 'mysql' | 'sqlite';
  /** The database's time in milliseconds since 1970. It is constant within a statement, so the database can use an index. */
  readonly now: string;
  quote(identifier: string): string;
  /** The placeholder of the nth parameter, counted from 1. */
  placeholder(n: number): string;
  /** A parameter in the form that the driver accepts. */
  value(parameter: unknown): unknown;
  isTrue(column: string): string;
  concat(...texts: string[]): string;
  /** Comparison of bytes, where `=` ignores trailing spaces and, in a synchronized schema, case and accents. */
  exactly?(text: string): string;
  /** Follows a SELECT to lock its rows until the transaction ends. Empty where the database has one writer at a time. */
  readonly forUpdate: string;
  /** Like `forUpdate`, but skips rows that another transaction has locked. */
  readonly forUpdateSkipLocked: string;
  /** Follows a SELECT that has to see what other transactions committed after this one began. */
  readonly forShare: string;
  /** An INSERT that skips rows whose key exists. */
  insertOrIgnore(tableAndValues: string): string;
  /** An INSERT that updates the columns of the row whose key exists. */
  insertOrUpdate(tableAndValues: string, key: string, columns: readonly string[]): string;
}

const doubleQuote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
const concatWithPipes = (...texts: string[]): string => texts.join(' || ');
const onConflictUpdate = (tableAndValues: string, key: string, columns: readonly string[]): string =>
  `INSERT INTO ${tableAndValues} ON CONFLICT (${key}) DO UPDATE SET ${columns.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}`;

const POSTGRES: Dialect = {
  name: 'postgres',
  now: '(extract(epoch from statement_timestamp()) * 1000)::bigint',
  quote: doubleQuote,
  placeholder: (n) => `$${n}`,
  value: (parameter) => parameter,
  isTrue: (column) => column,
  concat: concatWithPipes,
  forUpdate: ' FOR UPDATE',
  forUpdateSkipLocked: ' FOR UPDATE SKIP LOCKED',
  forShare: '',
  insertOrIgnore: (tableAndValues) => `INSERT INTO ${tableAndValues} ON CONFLICT DO NOTHING`,
  insertOrUpdate: onConflictUpdate,
};

const SQLITE: Dialect = {
  name: 'sqlite',
  now: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
  quote: doubleQuote,
  placeholder: () => '?',
  // The driver does not support booleans.
  value: (parameter) => (typeof parameter === 'boolean' ? Number(parameter) : parameter),
  isTrue: (column) => `${column} = 1`,
  concat: concatWithPipes,
  forUpdate: '',
  forUpdateSkipLocked: '',
  forShare: '',
  insertOrIgnore: (tableAndValues) => `INSERT OR IGNORE INTO ${tableAndValues}`,
  insertOrUpdate: onConflictUpdate,
};

const MYSQL: Dialect = {
  name: 'mysql',
  // Not UNIX_TIMESTAMP(NOW(3)): when the clocks go back, it confuses the first of the two equal hours with the second.
  now: "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)",
  quote: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
  placeholder: () => '?',
  value: (parameter) => parameter,
  isTrue: (column) => column,
  concat: (...texts) => `CONCAT(${texts.join(', ')})`,
  exactly: (text) => `CAST(CONVERT(${text} USING utf8mb4) AS BINARY)`,
  forUpdate: ' FOR UPDATE',
  forUpdateSkipLocked: ' FOR UPDATE SKIP LOCKED',
  forShare: ' LOCK IN SHARE MODE',
  insertOrIgnore: (tableAndValues) => `INSERT IGNORE INTO ${tableAndValues}`,
  insertOrUpdate: (tableAndValues, _key, columns) =>
    `INSERT INTO ${tableAndValues} ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`,
};

const DIALECTS: Record<string, Dialect> = { postgres: POSTGRES, 'better-sqlite3': SQLITE, mysql: MYSQL, mariadb: MYSQL };

/** The database types of TypeORM that are supported. */
export const SUPPORTED_TYPES: readonly string[] = Object.keys(DIALECTS);

/** Returns the dialect of a database type of TypeORM. @throws Error for one that is not supported */
export function dialectOf(type: DataSource['options']['type']): Dialect {
  const dialect = DIALECTS[type];
  if (!dialect) throw new Error(`There is no dialect for the database type "${type}".`);
  return dialect;
}
