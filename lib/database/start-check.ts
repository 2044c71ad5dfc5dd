import type { DataSource } from 'typeorm';
import { MailError } from '../shared/mail-error.js';
import { SUPPORTED_TYPES } from './dialect.js';
import { isSqlite } from './sqlite.js';

/** Checks that the data source has what this package needs. @throws MailError `OPTIONS` */
export async function checkDataSource(dataSource: DataSource, entities: readonly Function[]): Promise<void> {
  const { type } = dataSource.options;
  if (!SUPPORTED_TYPES.includes(type)) {
    throw new MailError('OPTIONS', `Option "dataSource": the database type "${type}" is not supported.`, {
      remedy: `Use one of ${SUPPORTED_TYPES.join(', ')}.`,
    });
  }
  const missing = entities.filter((entity) => !dataSource.hasMetadata(entity));
  if (missing.length > 0) {
    throw new MailError('OPTIONS', `The data source lacks the entities ${missing.map(({ name }) => name).join(', ')}.`, {
      remedy: 'Add smtpEntities to its "entities" and smtpMigrations to its "migrations".',
    });
  }
  if (type === 'postgres') surviveLostSessions(dataSource);
  const runner = dataSource.createQueryRunner();
  try {
    for (const entity of entities) {
      const { tablePath } = dataSource.getMetadata(entity);
      if (await runner.hasTable(tablePath)) continue;
      throw new MailError('OPTIONS', `The table "${tablePath}" is missing.`, {
        remedy:
          'Add smtpMigrations to the "migrations" of the data source and run them ("migrationsRun: true"). Data sources that share a database need a "migrationsTableName" each.',
      });
    }
  } finally {
    // On SQLite all share one runner, which must not be released.
    if (!isSqlite(dataSource)) await runner.release();
  }
}

interface PostgresDriver {
  master?: { on(event: 'connect', listener: (client: NodeJS.EventEmitter) => void): void };
}

/**
 * Keeps the process alive when the server ends a session just as the pool hands it to TypeORM: the session has no listener for its
 * error yet, and an unhandled error would end the process. The query that uses the session still fails.
 */
function surviveLostSessions({ driver }: DataSource): void {
  (driver as PostgresDriver).master?.on('connect', (client) => client.on('error', () => undefined));
}
