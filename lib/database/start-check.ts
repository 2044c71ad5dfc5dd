import type { DataSource } from 'typeorm';
import { MailError } from '../shared/mail-error.js';
import { SUPPORTED_TYPES } from './dialect.js';
import { isSqlite } from './sqlite.js';

/** @throws MailError `OPTIONS` when the data source lacks what this package needs */
export async function checkDataSource(host: DataSource, entities: readonly Function[]): Promise<void> {
  const { type } = host.options;
  if (!SUPPORTED_TYPES.includes(type)) {
    throw new MailError('OPTIONS', `Option "dataSource": the database type "${type}" is not supported.`, {
      remedy: `Use one of ${SUPPORTED_TYPES.join(', ')}.`,
    });
  }
  const missing = entities.filter((entity) => !host.hasMetadata(entity));
  if (missing.length > 0) {
    throw new MailError('OPTIONS', `The data source does not know ${missing.map(({ name }) => name).join(', ')}.`, {
      remedy: 'Add smtpEntities to its "entities" and smtpMigrations to its "migrations".',
    });
  }
  if (type === 'postgres') surviveLostSessions(host);
  const runner = host.createQueryRunner();
  try {
    for (const entity of entities) {
      const { tablePath } = host.getMetadata(entity);
      if (await runner.hasTable(tablePath)) continue;
      throw new MailError('OPTIONS', `The table "${tablePath}" is missing.`, {
        remedy:
          'Add smtpMigrations to the "migrations" of the data source and run them ("migrationsRun: true"). Data sources that share a database need a "migrationsTableName" each.',
      });
    }
  } finally {
    // On SQLite there is one runner for all; it must stay as it is.
    if (!isSqlite(host)) await runner.release();
  }
}

interface PostgresDriver {
  master?: { on(event: 'connect', listener: (client: NodeJS.EventEmitter) => void): void };
}

/**
 * A session that the server ends at the moment the pool hands it to TypeORM has no listener for its error, which would end the
 * process. The query that meets it fails all the same.
 */
function surviveLostSessions({ driver }: DataSource): void {
  (driver as PostgresDriver).master?.on('connect', (client) => client.on('error', () => undefined));
}
