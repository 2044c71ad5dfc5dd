import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataSourceOptions } from 'typeorm';

/** The folder of the example's data: database, keys and mail. */
export const dataDir = resolve(process.env.EXAMPLE_DATA_DIR ?? fileURLToPath(new URL('../var', import.meta.url)));
mkdirSync(dataDir, { recursive: true, mode: 0o700 });

export const httpPort = portFrom('PORT', 3000);
export const inboxPort = portFrom('INBOX_SMTP_PORT', 2525);
export const database = databaseFrom(process.env.DATABASE_URL);

/** The login of the example's SMTP server. */
export const inboxLogin = { username: 'inbox@example.com', password: 'inbox-password' };

/**
 * Returns the value that `make` created on the first start, from a file that only its owner can read. The example therefore needs
 * no setup; a real host reads its keys from a secret store.
 */
export async function keptSecret(
  name: string,
  make: () => string | Promise<string> = () => randomBytes(32).toString('base64'),
): Promise<string> {
  const file = join(dataDir, name);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const value = await make();
  writeFileSync(file, value, { mode: 0o600, flag: 'wx' });
  return value;
}

function portFrom(variable: string, fallback: number): number {
  const port = Number(process.env[variable] ?? fallback);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${variable} is not a port: ${process.env[variable]}`);
  return port;
}

function databaseFrom(url: string | undefined): DataSourceOptions {
  if (!url) return { type: 'better-sqlite3', database: join(dataDir, 'example.sqlite') };
  if (/^postgres(ql)?:/.test(url)) return { type: 'postgres', url };
  if (url.startsWith('mysql:')) return { type: 'mysql', url };
  if (url.startsWith('mariadb:')) return { type: 'mariadb', url };
  throw new Error('DATABASE_URL must start with postgres://, mysql:// or mariadb://.');
}
