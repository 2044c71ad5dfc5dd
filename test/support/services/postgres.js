import pg from 'pg';
import { canInstall, findProgram, freePort, installPackage, run, startServer, temporaryHome, versions } from './shell.js';

const debianFolder = '/usr/lib/postgresql';
/** Pieces of its log are of 1 MB; nothing else tidies up. */
const SMALL = { limit: 'ulimit -f 4096 && exec "$0" "$@"', layout: ['--wal-segsize=1'], settings: ['autovacuum=off'] };

/** @typedef {{ url: string, stop?: () => Promise<void> }} Service */

/**
 * A PostgreSQL where databases can be made: the one named, the local one, an own one.
 * @returns {Promise<Service>}
 */
export async function providePostgres() {
  const named = process.env.TEST_POSTGRES_URL;
  const url = named ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const refusal = await probe(url);
  if (!refusal) return { url };
  if (named) throw new Error(`TEST_POSTGRES_URL does not answer: ${refusal}`);
  const found = await installed();
  if (!found)
    throw new Error(
      `PostgreSQL does not answer on 127.0.0.1:5432 (${refusal}) and is not installed: install it, or set TEST_POSTGRES_URL.`,
    );
  return startOwn(found);
}

/**
 * A PostgreSQL of its own whose tables cannot grow beyond 2 MB: as on a full disk, writing more fails.
 * @returns {Promise<Required<Service>>}
 */
export async function startSmallPostgres() {
  const found = await installed();
  if (!found) throw new Error('The programs of a PostgreSQL server (initdb, postgres) are not installed.');
  return startOwn(found, SMALL);
}

async function installed() {
  if (!programs() && canInstall) await installPackage('postgresql');
  return programs();
}

function programs() {
  const folders = versions(debianFolder).map((version) => `${debianFolder}/${version}/bin`);
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
  const home = temporaryHome(['postgres', 'nobody']);
  try {
    const port = await freePort();
    const layout = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', ...(small?.layout ?? [])];
    await run(initdb, ['-D', `${home.folder}/data`, ...layout], home.spawn);
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'full_page_writes=off'];
    settings.push(...(small?.settings ?? []));
    const args = ['-D', `${home.folder}/data`, ...settings.flatMap((setting) => ['-c', setting])];
    const server = await startServer(small ? '/bin/sh' : postgres, small ? ['-c', small.limit, postgres, ...args] : args, {
      ready: /ready to accept connections/,
      stopSignal: 'SIGINT', // fast shutdown: does not wait for clients
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
 * Why the server cannot be used, or nothing.
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
 * Removes the databases whose name starts with `prefix`.
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
