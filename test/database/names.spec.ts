import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type DataSourceOptions, DefaultNamingStrategy } from 'typeorm';
import {
  SmtpActivity,
  SmtpConfig,
  SmtpMessage,
  SmtpMessageAttempt,
  SmtpMessageBody,
  type SmtpModuleOptions,
  smtpEntities,
  smtpMigrations,
} from '../../lib/index.js';
import { type CountingSink, startSink } from '../support/counting-sink.js';
import { type DatabaseKind, databases, openDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { type SmtpApp, startSmtpApp } from '../support/smtp-app.js';

const snake = (text: string): string => text.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** Like typeorm-naming-strategies: keeps the names that entities set. */
class SnakeNaming extends DefaultNamingStrategy {
  override tableName(target: string, given?: string): string {
    return given ?? snake(target);
  }
  override columnName(property: string, given: string | undefined, prefixes: string[]): string {
    return snake(prefixes.concat('').join('_')) + (given ?? snake(property));
  }
}

/** Like some applications: ignores the names that entities set, and names indices after their columns. */
class OwnNaming extends DefaultNamingStrategy {
  override tableName(target: string): string {
    return `T_${target}`;
  }
  override columnName(property: string): string {
    return `Col ${property}`;
  }
  override primaryKeyName(table: { name: string } | string): string {
    return `${nameOf(table)}_key`;
  }
  override indexName(table: { name: string } | string, columns: string[]): string {
    return `${nameOf(table)}_${columns.map((column) => column.slice(4, 8)).join('_')}`;
  }
}

const nameOf = (table: { name: string } | string): string => (typeof table === 'string' ? table : table.name).split('.').at(-1)!;

type Names = { names: string; options: Partial<DataSourceOptions> };
const prefixed: Names = { names: 'a prefix', options: { entityPrefix: 'Acme-Mail_' } };
const variants: (Names & { name: DatabaseKind })[] = databases.flatMap(({ name }) => [
  { name, ...prefixed },
  { name, names: 'a snake-case strategy', options: { namingStrategy: new SnakeNaming() } },
  { name, names: 'a strategy of its own and a prefix', options: { namingStrategy: new OwnNaming(), entityPrefix: 'acme_' } },
  ...(name === 'postgres'
    ? [
        { name, names: 'a schema', options: { schema: 'App' } as Partial<DataSourceOptions> },
        {
          name,
          names: 'a schema, a strategy and a prefix',
          options: { schema: 'App', namingStrategy: new OwnNaming(), entityPrefix: 'x_' } as object,
        },
      ]
    : []),
]);

const moduleOptions: SmtpModuleOptions = {
  allowPlaintextAuth: true,
  allowAnonymousTls: true,
  activities: [{ key: 'invoice' }, { key: 'code', sensitive: true }],
  delivery: {
    pollEveryMs: 50,
    reconnectEveryMs: 100,
    retry: { delaysMs: [100], jitter: 0 },
    retention: { bodyMs: 1, metadataMs: 86_400_000 },
  },
};

let sink: CountingSink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());
afterEach(() => sink.clear());

/** Opens a database without tables. The options apply to the data sources that connect to it. */
async function open(kind: DatabaseKind, options: Partial<DataSourceOptions>) {
  const database = await openDatabase(kind, { entities: [], migrations: [] });
  if ('schema' in options) await database.dataSource.query(`CREATE SCHEMA "${String(options.schema)}"`);
  return { ...database, options: { ...database.options, ...options } as DataSourceOptions };
}

const toSink = (name: string) => ({
  name,
  host: '127.0.0.1',
  port: sink.port,
  security: 'none' as const,
  authRequired: false,
  fromAddress: `${name}@acme.io`,
});

