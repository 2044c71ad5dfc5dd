import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './shell.js';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/npm-packages', import.meta.url));

/**
 * Installs an npm package into a folder of its own, and returns the folder. It is no dependency of this project.
 * @param {string} name
 * @param {string} version
 */
export async function installFromNpm(name, version) {
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  const work = `${folder}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'package.json'), '{}');
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', '--omit=optional', '--ignore-scripts', `${name}@${version}`], { cwd: work });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}
