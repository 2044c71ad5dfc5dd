import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { eventually } from '../support/eventually.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { createGate } from '../support/gate.js';
import { historyPanel, sentences } from './pages/change-history.js';
import { chooseSecurity, fill, save, saveFailsAt } from './pages/config-form.js';
import { factsOf, section, SUMMARY } from './pages/config-summary.js';
import { collectErrors, dialog, dialogCloses, fitsWidth, focused, hasFocus, invalid, press, pressInDialog, values } from './pages/page.js';
import { deleteConfig, isReadyTo, openDeletion, openMenu, openPage, PAGE } from './pages/single-page.js';
import { failsAt, recipients, runTest, setRecipients, testFails, testPasses } from './pages/test-dialog.js';

type ScreensHost = Awaited<ReturnType<typeof startScreensHost>>;

const MISSING = 'Please fill in all required email configuration fields first.';

let host: ScreensHost;
const pages = useSignedInPages(() => host.url);
const open = async (button: 'Save' | 'Update', options?: Parameters<typeof pages.open>[1]): Promise<Page> => {
  const page = await pages.open('admin@example.com', options);
  await openPage(page, button);
  return page;
};
const buildInbox = () => ({ host: 'localhost', port: host.smtpPort, ...LOGIN, fromName: 'Acme', fromAddress: 'no-reply@acme.io' });
/** Fills in the inbox, as an admin would. */
const fillInbox = (page: Page, password = LOGIN.password): Promise<void> => fill(page, { ...buildInbox(), password });
/** Creates the inbox as the only configuration, and returns its id. */
const create = (page: Page): Promise<string> => pages.create(page, { ...buildInbox(), caCertificate: host.smtpCa });
const removeAll = async (): Promise<void> => {
  const { configs } = await host.rows();
  if (configs.length === 0) return;
  const page = await pages.open();
  for (const { id } of configs) await pages.call(page, `records/${String(id)}/delete`, {});
  await pages.close();
};

