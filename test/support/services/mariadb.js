import { existsSync } from 'node:fs';
import mysql from 'mysql2/promise';
import { canInstall, findProgram, findFreePort, installPackage, run, startServer, createTemporaryHome } from './shell.js';

const socket = '/run/mysqld/mysqld.sock';

/**
 * Finds a MariaDB server where databases can be created: TEST_MARIADB_URL, the local one by TCP or socket, or a new one.
 * @returns {Promise<import('./postgres.js').Service>}
 */
export async function provideMariadb() {
  const named = process.env.TEST_MARIADB_URL;
  const local = ['mysql://root@127.0.0.1:3306/', ...(existsSync(socket) ? [`mysql://root@localhost/?socketPath=${socket}`] : [])];
  const refusals = [];
  for (const url of named ? [named] : local) {
    const refusal = await probe(url);
    if (!refusal) return { url };
    refusals.push(refusal);
  }
  if (named) throw new Error(`TEST_MARIADB_URL does not answer: ${refusals[0]}`);
  const found = await findInstalled();
  if (!found)
    throw new Error(
      `MariaDB does not answer on 127.0.0.1:3306 (${refusals[0]}) and is not installed: install it, or set TEST_MARIADB_URL.`,
    );
  return startOwn(found);
}

async function findInstalled() {
  if (!findPrograms() && canInstall) await installPackage('mariadb-server');
  return findPrograms();
}

function findPrograms() {
  const folders = ['/usr/sbin', '/usr/local/sbin'];
  const install = findProgram(['mariadb-install-db'], folders);
  const server = findProgram(['mariadbd'], folders);
  return install && server && { install, server };
}

/**
 * Starts a MariaDB server whose machine, and so its default, has another time zone.
 * @param {string} zone a value of TZ
 */
export async function startMariadbIn(zone) {
  const found = await findInstalled();
  if (!found) throw new Error('The programs of a MariaDB server (mariadb-install-db, mariadbd) are not installed.');
  return startOwn(found, { TZ: zone });
}

/**
 * @param {{ install: string, server: string }} programs
 * @param {Record<string, string>} [env]
 * @returns {Promise<Required<import('./postgres.js').Service>>}
 */
async function startOwn({ install, server }, env) {
  const home = createTemporaryHome(['mysql', 'nobody']);
  try {
    const port = await findFreePort();
    const data = `--datadir=${home.folder}/data`;
    await run(install, ['--no-defaults', data, '--auth-root-authentication-method=normal', '--skip-test-db'], home.spawn);
    const running = await startServer(
      server,
      [
        '--no-defaults',
        data,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--socket=${home.folder}/socket`,
        '--innodb-flush-log-at-trx-commit=0',
      ],
      { ready: /ready for connections/, stopSignal: 'SIGTERM', spawn: { ...home.spawn, env: { ...process.env, ...env } } },
    );
    const stop = () => running.stop().finally(home.remove);
    return { url: `mysql://root@127.0.0.1:${port}/`, stop };
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
  try {
    const connection = await mysql.createConnection({ uri: url, connectTimeout: 20_000 });
    const [grants] = await connection.query('show grants');
    await connection.end();
    return /GRANT (ALL PRIVILEGES|.*\bCREATE\b).* ON \*\.\*/.test(JSON.stringify(grants))
      ? undefined
      : 'the account may not create databases';
  } catch (error) {
    return String(error);
  }
}

/**
 * Drops the databases whose names start with `prefix`.
 * @param {string} url
 * @param {string} prefix
 */
export async function sweepMariadb(url, prefix) {
  const connection = await mysql.createConnection({ uri: url });
  const [rows] = await connection.query('select schema_name as name from information_schema.schemata where left(schema_name, ?) = ?', [
    prefix.length,
    prefix,
  ]);
  for (const { name } of /** @type {{ name: string }[]} */ (rows)) await connection.query(`drop database \`${name}\``);
  await connection.end();
}
