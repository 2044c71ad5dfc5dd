import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { startHttpProxy, type TestProxy } from '../support/proxies.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { chooseKind, editPath, fill, openAdvanced, openForm, save, saveFailsAt, saveNew } from './pages/config-form.js';
import { hasFocus, invalid } from './pages/page.js';
import { failsAt, runTest } from './pages/test-dialog.js';

let host: Awaited<ReturnType<typeof startScreensHost>>;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost();
}, 120_000);
afterAll(() => host.stop());
afterEach(() => pages.close());

const server = () => ({ host: 'localhost', port: host.smtpPort, ...LOGIN, fromName: 'Acme', fromAddress: 'no-reply@acme.io' });

describe('The settings under Advanced', () => {
  it('are saved, and shown when the form is opened again', async () => {
    const page = await pages.open();
    const id = await pages.create(page, { name: 'unusual', ...server() });
    await openForm(page, editPath(id));
    await openAdvanced(page);
    const entered = { tlsServerName: 'localhost', ehloName: 'app.example.com', localAddress: '127.0.0.1', timeoutScale: '2' };
    await fill(page, { ...entered, password: LOGIN.password });
    await page.selectOption('#authMechanism', 'LOGIN');
    await save(page);
    await openForm(page, editPath(id));
    await openAdvanced(page);
    for (const [field, value] of Object.entries({ ...entered, authMechanism: 'LOGIN' }))
      expect([field, await page.inputValue(`#${field}`)]).toEqual([field, value]);
  });

  it('offer the mechanisms of the login method, and only what an SMTP server has', async () => {
    const page = await pages.open();
    await openForm(page);
    await openAdvanced(page);
    const options = () => page.locator('#authMechanism option').allInnerTexts();
    expect(await options()).toEqual(['Automatic', 'PLAIN', 'LOGIN', 'SCRAM-SHA-256', 'CRAM-MD5']);
    await page.selectOption('#authMechanism', 'CRAM-MD5');
    await page.click('label[for=authMethod-oauth2]');
    expect(await options()).toEqual(['Automatic', 'XOAUTH2', 'OAUTHBEARER']);
    expect(await page.inputValue('#authMechanism')).toBe('');
    await chooseKind(page, 'Microsoft 365 (MS Graph)');
    expect(await page.locator('#ehloName, #authMechanism, #tlsServerName, #timeoutScale, #localAddress, #proxyUrl').count()).toBe(0);
  });

  it('show their problems beside the fields, in the opened section', async () => {
    const page = await pages.open(undefined, { viewport: { width: 390, height: 800 } });
    await openForm(page);
    await openAdvanced(page);
    await fill(page, { name: 'wrong', ...server(), tlsServerName: '192.0.2.1', ehloName: 'web 1', localAddress: 'here', timeoutScale: 2 });
    await openAdvanced(page);
    expect(await page.isVisible('#ehloName')).toBe(false);
    await saveFailsAt(page, 'ehloName');
    for (const field of ['tlsServerName', 'ehloName', 'localAddress']) expect(await page.isVisible(invalid(field))).toBe(true);
    expect(await page.textContent('#ehloName-error')).toContain('app.example.com');
  });

  it('open when the remedy of a failed test leads there', async () => {
    const page = await pages.open();
    await openForm(page);
    await fill(page, { name: 'far', ...server() });
    await openAdvanced(page);
    await fill(page, { localAddress: '203.0.113.77' });
    await openAdvanced(page);
    await runTest(page);
    await failsAt(page, 'tcp');
    await page.getByRole('button', { name: 'Go to “Local address”' }).click();
    await hasFocus(page, 'localAddress');
    expect(await page.isVisible('#localAddress')).toBe(true);
  });
});

describe('The proxy under Advanced', () => {
  const PROXY = { username: 'app', password: 'of-the-pr0xy' };
  let proxy: TestProxy;
  beforeAll(async () => {
    proxy = await startHttpProxy({ login: PROXY });
  });
  afterAll(() => proxy.close());
  const url = () => `http://127.0.0.1:${proxy.port}`;

  it('asks for its user name and password only if it is used, and keeps the password while its URL is the same', async () => {
    const page = await pages.open();
    await openForm(page);
    await openAdvanced(page);
    expect(await page.locator('#proxyUser, #proxyPassword').count()).toBe(0);
    await fill(page, { name: 'proxied', ...server(), proxyUrl: url() });
    expect(await page.locator('#proxyPassword').count()).toBe(0);
    await fill(page, { proxyUser: PROXY.username });
    await saveFailsAt(page, 'proxyPassword');
    await fill(page, { proxyPassword: PROXY.password });
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await saveNew(page);
    await openForm(page, page.url());
    await openAdvanced(page);
    expect(await page.inputValue('#proxyPassword')).toBe('');
    expect(await page.content()).not.toContain(PROXY.password);
    await fill(page, { description: 'changed' });
    await save(page);
    // The stored password is used, by Detect too.
    const before = proxy.targets.length;
    await page.click('#detect');
    await page.getByText('✓', { exact: false }).first().waitFor();
    expect(proxy.targets.length).toBeGreaterThan(before);
    await fill(page, { proxyUrl: 'http://127.0.0.1:9', password: LOGIN.password });
    await page.waitForSelector(invalid('proxyPassword'));
    expect(await page.textContent('#proxyPassword-error')).toContain('The proxy changed');
  });

  it('opens when the remedy of a failed test leads to its password', async () => {
    const page = await pages.open(undefined, { viewport: { width: 390, height: 800 } });
    await openForm(page);
    await openAdvanced(page);
    await fill(page, { name: 'wrong', ...server(), proxyUrl: url(), proxyUser: PROXY.username, proxyPassword: 'wrong' });
    await openAdvanced(page);
    expect(await page.isVisible('#proxyUrl')).toBe(false);
    await runTest(page);
    await failsAt(page, 'tcp');
    await page.getByRole('button', { name: 'Go to “Proxy password”' }).click();
    await hasFocus(page, 'proxyPassword');
  });

  it('has its problem beside its field, in the opened section', async () => {
    const page = await pages.open();
    await openForm(page);
    await openAdvanced(page);
    await fill(page, { name: 'wrong', ...server(), proxyUrl: 'proxy.example.com' });
    await openAdvanced(page);
    await saveFailsAt(page, 'proxyUrl');
    expect(await page.isVisible('#proxyUrl-error')).toBe(true);
  });
});

describe('A pasted app password', () => {
  const paste = async (text: string) => {
    const page = await pages.open();
    await openForm(page);
    await page.fill('#signature', text);
    await page.focus('#signature');
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+C');
    await page.focus('#password');
    await page.keyboard.press('Control+V');
    return page;
  };

  it('loses its spaces and invisible characters, and the form says so until it is changed', async () => {
    const page = await paste('\u200Babcd efgh\u00A0ijkl mnop ');
    await page.getByText('The spaces of the pasted app password were removed.').waitFor();
    expect(await page.inputValue('#password')).toBe('abcdefghijklmnop');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.locator('#password').press('End');
    await page.keyboard.type('x y');
    expect(await page.inputValue('#password')).toBe('abcdefghijklmnopx y');
    expect(await page.getByText('The spaces of the pasted').count()).toBe(0);
  });

  it('of another form stays as it is', async () => {
    const page = await paste(' correct horse 7 ');
    expect(await page.inputValue('#password')).toBe(' correct horse 7 ');
    expect(await page.getByText('The spaces of the pasted').count()).toBe(0);
  });
});
