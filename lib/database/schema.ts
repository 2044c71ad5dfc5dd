import type { DataSource, EntityMetadata } from 'typeorm';
import { type Dialect, dialectOf } from './dialect.js';

/** The quoted name of a table, and those of its columns by the property of the entity. */
export type Table<T> = { readonly table: string } & { readonly [Property in keyof T & string]: string };

/**
 * The dialect of the application's database and the names of its tables. TypeORM's metadata includes its prefix, naming strategy
 * and schema.
 */
export class Schema {
  readonly dialect: Dialect;
  readonly #tables = new Map<Function, Map<string, unknown>>();

  constructor(private readonly dataSource: DataSource) {
    this.dialect = dialectOf(dataSource.options.type);
  }

  /**
   * Returns the names of an entity's table and columns.
   * @param alias the statement's alias of the table, which then precedes each column
   */
  table<T extends object>(entity: new () => T, alias = ''): Table<T> {
    let aliases = this.#tables.get(entity);
    if (!aliases) this.#tables.set(entity, (aliases = new Map()));
    let table = aliases.get(alias);
    if (!table) aliases.set(alias, (table = this.namesOf(this.metadata(entity), alias)));
    return table as Table<T>;
  }

  /** Returns a list of columns for SELECT or RETURNING, each under the name of its property. */
  columns<T>(table: Table<T>, properties: readonly (keyof T & string)[]): string {
    const names = table as Record<string, string>;
    return properties.map((property) => `${names[property]} AS ${this.dialect.quote(property)}`).join(', ');
  }

  /** Returns the list of the columns that TypeORM selects by default, and of the ones in `and`. */
  allColumns<T extends object>(
    entity: new () => T,
    { alias = '', and = [] }: { alias?: string; and?: readonly (keyof T & string)[] } = {},
  ): string {
    const selected = this.metadata(entity).columns.filter((column) => column.isSelect);
    return this.columns(this.table(entity, alias), [...selected.map(({ propertyName }) => propertyName as keyof T & string), ...and]);
  }

  metadata(entity: Function): EntityMetadata {
    return this.dataSource.getMetadata(entity);
  }

  private namesOf({ tablePath, columns }: EntityMetadata, alias: string): Record<string, string> {
    const quote = (name: string): string => this.dialect.quote(name);
    const path = tablePath.split('.').map(quote).join('.');
    const before = alias && `${alias}.`;
    const names = columns.map(({ propertyName, databaseName }) => [propertyName, `${before}${quote(databaseName)}`]);
    return { ...Object.fromEntries(names), table: alias ? `${path} ${alias}` : path };
  }
}
