import type { Page } from 'playwright-core';

/** A walk through the panel that counts clicks. Typing is not a click. */
export interface Walk {
  page: Page;
  /** Chooses an option of a list: one click opens the list, and another one chooses. */
  choose: (selector: string, value: string) => Promise<void>;
  /** Returns the number of clicks so far. */
  clicks: () => number;
}

/**
 * Starts a walk at the panel's start page. The browser counts every press of the mouse on every page of the walk, whatever function
 * of Playwright causes it.
 * @param loaded a selector of what the start page shows
 */
export async function startWalk(page: Page, loaded: string): Promise<Walk> {
  let clicks = 0;
  await page.exposeFunction('countPress', () => void (clicks += 1));
  await page.addInitScript("window.addEventListener('pointerdown', () => void window.countPress(), true)");
  await page.goto('/admin');
  await page.waitForSelector(loaded);
  return {
    page,
    choose: async (selector, value) => {
      await page.selectOption(selector, value);
      // The list that a browser opens is not part of the page.
      clicks += 2;
    },
    clicks: () => clicks,
  };
}
