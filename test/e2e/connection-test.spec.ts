import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { startServer, type ScriptedServer, type ServerScript } from '../support/smtp-servers.js';
import { createGate } from '../support/gate.js';
import { chooseSecurity, editPath, fill, fillCa, openForm, save, saveNew } from './pages/config-form.js';
import { openList } from './pages/config-list.js';
import { openSummary } from './pages/config-summary.js';
import { chooseAction, dialog, dialogCloses, ends, escape, fitsWidth, hasFocus, invalid } from './pages/page.js';
import { failsAt, openTest, recipients, runTest, sendTest, setRecipients, testFails, testPasses } from './pages/test-dialog.js';

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

  it('links to the EHLO name that the server refuses', async () => {
    const port = await start({ reply: (command) => (command.startsWith('EHLO') ? '504 5.5.2 <web1>: Helo command rejected' : undefined) });
    const page = await pages.open();
    await openFilled(page, { port, ca: certificates.ca });
    await runTest(page);
    await failsAt(page, 'greeting');
    await page.getByRole('button', { name: 'Go to “EHLO name”' }).click();
    await hasFocus(page, 'ehloName');
    expect(await page.isVisible('#ehloName')).toBe(true);
    await page.fill('#ehloName', 'app.example.com');
    await runTest(page);
    await failsAt(page, 'greeting');
    expect(server!.commands.filter((command) => command.startsWith('EHLO')).at(-1)).toBe('EHLO app.example.com');
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

  it('links from the summary to the form without changing anything', async () => {
    const page = await pages.open();
    const id = await create(page, 'shown', { security: 'tls' });
    await openSummary(page, id);
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

describe('The recipients of a test', () => {
  const refuseSome: ServerScript['reply'] = (command) =>
    command.startsWith('RCPT') && command.includes('gone@') ? '550 5.1.1 No such user here' : undefined;

  it('A1.28 A3.27 are several in one message, added one by one or pasted, and checked', async () => {
    const page = await pages.open();
    await openFilled(page);
    await openTest(page);
    await setRecipients(page, 'one@example.com');
    await page.fill('#testTo', 'two@example.com; not an address');
    await sendTest(page);
    await page.waitForSelector(invalid('testTo'));
    expect(await page.textContent('#testTo-error')).toContain('not an address: Enter an email address');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove not an address' }).click();
    expect(await recipients(page)).toEqual(['one@example.com', 'two@example.com']);
    // The last address does not have to be confirmed.
    await page.fill('#testTo', 'three@example.com');
    await sendTest(page);
    await testPasses(page);
    await dialogCloses(page);
    const mail = (await current.inboxMails()).find(({ to }) => to.includes('three@example.com'))!;
    expect(mail.to).toEqual(['one@example.com', 'two@example.com', 'three@example.com']);
  });

  it('are at most ten, and at least one', async () => {
    const page = await pages.open();
    await openFilled(page);
    await openTest(page);
    await setRecipients(page, Array.from({ length: 11 }, (_, index) => `a${index}@example.com`).join(','));
    await sendTest(page);
    await page.waitForSelector(invalid('testTo'));
    expect(await page.textContent('#testTo-error')).toContain('at most 10');
    await setRecipients(page);
    await sendTest(page);
    await page.waitForSelector(invalid('testTo'));
    await hasFocus(page, 'testTo');
    expect(await page.textContent('#testTo-error')).toContain('Enter an email address');
  });

  it.each([1440, 390])('are shown one by one if the server refuses some of them, at %d pixels', async (width) => {
    const port = await start({ reply: refuseSome });
    const page = await pages.open(undefined, { viewport: { width, height: 900 } });
    await openFilled(page, { port, ca: certificates.ca });
    await openTest(page);
    await setRecipients(page, 'here@example.com', 'gone@example.com');
    await sendTest(page);
    await testPasses(page);
    // The dialog stays open, because something has to be read.
    expect(await page.textContent('[data-testid=refused]')).toContain('The server refused 1 of 2 recipients.');
    expect(await page.textContent('[data-step=recipient]')).toContain('The server accepted 1 of 2 recipients.');
    expect(await page.textContent('[data-recipient="gone@example.com"]')).toContain('refused the recipient gone@example.com');
    expect(await page.getAttribute('[data-recipient="here@example.com"]', 'data-ok')).toBe('true');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    expect(await hasNoOverflow(page)).toBe(true);
    await escape(page);
    expect(await page.textContent('footer [role=status]')).toContain('The server refused 1 of 2 recipients.');
  });
});

describe('The steps of a test', () => {
  it('A1.31 remain after the dialog has closed, and can be copied without secrets', async () => {
    const page = await pages.open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openFilled(page);
    await runTest(page);
    await testPasses(page);
    await dialogCloses(page);
    await page.locator('footer').getByRole('button', { name: 'Details' }).click();
    await page.getByRole('dialog', { name: 'Test connection: Passed' }).waitFor();
    expect(await page.textContent('[data-step=tls] > .line')).toMatch(/^TLS 1\.3 · localhost/);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy details' }).click();
    await page.getByText('Copied.').waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(text).toMatch(
      /^Test connection: Passed\nTime: .+\nRecipients: admin@example\.com\nTested by: admin@example\.com\nDuration: .+\n\n✓ DNS \(.+\): /,
    );
    expect(text).toContain(`Logged in as ${LOGIN.username}`);
    expect(text).not.toContain(LOGIN.password);
    await escape(page);
    await page.fill('#signature', 'Changed');
    await page.locator('footer').getByRole('button', { name: 'Details' }).waitFor({ state: 'detached' });
  });

  it.each([
    ['at 1440 pixels', 1440, false],
    ['at 768 pixels', 768, false],
    ['at 390 pixels, in a dark theme', 390, true],
  ])('are listed for the last tests of a configuration, %s', async (_how, width, isDark) => {
    current = isDark ? dark : host;
    const page = await pages.open(undefined, { viewport: { width, height: 900 } });
    // Other tests must not have tested the same values.
    const id = await create(page, `history_${width}`, { fromAddress: `history-${width}@acme.io` });
    await openForm(page, editPath(id));
    const history = page.getByTestId('test-history');
    await history.getByText('No tests yet.').waitFor();
    await runTest(page);
    await testPasses(page);
    await dialogCloses(page);
    await history.locator('[data-test=ok]').waitFor();
    expect(await page.textContent('[data-testid=health]')).toMatch(/Working · last test/);
    await page.fill('#password', 'wrong');
    await save(page);
    await runTest(page);
    await failsAt(page, 'auth');
    await escape(page);
    await history.locator('[data-test=failed]').waitFor();
    await history.getByRole('button', { name: 'Show earlier tests (1)' }).click();
    const states = await Promise.all((await history.locator('[data-test]').all()).map((row) => row.getAttribute('data-test')));
    expect(states).toEqual(['failed', 'ok']);
    expect(await history.locator('[data-test=failed] summary').first().textContent()).toMatch(
      /Failed at Login · .*refused the user name.*admin@example\.com · [\d.,]+ (ms|sec)/s,
    );
    for (const row of await history.locator('[data-test] > summary').all()) await row.click();
    await history.locator('[data-test=ok] [data-step=message]').waitFor();
    expect(await history.locator('[data-step=auth][data-ok=false]').textContent()).toContain('refused the user name');
    expect(await history.locator('[data-test=ok] [data-step]').count()).toBe(8);
    expect(await history.getByTestId('go-to-field').count()).toBe(0);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await fitsWidth(page);

    if (isDark) return;
    const viewer = await pages.open('viewer@example.com');
    await openSummary(viewer, id);
    await viewer.getByTestId('test-history').locator('[data-test=failed]').waitFor();
    expect(await findAccessibilityProblems(viewer)).toEqual([]);
  });

  it('say so if they cannot be loaded, and can be loaded again', async () => {
    const page = await pages.open();
    const id = await create(page, 'unlucky', { fromAddress: 'unlucky@acme.io' });
    await page.route('**/tests', (route) => route.fulfill({ status: 500, body: '{}' }));
    await openForm(page, editPath(id));
    await page.getByText('Couldn’t load the tests.').waitFor();
    await page.unroute('**/tests');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByTestId('test-history').getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No tests yet.').waitFor();
  });

  it('count for a new configuration once it is saved', async () => {
    const page = await pages.open();
    await openFilled(page);
    await page.fill('#name', 'adopted');
    await runTest(page);
    await testPasses(page);
    await dialogCloses(page);
    await saveNew(page);
    await page.getByTestId('test-history').locator('[data-test=ok]').waitFor();
    expect(await page.textContent('[data-testid=health]')).toMatch(/Working · last test/);
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
