import {
  DataSource,
  type DeleteQueryBuilder,
  type EntityManager,
  type EntitySubscriberInterface,
  type InsertQueryBuilder,
  type ObjectLiteral,
  QueryFailedError,
  type QueryRunner,
  type UpdateQueryBuilder,
} from 'typeorm';
import { MailError } from '../shared/mail-error.js';
import { type SqlStep, type SqlValue, toCte, hydrate, insertInto, nowSql, sqlFor, valuesFor } from './sql.js';

/** One statement of a write. `orElse` makes the error that ends the write when the statement touched no row. */
export interface WriteStep {
  statement: InsertQueryBuilder<ObjectLiteral> | UpdateQueryBuilder<ObjectLiteral> | DeleteQueryBuilder<ObjectLiteral>;
  orElse?: () => MailError;
}

/** What the statements that a write began with gave, one list of rows each. */
export type Held = Record<string, unknown>[][];

type BuildSteps = (manager: EntityManager, held: Held) => WriteStep[];

interface WriteOptions {
  /** The caller's transaction; our own otherwise. */
  manager?: EntityManager;
  /**
   * Run before the steps are built. The rows that a SELECT among them gives stay as they are until the write ends, whoever
   * else is about to change them.
   */
  hold?: readonly SqlStep[];
}

interface PostgresDriver {
  master?: { on(event: 'connect', listener: (client: NodeJS.EventEmitter) => void): void };
}

/**
 * A session that the server ends at the moment the pool hands it to TypeORM has no listener for its error, which would
 * end the process. The query that meets it fails all the same.
 */
function surviveLostSession(client: NodeJS.EventEmitter): void {
  client.on('error', () => undefined);
}

/** The part of a better-sqlite3 connection that is used here; every call is synchronous. */
interface SqliteConnection {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

interface SqliteStatement {
  /** True for one that gives rows. */
  readonly reader: boolean;
  run(...parameters: unknown[]): { changes: number };
  all(...parameters: unknown[]): Record<string, unknown>[];
}

const BUSY_DEADLINE_MS = 15_000;
const SUPPORTED = ['postgres', 'mysql', 'mariadb', 'better-sqlite3'];

/**
 * The database as this package uses it. What happens in a caller's `manager` stays there; everything else runs
 * in short transactions of its own.
 *
 * On SQLite TypeORM shares one connection among all, so a rollback of the host would take our writes with it.
 * There we write through a connection of our own, each transaction within one tick: a lock held over several
 * ticks would let the host's next (synchronous) statement block the event loop that should release it.
 */
export class SmtpDatabase {
  #own: Promise<DataSource> | undefined;
  #subscriber: EntitySubscriberInterface | undefined;
  readonly #committed = new WeakMap<object, (() => void)[]>();

  constructor(
    private readonly findHost: () => DataSource,
    private readonly entities: Function[],
  ) {}

  /** Reads, in the caller's transaction or by itself. @throws MailError `DATABASE` */
  async read<T>(work: (manager: EntityManager) => Promise<T>, caller?: EntityManager): Promise<T> {
    try {
      return await work(caller ?? (await this.dataSource()).manager);
    } catch (error) {
      throw databaseError(error, 'The database did not answer.');
    }
  }

  /**
   * Runs one statement of this package's own SQL (see {@link SqlStep}) and gives the rows it returns.
   * @throws MailError `DATABASE`
   */
  async query<T>(sql: string, parameters: unknown[] = [], caller?: EntityManager): Promise<T[]> {
    return this.read(async (manager) => {
      const { type } = manager.connection.options;
      const run = (): Promise<unknown> => manager.query(sqlFor(type, sql), valuesFor(type, parameters));
      const result = await (caller ? run() : retrying(run));
      // PostgreSQL's driver wraps what an UPDATE returns: [rows, count].
      return (type === 'postgres' && Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as T[];
    }, caller);
  }

  /** Several statements in a transaction, tried again as a whole. Not on SQLite, where each statement stands alone. */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const dataSource = await this.dataSource();
    return retrying(() => dataSource.transaction(work)).catch((error: unknown) => {
      throw databaseError(error, 'The database did not answer.');
    });
  }

