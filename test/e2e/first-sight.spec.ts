import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { launchBrowser } from '../support/browser.js';
import { startExampleHost } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { LOG } from './pages/mail-log.js';
import { attention, OVERVIEW } from './pages/overview.js';
import { fitsWidth } from './pages/page.js';

let host: Awaited<ReturnType<typeof startExampleHost>>;
const pages = useSignedInPages(() => host.url);
const closed: (() => Promise<void>)[] = [];

beforeAll(async () => {
  host = await startExampleHost();
});
afterAll(() => host.stop());
afterEach(async () => {
  for (const close of closed.splice(0)) await close();
  await pages.close();
  await host.reset();
});

/** Opens a page without signing in. */
const openSignedOut = async (): Promise<Page> => {
  const { context, close } = await launchBrowser({ baseURL: host.url, viewport: { width: 1440, height: 900 } });
  closed.push(close);
  return context.newPage();
};
const signIn = async (page: Page, email = 'admin@example.com'): Promise<void> => {
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', 'password');
  await page.getByRole('button', { name: 'Login' }).click();
};
/** Posts the sign-in form with a cookie and returns the address of the redirect. */
const leadsTo = async (requested: string): Promise<string | null> => {
  const response = await fetch(`${host.url}/admin/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: `smtp-admin-requested=${requested}` },
    body: new URLSearchParams({ email: 'admin@example.com', password: 'password' }),
  });
  return response.headers.get('location');
};

describe('The start page of the panel', () => {
  it.each(['admin@example.com', 'viewer@example.com'])('is the overview for %s, with the menu of the screens open', async (email) => {
    const page = await openSignedOut();
    await page.goto('/admin');
    await signIn(page, email);
    await page.waitForSelector('[data-attention]');
    expect(new URL(page.url()).pathname).toBe('/admin');
    expect(await page.getByRole('heading', { name: 'Overview' }).count()).toBe(1);
    for (const entry of ['Overview', 'SMTP configurations', 'Email types', 'Mail log'])
      expect(await page.locator('[data-css=sidebar]').getByText(entry, { exact: true }).isVisible()).toBe(true);
    await page.getByRole('radio', { name: '7 days' }).check();
    await page.waitForURL((url) => url.pathname === '/admin' && url.searchParams.get('period') === '7d');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('remembers that the menu was closed', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 1440, height: 900 } });
    await page.goto('/admin');
    const entry = page.locator('[data-css=sidebar]').getByText('Mail log');
    await entry.waitFor();
    await page.locator('[data-css=sidebar]').getByText('Outgoing Mail').click();
    await entry.waitFor({ state: 'hidden' });
    await page.goto(LOG);
    await page.waitForSelector('[data-smtp-screen]');
    expect(await entry.isVisible()).toBe(false);
  });

  it('fits a narrow screen', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 390, height: 800 } });
    await page.goto('/admin');
    await page.waitForSelector('[data-attention]');
    await fitsWidth(page);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });
});

describe('A link to a page of the panel', () => {
  it('opens that page after the sign-in, once', async () => {
    const queued = await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Hi', config: 'never_made' });
    const id = (queued as { id: string }).id;
    const page = await openSignedOut();
    const link = `${LOG}/records/${id}/show`;
    await page.goto(link);
    expect(new URL(page.url()).pathname).toBe('/admin/login');
    await page.fill('input[name=email]', 'nobody@example.com');
    await page.fill('input[name=password]', 'wrong');
    await page.getByRole('button', { name: 'Login' }).click();
    await page.getByText('Wrong email and/or password').waitFor();
    await signIn(page);
    await page.waitForSelector('[data-testid=explanation]');
    expect(new URL(page.url()).pathname).toBe(link);

    await page.goto('/admin/logout');
    await signIn(page);
    await page.waitForSelector(attention('held_missing'));
    expect(new URL(page.url()).pathname).toBe('/admin');
  });

  it('keeps its filter', async () => {
    const page = await openSignedOut();
    await page.goto(`${LOG}?filters.status=held&page=1`);
    await signIn(page);
    await page.waitForSelector('[data-smtp-screen]');
    const { pathname, searchParams } = new URL(page.url());
    expect([pathname, searchParams.get('filters.status')]).toEqual([LOG, 'held']);
  });

  it('never leaves the panel, even with a forged cookie', async () => {
    expect(await leadsTo(encodeURIComponent(`${OVERVIEW}?period=7d`))).toBe(`${OVERVIEW}?period=7d`);
    for (const forged of [
      'https://evil.example/admin',
      '//evil.example/admin',
      '/\\evil.example/admin',
      '/inbox',
      '/admin/../inbox',
      '/administration',
      '%',
      '',
      'x'.repeat(3_000),
    ])
      expect(await leadsTo(forged === '%' ? forged : encodeURIComponent(forged))).toBe('/admin');
  });

  it('stores nothing for API calls and no session for visitors', async () => {
    const read = (path: string, accept: string) => fetch(`${host.url}${path}`, { headers: { accept }, redirect: 'manual' });
    const page = await read(LOG, 'text/html');
    expect(page.headers.get('location')).toBe('/admin/login');
    expect(page.headers.getSetCookie()).toEqual([
      `smtp-admin-requested=${encodeURIComponent(LOG)}; Max-Age=900; Path=/admin; HttpOnly; SameSite=Lax`,
    ]);
    expect((await read('/admin/api/resources/SmtpMessage/actions/list', 'application/json')).headers.getSetCookie()).toEqual([]);
  });
});
