import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { fill, NEW, openForm } from './pages/config-form.js';
import { dialog } from './pages/page.js';
import { openTest } from './pages/test-dialog.js';

const PICTURES = process.env.PICTURES;

let host: Awaited<ReturnType<typeof startScreensHost>>;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost({ tests: { perMinute: 1, concurrent: 1 }, egress: { deny: ['127.0.0.5'] }, languages: ['en', 'de'] });
}, 240_000);
afterAll(() => host.stop());
afterEach(() => pages.close());

/** Opens a form for the inbox or for another server. */
const openFilled = async (page: Page, { address = 'localhost', language = 'en' } = {}): Promise<void> => {
  await openForm(page, `${NEW}?lng=${language}`);
  await fill(page, { name: 'draft', host: address, port: host.smtpPort, username: 'user@acme.io', password: 'a password' });
};
const runTest = async (page: Page): Promise<string> => {
  await openTest(page);
  await page.click(`${dialog} button[type=submit]`);
  return (await page.innerText(`${dialog} [role=alert]`)).replace('✗', '').trim();
};
const detect = async (page: Page): Promise<string> => {
  await page.click('#detect');
  const line = page.locator('#detect ~ [role=status]', { hasText: '✗' });
  return line.innerText();
};
const takePicture = async (page: Page, name: string): Promise<void> => {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png` });
};

describe('An admin who exceeds the test limit', () => {
  it('sees when to try again in Test, Detect and "Fetch from server"', async () => {
    const page = await pages.open();
    await openFilled(page);
    await page.click('#detect');
    await page.locator('#detect ~ [role=status]', { hasText: '✓' }).waitFor();
    expect(await detect(page)).toMatch(/^✗ Test limit reached: 1 per minute\. Try again in \d+ s\.$/);
    expect(await runTest(page)).toMatch(/^Test limit reached: 1 per minute\. Try again in \d+ s\.$/);
    await takePicture(page, 'limit-test');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    // A test that was not started is not shown as failed.
    expect(await page.getAttribute('#testConnection', 'data-state')).not.toBe('failed');
    await page.keyboard.press('Escape');
    await page.click('#ca');
    await page.getByRole('button', { name: 'Fetch from server…' }).click();
    await page.locator('[data-testid=chain][data-state=failed]', { hasText: 'Test limit reached: 1 per minute.' }).waitFor();
    await takePicture(page, 'limit-chain');
  });

  it('sees the message in the language of the panel', async () => {
    const page = await pages.open('dark.admin@example.com', { viewport: { width: 360, height: 740 } });
    await openFilled(page, { address: '127.0.0.5', language: 'de' });
    expect(await detect(page)).toContain(`Diese Anwendung darf sich nicht mit 127.0.0.5:${host.smtpPort} verbinden.`);
    await takePicture(page, 'egress-detect');
    await page.fill('#host', 'localhost');
    expect(await runTest(page)).toMatch(/^Testlimit erreicht: 1 pro Minute\. Versuchen Sie es in \d+ s erneut\.$/);
    await takePicture(page, 'limit-test-narrow');
    await page.keyboard.press('Escape');
    await page.fill('#host', '127.0.0.5');
    await page.click('#save');
    await page.locator('#host-error', { hasText: '„egress“' }).waitFor();
    await takePicture(page, 'egress-field');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });
});
