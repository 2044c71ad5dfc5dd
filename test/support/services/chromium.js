import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { canInstall, findProgram, installPackage } from './shell.js';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const folders = [
  '/usr/bin',
  '/usr/local/bin',
  '/Applications/Google Chrome.app/Contents/MacOS',
  '/Applications/Chromium.app/Contents/MacOS',
];

/** Returns the path of Chromium: CHROMIUM_PATH, an installed one, Playwright's, or Debian's package. */
export async function provideChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names no file: ${named}`);
  const found = named ?? findInstalled();
  if (found) return found;
  if (canInstall) await installPackage('chromium');
  const path = findInstalled();
  if (!path) throw new Error('No Chromium: install one, set CHROMIUM_PATH, or run `npx playwright-core install chromium`.');
  return path;
}

function findInstalled() {
  const own = chromium.executablePath();
  return findProgram([...names, 'Google Chrome', 'Chromium'], folders) ?? (existsSync(own) ? own : undefined);
}
