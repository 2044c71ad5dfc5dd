import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { startServer, type ScriptedServer, type ServerScript } from '../support/smtp-servers.js';
import { createGate } from '../support/gate.js';
import { chooseSecurity, editPath, fill, fillCa, openForm, showPath } from './pages/config-form.js';
import { openList } from './pages/config-list.js';
import { chooseAction, dialog, dialogCloses, ends, hasFocus } from './pages/page.js';
import { failsAt, openTest, runTest, sendTest, testFails, testPasses } from './pages/test-dialog.js';

type ScreensHost = Awaited<ReturnType<typeof startScreensHost>>;

const NARROW = { viewport: { width: 360, height: 740 } };

let host: ScreensHost;
let dark: ScreensHost;
let certificates: Certificates;
let server: ScriptedServer | undefined;
let current: ScreensHost;
const pages = useSignedInPages(() => current.url);

beforeAll(async () => {
  certificates = await makeCertificates();
  [host, dark] = await Promise.all([startScreensHost(), startScreensHost({ hasExtras: false, allowPlaintext: false, isDark: true })]);
  current = host;
}, 240_000);
afterAll(() => Promise.all([host.stop(), dark.stop()]));
afterEach(async () => {
  await pages.close();
  await server?.close();
  server = undefined;
  current = host;
});

const start = async (script: ServerScript): Promise<number> => (server = await startServer({ tls: certificates.good, ...script })).port;
/** Creates a configuration of the inbox and returns its id. */
const create = (page: Page, name: string, fields: object): Promise<string> =>
  pages.create(page, { name, host: 'localhost', port: current.smtpPort, ...LOGIN, ...fields });
/** Opens a form for the inbox, with changes. */
const openFilled = async (page: Page, { port = current.smtpPort, password = LOGIN.password, ca = '' } = {}): Promise<void> => {
  await openForm(page);
  await fill(page, { name: 'draft', host: 'localhost', port, username: LOGIN.username, password });
  if (ca) await fillCa(page, ca);
};
const hasNoOverflow = (page: Page): Promise<boolean> =>
  page.evaluate(`(() => { const it = document.querySelector('dialog[open]'); return it.scrollWidth <= it.clientWidth; })()`);

