import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';

export type DatabaseKind = 'sqlite' | 'postgres' | 'mariadb';

/** The databases of this run, for `describe.each`. */
export const databases: { name: DatabaseKind }[] =
  process.env.TEST_DATABASES === 'sqlite' ? [{ name: 'sqlite' }] : [{ name: 'sqlite' }, { name: 'postgres' }, { name: 'mariadb' }];

/** The name prefix by which the global teardown finds leftovers of failed tests. */
const prefix = `smtp_test_${process.env.TEST_RUN ?? 'alone'}_`;

/** The options that a test chooses. The others belong to the database. */
export type DatabaseContent = Pick<DataSourceOptions, 'entities' | 'migrations' | 'synchronize' | 'logging' | 'logger' | 'subscribers'>;

export interface OpenDatabase {
  /** For the test's own data source, or `TypeOrmModule.forRoot()`. */
  options: DataSourceOptions;
  /** Connected, with the migrations run. */
  dataSource: DataSource;
  /** Disconnects and removes the database. */
  drop: () => Promise<void>;
}

/** Creates an empty database and runs the migrations. */
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
    createOn({ type: 'postgres', ...readServer('TEST_POSTGRES_URL'), database: 'postgres' }, '"', ' with (force)', content),
  mariadb: (content) => createOn({ type: 'mariadb', ...readServer('TEST_MARIADB_URL') }, '`', '', content),
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

/**
 * Reads the address of a server.
 * @throws if the global setup could not provide the server, with its reason
 */
function readServer(variable: 'TEST_POSTGRES_URL' | 'TEST_MARIADB_URL') {
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
