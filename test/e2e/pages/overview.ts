import { expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { MailOverview } from '../../../lib/shared/mail-overview.js';

export const OVERVIEW = '/admin/resources/SmtpOverview';
/** The URL of the page's API. */
export const OVERVIEW_API = '**/api/resources/SmtpOverview/**';

const loaded = '[data-attention], [data-testid=empty]';
/** Requests current data, because the server caches the response for a while. */
const fresh = (url: string): string => `${url}&fresh=true`;

/** The item that needs attention, by its kind. */
export const attention = (kind: string): string => `[data-attention=${kind}]`;

/** The link to the next step of such an item. */
export const nextStep = (page: Page, kind: string): Locator => page.locator(`${attention(kind)} .step`).getByRole('link');

/** Opens the page with current data. */
export async function openOverview(page: Page): Promise<void> {
  await page.route(OVERVIEW_API, (route) => route.continue({ url: fresh(route.request().url()) }));
  await page.goto(OVERVIEW);
  await page.waitForSelector(loaded);
}

/** Opens the page with one fixed response, which shows the hours at `at`. */
export async function openStill(page: Page): Promise<{ at: number }> {
  let kept: { overview: MailOverview } | undefined;
  await page.route(OVERVIEW_API, async (route) => {
    kept ??= (await (await route.fetch({ url: fresh(route.request().url()) })).json()) as typeof kept;
    await route.fulfill({ json: kept });
  });
  await page.goto(OVERVIEW);
  await page.waitForSelector(loaded);
  return kept!.overview;
}

/** Returns the figures above the chart: sent, waiting, failed. */
export const figures = (page: Page): Promise<string[]> => page.locator('[data-figure] strong').allTextContents();

/** Returns the figures of each bar from its label, and those of its row in the table. */
export async function barsAndRows(page: Page): Promise<{ bars: string[][]; rows: string[][] }> {
  const bars: string[][] = [];
  const rows: string[][] = [];
  for (const bar of await page.locator('[data-bar]').all()) {
    const [, when = '', ...counts] = /^(.*): (\d+) sent, (\d+) waiting, (\d+) failed$/.exec((await bar.getAttribute('aria-label'))!)!;
    bars.push([when, ...counts]);
    const row = page.locator(`[data-row="${await bar.getAttribute('data-bar')}"]`);
    rows.push(await row.locator('th, td').allTextContents());
  }
  return { bars, rows };
}

/** Returns the number of the bar with these figures. */
export async function barOf(page: Page, counts: string[]): Promise<number> {
  const index = (await barsAndRows(page)).bars.findIndex(([, ...own]) => own.join() === counts.join());
  expect(index).not.toBe(-1);
  return index;
}