describe('The test dialog', () => {
  it('A1.31 A4.8 A4.10 A5.18 shows each step, then success with its limits', async () => {
    const page = await pages.open();
    await openFilled(page);
    await openTest(page);
    expect(await page.textContent(dialog)).toContain('may refuse other From addresses');
    await sendTest(page);
    await testPasses(page);
    await dialogCloses(page);
    expect(await page.textContent('footer [role=status]')).toMatch(
      /The server accepted mail from .* may still refuse other From addresses/,
    );
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('A1.33 A1.41 shows the encryption on one line, with the certificate in its details', async () => {
    const page = await pages.open();
    await openFilled(page, { password: 'wrong' });
    await runTest(page);
    await failsAt(page, 'auth');
    await testFails(page);
    expect(await page.textContent('[data-step=tls] > .line')).toMatch(/^TLS 1\.3 · localhost · expires \w.* \d{4}$/);
    await page.locator('[data-step=tls] summary').click();
    const facts = await page.textContent('[data-step=tls] dl');
    for (const words of ['TLS_', 'CN=localhost', '127.0.0.1', 'trusted by the application']) expect(facts).toContain(words);
    await page.locator('[data-step=auth] summary', { hasText: 'Login methods' }).click();
    expect(await page.textContent('[data-step=auth]')).toMatch(/Offered: .*PLAIN.*Used: PLAIN/);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('A1.41 shows the authority, and that the certificate expires soon', async () => {
    const soon = await certificates.authority.issue({ notAfter: new Date(Date.now() + 5 * 86_400_000) });
    const port = await start({ tls: soon, reply: (command) => (command.startsWith('RCPT') ? '550 5.1.1 unknown' : undefined) });
    const page = await pages.open();
    await openFilled(page, { port, ca: certificates.ca });
    await runTest(page);
    await failsAt(page, 'recipient');
    expect(await page.textContent('[data-step=tls]')).toContain('expires within 30 days');
    await page.locator('[data-step=tls] summary').click();
    expect(await page.textContent('[data-step=tls] dl')).toContain('Example Root CA, the private CA of this configuration');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('A1.33 A3.29 A5.19 links to the field that needs fixing', async () => {
    const page = await pages.open();
    await openFilled(page, { password: 'wrong' });
    await runTest(page);
    await failsAt(page, 'auth');
    await page.getByRole('button', { name: 'Go to “Password”' }).click();
    await dialogCloses(page);
    await hasFocus(page, 'password');
    expect(await page.inputValue('#password')).toBe('wrong');
  });

  it('links to a field in a closed section', async () => {
    const port = await start({ reply: (command) => (command.startsWith('MAIL') ? '421 4.7.0 Too many connections' : undefined) });
    const page = await pages.open();
    await openFilled(page, { port, ca: certificates.ca });
    await runTest(page);
    await failsAt(page, 'sender');
    await page.getByRole('button', { name: 'Go to “Connections”' }).click();
    await hasFocus(page, 'maxConnections');
    expect(await page.isVisible('#maxConnections')).toBe(true);
  });

  it('A1.10 offers a working alternative, applies it to the form and tests again', async () => {
    const page = await pages.open();
    await openFilled(page);
    await chooseSecurity(page, 'tls');
    await page.fill('#port', String(host.smtpPort));
    await runTest(page);
    await failsAt(page, 'tls');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: `Use STARTTLS on port ${host.smtpPort}` }).click();
    await testPasses(page);
    expect(await page.isChecked('#security-starttls')).toBe(true);
    expect(await page.inputValue('#port')).toBe(String(host.smtpPort));
  });

  it('A1.23 asks for a stored password before it is sent in another way', async () => {
    const page = await pages.open();
    const id = await create(page, 'wrong_way', { security: 'tls' });
    await openForm(page, editPath(id));
    await runTest(page);
    await failsAt(page, 'tls');
    await page.getByTestId('use-offer').click();
    await dialogCloses(page);
    await hasFocus(page, 'password');
    expect(await page.textContent('#password-error')).toContain('Enter the password again');
    expect(await page.isChecked('#security-starttls')).toBe(true);
    await page.fill('#password', LOGIN.password);
    await runTest(page);
    await testPasses(page);
  });

  it('disconnects from the server when the test is stopped, and reports it', async () => {
    const arrived = createGate();
    const port = await start({
      raw: (socket) => {
        const timer = setInterval(() => socket.write('2'), 1_000);
        socket.once('close', () => clearInterval(timer));
        arrived.open();
      },
    });
    const page = await pages.open();
    await openFilled(page, { port });
    await runTest(page);
    await arrived.opened;
    await page.waitForSelector('[data-step=greeting][data-state=running]');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop' }).click();
    await server!.allClosed();
    expect(await page.textContent('[data-testid=stopped]')).toContain('The connection to the server was closed');
    expect(await page.getAttribute('[data-step=greeting]', 'data-state')).toBe('skipped');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    expect(await page.getAttribute('#testConnection', 'data-state')).toBe('none');
  });

  it('disconnects from the server when it is closed during a test', async () => {
    const arrived = createGate();
    const port = await start({ raw: arrived.open });
    const page = await pages.open();
    await openFilled(page, { port });
    await runTest(page);
    await arrived.opened;
    await page.keyboard.press('Escape');
    await server!.allClosed();
    await dialogCloses(page);
    expect(server!.open).toBe(0);
  });

  it('links from the list to the form and its field', async () => {
    const page = await pages.open();
    await create(page, 'bad_login', { password: 'wrong' });
    await openList(page);
    await chooseAction(page, 'bad_login', 'test');
    await sendTest(page);
    await failsAt(page, 'auth');
    const link = page.getByTestId('go-to-field');
    expect(await link.getAttribute('href')).toMatch(/\/edit#password$/);
    expect(await page.getByTestId('use-offer').count()).toBe(0);
    await link.click();
    await page.waitForURL(ends('/edit'));
    await hasFocus(page, 'password');
  });

  it('links from the read-only page to the form without changing anything', async () => {
    const page = await pages.open();
    const id = await create(page, 'shown', { security: 'tls' });
    await openForm(page, showPath(id));
    await runTest(page);
    await failsAt(page, 'tls');
    expect(await page.getByTestId('use-offer').count()).toBe(0);
    await page.getByTestId('go-to-field').click();
    await page.waitForURL(ends('/edit'));
    await hasFocus(page, 'security-tls');
  });

  it('focuses the field in the URL, even in a closed section', async () => {
    const page = await pages.open();
    const id = await create(page, 'deep_link', {});
    await openForm(page, `${editPath(id)}#maxConnections`);
    await hasFocus(page, 'maxConnections');
    expect(await page.isVisible('#maxConnections')).toBe(true);
  });

  it.each([
    ['at 360 pixels', false],
    ['in a dark theme, at 360 pixels', true],
  ])('is readable %s: running, failed, stopped', async (_how, isDark) => {
    current = isDark ? dark : host;
    const arrived = createGate();
    let silent = false;
    const port = await start({
      greeting: '220 mail.a-very-long-host-name-of-a-provider.example.com ESMTP',
      reply: (command) => {
        if (!command.startsWith('AUTH')) return undefined;
        arrived.open();
        return silent ? null : '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.';
      },
    });
    const page = await pages.open(undefined, NARROW);
    await openFilled(page, { port, ca: certificates.ca });
    await runTest(page);
    await failsAt(page, 'auth');
    await testFails(page);
    expect(await page.textContent('[data-step=auth]')).toContain('disabled for this Microsoft 365 tenant');
    for (const summary of await page.locator(`${dialog} summary`).all()) await summary.click();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    expect(await hasNoOverflow(page)).toBe(true);
    silent = true;
    await sendTest(page);
    await arrived.opened;
    await page.waitForSelector('[data-step=auth][data-state=running]');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.waitForSelector('[data-testid=stopped]');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });
});

describe('Detect', () => {
  it('A4.7 A3.16 fills in the security that the server offers', async () => {
    const port = await start({ implicitTls: true });
    const page = await pages.open();
    await openFilled(page, { port, ca: certificates.ca });
    await page.click('#detect');
    await eventually(async () => expect(await page.isChecked('#security-tls')).toBe(true));
    expect(await page.inputValue('#port')).toBe(String(port));
    await page.getByText(`The server offers SSL/TLS (legacy) on port ${port}.`).waitFor();
    expect(server!.commands.filter((command) => /^(AUTH|MAIL)/.test(command))).toEqual([]);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('A4.7 only reports a server without encryption if encryption is required', async () => {
    current = dark;
    const port = await start({ tls: undefined });
    const page = await pages.open();
    await openFilled(page, { port });
    await page.click('#detect');
    await page.getByText('offers no encryption, and this application requires it').waitFor();
    expect(await page.isChecked('#security-starttls')).toBe(true);
    expect(await page.isChecked('#security-none')).toBe(false);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });
});
