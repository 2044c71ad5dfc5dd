import type { DataSource, EntityManager } from 'typeorm';
import { MailError } from '../shared/mail-error.js';
import { CommitCallbacks } from './commit-callbacks.js';
import { retryOnContention } from './contention.js';
import { databaseError, isUniqueViolation } from './errors.js';
import { Schema } from './schema.js';
import { type SqlStep, compile, toCte } from './sql.js';
import { inOneTick, isSqlite, openOwnConnection } from './sqlite.js';
import { checkDataSource } from './start-check.js';

/** One statement of a write. If it changes no row, the error from `orElse` ends the write. */
export interface WriteStep extends SqlStep {
  orElse?: () => MailError;
}

/** The rows locked at the start of a write, one list for each statement. */
export type Held = Record<string, unknown>[][];

type BuildSteps = (held: Held) => readonly WriteStep[];

interface WriteOptions {
  /** The caller's transaction. @default a transaction of our own */
  manager?: EntityManager;
  /** Statements that run before the steps are built. The rows that a SELECT among them returns are locked until the write ends. */
  hold?: readonly SqlStep[];
}

const NO_RESPONSE = 'The database did not respond.';
const NOT_WRITTEN = 'The database rejected the change.';

/**
 * Access to the application's database. Statements with a caller's `manager` run in the caller's transaction; everything else runs in
 * short transactions of its own.
 *
 * On SQLite, TypeORM shares one connection among all, so a rollback of the application would also undo our writes. There we write through
 * a connection of our own, each transaction within one tick: if a lock were held over several ticks, the application's next (synchronous)
 * statement would block the event loop that has to release it.
 */
export class SmtpDatabase {
  #own: Promise<DataSource> | undefined;
  #schema: { of: DataSource; schema: Schema } | undefined;
  readonly #committed: CommitCallbacks;

  constructor(
    private readonly findDataSource: () => DataSource,
    private readonly entities: Function[],
  ) {
    this.#committed = new CommitCallbacks(findDataSource);
  }

