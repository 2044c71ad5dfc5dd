import type { Locator, Page } from 'playwright-core';

export const HISTORY = '/admin/resources/SmtpAudit';
export const HISTORY_API = '**/SmtpAudit/actions/list**';

/** Opens the change history with the filter of a query. */
export async function openHistory(page: Page, query = ''): Promise<void> {
  await page.goto(HISTORY + query);
  await page.waitForSelector('[data-entry], [data-testid=empty], td[colspan]');
}

/** The rows of all entries, or of one action, newest first. */
export const entryRows = (page: Page | Locator, action?: string): Locator =>
  page.locator(action === undefined ? '[data-entry]' : `[data-entry][data-action=${action}]`);

/** Returns the sentences of the entries. */
export const sentences = async (page: Page | Locator): Promise<string[]> =>
  (await page.locator('[data-sentence]').allTextContents()).map((text) => text.replace(/^[▸▾]\s*/, ''));

/** Shows or hides the details of an entry. */
export const toggleEntry = (row: Locator): Promise<void> => row.getByRole('button').first().click();

/** Returns the cells of the changed fields in the expanded details, by field. */
export async function changedFields(page: Page | Locator): Promise<Record<string, string[]>> {
  const rows = await page.locator('[data-field]').all();
  const cells = await Promise.all(
    rows.map(async (row) => [await row.getAttribute('data-field'), await row.locator('th, td').allInnerTexts()] as const),
  );
  return Object.fromEntries(cells.map(([field, texts]) => [field!, texts]));
}

/** The panel of the change history on the page of a configuration. */
export const historyPanel = (page: Page): Locator => page.getByTestId('history-panel');
