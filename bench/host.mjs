import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MailService, SmtpConfigService, SmtpModule, smtpEntities, smtpMigrations } from '../dist/index.js';
import { PollingDispatcher } from '../dist/outbox/polling.dispatcher.js';

/**
 * Starts an application with an empty database and a configuration for each sink, of the sink's name and with five connections.
 * Nothing is dispatched until `dispatcher.start()`.
 */
export async function startHost(database, sinks) {
  const { options, remove } = await database.create();
  let app;
  const close = async () => {
    await app?.close();
    await remove();
  };
  try {
    function Host() {}
    const typeorm = TypeOrmModule.forRoot({ ...options, entities: smtpEntities, migrations: smtpMigrations, migrationsRun: true });
    const smtp = SmtpModule.forRoot({ allowAnonymousTls: true, delivery: { run: false } });
    app = await NestFactory.createApplicationContext(
      { module: Host, imports: [typeorm, smtp] },
      { logger: ['error'], abortOnError: false },
    );
    const dataSource = app.get(DataSource);
    await dataSource.query('CREATE TABLE host_order (id VARCHAR(36) PRIMARY KEY, customer VARCHAR(64) NOT NULL)');
    for (const [name, { port, security, ca }] of sinks) {
      await app.get(SmtpConfigService).create({
        name,
        host: '127.0.0.1',
        port,
        security,
        caCertificate: ca,
        authRequired: false,
        fromAddress: 'shop@example.com',
        enabled: true,
        maxConnections: 5,
      });
    }
    return { dataSource, mail: app.get(MailService), dispatcher: app.get(PollingDispatcher), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** SQLite with the default of `synchronous`, FULL. */
export const sqlite = {
  name: 'sqlite',
  async create() {
    const folder = await mkdtemp(join(tmpdir(), 'smtp_bench_'));
    return {
      options: { type: 'better-sqlite3', database: join(folder, 'bench.sqlite') },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

export function postgres(url) {
  const administer = async (...statements) => {
    const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
    try {
      for (const statement of statements) await dataSource.query(statement);
    } finally {
      await dataSource.destroy();
    }
  };
  return {
    name: 'postgres',
    async create() {
      const name = `smtp_bench_${randomBytes(6).toString('hex')}`;
      await administer(`CREATE DATABASE "${name}"`);
      const own = new URL(url);
      own.pathname = name;
      return {
        options: { type: 'postgres', url: own.href },
        remove: () => administer(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
      };
    },
  };
}