  /** The host's database type, and the SQL of its time in milliseconds. */
  get dialect(): { type: string; now: string } {
    const { type } = this.findHost().options;
    return { type, now: nowSql(type) };
  }

  /** The entity in a row of a statement of our own that selects all its columns. */
  hydrate<T extends object>(entity: new () => T, row: Record<string, unknown>): T {
    return hydrate(this.findHost().getMetadata(entity), row) as T;
  }

  /** The statement that stores rows of an entity. */
  insertInto<T extends object>(
    entity: new () => T,
    rows: readonly { [K in keyof T]?: SqlValue<T[K]> }[],
    options?: { orIgnore: boolean },
  ): SqlStep {
    const host = this.findHost();
    return insertInto(host.options.type, host.getMetadata(entity), rows, options);
  }

  /**
   * Runs statements, all or none. Those that do not depend on each other take one round trip where the database can.
   * @throws MailError `DATABASE`
   */
  async writeAll(steps: readonly SqlStep[], options: { manager?: EntityManager; inOrder?: boolean } = {}): Promise<void> {
    const { type } = this.dialect;
    const list = type === 'postgres' && !options.inOrder ? [toCte(steps)] : steps;
    const write = async (manager: EntityManager): Promise<void> => {
      for (const { sql, parameters } of list) await manager.query(sqlFor(type, sql), valuesFor(type, parameters));
    };
    const caller = ofTransaction(options.manager);
    const run = async (): Promise<void> => {
      if (caller) return write(caller);
      const dataSource = await this.dataSource();
      if (isSqlite(dataSource)) return retrying(() => Promise.resolve(runAtOnce(dataSource, list)));
      return retrying(() => (list.length === 1 ? write(dataSource.manager) : dataSource.transaction(write)));
    };
    return run().catch((error: unknown) => {
      throw databaseError(error, 'The database did not take the change.');
    });
  }

  /** Runs all steps or none. @throws MailError `DATABASE` for what the database refuses; a unique violation stays as it is. */
  async write(build: BuildSteps, { manager, hold = [] }: WriteOptions = {}): Promise<void> {
    return this.run(build, hold, ofTransaction(manager)).catch((error: unknown) => {
      throw isUniqueViolation(error) ? error : databaseError(error, 'The database did not take the change.');
    });
  }

  private async run(build: BuildSteps, hold: readonly SqlStep[], caller?: EntityManager): Promise<void> {
    const write = async (manager: EntityManager): Promise<void> => execute(build(manager, await held(manager, hold)));
    // A savepoint: whoever catches the error and commits all the same has nothing of it either.
    if (caller) return caller.queryRunner?.isTransactionActive ? caller.transaction(write) : write(caller);
    const dataSource = await this.dataSource();
    if (isSqlite(dataSource)) return retrying(() => Promise.resolve(executeAtOnce(dataSource, build, hold)));
    return retrying(() => dataSource.transaction(write));
  }

  /** Calls back once the transaction of a manager is committed, the whole of it; at once when it is in none. */
  afterCommit(manager: EntityManager | undefined, callback: () => void): void {
    const runner = manager?.queryRunner;
    if (!runner?.isTransactionActive) return callback();
    this.#subscribe();
    const callbacks = this.#committed.get(runner) ?? [];
    callbacks.push(callback);
    this.#committed.set(runner, callbacks);
  }

