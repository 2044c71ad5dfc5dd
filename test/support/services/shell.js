import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const isRoot = process.getuid?.() === 0;

/**
 * Returns the path of the first of `names` on the PATH or in `folders`.
 * @param {string[]} names
 * @param {string[]} [folders]
 */
export function findProgram(names, folders = []) {
  const places = [...(process.env.PATH ?? '').split(':'), ...folders];
  return names.flatMap((name) => places.map((place) => join(place, name))).find((file) => existsSync(file));
}

/**
 * Runs a program until it ends.
 * @throws with its last output if it fails
 * @param {string} file
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<void>}
 */
export async function run(file, args, options = {}) {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output = (output + chunk).slice(-2000)));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${output.trim()}`);
}

/**
 * Starts a server and waits for the line it prints when it is ready.
 * @param {string} file
 * @param {string[]} args
 * @param {{ ready: RegExp, stopSignal: NodeJS.Signals, spawn?: import('node:child_process').SpawnOptions }} how
 * @returns {Promise<{ stop(): Promise<void> }>}
 */
export async function startServer(file, args, how) {
  const child = spawn(file, args, { ...how.spawn, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  process.once('exit', () => child.kill('SIGKILL'));
  let output = '';
  await new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      output = (output + chunk).slice(-4000);
      if (how.ready.test(output)) resolve(undefined);
    });
    child.once('error', reject).once('close', (code) => reject(new Error(`${file} ended with ${code}: ${output.trim()}`)));
  });
  return {
    async stop() {
      child.kill(how.stopSignal);
      await ended;
    },
  };
}

/**
 * Creates a temporary folder, owned by another user when running as root, as which database servers refuse to run.
 * @param {string[]} users candidates for the owner
 */
export function createTemporaryHome(users) {
  const folder = mkdtempSync(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_`));
  const account = isRoot ? users.map(findAccountIds).find(Boolean) : undefined;
  if (account) chownSync(folder, account.uid, account.gid);
  return { folder, spawn: { cwd: folder, ...account }, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Returns the user and the group of an account.
 * @param {string} name
 */
export function findAccountIds(name) {
  const fields = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((line) => line[0] === name);
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/**
 * Finds a free TCP port on 127.0.0.1, below the ephemeral range, so that no other process gets it while its server is
 * stopped for a moment.
 * @returns {Promise<number>}
 */
export async function findFreePort() {
  const port = 15_000 + randomInt(15_000);
  const server = createServer();
  const isFree = await new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return isFree ? port : findFreePort();
}

/** @type {Promise<void> | undefined} */
let packageLists;

/** Updates the lists of Debian packages, once in a run. */
export function updatePackageLists() {
  packageLists ??= run('apt-get', ['update', '-q']);
  return packageLists;
}

/** True if {@link installPackage} works on this system. */
export const canInstall = isRoot && existsSync('/etc/debian_version') && findProgram(['apt-get']) !== undefined;

/**
 * Installs a Debian package after updating the package lists.
 * @param {string} name
 */
export async function installPackage(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await updatePackageLists();
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], { env });
}

/**
 * Returns the folders in `parent`, newest version first.
 * @param {string} parent
 */
export function listVersions(parent) {
  if (!existsSync(parent)) return [];
  return readdirSync(parent).sort((a, b) => Number(b) - Number(a));
}
