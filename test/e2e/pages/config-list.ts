import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../../support/eventually.js';
import { dialogCloses, ends, pressInDialog } from './page.js';

export const LIST = '/admin/resources/SmtpConfig';

/** The row of a configuration. */
export const row = (name: string): string => `[data-name="${name}"]`;

/** Opens the list, with its filter and page from a query. */
export async function openList(page: Page, query = ''): Promise<void> {
  await page.goto(LIST + query);
  await page.waitForSelector('[data-name], [data-testid=empty]');
}

/** Waits until the list shows these configurations, in this order. */
export const shows = (page: Page, expected: string[]): Promise<void> =>
  eventually(async () => {
    const names = await page.evaluate(`[...document.querySelectorAll('[data-name]')].map((row) => row.dataset.name)`);
    expect(names).toEqual(expected);
  });

/** Follows the link of a row to its form. */
export async function openRow(page: Page, name: string): Promise<void> {
  await page.click(`${row(name)} a`);
  await page.waitForURL(ends('/edit'));
  await page.waitForSelector('#name');
}

/** Chooses a configuration in the dialog of the default. */
export async function chooseDefault(page: Page, name: string): Promise<void> {
  await page.selectOption('#default', { label: name });
  await pressInDialog(page, 'Set as default');
  await dialogCloses(page);
}
