import { randomBytes } from 'node:crypto';
import { provideChromium } from './services/chromium.js';
import { MAIL_SERVERS } from './services/mail-servers.js';
import { provideMariadb } from './services/mariadb.js';
import { providePostgres } from './services/postgres.js';

/**
 * Finds, starts or installs the services that the tests need. Environment variables give the tests the address of each
 * service, or the reason why it is missing. `TEST_DATABASES=sqlite` needs no service, and `TEST_SERVERS=all` every mail server.
 */
export default async function setup() {
  process.env.TEST_RUN = randomBytes(3).toString('hex');
  /** @type {(() => Promise<void>)[]} */
  const stops = [];
  globalThis.stopTestServices = stops;

  /** @param {string} name @param {() => Promise<{ url: string, stop?: () => Promise<void> }>} find */
  const provide = async (name, find) => {
    try {
      const service = await find();
      process.env[name] = service.url;
      if (service.stop) stops.push(service.stop);
    } catch (error) {
      delete process.env[name];
      process.env[`${name}_MISSING`] = error instanceof Error ? error.message : String(error);
    }
  };
  // In sequence, because apt-get takes a lock.
  if (process.env.TEST_SERVERS === 'all') {
    for (const [name, unpack] of Object.entries(MAIL_SERVERS)) await provide(name, async () => ({ url: await unpack() }));
  }
  if (process.env.TEST_DATABASES === 'sqlite') return;
  await provide('TEST_POSTFIX', async () => ({ url: await MAIL_SERVERS.TEST_POSTFIX() }));
  await provide('TEST_POSTGRES_URL', providePostgres);
  await provide('TEST_MARIADB_URL', provideMariadb);
  await provide('CHROMIUM_PATH', async () => ({ url: await provideChromium() }));
}
