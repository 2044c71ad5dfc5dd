import pg from 'pg';
import { canInstall, findProgram, findFreePort, installPackage, run, startServer, createTemporaryHome, listVersions } from './shell.js';

const debianFolder = '/usr/lib/postgresql';
/** Limits files to 2 MB, above the WAL segments of 1 MB. No autovacuum frees space in between. */
const SMALL = { limit: 'ulimit -f 4096 && exec "$0" "$@"', layout: ['--wal-segsize=1'], settings: ['autovacuum=off'] };

/** @typedef {{ url: string, stop?: () => Promise<void> }} Service */

/**
 * Finds a PostgreSQL server where databases can be created: TEST_POSTGRES_URL, the local one, or a new one.
 * @returns {Promise<Service>}
 */
export async function providePostgres() {
  const named = process.env.TEST_POSTGRES_URL;
  const url = named ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const refusal = await probe(url);
  if (!refusal) return { url };
  if (named) throw new Error(`TEST_POSTGRES_URL does not answer: ${refusal}`);
  const found = await findInstalled();
  if (!found)
    throw new Error(
      `PostgreSQL does not answer on 127.0.0.1:5432 (${refusal}) and is not installed: install it, or set TEST_POSTGRES_URL.`,
    );
  return startOwn(found);
}

/**
 * Starts a PostgreSQL server whose tables cannot grow beyond 2 MB. Further writes fail as on a full disk.
 * @returns {Promise<Required<Service>>}
 */
export async function startSmallPostgres() {
  const found = await findInstalled();
  if (!found) throw new Error('The programs of a PostgreSQL server (initdb, postgres) are not installed.');
  return startOwn(found, SMALL);
}

async function findInstalled() {
  if (!findPrograms() && canInstall) await installPackage('postgresql');
  return findPrograms();
}

function findPrograms() {
  const folders = listVersions(debianFolder).map((version) => `${debianFolder}/${version}/bin`);
  const initdb = findProgram(['initdb'], folders);
  const postgres = findProgram(['postgres'], folders);
  return initdb && postgres && { initdb, postgres };
}

/**
 * @param {{ initdb: string, postgres: string }} programs
 * @param {typeof SMALL} [small]
 * @returns {Promise<Required<Service>>}
 */
async function startOwn({ initdb, postgres }, small) {
  const home = createTemporaryHome(['postgres', 'nobody']);
  try {
    const port = await findFreePort();
    const layout = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', ...(small?.layout ?? [])];
    await run(initdb, ['-D', `${home.folder}/data`, ...layout], home.spawn);
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'full_page_writes=off'];
    settings.push(...(small?.settings ?? []));
    const args = ['-D', `${home.folder}/data`, ...settings.flatMap((setting) => ['-c', setting])];
    const server = await startServer(small ? '/bin/sh' : postgres, small ? ['-c', small.limit, postgres, ...args] : args, {
      ready: /ready to accept connections/,
      stopSignal: 'SIGINT', // Fast shutdown, which does not wait for clients.
      spawn: { ...home.spawn, env: { ...process.env, LC_ALL: 'C' } },
    });
    const stop = () => server.stop().finally(home.remove);
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    home.remove();
    throw error;
  }
}

/**
 * Returns the reason why the server cannot be used, or undefined.
 * @param {string} url
 */
async function probe(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 20_000 });
  try {
    await client.connect();
    const { rows } = await client.query('select rolcreatedb or rolsuper as ok from pg_roles where rolname = current_user');
    return rows[0]?.ok ? undefined : 'the account may not create databases';
  } catch (error) {
    return String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Drops the databases whose names start with `prefix`.
 * @param {string} url
 * @param {string} prefix
 */
export async function sweepPostgres(url, prefix) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [prefix]);
  for (const { datname } of rows) await client.query(`drop database "${datname}" with (force)`);
  await client.end();
}
