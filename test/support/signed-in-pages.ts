import type { Page } from 'playwright-core';
import { launchBrowser, signIn } from './browser.js';

/** Pages that are signed in to the example's panel, each in a browser of its own; `close` closes all of them. */
export function signedInPages(url: () => string) {
  const browsers: Awaited<ReturnType<typeof launchBrowser>>[] = [];
  const open = async (email?: string, options?: Parameters<typeof launchBrowser>[0]): Promise<Page> => {
    const browser = await launchBrowser(options);
    browsers.push(browser);
    const page = await browser.context.newPage();
    page.setDefaultTimeout(60_000);
    await signIn(page, url(), email);
    return page;
  };
  const close = async (): Promise<void> => {
    for (const browser of browsers.splice(0)) await browser.close();
  };
  return { open, close };
}
