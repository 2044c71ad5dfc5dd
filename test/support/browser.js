import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { browserClock } from './clock.js';

const args = [
  '--no-sandbox', // Chromium refuses to run as root without it
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Resolves only this machine, because AdminJS's pages wait for a font from Google. A route would disable the browser's cache.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/**
 * Launches a headless Chromium with a new profile that connects only to this machine. Its language, time and time zone are fixed.
 * @param {Pick<import('playwright-core').BrowserContextOptions, 'baseURL' | 'viewport' | 'deviceScaleFactor' | 'colorScheme' | 'timezoneId'>} [options]
 */
export async function launchBrowser(options) {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error(process.env.CHROMIUM_PATH_MISSING ?? 'CHROMIUM_PATH is not set');
  const profile = await mkdtemp(join(tmpdir(), `smtp_test_${process.env.TEST_RUN ?? 'alone'}_browser-`));
  const remove = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args,
      headless: true,
      // Long enough for a slow machine.
      timeout: 120_000,
      viewport: { width: 1280, height: 900 },
      env: browserClock.env,
      locale: 'en-GB',
      timezoneId: browserClock.timezoneId,
      ...options,
    });
    await browserClock.set(context);
    /** Closes the browser and removes its profile. */
    const close = async () => {
      await context.close();
      await remove();
    };
    return { context, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Signs in to a panel like its form does. The page itself does not navigate.
 * @param {import('playwright-core').Page} page
 * @param {string} url of the panel's host, without a trailing slash
 */
export async function signIn(page, url, email = 'admin@example.com') {
  const form = { email, password: 'password' };
  const answer = await page.context().request.post(`${url}/admin/login`, { form, maxRedirects: 0 });
  if (answer.headers().location !== '/admin') throw new Error(`${email} was not signed in: ${answer.status()} ${await answer.text()}`);
}
