import type { ElementHandle, Page } from 'playwright-core';
import { dialog } from './page.js';

/** Opens the dialog from the form. */
export async function openTest(page: Page): Promise<void> {
  await page.click('#testConnection');
  await page.waitForSelector(dialog);
}

/** Sends the test of the open dialog. */
export const sendTest = (page: Page): Promise<void> => page.getByRole('button', { name: 'Send test email' }).click();

/** Returns the recipients of the open dialog. */
export const recipients = (page: Page): Promise<string[]> =>
  page.locator(`${dialog} ul[aria-label="Select email recipients"] li > span`).allTextContents();

/** Replaces the recipients of the open dialog. */
export async function setRecipients(page: Page, ...addresses: string[]): Promise<void> {
  const remove = page.locator(dialog).getByRole('button', { name: /^Remove / });
  for (let left = await remove.count(); left > 0; left--) await remove.first().click();
  for (const address of addresses) {
    await page.fill('#testTo', address);
    await page.press('#testTo', 'Enter');
  }
}

/** Opens the dialog from the form and sends the test: to the address given, or to the one suggested. */
export async function runTest(page: Page, to?: string): Promise<void> {
  await openTest(page);
  if (to) await setRecipients(page, to);
  await sendTest(page);
}

/** Waits until the form says that the test passed. */
export async function testPasses(page: Page): Promise<void> {
  await page.waitForSelector('#testConnection[data-state=ok]');
}

/** Waits until the form says that the test failed: the dialog stays in front of it. */
export async function testFails(page: Page): Promise<void> {
  await page.waitForSelector('#testConnection[data-state=failed]', { state: 'attached' });
}

/** Waits until a step has failed. */
export const failsAt = (page: Page, step: string): Promise<ElementHandle> => page.waitForSelector(`[data-step=${step}][data-ok=false]`);