describe('The page of single mode', () => {
  beforeAll(async () => {
    host = await startScreensHost({ isSingle: true });
  }, 120_000);
  afterAll(() => host.stop());
  beforeEach(removeAll);
  afterEach(() => pages.close());

  it('A1.1 is the only entry of the menu, for setup and management', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 1600, height: 900 } });
    await page.goto('/admin');
    expect(await page.getByText('Email types').count()).toBe(0);
    await page.getByText('Email configuration').first().click();
    await page.waitForSelector('#host');
    expect(await page.getByRole('heading', { name: 'Email configuration' }).count()).toBe(1);
    for (const name of ['Create new', 'New configuration', 'Filter']) expect(await page.getByText(name, { exact: true }).count()).toBe(0);
    expect(await page.locator('#name, #isDefault, [data-name]').count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe(PAGE);
    await fillInbox(page);
    await save(page);
    expect(new URL(page.url()).pathname).toBe(PAGE);
    await page.reload();
    await isReadyTo(page, 'Update');
  });

  it('A1.1 A1.2 opens for every other URL, even one that would create a second configuration', async () => {
    const page = await pages.open();
    await openPage(page, 'Save', `${PAGE}/actions/new`);
    const id = await create(page);
    for (const path of ['/actions/new', `/records/${id}/edit`, `/records/${id}/show`, `/records/${id}/test`, `/records/${id}/delete`]) {
      await openPage(page, 'Update', PAGE + path);
      expect(await page.getByRole('heading', { name: 'Email configuration' }).count()).toBe(1);
      expect(await page.inputValue('#host')).toBe('localhost');
    }
  });

  it('shows the change history of the only configuration next to its form, without the name that nobody chose', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 1440, height: 900 } });
    await create(page);
    await openPage(page, 'Update');
    await eventually(async () => expect((await sentences(historyPanel(page)))[0]).toBe('Created the email configuration'));
    await historyPanel(page).getByRole('link', { name: 'Show all' }).click();
    await eventually(async () => expect((await sentences(page))[0]).toBe('Created the email configuration'));
    expect(await page.locator('#filter-recordType option').allTextContents()).toEqual(['Any', 'Configuration', 'Message']);
  });

  it('A1.2 rejects a second configuration over the API, and explains it in an open blank form', async () => {
    const page = await open('Save');
    await fillInbox(page);
    await page.fill('#fromName', 'Mine');
    await create(page);
    expect(
      await pages.call(page, 'actions/new', { ...LOGIN, name: 'second', host: 'localhost', fromName: 'A', fromAddress: 'a@b.cd' }),
    ).toMatchObject({
      record: { errors: { name: { type: 'only_one' } } },
    });
    await page.click('#save');
    await page.waitForSelector('[data-testid=stale]');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    expect((await host.rows()).configs).toHaveLength(1);
    await page.locator('[data-conflict=fromName]', { hasText: 'you: Mine' }).waitFor();
    await press(page, 'Use the chosen values');
    await isReadyTo(page, 'Update');
    expect(await page.inputValue('#fromName')).toBe('Mine');
    // The password was entered for another destination, because the certificate differs.
    await page.fill('#password', LOGIN.password);
    await save(page);
    expect((await host.rows()).configs).toMatchObject([{ name: 'default', from_name: 'Mine' }]);
  });

  it('A1.36 keeps entered values for a new configuration when the current one is deleted', async () => {
    const page = await pages.open();
    const id = await create(page);
    await openPage(page, 'Update');
    await page.fill('#fromName', 'Mine');
    await pages.call(page, `records/${id}/delete`, {});
    await page.click('#save');
    await page.getByText('someone deleted this configuration while you were editing it').waitFor();
    await isReadyTo(page, 'Save');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await saveFailsAt(page, 'password');
    await page.fill('#password', LOGIN.password);
    await save(page);
    expect((await host.rows()).configs).toMatchObject([{ name: 'default', from_name: 'Mine', version: 1 }]);
  });

  it('A1.3 A1.5 A1.6 A1.9 A1.26 shows a blank form in groups, with defaults and the button Save, without a configuration', async () => {
    const page = await open('Save');
    const groups = await page.locator('legend').allTextContents();
    expect(groups.slice(0, 4)).toEqual(['Server', 'Security', 'Authentication', 'Sender']);
    expect(await values(page, 'host', 'port', 'username', 'password', 'fromName', 'fromAddress')).toEqual(['', '587', '', '', '', '']);
    expect(await page.isChecked('#security-starttls')).toBe(true);
    expect(await page.isChecked('#authRequired')).toBe(true);
    const cards = await page.getByRole('radiogroup', { name: 'Security' }).textContent();
    for (const card of ['STARTTLS (recommended)', 'SSL/TLS (legacy)', 'No encryption (not secure)']) expect(cards).toContain(card);
    expect(await page.textContent('#testConnection')).toBe('Test connection');
    expect(await page.getByRole('button', { name: 'More actions' }).count()).toBe(0);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('A1.4 A1.24 A1.26 shows the stored values except the password, and the button Update, with a configuration', async () => {
    const page = await pages.open();
    const bodies: Promise<string>[] = [];
    page.on('response', (response) => bodies.push(response.text().catch(() => '')));
    await create(page);
    await openPage(page, 'Update');
    expect(await values(page, 'host', 'port', 'username', 'password', 'fromName', 'fromAddress')).toEqual([
      'localhost',
      String(host.smtpPort),
      LOGIN.username,
      '',
      'Acme',
      'no-reply@acme.io',
    ]);
    expect(await page.getAttribute('#password', 'placeholder')).toBeNull();
    expect(await page.textContent('#testConnection')).toBe('Test connection');
    await page.fill('#fromName', 'Shop');
    await save(page);
    const [row] = (await host.rows()).configs;
    const everything = [...(await Promise.all(bodies)), await page.content()].join('\n');
    expect(everything).toContain('no-reply@acme.io');
    for (const secret of [LOGIN.password, String(row!.password_cipher)]) expect(everything).not.toContain(secret);
  });

  it('A1.7 A1.8 A1.15 A1.17 A1.18 A1.21 does not save an invalid form, and reports the error of each field', async () => {
    const page = await open('Save');
    await page.fill('#port', '');
    await page.click('#save');
    for (const field of ['host', 'port', 'username', 'password', 'fromName', 'fromAddress']) {
      await page.waitForSelector(invalid(field));
      expect(await page.textContent(`#${field}-error`)).toMatch(/\w/);
    }
    expect(await focused(page)).toBe('host');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await fillInbox(page);
    for (const port of ['0', '65536', '25.5']) {
      await page.fill('#port', port);
      await saveFailsAt(page, 'port');
    }
    await page.fill('#port', '587');
    await page.fill('#fromAddress', 'nobody');
    await saveFailsAt(page, 'fromAddress');
    expect((await host.rows()).configs).toEqual([]);
  });

  it.each(['fromName', 'fromAddress'])('A1.17 A1.18 requires the %s to save and to test, and later to update', async (field) => {
    const page = await open('Save');
    await fillInbox(page);
    await page.fill(`#${field}`, '');
    expect(await page.getAttribute(`#${field}`, 'aria-required')).toBe('true');
    await page.click('#testConnection');
    await page.getByText(MISSING).first().waitFor();
    await page.waitForSelector(invalid(field));
    await page.click('#save');
    await page.getByText('Not saved.').waitFor();
    expect(await page.locator('[aria-invalid=true]').count()).toBe(1);
    expect(await page.locator(dialog).count()).toBe(0);
    await create(page);
    await openPage(page, 'Update');
    await page.fill(`#${field}`, '');
    await page.click('#save');
    await page.waitForSelector(invalid(field));
    expect((await host.rows()).configs).toMatchObject([{ from_name: 'Acme', from_address: 'no-reply@acme.io' }]);
  });

  it('A1.10 A1.11 A1.12 A1.13 A1.14 A1.15 A1.16 lets the port and the login follow the security, and saves an entered port', async () => {
    const page = await open('Save');
    await chooseSecurity(page, 'tls');
    expect(await page.inputValue('#port')).toBe('465');
    expect([await page.isChecked('#authRequired'), await page.isDisabled('#authRequired')]).toEqual([true, true]);
    await page.getByText('Authentication is required for encrypted SMTP connections.').waitFor();
    await chooseSecurity(page, 'none');
    expect(await page.inputValue('#port')).toBe('25');
    expect(await page.isChecked('#authRequired')).toBe(false);
    expect(await page.locator('#username, #password').count()).toBe(0);
    await chooseSecurity(page, 'starttls');
    expect(await page.inputValue('#port')).toBe('587');
    expect([await page.isChecked('#authRequired'), await page.isDisabled('#authRequired')]).toEqual([true, true]);
    expect(await page.locator('#username, #password').count()).toBe(2);
    await fillInbox(page);
    await chooseSecurity(page, 'none');
    await page.fill('#port', '2526');
    await save(page);
    expect((await host.rows()).configs).toMatchObject([
      { port: 2526, security: 'none', auth_required: 0, username: null, password_cipher: null },
    ]);
  });

  it('A1.20 A1.25 reports Saved, stays on the page, and reports Saved again after an update', async () => {
    const page = await open('Save');
    await fillInbox(page);
    await save(page);
    await isReadyTo(page, 'Update');
    expect(await focused(page)).toBe('save');
    expect(await page.inputValue('#password')).toBe('');
    expect(await page.getAttribute('#password', 'placeholder')).toBeNull();
    expect(await page.inputValue('#host')).toBe('localhost');
    await page.getByText('Used by all mail from this application.').waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.getByText('Saved', { exact: true }).first().waitFor({ state: 'detached' });
    await page.fill('#fromName', 'Shop');
    await save(page);
    expect((await host.rows()).configs).toMatchObject([{ name: 'default', from_name: 'Shop', version: 2 }]);
  });

  it('A1.27 opens no dialog to test an incomplete form', async () => {
    const page = await open('Save');
    await page.click('#testConnection');
    await page.getByText(MISSING).first().waitFor();
    await page.waitForSelector(invalid('host'));
    expect(await page.locator(dialog).count()).toBe(0);
  });

  it('A1.19 A1.28 A1.29 A1.30 A1.31 A1.32 tests entered values, saves nothing, and shows a green check', async () => {
    const page = await open('Save');
    await fillInbox(page);
    await page.click('#testConnection');
    await page.getByRole('dialog', { name: 'Test connection' }).waitFor();
    await page.getByText('Select email recipients').waitFor();
    expect(await recipients(page)).toEqual(['admin@example.com']);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await setRecipients(page, 'nobody');
    await press(page, 'Send Test Email');
    await page.waitForSelector(invalid('testTo'));
    await setRecipients(page, 'somebody@example.com');
    await press(page, 'Send Test Email');
    await page.getByText('Connection successful! A test email was sent, please check your inbox.').first().waitFor();
    await dialogCloses(page);
    expect(await page.textContent('#testConnection')).toMatch(/^✓ /);
    const color = `getComputedStyle(document.querySelector('#testConnection')).backgroundColor`;
    await eventually(async () => {
      const [red = 0, green = 0] = (String(await page.evaluate(color)).match(/\d+/g) ?? []).map(Number);
      expect(green).toBeGreaterThan(red);
    });
    const mail = (await host.inboxMails()).find(({ to }) => to[0] === 'somebody@example.com');
    expect(mail).toMatchObject({ subject: 'Acme Email Configuration Test', auth: LOGIN.username });
    expect(mail!.text).toContain('the email configuration works');
    expect(mail!.headers.from).toContain('Acme <no-reply@acme.io>');
    expect(await host.rows()).toMatchObject({ configs: [], statuses: [] });
    expect(await page.textContent('#save')).toBe('Save');
  });

  it('A1.30 A1.31 tests changes of a saved configuration without saving them', async () => {
    const page = await pages.open();
    await create(page);
    await openPage(page, 'Update');
    const { configs, defaults } = await host.rows();
    await page.fill('#fromName', 'Other');
    await runTest(page);
    await testPasses(page);
    expect((await host.inboxMails()).map(({ headers }) => headers.from)).toContain('Other <no-reply@acme.io>');
    expect(await host.rows()).toMatchObject({ configs, defaults });
  });

  it('A1.33 explains a failed test and keeps its dialog open', async () => {
    const page = await open('Save');
    await fillInbox(page, 'wrong');
    await runTest(page);
    await failsAt(page, 'auth');
    await testFails(page);
    expect(await page.locator(dialog).count()).toBe(1);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('A1.34 A1.35 A1.36 A1.37 deletes the configuration and its secret from the menu, and shows a blank form', async () => {
    const page = await pages.open();
    await create(page);
    await openPage(page, 'Update');
    const before = await host.rows();
    expect(before.configs[0]!.password_cipher).toMatch(/^enc:/);

    await openDeletion(page);
    expect(await page.getByRole('dialog', { name: 'Are you sure?' }).textContent()).toContain('stored password');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await pressInDialog(page, 'Cancel');
    await dialogCloses(page);
    expect(await host.rows()).toEqual(before);
    expect(await page.textContent('#save')).toBe('Update');

    // Entered values are discarded as well.
    await page.fill('#fromName', 'Typed and not saved');
    await chooseSecurity(page, 'tls');
    await deleteConfig(page);
    await page.getByText('The email configuration was deleted.').waitFor();
    await isReadyTo(page, 'Save');
    expect(await host.rows()).toMatchObject({ configs: [], statuses: [], defaults: [{ config_id: null }] });
    expect(new URL(page.url()).pathname).toBe(PAGE);
    expect(await values(page, 'host', 'port', 'username', 'password', 'fromName', 'fromAddress')).toEqual(['', '587', '', '', '', '']);
    expect(await page.isChecked('#security-starttls')).toBe(true);
    expect(await page.locator('[aria-invalid=true], [data-testid=status-panel]').count()).toBe(0);
    await hasFocus(page, 'host');

    // A new configuration can be created immediately.
    await fillInbox(page);
    await save(page);
    await isReadyTo(page, 'Update');
  });

  it('A1.37 shows a blank form after a deletion from the URL of the configuration', async () => {
    const page = await pages.open();
    const id = await create(page);
    await openPage(page, 'Update', `${PAGE}/records/${id}/edit`);
    await deleteConfig(page);
    await page.waitForURL((url) => url.pathname === PAGE);
    await isReadyTo(page, 'Save');
    expect(await page.inputValue('#host')).toBe('');
  });

  it('A1.36 A1.38 A1.39 lets mail be sent while there is a configuration, and stops without a crash otherwise', async () => {
    const message = (subject: string) => ({ to: 'customer@example.com', subject, text: 'x' });
    const page = await open('Save');
    expect(await host.send(message('before'))).toEqual({ status: 'skipped', reason: 'not_configured' });
    await fillInbox(page);
    await save(page);
    expect(await host.send(message('first'))).toMatchObject({ status: 'queued' });
    const listArrived = async (): Promise<string[]> =>
      (await host.inboxMails())
        .filter(({ to }) => to[0] === 'customer@example.com')
        .map(({ subject }) => subject)
        .sort();
    await eventually(async () => expect(await listArrived()).toEqual(['first']));
    await deleteConfig(page);
    await isReadyTo(page, 'Save');
    expect(await host.send(message('between'))).toEqual({ status: 'skipped', reason: 'not_configured' });
    await fillInbox(page);
    await save(page);
    expect(await host.send(message('second'))).toMatchObject({ status: 'queued' });
    await eventually(async () => expect(await listArrived()).toEqual(['first', 'second']));
  });

  it('A1.40 shows a viewer that there is no configuration, and later its summary', async () => {
    const viewer = await pages.open('viewer@example.com');
    await viewer.goto(PAGE);
    await viewer.getByText('Email is not set up yet').waitFor();
    expect(await viewer.locator('#host, #save, #testConnection').count()).toBe(0);
    expect(await findAccessibilityProblems(viewer)).toEqual([]);
    const id = await create(await pages.open());
    for (const path of ['', `/records/${id}/show`]) {
      await viewer.goto(PAGE + path);
      await viewer.waitForSelector(SUMMARY);
      expect(await factsOf(viewer, 'sending')).toMatchObject({ groupServer: `localhost:${host.smtpPort}`, username: LOGIN.username });
      expect(await factsOf(viewer, 'sender')).toEqual({ from: 'Acme <no-reply@acme.io>' });
      await section(viewer, 'usage').getByText('Used by all mail from this application.').waitFor();
      expect(await viewer.locator('#save, #testConnection').count()).toBe(0);
      expect(await viewer.getByRole('button', { name: 'More actions' }).count()).toBe(0);
      expect(await viewer.getByRole('link', { name: 'Edit' }).count()).toBe(0);
      expect(await viewer.locator(`${SUMMARY} :is(input, textarea, select)`).count()).toBe(0);
    }
    expect(await findAccessibilityProblems(viewer)).toEqual([]);
    expect(await viewer.content()).not.toContain(LOGIN.password);
    const before = await host.rows();
    for (const path of ['actions/new', 'actions/testDraft', `records/${id}/edit`, `records/${id}/delete`, `records/${id}/test`]) {
      await pages.call(viewer, path, { version: 1, fromName: 'Theirs', to: 'viewer@example.com' });
    }
    expect(await host.rows()).toEqual(before);
  });

  it('warns before entered changes are lost, and discards them on request', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 1600, height: 900 } });
    await create(page);
    await openPage(page, 'Update');
    expect(await page.getByRole('button', { name: 'Discard changes' }).getAttribute('aria-disabled')).toBe('true');
    await page.fill('#fromName', 'Typed');
    await page.getByText('Dashboard').first().click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await press(page, 'Stay');
    // The menu's entry leads to this very page, so nothing is lost and there is no warning.
    await page.getByText('Email configuration').first().click();
    expect(await page.locator(dialog).count()).toBe(0);
    expect(await page.inputValue('#fromName')).toBe('Typed');
    await press(page, 'Discard changes');
    await page.getByRole('dialog', { name: 'Discard your changes?' }).waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await pressInDialog(page, 'Discard changes');
    await dialogCloses(page);
    expect(await page.inputValue('#fromName')).toBe('Acme');
    await page.getByText('Dashboard').first().click();
    await page.waitForURL((url) => /^\/admin\/?$/.test(url.pathname));
  });

  it('shows that it loads or failed to load, and tries again', async () => {
    const page = await pages.open();
    await create(page);
    let isBroken = true;
    const answer = createGate();
    await page.route('**/actions/list**', async (route) => {
      await answer.opened;
      return isBroken ? route.fulfill({ status: 500, body: 'broken' }) : route.continue();
    });
    await page.goto(PAGE);
    await page.waitForSelector('[data-testid=loading]');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    answer.open();
    await page.waitForSelector('[data-testid=failed]');
    expect(await page.locator('#host').count()).toBe(0);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    isBroken = false;
    await press(page, 'Try again');
    await isReadyTo(page, 'Update');
  });

  it.each([
    ['narrow', { viewport: { width: 360, height: 740 } }],
    ['wide', { viewport: { width: 1600, height: 900 } }],
    ['dark', { colorScheme: 'dark' }],
  ] as const)('fits a %s screen', async (_what, options) => {
    const page = await pages.open('admin@example.com', options);
    await create(page);
    await openPage(page, 'Update');
    await fitsWidth(page);
    await openMenu(page);
    await page.getByRole('menuitem', { name: 'Delete config' }).waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('throws no error in the browser', async () => {
    const page = await pages.open();
    const errors = collectErrors(page);
    await openPage(page, 'Save');
    await fillInbox(page);
    await save(page);
    await deleteConfig(page);
    await isReadyTo(page, 'Save');
    expect(errors).toEqual([]);
  });
});

