import type { Page } from 'playwright-core';
import { ends } from './page.js';

export const EMAIL_TYPES = '/admin/resources/SmtpActivity';

/** Opens the form of an email type. */
export async function openEmailType(page: Page, key: string): Promise<void> {
  await page.goto(`${EMAIL_TYPES}/records/${key}/edit`);
  await page.waitForSelector('#configId');
}

/** Saves the form, which leads back to the list. */
export async function saveEmailType(page: Page): Promise<void> {
  await page.click('#save');
  await page.waitForURL(ends('/SmtpActivity'));
}