/** Reads and writes every table once. */
async function useAll(app: SmtpApp): Promise<void> {
  const statuses = async (...expected: string[]) =>
    eventually(async () => expect((await app.log.find({ direction: 'asc' })).map(({ status }) => status)).toEqual(expected));
  const mail = { to: 'a@b.c', subject: 'Hello', text: 'Hi' };

  // Configurations, their default and tests, and the assignments of activities.
  const main = await app.configs.create({ ...toSink('main'), username: 'u', password: 'secret', isDefault: true });
  const other = await app.configs.create({ ...toSink('other'), maxConnections: 1 });
  await app.configs.update(other.id, { version: other.version, description: 'changed', isDefault: true });
  await app.configs.setDefault(main.id);
  expect(await app.configs.test(other.id, { to: 'a@b.c' })).toMatchObject({ ok: true });
  await app.activities.assign('invoice', other.id);
  const copy = await app.configs.duplicate(main.id, { password: 'secret' });
  await app.configs.remove(copy.id);
  expect(await app.configs.find({ filters: { search: 'MAIN', health: 'untested', isDefault: true, type: 'generic' } })).toHaveLength(1);
  expect(await app.configs.find({ filters: { health: 'working', enabled: true }, sortBy: 'lastTestAt' })).toMatchObject([
    { name: 'other', usedBy: ['invoice'] },
  ]);

  // Delivery: immediate, one at a time, with a retry, with an idempotency key, and sensitive.
  await sink.setRules({ rcptTo: [{ match: 'later', reply: '450 4.7.1 later', times: 1 }] });
  await app.mail.send(mail);
  await app.mail.send({ ...mail, activity: 'invoice', to: 'later@b.c', priority: 'high' });
  const keyed = await app.mail.send({ ...mail, idempotencyKey: 'k' });
  expect(await app.mail.send({ ...mail, idempotencyKey: 'k' })).toEqual(keyed);
  await app.mail.send({ ...mail, activity: 'code' });
  await statuses('sent', 'sent', 'sent', 'sent');
  expect(await app.mail.sendNow(mail)).toMatchObject({ accepted: ['a@b.c'] });

  // On hold, cancelled, failing and retried, expired.
  await app.mail.send({ ...mail, config: 'missing' });
  await statuses('sent', 'sent', 'sent', 'sent', 'held');
  const [held] = await app.log.find({ filters: { status: 'held' } });
  expect(await app.log.cancel(held!.id)).toBe(true);
  await app.mail.send({ ...mail, sendAt: new Date(Date.now() + 86_400_000), expiresAt: new Date(Date.now() + 90_000_000) });
  const [waiting] = await app.log.find({ filters: { status: 'queued' } });
  await sink.refuse();
  expect(
    await app.log.retryMany({ status: 'queued', config: 'main', subject: 'ello', from: new Date(0), to: new Date(Date.now() + 1e6) }),
  ).toMatchObject({ done: 1 });
  await eventually(async () => expect(await app.log.failing()).toMatchObject([{ name: 'main', waiting: 1 }]));
  await sink.listen();
  // The configuration may have recovered already.
  await app.log.tryConfigNow(main.id).catch((error: unknown) => expect(error).toMatchObject({ code: 'UNAVAILABLE' }));
  await statuses('sent', 'sent', 'sent', 'sent', 'cancelled', 'sent');
  await app.mail.send({ ...mail, activity: 'code', config: 'missing', expiresAt: new Date(Date.now() + 300) });
  await statuses('sent', 'sent', 'sent', 'sent', 'cancelled', 'sent', 'expired');

  // The mail log, the overview and the change history.
  expect(await app.log.findOne(waiting!.id)).toMatchObject({
    status: 'sent',
    attemptList: expect.arrayContaining([expect.objectContaining({ outcome: 'accepted' })]),
  });
  expect(await app.log.counts({}, { isFresh: true })).toMatchObject({ waiting: 0, held: 0 });
  expect(await app.log.count({ filters: { recipient: 'LATER', activity: 'invoice', config: 'other' } })).toBe(1);
  expect(await app.log.waitingFor({ id: main.id })).toEqual({ own: 0, ofDefault: 0 });
  const overview = await app.overview.find({}, { isFresh: true });
  expect(overview).toMatchObject({ waiting: 0, configured: 2, attention: [{ kind: 'failed', count: 1 }, { kind: 'recovered' }] });
  expect((await app.history.find({ action: 'assign', record: { type: 'activity', id: 'invoice' } }))[0]).toMatchObject({
    action: 'assign',
  });
  const [first] = await app.history.find({ limit: 1 });
  expect(await app.history.find({ after: first!.id, limit: 1 })).toHaveLength(1);
  expect(await app.configs.reencryptSecrets()).toEqual({ moved: 0, unreadable: [] });
}

/** Expects that a process deletes old mail when it starts. */
async function expectRetention(options: DataSourceOptions): Promise<void> {
  const start = (metadataMs: number) =>
    startSmtpApp(options, { ...moduleOptions, delivery: { ...moduleOptions.delivery, retention: { bodyMs: 1, metadataMs } } });
  const counts = ({ dataSource }: SmtpApp) =>
    Promise.all([SmtpMessageBody, SmtpMessage, SmtpMessageAttempt].map((entity) => dataSource.getRepository(entity).count()));
  const young = await start(86_400_000);
  // Unsent messages keep their body as long as their row. One of the two was sensitive.
  await eventually(async () => expect(await counts(young)).toEqual([1, 7, expect.any(Number)]));
  await young.close();
  const old = await start(1);
  await eventually(async () => expect(await counts(old)).toEqual([0, 0, 0]));
  await old.close();
}