describe('Single mode with a required password and a private certificate', () => {
  beforeAll(async () => {
    host = await startScreensHost({ isSingle: true, isRetyped: true, trustsInbox: false });
  }, 120_000);
  afterAll(() => host.stop());
  beforeEach(removeAll);
  afterEach(() => pages.close());

  it('A1.22 A1.23 A1.25 updates nothing without the password', async () => {
    const page = await pages.open();
    await create(page);
    await openPage(page, 'Update');
    const before = await host.rows();
    expect(await page.getAttribute('#password', 'placeholder')).toBe('Re-enter your SMTP password');
    await page.fill('#fromName', 'Shop');
    await saveFailsAt(page, 'password');
    expect(await host.rows()).toEqual(before);
    await page.fill('#password', LOGIN.password);
    await save(page);
    expect((await host.rows()).configs).toMatchObject([{ from_name: 'Shop' }]);
  });

  it('A1.41 fails with an untrusted certificate, and works once it is trusted', async () => {
    const page = await open('Save');
    await fillInbox(page);
    await runTest(page);
    await failsAt(page, 'tls');
    await testFails(page);
    await press(page, 'Add private CA');
    await page.fill('#caCertificate', host.smtpCa);
    await runTest(page);
    await testPasses(page);
    await save(page);
    expect(await host.send({ to: 'customer@example.com', subject: 'encrypted', text: 'x' })).toMatchObject({ status: 'queued' });
    await eventually(async () => expect((await host.inboxMails()).map(({ subject }) => subject)).toContain('encrypted'));
  });
});
