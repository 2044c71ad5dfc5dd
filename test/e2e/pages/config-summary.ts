import type { Locator, Page } from 'playwright-core';

/** The path of a configuration's summary. */
export const showPath = (id: string): string => `/admin/resources/SmtpConfig/records/${id}/show`;

/** The summary of a configuration. */
export const SUMMARY = '[data-testid=config-summary]';

type SectionName = 'status' | 'sending' | 'sender' | 'certificates' | 'failures' | 'usage' | 'tests';

/** A section of the summary. */
export const section = (page: Page, name: SectionName): Locator => page.locator(SUMMARY).getByTestId(name);

/** Opens the summary of a configuration. */
export async function openSummary(page: Page, id: string): Promise<void> {
  await page.goto(showPath(id));
  await page.waitForSelector(SUMMARY);
}

/** Returns the facts of a section, by their names. */
export async function factsOf(page: Page, name: SectionName): Promise<Record<string, string>> {
  const facts = await section(page, name).locator('[data-fact]').all();
  const pairs = facts.map(async (fact) => [await fact.getAttribute('data-fact'), await fact.locator('dd').innerText()] as const);
  return Object.fromEntries(await Promise.all(pairs)) as Record<string, string>;
}

/** Returns the headings of the summary, in their order. */
export const headingsOf = (page: Page): Promise<string[]> => page.locator(`${SUMMARY} h3`).allInnerTexts();
