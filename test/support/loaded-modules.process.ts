import { register } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import type { SecretSource } from '../../lib/index.js';
import { serveParent } from './processes/serve-parent.js';

// A separate process, to see which modules an application loads and when.
const { port1, port2 } = new MessageChannel();
const loaded: string[] = [];
port1.on('message', (url: string) => loaded.push(url));
port1.unref();
register('./processes/loaded-modules-hooks.js', import.meta.url, { data: { port: port2 }, transferList: [port2] });

/** Returns the packages of Azure and Microsoft that have been loaded. */
async function listAzureModules(): Promise<string[]> {
  // The hooks run in a separate thread, whose messages arrive asynchronously.
  for (let i = 0; i < 20; i++) await turn();
  const names = loaded.flatMap((url) => /node_modules\/(@(?:azure|azure-rest|microsoft|typespec)\/[\w-]+)\//.exec(url)?.[1] ?? []);
  return [...new Set(names)].sort();
}

let source: SecretSource | undefined;

const steps: Record<string, () => Promise<unknown>> = {
  /** Loads the whole package, every sub-path that a host may import, and a source. */
  async start() {
    const { SmtpModule, smtpEntities, smtpMigrations } = await import('../../lib/index.js');
    const { azureKeyVault } = await import('../../lib/azure-key-vault/index.js');
    const { Module } = await import('@nestjs/common');
    const { NestFactory } = await import('@nestjs/core');
    const { TypeOrmModule } = await import('@nestjs/typeorm');
    source = azureKeyVault({ vaultUrl: 'https://127.0.0.1:9', secrets: ['smtp-main'], credential: { getToken: async () => null } });
    const database = {
      type: 'better-sqlite3',
      database: ':memory:',
      entities: smtpEntities,
      migrations: smtpMigrations,
      migrationsRun: true,
    } as const;
    class HostModule {}
    Module({ imports: [TypeOrmModule.forRoot(database), SmtpModule.forRoot({ secretSources: [source] })] })(HostModule);
    const app = await NestFactory.createApplicationContext(HostModule, { logger: false });
    await app.close();
    return listAzureModules();
  },
  async choose() {
    await source!.choices({ signal: AbortSignal.timeout(5_000), limit: 10 });
    return listAzureModules();
  },
  async read() {
    await source!.resolve('smtp-main', { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    return listAzureModules();
  },
};

serveParent((step: string) => steps[step]!());
