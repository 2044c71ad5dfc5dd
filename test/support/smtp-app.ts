import { type LoggerService, type LogLevel, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import {
  MailLogService,
  MailOverviewService,
  MailService,
  SmtpActivityService,
  SmtpAuditService,
  SmtpConfigService,
  SmtpModule,
  type SmtpModuleOptions,
  smtpEntities,
  smtpMigrations,
  SMTP_OPTIONS,
  type ResolvedSmtpOptions,
} from '../../lib/index.js';
import { type DatabaseKind, openDatabase } from './databases.js';

/** 32 bytes, for tests only. */
export const KEY = Buffer.alloc(32, 7).toString('base64');
export const encryption = { current: 'k1', keys: { k1: KEY } };

/** More tests than any spec runs. */
export const tests = { perMinute: 10_000, concurrent: 10_000 };

export interface SmtpApp {
  options: ResolvedSmtpOptions;
  configs: SmtpConfigService;
  activities: SmtpActivityService;
  mail: MailService;
  log: MailLogService;
  overview: MailOverviewService;
  history: SmtpAuditService;
  /** The host's own connection. */
  dataSource: DataSource;
  close: () => Promise<void>;
}

/** Starts SmtpModule in a Nest application without HTTP, as a host would. */
export async function startSmtpApp(
  database: DataSourceOptions,
  options: SmtpModuleOptions = {},
  logger: false | LogLevel[] | LoggerService = false,
): Promise<SmtpApp> {
  let host: DataSource | undefined;

  @Module({
    imports: [
      TypeOrmModule.forRootAsync({
        useFactory: () => ({
          ...database,
          entities: smtpEntities,
          migrations: smtpMigrations,
          migrationsRun: !database.synchronize,
          retryAttempts: 0,
        }),
        dataSourceFactory: (given) => (host = new DataSource(given!)).initialize(),
      }),
      SmtpModule.forRoot({ encryption, tests, ...options }),
    ],
  })
  class HostModule {}

  const app = await NestFactory.createApplicationContext(HostModule, { logger, abortOnError: false }).catch(async (error: unknown) => {
    // A failed start leaves the host's connections open. A process would end here, but the tests go on.
    if (host?.isInitialized) await host.destroy();
    throw error;
  });
  return {
    options: app.get<ResolvedSmtpOptions>(SMTP_OPTIONS),
    configs: app.get(SmtpConfigService),
    activities: app.get(SmtpActivityService),
    mail: app.get(MailService),
    log: app.get(MailLogService),
    overview: app.get(MailOverviewService),
    history: app.get(SmtpAuditService),
    dataSource: app.get(DataSource),
    close: () => app.close(),
  };
}

/** Starts an application on a new database with this module's tables. `close` removes both. */
export async function startOn(kind: DatabaseKind, options: SmtpModuleOptions = {}): Promise<SmtpApp & { database: DataSourceOptions }> {
  const database = await openDatabase(kind, { entities: smtpEntities, migrations: smtpMigrations });
  const app = await startSmtpApp(database.options, options);
  const close = async (): Promise<void> => {
    await app.close();
    await database.drop();
  };
  return { ...app, database: database.options, close };
}
