import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityProblems } from '../support/accessibility.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { signedInPages } from '../support/signed-in-pages.js';
import { startServer, type ScriptedServer, type ServerScript } from '../support/smtp-servers.js';

type ScreensHost = Awaited<ReturnType<typeof startScreensHost>>;

const LIST = '/admin/resources/SmtpConfig';
const NEW = `${LIST}/actions/new`;
const dialog = 'dialog[open]';
const NARROW = { viewport: { width: 360, height: 740 } };

let host: ScreensHost;
let dark: ScreensHost;
let certificates: Certificates;
let server: ScriptedServer | undefined;
let current: ScreensHost;
const pages = signedInPages(() => current.url);

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
const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id');
const hasFocus = (page: Page, id: string) => eventually(async () => expect(await focused(page)).toBe(id));
const create = async (page: Page, name: string, fields: object): Promise<string> => {
  const data = { name, host: 'localhost', username: LOGIN.username, password: LOGIN.password, ...fields };
  const answer = await page.request.post(`${current.url}/admin/api/resources/SmtpConfig/actions/new`, {
    data,
    headers: { origin: current.url },
  });
  return ((await answer.json()) as { record: { id: string } }).record.id;
};
/** A new form with the inbox in it, changed as asked. */
const fill = async (page: Page, { port = current.smtpPort, password = LOGIN.password, ca = '' } = {}): Promise<void> => {
  await page.goto(current.url + NEW);
  await page.waitForSelector('#name');
  await page.fill('#name', 'draft');
  await page.fill('#host', 'localhost');
  await page.fill('#port', String(port));
  await page.fill('#username', LOGIN.username);
  await page.fill('#password', password);
  if (!ca) return;
  await page.click('#ca');
  await page.fill('#caCertificate', ca);
};
const openTest = async (page: Page): Promise<void> => {
  await page.click('#testConnection');
  await page.waitForSelector(dialog);
};
const press = (page: Page): Promise<void> => page.getByRole('button', { name: 'Send test email' }).click();
const failsAt = (page: Page, step: string) => page.waitForSelector(`[data-step=${step}][data-ok=false]`);
const isOver = (page: Page) => page.waitForSelector('#testConnection[data-state=failed]', { state: 'attached' });
const noOverflow = (page: Page): Promise<boolean> =>
  page.evaluate(`(() => { const it = document.querySelector('dialog[open]'); return it.scrollWidth <= it.clientWidth; })()`);

