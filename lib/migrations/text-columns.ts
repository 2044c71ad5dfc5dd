import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** Compared by code as well, or unique: there "é" is not "e", and a capital letter is another one. */
const EXACT = ['name_key', 'activity_key', 'lane', 'idempotency_key', 'record_id', 'person'];

/**
 * Columns for MariaDB and MySQL hold any text, whatever the database of the host is made for, and those that name something
 * are compared exactly, as PostgreSQL and SQLite do.
 */
export function textColumns({ connection }: QueryRunner, columns: TableColumnOptions[]): TableColumnOptions[] {
  const { type } = connection.options;
  if (type !== 'mysql' && type !== 'mariadb') return columns;
  return columns.map((column) => {
    if (column.type !== 'varchar' && column.type !== 'text') return column;
    return { ...column, charset: 'utf8mb4', ...(EXACT.includes(column.name) && { collation: 'utf8mb4_bin' }) };
  });
}
