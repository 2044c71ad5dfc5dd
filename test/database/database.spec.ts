import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { SmtpModule, smtpEntities } from '../../lib/index.js';
import { startOn, startSmtpApp, type SmtpApp } from '../support/smtp-app.js';
import { waitTurns } from '../support/turns.js';

const config = (name: string) => ({ name, host: 'localhost', username: 'a@b.c', password: 'p', isDefault: true });

describe('On SQLite', () => {
  let app: SmtpApp;
  beforeEach(async () => {
    app = await startOn('sqlite');
    await app.dataSource.query('CREATE TABLE host_order (id integer PRIMARY KEY, note text)');
  });
  afterEach(() => app.close());

  it('makes a write wait for an open transaction of the application without blocking the process', async () => {
    let written!: Promise<unknown>;
    let isWritten = false;
    await app.dataSource.transaction(async (manager) => {
      await manager.query("INSERT INTO host_order (note) VALUES ('open')");
      written = app.configs.create(config('waiting')).then(() => (isWritten = true));
      // With a busy timeout, the synchronous driver would block the event loop until the timeout ends, and the write would fail.
      await waitTurns(30);
      expect(isWritten).toBe(false);
    });
    await written;
    expect(await app.configs.find()).toHaveLength(1);
  });

  it('loses no write when the package and the application write concurrently', async () => {
    const ours = Array.from({ length: 30 }, (_, i) => app.configs.create(config(`c${i}`)));
    const theirs = Array.from({ length: 200 }, (_, i) => app.dataSource.query(`INSERT INTO host_order (note) VALUES ('${i}')`));
    await Promise.all([...ours, ...theirs]);
    expect(await app.configs.find()).toHaveLength(30);
    expect(await app.dataSource.query('SELECT count(*) AS n FROM host_order')).toEqual([{ n: 200 }]);
  });

  it('keeps its writes when the application rolls back', async () => {
    const runner = app.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query("INSERT INTO host_order (note) VALUES ('gone')");
    const created = app.configs.create(config('stays'));
    await waitTurns(5);
    await runner.rollbackTransaction();
    await created;
    expect(await app.configs.find()).toHaveLength(1);
    expect(await app.dataSource.query('SELECT * FROM host_order')).toEqual([]);
  });
});

describe('In memory', () => {
  it('shares the application’s connection, but not its transactions', async () => {
    const app = await startSmtpApp({ type: 'better-sqlite3', database: ':memory:' });
    let created!: Promise<unknown>;
    await expect(
      app.dataSource.transaction(async (manager) => {
        await manager.query("INSERT INTO smtp_activity VALUES ('x', NULL)");
        created = app.configs.create(config('stays'));
        await waitTurns(5);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await created;
    expect(await app.configs.find()).toMatchObject([{ name: 'stays', isDefault: true }]);
    await app.close();
  });
});

describe('At startup', () => {
  const start = async (options: object) => {
    const { NestFactory } = await import('@nestjs/core');
    const { TypeOrmModule } = await import('@nestjs/typeorm');
    const module = {
      module: class HostModule {},
      imports: [TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', ...options } as never), SmtpModule.forRoot({})],
    };
    return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  };

  it('reports missing entities', async () => {
    await expect(start({ entities: [] })).rejects.toThrow(/lacks the entities SmtpConfig.*smtpEntities/s);
  });

  it('reports missing tables', async () => {
    await expect(start({ entities: smtpEntities })).rejects.toThrow(/table "smtp_config" is missing.*smtpMigrations/s);
  });

  it('rejects an unsupported database', async () => {
    const { SmtpDatabase } = await import('../../lib/database/database.js');
    const database = new SmtpDatabase(() => ({ options: { type: 'mongodb' } }) as DataSource, smtpEntities);
    await expect(database.check()).rejects.toThrow(/"mongodb" is not supported.*postgres/s);
  });
});
