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

/** The path of a Chromium: the one named, an installed one, Playwright's, Debian's. */
export async function provideChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names no file: ${named}`);
  const found = named ?? installed();
  if (found) return found;
  if (canInstall) await installPackage('chromium');
  const path = installed();
  if (!path) throw new Error('No Chromium: install one, set CHROMIUM_PATH, or run `npx playwright-core install chromium`.');
  return path;
}

function installed() {
  const own = chromium.executablePath();
  return findProgram([...names, 'Google Chrome', 'Chromium'], folders) ?? (existsSync(own) ? own : undefined);
}