  #subscribe(): void {
    if (this.#subscriber) return;
    // TypeORM also tells of savepoints, within a transaction that goes on.
    const ended = (runner: QueryRunner): (() => void)[] => {
      if (runner.isTransactionActive) return [];
      const callbacks = this.#committed.get(runner) ?? [];
      this.#committed.delete(runner);
      return callbacks;
    };
    this.#subscriber = {
      afterTransactionCommit: ({ queryRunner }) => ended(queryRunner).forEach((callback) => callback()),
      afterTransactionRollback: ({ queryRunner }) => void ended(queryRunner),
    };
    this.findHost().subscribers.push(this.#subscriber);
  }

  /** @throws MailError `OPTIONS` when the data source lacks what this package needs. */
  async check(): Promise<void> {
    const host = this.findHost();
    const { type } = host.options;
    if (!SUPPORTED.includes(type)) {
      throw new MailError('OPTIONS', `Option "dataSource": the database type "${type}" is not supported.`, {
        remedy: `Use one of ${SUPPORTED.join(', ')}.`,
      });
    }
    const missing = this.entities.filter((entity) => !host.hasMetadata(entity));
    if (missing.length > 0) {
      throw new MailError('OPTIONS', `The data source does not know ${missing.map(({ name }) => name).join(', ')}.`, {
        remedy: 'Add smtpEntities to its "entities" and smtpMigrations to its "migrations".',
      });
    }
    if (type === 'postgres') (host.driver as PostgresDriver).master?.on('connect', surviveLostSession);
    const runner = host.createQueryRunner();
    try {
      for (const entity of this.entities) {
        const { tablePath, tableName } = host.getMetadata(entity);
        if (!(await runner.hasTable(tablePath))) {
          throw new MailError('OPTIONS', `The table "${tablePath}" is missing.`, {
            remedy: 'Add smtpMigrations to the "migrations" of the data source and run them ("migrationsRun: true").',
          });
        }
        if (type === 'postgres' && !(await isSameTable(runner, tableName, tablePath))) {
          throw new MailError('OPTIONS', `The table "${tablePath}" is not what the connection finds as "${tableName}".`, {
            remedy: 'Put its schema first on the search path, e.g. with "extra: { options: \'-c search_path=app\' }" in the data source.',
          });
        }
      }
    } finally {
      // On SQLite there is one runner for all; it must stay as it is.
      if (!isSqlite(host)) await runner.release();
    }
  }

  async close(): Promise<void> {
    const own = await this.#own;
    this.#own = undefined;
    if (own && own !== this.findHost()) await own.destroy();
  }

  private async dataSource(): Promise<DataSource> {
    const host = this.findHost();
    if (!isSqlite(host)) return host;
    this.#own ??= openOwn(host, this.entities);
    return this.#own.catch((error: unknown) => {
      this.#own = undefined;
      throw error;
    });
  }
}

/** The statements of this package's own name tables without their schema. */
async function isSameTable(runner: QueryRunner, one: string, other: string): Promise<boolean> {
  const rows = (await runner.query('SELECT to_regclass($1) = to_regclass($2) AS same', [one, other])) as { same: boolean | null }[];
  return rows[0]?.same === true;
}

/** TypeORM's error carries the statement's parameters, ciphers among them: only its words go further. */
function databaseError(error: unknown, summary: string): Error {
  return error instanceof MailError ? error : new MailError('DATABASE', summary, { cause: new Error((error as Error).message) });
}

