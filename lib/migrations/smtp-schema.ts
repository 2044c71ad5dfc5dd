import { type QueryRunner, Table, TableColumn, type TableColumnOptions, TableIndex } from 'typeorm';

/** A column in a migration, under the name from the entity, which the application's naming strategy may change. */
export type Column = TableColumnOptions;

export const text = (name: string, length: number, isNullable = false): Column => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
});
export const column = (name: string, type: 'integer' | 'bigint' | 'boolean' | 'text', isNullable = false): Column => ({
  name,
  type,
  isNullable,
});
export const key = (options: Column): Column => ({ ...options, isPrimary: true });

/** A table in a migration, with the names from the entity. */
export interface TableList {
  /** The entity's class, for naming strategies that ignore the entity's table name. */
  entity: string;
  name: string;
  columns: readonly Column[];
  indices?: readonly { columns: readonly string[]; isUnique?: boolean }[];
}

/** Columns whose property name is not their name in camel case. */
const PROPERTIES: Record<string, string> = { is_sensitive: 'sensitive', activity_key: 'key' };

/** Columns that code also compares, or that are unique: in these, accents and case make a difference. */
const EXACT = ['name_key', 'activity_key', 'lane', 'idempotency_key', 'record_id', 'person'];

/**
 * Creates the tables of this package in the application's database, with its prefix, naming strategy and schema. The naming strategy
 * names indices and primary keys after the prefixed table, as `synchronize` does. Existing tables, columns and indices are left
 * alone, so that a database created by `synchronize` can switch to migrations.
 */
export class SmtpSchema {
  constructor(private readonly runner: QueryRunner) {}

  async create(list: TableList): Promise<void> {
    const path = this.path(list);
    if (await this.runner.hasTable(path)) return this.complete(list);
    const indices = (list.indices ?? []).map((index) => new TableIndex(this.index(index)));
    await this.runner.createTable(new Table({ name: path, columns: list.columns.map((one) => this.column(one)), indices }));
  }

  async addColumns(table: Pick<TableList, 'entity' | 'name'>, columns: readonly Column[]): Promise<void> {
    const path = this.path(table);
    for (const options of columns.map((one) => this.column(one))) {
      if (!(await this.runner.hasColumn(path, options.name))) await this.runner.addColumn(path, new TableColumn(options));
    }
  }

  async dropColumns(table: Pick<TableList, 'entity' | 'name'>, columns: readonly Column[]): Promise<void> {
    for (const { name } of columns) await this.runner.dropColumn(this.path(table), this.columnName(name));
  }

  async drop(table: Pick<TableList, 'entity' | 'name'>): Promise<void> {
    await this.runner.dropTable(this.path(table));
  }

  /** Stores a row if the table is empty. */
  async insertFirst(table: Pick<TableList, 'entity' | 'name'>, row: Record<string, number | null>): Promise<void> {
    const { driver } = this.runner.connection;
    const escaped = (path: string): string =>
      path
        .split('.')
        .map((name) => driver.escape(name))
        .join('.');
    const path = escaped(this.path(table));
    const found = (await this.runner.query(`SELECT COUNT(*) AS n FROM ${path}`)) as [{ n: string | number }];
    if (Number(found[0].n) > 0) return;
    const names = Object.keys(row).map((name) => escaped(this.columnName(name)));
    const values = Object.values(row).map((value) => value ?? 'NULL');
    await this.runner.query(`INSERT INTO ${path} (${names.join(', ')}) VALUES (${values.join(', ')})`);
  }

  /** Adds the missing columns and indices to an existing table. */
  private async complete(list: TableList): Promise<void> {
    await this.addColumns(list, list.columns);
    const table = await this.runner.getTable(this.path(list));
    for (const { columnNames, isUnique } of (list.indices ?? []).map((index) => this.index(index))) {
      const isThere = table?.indices.some((one) => String(one.columnNames.toSorted()) === String(columnNames.toSorted()));
      if (!isThere) await this.runner.createIndex(this.path(list), new TableIndex({ columnNames, isUnique }));
    }
  }

  private path({ entity, name }: Pick<TableList, 'entity' | 'name'>): string {
    const { namingStrategy, options, driver } = this.runner.connection;
    const own = namingStrategy.tableName(entity, name);
    const prefixed = options.entityPrefix ? namingStrategy.prefixTableName(options.entityPrefix, own) : own;
    return driver.buildTableName(prefixed, (options as { schema?: string }).schema);
  }

  private index({ columns, isUnique }: { columns: readonly string[]; isUnique?: boolean }): { columnNames: string[]; isUnique?: boolean } {
    return { columnNames: columns.map((name) => this.columnName(name)), isUnique };
  }

  private columnName(name: string): string {
    const property = PROPERTIES[name] ?? name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    return this.runner.connection.namingStrategy.columnName(property, name, []);
  }

  /**
   * Returns a column with the application's name for it. On MariaDB and MySQL, text columns hold any string whatever the database's
   * character set, and the columns of {@link EXACT} are compared exactly, as on PostgreSQL and SQLite.
   */
  private column(options: Column): Column {
    const { type } = this.runner.connection.options;
    const named = { ...options, name: this.columnName(options.name) };
    const isText = options.type === 'varchar' || options.type === 'text';
    if (!isText || (type !== 'mysql' && type !== 'mariadb')) return named;
    return { ...named, charset: 'utf8mb4', ...(EXACT.includes(options.name) && { collation: 'utf8mb4_bin' }) };
  }
}
