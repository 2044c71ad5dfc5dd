import { afterAll } from '@jest/globals';
import type { Page } from 'playwright-core';
import { launchBrowser, signIn } from './browser.js';

interface Answer {
  record: { id: string; params: Record<string, unknown> };
  records: { id: string; params: Record<string, unknown> }[];
}

interface Options extends NonNullable<Parameters<typeof launchBrowser>[0]> {
  /** True if no later test may take over the browser, for instance because its clock is changed. */
  isOwn?: boolean;
}
type Browser = Awaited<ReturnType<typeof launchBrowser>>;

const WIDE = { width: 1280, height: 900 };

/**
 * Returns functions that open pages signed in to a host's panel. A browser that has compiled AdminJS's bundle opens a page several times
 * as fast, so a page takes over the browser of an earlier test with the same user; pages that are open together have separate browsers.
 * `close` closes the pages and clears what they stored; the browsers close after the tests. Paths are relative to the host.
 */
export function useSignedInPages(url: () => string) {
  const browsers: { key: string; origin: string; browser: Browser; page: Page | undefined }[] = [];
  const open = async (email = 'admin@example.com', { viewport, isOwn = false, ...options }: Options = {}): Promise<Page> => {
    const key = JSON.stringify([url(), email, options]);
    let free = isOwn ? undefined : browsers.find((one) => one.key === key && one.page?.isClosed() !== false);
    if (!free) {
      free = { key: isOwn ? '' : key, origin: url(), browser: await launchBrowser({ baseURL: url(), ...options }), page: undefined };
      browsers.push(free);
    }
    const page = await free.browser.context.newPage();
    free.page = page;
    // The timers of a page behind another one are slowed down.
    await page.bringToFront();
    await page.setViewportSize(viewport ?? WIDE);
    page.setDefaultTimeout(60_000);
    await signIn(page, url(), email);
    return page;
  };
  const close = async (): Promise<void> => {
    for (const { browser, origin } of browsers) await closePages(browser, origin);
  };
  afterAll(async () => {
    for (const { browser } of browsers) await browser.close();
  });
  /** Calls an action of configurations like AdminJS's own client: a POST with data, otherwise a GET. */
  const call = async (page: Page, action: string, data?: object): Promise<Answer> => {
    const path = `/admin/api/resources/SmtpConfig/${action}`;
    const answer = await (data ? page.request.post(path, { data, headers: { origin: url() } }) : page.request.get(path));
    return (await answer.json()) as Answer;
  };
  /** Creates a configuration without the form and returns its id. */
  const create = async (page: Page, fields: object): Promise<string> => (await call(page, 'actions/new', fields)).record.id;
  return { open, close, call, create };
}

/** Closes the pages of a browser but an empty one, and clears what they stored. The cache remains. */
async function closePages({ context }: Browser, origin: string): Promise<void> {
  const blank = await context.newPage();
  for (const page of context.pages()) if (page !== blank) await page.close();
  const storage = await context.newCDPSession(blank);
  await storage.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage,session_storage' });
  await storage.detach();
  await context.clearCookies();
  await context.clearPermissions();
}