describe('The dialog of a test', () => {
  it('A1.31 A4.8 A4.10 A5.18 shows what was found, then that it works and what it does not promise', async () => {
    const page = await pages.open();
    await fill(page);
    await openTest(page);
    expect(await page.textContent(dialog)).toContain('may refuse other From addresses');
    await press(page);
    await page.waitForSelector('#testConnection[data-state=ok]');
    await page.waitForSelector(dialog, { state: 'detached' });
    expect(await page.textContent('footer [role=status]')).toMatch(
      /The server accepted mail from .* may still refuse other From addresses/,
    );
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('A1.33 A1.41 tells calmly about the encryption, with the certificate below', async () => {
    const page = await pages.open();
    await fill(page, { password: 'wrong' });
    await openTest(page);
    await press(page);
    await failsAt(page, 'auth');
    await isOver(page);
    expect(await page.textContent('[data-step=tls] > .line')).toMatch(/^TLS 1\.3 · localhost · expires \w.* \d{4}$/);
    await page.locator('[data-step=tls] summary').click();
    const facts = await page.textContent('[data-step=tls] dl');
    for (const words of ['TLS_', 'CN=localhost', '127.0.0.1', 'trusted by the application']) expect(facts).toContain(words);
    await page.locator('[data-step=auth] summary', { hasText: 'Login methods' }).click();
    expect(await page.textContent('[data-step=auth]')).toMatch(/Offered: .*PLAIN.*Used: PLAIN/);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('A1.41 says whose authority it is, and when the certificate ends soon', async () => {
    const soon = await certificates.authority.issue({ notAfter: new Date(Date.now() + 5 * 86_400_000) });
    const port = await start({ tls: soon, reply: (command) => (command.startsWith('RCPT') ? '550 5.1.1 unknown' : undefined) });
    const page = await pages.open();
    await fill(page, { port, ca: certificates.ca });
    await openTest(page);
    await press(page);
    await failsAt(page, 'recipient');
    expect(await page.textContent('[data-step=tls]')).toContain('expires within 30 days');
    await page.locator('[data-step=tls] summary').click();
    expect(await page.textContent('[data-step=tls] dl')).toContain('Example Root CA, the private CA of this configuration');
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('A1.33 A3.29 A5.19 leads to the field that has to change', async () => {
    const page = await pages.open();
    await fill(page, { password: 'wrong' });
    await openTest(page);
    await press(page);
    await failsAt(page, 'auth');
    await page.getByRole('button', { name: 'Go to “Password”' }).click();
    await page.waitForSelector(dialog, { state: 'detached' });
    await hasFocus(page, 'password');
    expect(await page.inputValue('#password')).toBe('wrong');
  });

  it('leads to a field that is folded away', async () => {
    const port = await start({ reply: (command) => (command.startsWith('MAIL') ? '421 4.7.0 Too many connections' : undefined) });
    const page = await pages.open();
    await fill(page, { port, ca: certificates.ca });
    await openTest(page);
    await press(page);
    await failsAt(page, 'sender');
    await page.getByRole('button', { name: 'Go to “Connections”' }).click();
    await hasFocus(page, 'maxConnections');
    expect(await page.isVisible('#maxConnections')).toBe(true);
  });

  it('A1.10 offers the way that works, takes it into the form and tests again', async () => {
    const page = await pages.open();
    await fill(page);
    await page.click('label[for=security-tls]');
    await page.fill('#port', String(host.smtpPort));
    await openTest(page);
    await press(page);
    await failsAt(page, 'tls');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: `Use STARTTLS on port ${host.smtpPort}` }).click();
    await page.waitForSelector('#testConnection[data-state=ok]');
    expect(await page.isChecked('#security-starttls')).toBe(true);
    expect(await page.inputValue('#port')).toBe(String(host.smtpPort));
  });

  it('A1.23 asks for a stored password before it is sent another way', async () => {
    const page = await pages.open();
    const id = await create(page, 'wrong_way', { port: host.smtpPort, security: 'tls' });
    await page.goto(`${host.url}${LIST}/records/${id}/edit`);
    await openTest(page);
    await press(page);
    await failsAt(page, 'tls');
    await page.getByTestId('use-offer').click();
    await page.waitForSelector(dialog, { state: 'detached' });
    await hasFocus(page, 'password');
    expect(await page.textContent('#password-error')).toContain('Enter the password again');
    expect(await page.isChecked('#security-starttls')).toBe(true);
    await page.fill('#password', LOGIN.password);
    await openTest(page);
    await press(page);
    await page.waitForSelector('#testConnection[data-state=ok]');
  });

  it('can be stopped: the server is left at once, and the dialog says so', async () => {
    let came!: () => void;
    const arrived = new Promise<void>((resolve) => (came = resolve));
    const port = await start({
      raw: (socket) => {
        const timer = setInterval(() => socket.write('2'), 1_000);
        socket.once('close', () => clearInterval(timer));
        came();
      },
    });
    const page = await pages.open();
    await fill(page, { port });
    await openTest(page);
    await press(page);
    await arrived;
    await page.waitForSelector('[data-step=greeting][data-state=running]');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop' }).click();
    await server!.allClosed();
    expect(await page.textContent('[data-testid=stopped]')).toContain('The connection to the server was closed');
    expect(await page.getAttribute('[data-step=greeting]', 'data-state')).toBe('skipped');
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.getAttribute('#testConnection', 'data-state')).toBe('none');
  });

  it('closed while it runs leaves the server, too', async () => {
    let came!: () => void;
    const arrived = new Promise<void>((resolve) => (came = resolve));
    const port = await start({ raw: () => came() });
    const page = await pages.open();
    await fill(page, { port });
    await openTest(page);
    await press(page);
    await arrived;
    await page.keyboard.press('Escape');
    await server!.allClosed();
    await page.waitForSelector(dialog, { state: 'detached' });
    expect(server!.open).toBe(0);
  });

  it('leads from the list to the form and its field', async () => {
    const page = await pages.open();
    await create(page, 'bad_login', { port: host.smtpPort, password: 'wrong' });
    await page.goto(host.url + LIST);
    await page.getByRole('button', { name: 'Actions for bad_login' }).click();
    await page.click('[data-action=test]');
    await press(page);
    await failsAt(page, 'auth');
    const link = page.getByTestId('go-to-field');
    expect(await link.getAttribute('href')).toMatch(/\/edit#password$/);
    expect(await page.getByTestId('use-offer').count()).toBe(0);
    await link.click();
    await page.waitForURL((url) => url.pathname.endsWith('/edit'));
    await hasFocus(page, 'password');
  });

  it('leads from the page that only shows to the form, and changes nothing by itself', async () => {
    const page = await pages.open();
    const id = await create(page, 'shown', { port: host.smtpPort, security: 'tls' });
    await page.goto(`${host.url}${LIST}/records/${id}/show`);
    await openTest(page);
    await press(page);
    await failsAt(page, 'tls');
    expect(await page.getByTestId('use-offer').count()).toBe(0);
    await page.getByTestId('go-to-field').click();
    await page.waitForURL((url) => url.pathname.endsWith('/edit'));
    await hasFocus(page, 'security-tls');
  });

  it('is led to by an address with a field, folded or not', async () => {
    const page = await pages.open();
    const id = await create(page, 'deep_link', { port: host.smtpPort });
    await page.goto(`${host.url}${LIST}/records/${id}/edit#maxConnections`);
    await hasFocus(page, 'maxConnections');
    expect(await page.isVisible('#maxConnections')).toBe(true);
  });

  it.each([
    ['at 360 pixels', false],
    ['in a dark theme, at 360 pixels', true],
  ])('can be read %s: running, failed, stopped', async (_how, isDark) => {
    current = isDark ? dark : host;
    let came!: () => void;
    const arrived = new Promise<void>((resolve) => (came = resolve));
    let silent = false;
    const port = await start({
      greeting: '220 mail.a-very-long-host-name-of-a-provider.example.com ESMTP',
      reply: (command) => {
        if (!command.startsWith('AUTH')) return undefined;
        came();
        return silent ? null : '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.';
      },
    });
    const page = await pages.open(undefined, NARROW);
    await fill(page, { port, ca: certificates.ca });
    await openTest(page);
    await press(page);
    await failsAt(page, 'auth');
    await isOver(page);
    expect(await page.textContent('[data-step=auth]')).toContain('disabled for this Microsoft 365 tenant');
    for (const summary of await page.locator(`${dialog} summary`).all()) await summary.click();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await noOverflow(page)).toBe(true);
    silent = true;
    await press(page);
    await arrived;
    await page.waitForSelector('[data-step=auth][data-state=running]');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.waitForSelector('[data-testid=stopped]');
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describe('Detect', () => {
  it('A4.7 A3.16 fills in what the server offers', async () => {
    const port = await start({ implicitTls: true });
    const page = await pages.open();
    await fill(page, { port, ca: certificates.ca });
    await page.click('#detect');
    await eventually(async () => expect(await page.isChecked('#security-tls')).toBe(true));
    expect(await page.inputValue('#port')).toBe(String(port));
    await page.getByText(`The server offers SSL/TLS (legacy) on port ${port}.`).waitFor();
    expect(server!.commands.filter((command) => /^(AUTH|MAIL)/.test(command))).toEqual([]);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('A4.7 only reports a server without encryption where none is allowed', async () => {
    current = dark;
    const port = await start({ tls: undefined });
    const page = await pages.open();
    await fill(page, { port });
    await page.click('#detect');
    await page.getByText('offers no encryption, and this application requires it').waitFor();
    expect(await page.isChecked('#security-starttls')).toBe(true);
    expect(await page.isChecked('#security-none')).toBe(false);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
