import type { Page } from 'playwright-core';

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
