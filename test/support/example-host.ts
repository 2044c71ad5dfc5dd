import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SmtpConfigInput } from '../../lib/index.js';
import { startExampleApp } from './example-app.js';
import { type SmtpApp, startSmtpApp } from './smtp-app.js';

/** The example app, and a host in this process on the same database, which sends nothing. */
export async function startExampleHost() {
  const example = await startExampleApp();
  const host: SmtpApp = await startSmtpApp(
    { type: 'better-sqlite3', database: join(example.dataDir, 'example.sqlite') },
    {
      encryption: { current: 'k1', keys: { k1: readFileSync(join(example.dataDir, 'encryption-key'), 'utf8') } },
      activities: [{ key: 'invoice' }, { key: 'newsletter' }],
      delivery: { run: false },
    },
  );
  const inboxId = (await host.configs.findDefault())!.id;
  return {
    ...host,
    /** Without a slash at its end. */
    url: example.url,
    /** The configuration the example starts with. */
    inboxId,
    /** A configuration without encryption and login, to which nothing is sent. */
    configure: (fields: SmtpConfigInput) =>
      host.configs.create({
        host: '10.0.0.7',
        port: 25,
        security: 'none',
        authRequired: false,
        fromAddress: 'shop@example.com',
        ...fields,
      }),
    /** Back to what the example starts with. */
    async reset(): Promise<void> {
      await host.dataSource.query('DELETE FROM smtp_config WHERE id <> ?', [inboxId]);
      for (const table of ['smtp_config_status', 'smtp_activity', 'smtp_message', 'smtp_message_body', 'smtp_message_attempt']) {
        await host.dataSource.query(`DELETE FROM ${table}`);
      }
      await host.dataSource.query('UPDATE smtp_config SET enabled = 1 WHERE id = ?', [inboxId]);
      await host.dataSource.query('UPDATE smtp_default SET config_id = ?', [inboxId]);
    },
    async stop(): Promise<void> {
      await host.close();
      await example.stop();
    },
  };
}
