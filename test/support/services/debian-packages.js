import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canInstall, run, updatePackageLists } from './shell.js';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/debian-packages', import.meta.url));
const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/**
 * Unpacks Debian packages, with the packages they need that are not installed, into a folder of their own, and returns it.
 * Nothing is installed: mail servers cannot be installed side by side, and Debian would start them.
 * @param {string} name the name of the folder, and of the server in the error
 * @param {string[]} packages
 * @param {{ backportsOf?: string }} [options] `backportsOf`: the release of Debian that needs them from its backports
 */
export async function unpackPackages(name, packages, { backportsOf } = {}) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  if (!canInstall)
    throw new Error(`${name} is missing: its tests unpack Debian's packages (${packages.join(', ')}), as root on Debian only.`);
  const work = `${folder}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, 'archives/partial'), { recursive: true });
  try {
    const isBackport = backportsOf !== undefined && readFileSync('/etc/os-release', 'utf8').includes(`VERSION_CODENAME=${backportsOf}\n`);
    const source = isBackport ? await addBackports(work, backportsOf) : [];
    if (!isBackport) await updatePackageLists();
    const options = ['-q', '-y', '--no-install-recommends', '--download-only', '--reinstall'];
    const places = ['-o', `Dir::Cache::archives=${work}/archives/`, ...source];
    await run('apt-get', ['install', ...options, ...places, ...packages], { env });
    const archives = readdirSync(join(work, 'archives')).filter((file) => file.endsWith('.deb'));
    for (const archive of archives) await run('dpkg', ['-x', join(work, 'archives', archive), join(work, 'root')]);
    renameSync(join(work, 'root'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Adds the backports to a copy of the system's sources, and returns the options that use it.
 * @param {string} work
 * @param {string} release
 */
async function addBackports(work, release) {
  const sources = join(work, 'sources');
  if (existsSync('/etc/apt/sources.list.d')) cpSync('/etc/apt/sources.list.d', sources, { recursive: true });
  if (existsSync('/etc/apt/sources.list')) cpSync('/etc/apt/sources.list', join(sources, 'system.list'));
  const key = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]';
  writeFileSync(join(sources, 'backports.list'), `deb ${key} http://deb.debian.org/debian ${release}-backports main\n`);
  mkdirSync(join(work, 'lists/partial'), { recursive: true });
  const places = [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${sources}`,
    `Dir::State::lists=${work}/lists`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
  ];
  const options = [...places.flatMap((place) => ['-o', place]), '-t', `${release}-backports`];
  await run('apt-get', ['update', '-q', ...options], { env });
  return options;
}
