import type { Page } from 'playwright-core';
import { launchBrowser, signIn } from './browser.js';

interface Answer {
  record: { id: string; params: Record<string, unknown> };
  records: { id: string; params: Record<string, unknown> }[];
}

/**
 * Returns functions that open pages signed in to a host's panel, each in its own browser. `close` closes all of them.
 * Paths are relative to the host.
 */
export function useSignedInPages(url: () => string) {
  const browsers: Awaited<ReturnType<typeof launchBrowser>>[] = [];
  const open = async (email?: string, options?: Parameters<typeof launchBrowser>[0]): Promise<Page> => {
    const browser = await launchBrowser({ baseURL: url(), ...options });
    browsers.push(browser);
    const page = await browser.context.newPage();
    page.setDefaultTimeout(60_000);
    await signIn(page, url(), email);
    return page;
  };
  const close = async (): Promise<void> => {
    for (const browser of browsers.splice(0)) await browser.close();
  };
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
