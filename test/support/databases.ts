import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';

export type DatabaseKind = 'sqlite' | 'postgres' | 'mariadb';

/** The databases this run covers, for `describe.each`. */
export const databases: { name: DatabaseKind }[] =
  process.env.TEST_DATABASES === 'sqlite' ? [{ name: 'sqlite' }] : [{ name: 'sqlite' }, { name: 'postgres' }, { name: 'mariadb' }];

/** What the global teardown knows the leftovers of a failed test by. */
const prefix = `smtp_test_${process.env.TEST_RUN ?? 'alone'}_`;

/** What a test brings along; the rest of the options belongs to the database. */
export type DatabaseContent = Pick<DataSourceOptions, 'entities' | 'migrations' | 'synchronize' | 'logging' | 'logger' | 'subscribers'>;

export interface OpenDatabase {
  /** For a data source of the test's own, or `TypeOrmModule.forRoot()`. */
  options: DataSourceOptions;
  /** Connected, migrations run. */
  dataSource: DataSource;
  /** Disconnects and removes the database. */
  drop: () => Promise<void>;
}

/** A new, empty database of its own, with the migrations run. */
export async function openDatabase(kind: DatabaseKind, content: DatabaseContent): Promise<OpenDatabase> {
  const { options, remove } = await create[kind](content);
  try {
    const dataSource = await new DataSource(options).initialize();
    await dataSource.runMigrations();
    const drop = async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await remove();
    };
    return { options, dataSource, drop };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Created {
  options: DataSourceOptions;
  remove: () => Promise<void>;
}

const create: Record<DatabaseKind, (content: DatabaseContent) => Promise<Created>> = {
  async sqlite(content) {
    const folder = await mkdtemp(join(tmpdir(), prefix));
    return {
      options: { type: 'better-sqlite3', database: join(folder, 'test.sqlite'), ...content },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
  postgres: (content) =>
    createOn({ type: 'postgres', ...server('TEST_POSTGRES_URL'), database: 'postgres' }, '"', ' with (force)', content),
  mariadb: (content) => createOn({ type: 'mariadb', ...server('TEST_MARIADB_URL') }, '`', '', content),
};

async function createOn(admin: DataSourceOptions, quote: string, force: string, content: DatabaseContent): Promise<Created> {
  const database = `${prefix}${randomBytes(6).toString('hex')}`;
  const administer = async (statement: string) => {
    const dataSource = await new DataSource(admin).initialize();
    try {
      await dataSource.query(statement);
    } finally {
      await dataSource.destroy();
    }
  };
  await administer(`create database ${quote}${database}${quote}`);
  return {
    options: { ...admin, database, ...content } as DataSourceOptions,
    remove: () => administer(`drop database if exists ${quote}${database}${quote}${force}`),
  };
}

/** @throws with the reason when the global setup could not get the server: a suite without its database fails. */
function server(variable: 'TEST_POSTGRES_URL' | 'TEST_MARIADB_URL') {
  const value = process.env[variable];
  if (!value) throw new Error(process.env[`${variable}_MISSING`] ?? `${variable} is not set`);
  const url = new URL(value);
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : undefined,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password) || undefined,
    socketPath: url.searchParams.get('socketPath') ?? undefined,
  };
}