/** Reverts the migrations and returns the tables that are left. */
async function undo(options: DataSourceOptions): Promise<string[]> {
  const dataSource = await new DataSource({ ...options, entities: smtpEntities, migrations: smtpMigrations }).initialize();
  const runner = dataSource.createQueryRunner();
  for (const _ of smtpMigrations) await dataSource.undoLastMigration();
  const left: string[] = [];
  for (const { tablePath } of dataSource.entityMetadatas) if (await runner.hasTable(tablePath)) left.push(tablePath);
  await runner.release();
  await dataSource.destroy();
  return left;
}

/** Returns the changes that the schema builder would make. */
async function pendingChanges({ dataSource }: SmtpApp): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

describe.each(variants)('On $name with $names', ({ name: kind, options }) => {
  it('works on tables that migrations created', async () => {
    const database = await open(kind, options);
    try {
      const app = await startSmtpApp(database.options, moduleOptions);
      try {
        expect(await pendingChanges(app)).toEqual([]);
        await useAll(app);
      } finally {
        await app.close();
      }
      await expectRetention(database.options);
      expect(await undo(database.options)).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});

describe.each(databases)('On $name', ({ name: kind }) => {
  it('runs migrations on tables that synchronize created, and creates missing parts', async () => {
    const database = await open(kind, prefixed.options);
    const content = { ...database.options, entities: smtpEntities } as DataSourceOptions;
    const synchronized = await new DataSource({ ...content, synchronize: true }).initialize();
    const index = synchronized.getMetadata(SmtpMessage).indices[0]!;
    const runner = synchronized.createQueryRunner();
    await runner.dropIndex(index.entityMetadata.tablePath, index.name);
    await runner.dropColumn(synchronized.getMetadata(SmtpConfig).tablePath, 'description');
    await runner.dropTable(synchronized.getMetadata(SmtpActivity).tablePath);
    await runner.release();
    await synchronized.destroy();
    const app = await startSmtpApp(database.options, moduleOptions);
    try {
      expect(await pendingChanges(app)).toEqual([]);
      await useAll(app);
    } finally {
      await app.close();
      await database.drop();
    }
  });

  it('works on tables that synchronize created, without migrations', async () => {
    const database = await open(kind, { synchronize: true });
    const app = await startSmtpApp(database.options, moduleOptions);
    try {
      await useAll(app);
      expect(await app.log.count()).toBe(7);
    } finally {
      await app.close();
      await database.drop();
    }
  });

  it('keeps two prefixes apart in one database', async () => {
    const database = await open(kind, {});
    const start = (prefix: string) =>
      startSmtpApp({ ...database.options, entityPrefix: prefix, migrationsTableName: `${prefix}migrations` }, moduleOptions);
    const apps = [await start('one_'), await start('two_')] as const;
    try {
      await Promise.all(apps.map((app, index) => app.configs.create({ ...toSink(`main${index}`), isDefault: true })));
      await apps[0].mail.send({ to: 'a@b.c', subject: 'first', text: 't', idempotencyKey: 'k' });
      await apps[1].mail.send({ to: 'a@b.c', subject: 'second', text: 't', idempotencyKey: 'k' });
      for (const [index, subject] of [
        [0, 'first'],
        [1, 'second'],
      ] as const) {
        await eventually(async () =>
          expect(await apps[index].log.find()).toMatchObject([{ subject, status: 'sent', sentBy: `main${index}` }]),
        );
        await expectOwnTables(apps[index]);
      }
    } finally {
      for (const app of apps) await app.close();
      await database.drop();
    }
  });
});

/** Checks the tables directly, because the schema builder does not ignore the other prefix on every database. */
async function expectOwnTables({ dataSource }: SmtpApp): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const tables = await runner.getTables(dataSource.entityMetadatas.map(({ tablePath }) => tablePath));
  await runner.release();
  for (const { tablePath, indices } of dataSource.entityMetadatas) {
    const table = tables.find(({ name }) => name === tablePath);
    const names = table!.indices.map(({ name }) => name!);
    expect(names.toSorted()).toEqual(expect.arrayContaining(indices.map(({ name }) => name)));
  }
}
