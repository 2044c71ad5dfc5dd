import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweepMariadb } from './services/mariadb.js';
import { sweepPostgres } from './services/postgres.js';

/** Removes the databases and folders of failed tests, and stops the services that the setup started. */
export default async function teardown() {
  const { TEST_RUN, TEST_POSTGRES_URL, TEST_MARIADB_URL, TEST_DATABASES } = process.env;
  const prefix = `smtp_test_${TEST_RUN}_`;
  if (TEST_DATABASES !== 'sqlite') {
    if (TEST_POSTGRES_URL) await sweepPostgres(TEST_POSTGRES_URL, prefix);
    if (TEST_MARIADB_URL) await sweepMariadb(TEST_MARIADB_URL, prefix);
  }
  for (const stop of globalThis.stopTestServices ?? []) await stop();
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