/** True for the violation of a unique index or primary key, on any of the supported databases. */
export function isUniqueViolation(error: unknown): boolean {
  return ['23505', 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(codeOf(error));
}

async function openOwn(host: DataSource, entities: Function[]): Promise<DataSource> {
  const { options } = host;
  if (options.type !== 'better-sqlite3') throw new Error('not SQLite');
  if (options.database === ':memory:' || options.database === '') return host;
  return retrying(() =>
    new DataSource({
      ...options,
      entities,
      subscribers: [],
      migrations: [],
      migrationsRun: false,
      synchronize: false,
      dropSchema: false,
      enableWAL: true,
      timeout: 0,
    }).initialize(),
  );
}

async function execute(steps: WriteStep[]): Promise<void> {
  for (const { statement, orElse } of steps) {
    const result = await statement.execute();
    if (orElse && 'affected' in result && result.affected === 0) throw orElse();
  }
}

/** A manager without a connection of its own is in no transaction: each statement would stand alone, so it is not used to write. */
function ofTransaction(manager: EntityManager | undefined): EntityManager | undefined {
  return manager?.queryRunner ? manager : undefined;
}

/** Runs the statements before a write; what a SELECT finds is locked. */
async function held(manager: EntityManager, hold: readonly SqlStep[]): Promise<Held> {
  const { type } = manager.connection.options;
  const rows: Held = [];
  for (const { sql, parameters } of hold) {
    const isLocked = isSelect(sql) && type !== 'better-sqlite3';
    const found: unknown = await manager.query(sqlFor(type, isLocked ? `${sql} FOR UPDATE` : sql), valuesFor(type, parameters));
    rows.push(isSelect(sql) ? (found as Held[number]) : []);
  }
  return rows;
}

const isSelect = (sql: string): boolean => sql.startsWith('SELECT');

function executeAtOnce(dataSource: DataSource, build: BuildSteps, hold: readonly SqlStep[]): void {
  inOneTick(dataSource, (connection) => {
    const rows = hold.map(({ sql, parameters }) => {
      const statement = connection.prepare(sqlFor('better-sqlite3', sql));
      const values = valuesFor('better-sqlite3', parameters);
      return statement.reader ? statement.all(...values) : (statement.run(...values), []);
    });
    for (const { statement, orElse } of build(dataSource.manager, rows)) {
      const [sql, parameters] = statement.getQueryAndParameters();
      const { changes } = connection.prepare(sql).run(...(parameters as unknown[]));
      if (orElse && changes === 0) throw orElse();
    }
  });
}

function runAtOnce(dataSource: DataSource, steps: readonly SqlStep[]): void {
  inOneTick(dataSource, (connection) => {
    for (const { sql, parameters } of steps)
      prepared(connection, sqlFor('better-sqlite3', sql)).run(...valuesFor('better-sqlite3', parameters));
  });
}

const statements = new WeakMap<SqliteConnection, Map<string, SqliteStatement>>();
const MAX_STATEMENTS = 100;

/** Few texts come again and again; preparing one takes as long as running it. */
function prepared(connection: SqliteConnection, sql: string): SqliteStatement {
  const known = statements.get(connection) ?? new Map<string, SqliteStatement>();
  statements.set(connection, known);
  if (known.size > MAX_STATEMENTS) known.clear();
  const statement = known.get(sql) ?? connection.prepare(sql);
  known.set(sql, statement);
  return statement;
}

function inOneTick(dataSource: DataSource, work: (connection: SqliteConnection) => void): void {
  const connection = (dataSource.driver as unknown as { databaseConnection: SqliteConnection }).databaseConnection;
  // Only a shared `:memory:` connection can be in a transaction of somebody else's here.
  if (connection.inTransaction) throw Object.assign(new Error('The connection is in a transaction.'), { code: 'SQLITE_BUSY' });
  connection.exec('BEGIN IMMEDIATE');
  try {
    work(connection);
    connection.exec('COMMIT');
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
}

/** Tries again, after a short random pause, what another writer was in the way of. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + BUSY_DEADLINE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 25));
    }
  }
}

/** Busy or locked (SQLite); serialization failure or deadlock (PostgreSQL); deadlock, lock wait or changed record (MariaDB, MySQL). */
function isContention(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /^SQLITE_(BUSY|LOCKED)/.test(code) || ['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'].includes(code)
  );
}

function codeOf(error: unknown): string {
  const source = error instanceof QueryFailedError ? error.driverError : error;
  const { code } = (source ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function isSqlite(dataSource: DataSource): boolean {
  return dataSource.options.type === 'better-sqlite3';
}