  /** The dialect, and the names of tables and columns. */
  get schema(): Schema {
    const dataSource = this.findDataSource();
    if (this.#schema?.of !== dataSource) this.#schema = { of: dataSource, schema: new Schema(dataSource) };
    return this.#schema.schema;
  }

  /** Runs one statement, in the caller's transaction or on its own, and returns its rows. @throws MailError `DATABASE` */
  async query<T>(step: SqlStep, caller?: EntityManager): Promise<T[]> {
    try {
      const manager = caller ?? (await this.dataSource()).manager;
      const run = (): Promise<unknown> => manager.query(...compile(this.schema.dialect, step));
      const result = await (caller ? run() : retryOnContention(run));
      // PostgreSQL's driver wraps what an UPDATE returns: [rows, count].
      return (this.schema.dialect.name === 'postgres' && Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as T[];
    } catch (error) {
      throw databaseError(error, NO_RESPONSE);
    }
  }

  /** Returns the database's time. */
  async now(): Promise<Date> {
    const [row] = await this.query<{ now_ms: string | number }>({ sql: 'SELECT {now} AS now_ms', parameters: [] });
    return new Date(Number(row!.now_ms));
  }

  /**
   * Runs several statements in a transaction, and repeats all of it after a conflict. Not for SQLite, where each statement commits
   * on its own.
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const dataSource = await this.dataSource();
    return retryOnContention(() => dataSource.transaction(work)).catch((error: unknown) => {
      throw databaseError(error, NO_RESPONSE);
    });
  }

  /**
   * Runs all statements or none. PostgreSQL runs statements that do not depend on each other in one round trip.
   * @throws MailError `DATABASE`
   */
  async writeAll(steps: readonly SqlStep[], options: { manager?: EntityManager; inOrder?: boolean } = {}): Promise<void> {
    const { dialect } = this.schema;
    const list = dialect.name === 'postgres' && !options.inOrder ? [toCte(steps)] : steps;
    const write = async (manager: EntityManager): Promise<void> => {
      for (const step of list) await manager.query(...compile(dialect, step));
    };
    const caller = transactional(options.manager);
    const run = async (): Promise<void> => {
      if (caller) return write(caller);
      const dataSource = await this.dataSource();
      if (isSqlite(dataSource)) return this.writeInOneTick(dataSource, () => list);
      return retryOnContention(() => (list.length === 1 ? write(dataSource.manager) : dataSource.transaction(write)));
    };
    return run().catch((error: unknown) => {
      throw databaseError(error, NOT_WRITTEN);
    });
  }

  /** Runs all steps or none. @throws MailError `DATABASE`, or a unique violation as the driver reports it */
  async write(build: BuildSteps, { manager, hold = [] }: WriteOptions = {}): Promise<void> {
    return this.run(build, hold, transactional(manager)).catch((error: unknown) => {
      throw isUniqueViolation(error) ? error : databaseError(error, NOT_WRITTEN);
    });
  }

  /** Runs all steps or none. Returns false if the last one changes no row. @throws MailError `DATABASE` */
  async tryWrite(steps: readonly SqlStep[]): Promise<boolean> {
    const missed = new MailError('STALE', 'No row was changed.');
    try {
      await this.write(() => [...steps.slice(0, -1), { ...steps.at(-1)!, orElse: () => missed }]);
      return true;
    } catch (error) {
      if (error === missed) return false;
      throw error;
    }
  }

  private async run(build: BuildSteps, hold: readonly SqlStep[], caller?: EntityManager): Promise<void> {
    const write = async (manager: EntityManager): Promise<void> => {
      const held: Held = [];
      for (const step of hold) held.push(await this.hold(manager, step));
      for (const step of build(held)) await this.execute(manager, step);
    };
    // A savepoint: if the caller catches the error and commits anyway, nothing of this write is stored.
    if (caller) return caller.queryRunner?.isTransactionActive ? caller.transaction(write) : write(caller);
    const dataSource = await this.dataSource();
    if (isSqlite(dataSource)) return this.writeInOneTick(dataSource, build, hold);
    return retryOnContention(() => dataSource.transaction(write));
  }

  /** Runs a statement before the steps of a write. The rows that a SELECT finds are locked. */
  private async hold(manager: EntityManager, step: SqlStep): Promise<Held[number]> {
    const { dialect } = this.schema;
    if (!isSelect(step)) {
      await manager.query(...compile(dialect, step));
      return [];
    }
    return manager.query(...compile(dialect, { ...step, sql: `${step.sql}${dialect.forUpdate}` }));
  }

  private async execute(manager: EntityManager, step: WriteStep): Promise<void> {
    const result = await manager.queryRunner!.query(...compile(this.schema.dialect, step), true);
    if (step.orElse && result.affected === 0) throw step.orElse();
  }

  private async writeInOneTick(dataSource: DataSource, build: BuildSteps, hold: readonly SqlStep[] = []): Promise<void> {
    const { dialect } = this.schema;
    return retryOnContention(async () =>
      inOneTick(dataSource, (run) => {
        const held = hold.map((step) => run(...compile(dialect, step)).rows);
        for (const step of build(held)) {
          const { changes } = run(...compile(dialect, step));
          if (step.orElse && changes === 0) throw step.orElse();
        }
      }),
    );
  }

  /** Calls back once the manager's outermost transaction is committed; immediately if it is not in one. */
  afterCommit(manager: EntityManager | undefined, callback: () => void): void {
    this.#committed.add(manager, callback);
  }

  /** @throws MailError `OPTIONS` when the data source lacks what this package needs */
  async check(): Promise<void> {
    await checkDataSource(this.findDataSource(), this.entities);
  }

  async close(): Promise<void> {
    const own = await this.#own;
    this.#own = undefined;
    if (own && own !== this.findDataSource()) await own.destroy();
  }

  private async dataSource(): Promise<DataSource> {
    const dataSource = this.findDataSource();
    if (!isSqlite(dataSource)) return dataSource;
    this.#own ??= openOwnConnection(dataSource, this.entities);
    return this.#own.catch((error: unknown) => {
      this.#own = undefined;
      throw error;
    });
  }
}

/**
 * Returns a manager that can be in a transaction. Without a connection of its own, each statement would commit on its own, so it is
 * not used to write.
 */
function transactional(manager: EntityManager | undefined): EntityManager | undefined {
  return manager?.queryRunner ? manager : undefined;
}

const isSelect = ({ sql }: SqlStep): boolean => sql.startsWith('SELECT');
