import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SmtpConfigInput } from '../../lib/index.js';
import { startExampleApp } from './example-app.js';
import { type SmtpApp, startSmtpApp } from './smtp-app.js';

/** Without encryption and authentication, at an address where nothing answers. */
export const UNREACHABLE = {
  host: '10.0.0.7',
  port: 25,
  security: 'none',
  authRequired: false,
  fromAddress: 'shop@example.com',
} as const;

/** Starts the example app, and a host in this process on the same database that delivers nothing itself. */
export async function startExampleHost(options: Parameters<typeof startExampleApp>[0] = {}) {
  const example = await startExampleApp(options);
  const host: SmtpApp = await startSmtpApp(
    { type: 'better-sqlite3', database: join(example.dataDir, 'example.sqlite') },
    {
      encryption: { current: 'k1', keys: { k1: readFileSync(join(example.dataDir, 'encryption-key'), 'utf8') } },
      activities: [{ key: 'invoice' }, { key: 'password_reset', sensitive: true }, { key: 'newsletter' }],
      delivery: { run: false },
    },
  );
  const inboxId = (await host.configs.findDefault())!.id;
  return {
    ...host,
    /** Without a trailing slash. */
    url: example.url,
    mails: example.mails,
    startInbox: example.startInbox,
    stopInbox: example.stopInbox,
    /** The example's initial configuration. */
    inboxId,
    /** Creates a configuration that cannot be reached. */
    configure: (fields: SmtpConfigInput) => host.configs.create({ ...UNREACHABLE, ...fields }),
    /** Restores the example's initial state. */
    async reset(): Promise<void> {
      await example.startInbox();
      await host.dataSource.query('DELETE FROM smtp_config WHERE id <> ?', [inboxId]);
      const tables = [
        'smtp_config_status',
        'smtp_config_test',
        'smtp_activity',
        'smtp_message',
        'smtp_message_body',
        'smtp_message_attempt',
        'smtp_audit',
      ];
      for (const table of tables) await host.dataSource.query(`DELETE FROM ${table}`);
      await host.dataSource.query('UPDATE smtp_config SET enabled = 1 WHERE id = ?', [inboxId]);
      await host.dataSource.query('UPDATE smtp_default SET config_id = ?', [inboxId]);
    },
    async stop(): Promise<void> {
      await host.close();
      await example.stop();
    },
  };
}
