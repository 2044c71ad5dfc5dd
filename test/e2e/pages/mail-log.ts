import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { createGate } from '../../support/gate.js';

export const LOG = '/admin/resources/SmtpMessage';

/** The row of a message. */
export const messageRow = (id: string): string => `[data-id="${id}"]`;

/** The row of a message, once it has a status. */
export const inStatus = (id: string, status: string): string => `${messageRow(id)} [data-status=${status}]`;

/** Opens the log, with its filter from a query, and waits for messages or for the sentence that there are none. */
export async function openLog(page: Page, query = ''): Promise<void> {
  await page.goto(LOG + query);
  await page.waitForSelector('[data-id], [data-testid=empty], td[colspan]');
}

/** Opens the page of a message, or the dialog of an action on top of it. */
export async function openMessage(page: Page, id: string, action = 'show'): Promise<void> {
  await page.goto(`${LOG}/records/${id}/${action}`);
  await page.waitForSelector('[data-testid=explanation]');
}

/** Selects every message of the page on which an action is possible. */
export const selectAll = (page: Page): Promise<void> => page.getByLabel('Select all messages on this page').check();

/** Presses a button for the selected messages, such as `Retry (3)`. */
export const pressBulk = (page: Page, name: string): Promise<void> =>
  page.getByTestId('bulk').getByRole('button', { name, exact: true }).click();

/** Retries the selected messages, of which `count` allow it. */
export const retrySelected = (page: Page, count: number): Promise<void> => pressBulk(page, `Retry (${count})`);

/** Holds back what the list loads, so that its rows keep the state that the admin selected. Returns a function that lets it load. */
export async function holdList(page: Page): Promise<() => void> {
  const { opened, open } = createGate();
  await page.route('**/api/resources/SmtpMessage/actions/list**', async (route) => {
    await opened;
    await route.continue();
  });
  return open;
}

/** Types into the search field. */
export const searchLog = (page: Page, text: string): Promise<void> => page.getByLabel('Recipient, subject or Message-ID').fill(text);

/** Checks or unchecks statuses in the filter, which stays open. */
export async function toggleStatuses(page: Page, ...names: string[]): Promise<void> {
  const button = page.locator('#filter-status');
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
  for (const name of names) await page.getByRole('checkbox', { name, exact: true }).click();
}

/** Returns the labels of the filters in use. */
export const filterChips = (page: Page): Promise<string[]> => page.locator('[data-filter]').allTextContents();

/** Removes a filter. */
export const removeFilter = (page: Page, label: string): Promise<void> =>
  page.getByRole('button', { name: `Remove filter: ${label}`, exact: true }).click();

/** Returns a filter in the URL. */
export const filterOf = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(`filters.${name}`);

/** Follows the breadcrumb from the page of a message to the log. */
export async function backToLog(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'Mail log' }).click();
  await page.waitForURL((url) => url.pathname === LOG);
  await page.waitForSelector('[data-id], [data-testid=empty], td[colspan]');
}

/** Presses a button that downloads a file, and returns its name and its content. */
export async function downloadWith(page: Page, name: string): Promise<{ filename: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
  return { filename: download.suggestedFilename(), content: await readFile(await download.path()) };
}
