import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { startExampleApp } from '../support/example-app.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { createGate } from '../support/gate.js';
import { chooseKind, chooseSecurity, editPath, fill, fillCa, NEW, openForm, save, saveNew } from './pages/config-form.js';
import { chooseDefault, LIST, openList, openRow, row } from './pages/config-list.js';
import { factsOf, SUMMARY } from './pages/config-summary.js';
import { EMAIL_TYPES, saveEmailType } from './pages/email-types.js';
import {
  chooseAction,
  collectErrors,
  dialog,
  dialogCloses,
  ends,
  escape,
  fitsWidth,
  focused,
  hasFocus,
  invalid,
  openFromMenu,
  press,
  pressInDialog,
} from './pages/page.js';
import { readable, useSecret } from './pages/secret-dialog.js';
import { failsAt, recipients, runTest, sendTest, setRecipients, testFails, testPasses } from './pages/test-dialog.js';

let app: Awaited<ReturnType<typeof startExampleApp>>;
const pages = useSignedInPages(() => app.url);

beforeAll(async () => {
  app = await startExampleApp();
});
afterAll(() => app.stop());
afterEach(() => pages.close());

/** Fills in the example's inbox, as an admin would. */
const fillInbox = async (page: Page, name: string): Promise<void> => {
  const { records } = await pages.call(page, 'actions/list');
  const { host, port, caCertificate } = records.find(({ params }) => params.name === 'inbox')!.params;
  const login = { username: 'inbox@example.com', password: 'inbox-password' };
  await fill(page, { name, host: String(host), port: String(port), ...login, fromAddress: 'shop@example.com', fromName: 'Shop' });
  await fillCa(page, String(caCertificate));
};
const create = (page: Page, name: string, fields: object = {}): Promise<string> =>
  pages.create(page, { name, host: 'smtp.example.com', username: 'mail@example.com', password: 'not-used', ...fields });

describe('The screens in a browser', () => {
  it('A2.1 A3.1 A5.1 are in the menu, with the configurations and their actions', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 1600, height: 900 } });
    await openFromMenu(page, 'SMTP configurations');
    await page.waitForSelector(row('inbox'));
    expect(await page.textContent(row('inbox'))).toContain('Default');
    await page.getByRole('button', { name: 'Actions for inbox' }).click();
    const actions = await page.evaluate(`[...document.querySelectorAll('[data-action]')].map((item) => item.dataset.action)`);
    expect(actions).toEqual(['test', 'edit', 'duplicate', 'delete']);
  });

  it('A1.3 A1.5 A1.6 A1.9 A2.9 show a new form in groups, with defaults and marked required fields', async () => {
    const page = await pages.open();
    await openForm(page);
    const headings = await page.locator('h2, h3, legend').allTextContents();
    for (const group of ['Server', 'Security', 'Authentication', 'Sender', 'CC and BCC']) expect(headings.join('|')).toContain(group);
    expect(await page.isChecked('#security-starttls')).toBe(true);
    expect(await page.inputValue('#port')).toBe('587');
    expect(await page.isChecked('#authRequired')).toBe(true);
    expect(await page.textContent('#save')).toBe('Save');
    for (const card of ['STARTTLS (recommended)', 'SSL/TLS (legacy)', 'No encryption (not secure)']) await page.getByText(card).waitFor();
    const border = await page.evaluate(`getComputedStyle(document.querySelector('#host')).borderLeft`);
    expect(border).toMatch(/^[23]px solid rgb\((1[5-9]\d|2\d\d), ?\d{1,2}, ?\d{1,2}\)/);
  });

  it('A3.4 A3.18 A3.19 A5.15 change the fields of the form with the type', async () => {
    const page = await pages.open();
    await openForm(page);
    const server = ['#host', '#port', '#security-starttls', '#authRequired', '#detect', '#ca', '#password'];
    const microsoft = ['#tenantId', '#clientId', '#clientSecret', '#graphCloud'];
    const findPresent = async (fields: string[]): Promise<string[]> => {
      const there = await Promise.all(fields.map((field) => page.locator(field).count()));
      return fields.filter((_, index) => there[index]);
    };
    expect(await page.getByRole('radiogroup', { name: 'Type' }).getByRole('radio').count()).toBe(2);
    expect(await page.isChecked('#type-generic')).toBe(true);
    expect(await findPresent([...server, ...microsoft])).toEqual(server);
    await page.fill('#host', 'smtp.example.com');
    await page.fill('#username', 'billing@example.com');
    await chooseKind(page, 'Microsoft 365 (MS Graph)');
    expect(await findPresent([...server, ...microsoft])).toEqual(microsoft);
    expect(await page.inputValue('#username')).toBe('billing@example.com');
    // A user password is offered only if the application allows it.
    expect(await page.locator('[name=authMethod]').count()).toBe(0);
    await page.click('#save');
    for (const field of ['#tenantId', '#clientId', '#clientSecret']) await page.waitForSelector(`${field}[aria-invalid=true]`);
    await chooseKind(page, 'Generic SMTP');
    expect(await findPresent([...server, ...microsoft])).toEqual(server);
    expect(await page.inputValue('#host')).toBe('smtp.example.com');
    expect(await page.locator('#username[aria-invalid=true]').count()).toBe(0);
  });

  it('A5.6 A5.7 A5.10 A5.11 A5.12 A5.17 take the password from the secrets of the application', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillInbox(page, 'from_source');
    await page.fill('#password', '');
    await page.getByRole('button', { name: 'Add password' }).click();
    await page.getByRole('dialog', { name: 'Add password' }).waitFor();
    expect(await page.locator('#inputType option').allTextContents()).toEqual(['Input text', 'Secrets of this application']);
    await page.selectOption('#inputType', { label: 'Input text' });
    await page.fill('#secretValue', 'typed');
    await page.selectOption('#inputType', { label: 'Secrets of this application' });
    expect(await page.inputValue('#secretValue')).toBe('');
    await page.getByRole('option', { name: 'Password of the inbox' }).click();
    await useSecret(page);
    await page.waitForSelector(readable);
    expect(await focused(page)).toBe('password-choose');
    await saveNew(page);
    await runTest(page);
    await testPasses(page);
    expect((await app.mails())[0]).toMatchObject({ subject: 'Example Email Configuration Test', auth: 'inbox@example.com' });
    await openList(page);
    expect(await page.textContent(row('from_source'))).toContain('secret from Secrets of this application');
  });

  it('A1.10 A1.11 A1.12 A1.13 A1.14 A1.15 A3.14 let the port and the login follow the security until they are entered', async () => {
    const page = await pages.open();
    await openForm(page);
    await chooseSecurity(page, 'tls');
    expect(await page.inputValue('#port')).toBe('465');
    expect(await page.isDisabled('#authRequired')).toBe(true);
    await page.getByText('Authentication is required for encrypted SMTP connections.').waitFor();
    await chooseSecurity(page, 'none');
    expect(await page.inputValue('#port')).toBe('25');
    expect(await page.isChecked('#authRequired')).toBe(false);
    expect(await page.locator('#username, #password').count()).toBe(0);
    expect(await page.textContent('#security-none-help')).toMatch(/^⚠ /);
    await chooseSecurity(page, 'starttls');
    expect(await page.inputValue('#port')).toBe('587');
    expect(await page.isChecked('#authRequired')).toBe(true);
    expect(await page.locator('#username, #password').count()).toBe(2);
    await page.fill('#port', '2525');
    await chooseSecurity(page, 'tls');
    expect(await page.inputValue('#port')).toBe('2525');
  });

  it('A1.21 A1.27 report missing values at their fields, and open no dialog', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.click('#testConnection');
    await page.getByText('Please fill in all required email configuration fields first.').first().waitFor();
    expect(await page.locator(dialog).count()).toBe(0);
    await page.fill('#name', 'two words');
    await page.fill('#fromName', 'Kept');
    await page.click('#save');
    await page.waitForSelector(invalid('host'));
    expect(await page.getAttribute('#host', 'aria-describedby')).toBeTruthy();
    expect(await page.inputValue('#fromName')).toBe('Kept');
    expect(new URL(page.url()).pathname).toBe(NEW);
  });

  it('A1.15 A3.15 A3.32 A5.2 A5.3 A5.4 A5.5 explain app passwords at the password', async () => {
    const page = await pages.open();
    await openForm(page);
    for (const field of ['#host', '#port', '#username', '#password']) expect(await page.isVisible(field)).toBe(true);
    expect(await page.getAttribute('#password', 'type')).toBe('password');
    await page.getByText('Some providers require an app password.').click();
    await page.getByText('usually 16 characters').waitFor();
    expect(await page.locator('a[href*="google.com"], a[href*="microsoft.com"]').count()).toBeGreaterThan(0);
  });

  it('A1.20 A1.25 A1.26 A1.28 A1.29 A1.31 A3.24 A3.26 A3.27 A4.8 A5.18 A5.21 create, test, edit, duplicate and set the default', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillInbox(page, 'walk');

    // Test an unsaved configuration
    await page.click('#testConnection');
    await page.waitForSelector(dialog);
    await page.getByText('Select email recipients').waitFor();
    expect(await recipients(page)).toEqual(['admin@example.com']);
    await setRecipients(page, 'walk@example.com');
    await sendTest(page);
    await testPasses(page);
    await page.getByText('Connection successful! A test email was sent, please check your inbox.').first().waitFor();
    await dialogCloses(page);
    const color = `getComputedStyle(document.querySelector('#testConnection')).backgroundColor`;
    await eventually(async () => expect(await page.evaluate(color)).not.toBe('rgba(0, 0, 0, 0)'));
    expect((await app.mails())[0]).toMatchObject({ to: ['walk@example.com'], subject: 'Example Email Configuration Test' });

    // Save and stay on the page
    await saveNew(page);
    expect(await page.textContent('#save')).toBe('Update');
    expect(await page.inputValue('#password')).toBe('');
    expect(await page.getAttribute('#password', 'placeholder')).toBeNull();

    // Edit without the password
    await page.fill('#signature', 'The walk');
    await save(page);
    expect(await page.inputValue('#signature')).toBe('The walk');
    await hasFocus(page, 'save');

    // Another server requires the password again
    const host = await page.inputValue('#host');
    await page.fill('#host', 'elsewhere.example');
    await page.getByText('The server, its certificate or the login changed').first().waitFor();
    expect(await page.getAttribute('#password', 'placeholder')).toBe('Re-enter your SMTP password');
    await page.fill('#host', host);
    await page.getByText('The server, its certificate or the login changed').first().waitFor({ state: 'detached' });

    // Duplicate from the list
    await openList(page);
    await chooseAction(page, 'walk', 'duplicate');
    await page.waitForSelector(dialog);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.locator(row('walk_copied')).count()).toBe(0);
    await chooseAction(page, 'walk', 'duplicate');
    await page.fill('#duplicatePassword', 'inbox-password');
    await pressInDialog(page, 'Duplicate');
    await page.getByText('walk_copied was created.').waitFor();
    await page.waitForSelector(row('walk_copied'));

    // Test from the list
    await chooseAction(page, 'walk_copied', 'test');
    await sendTest(page);
    await page.waitForSelector(`${row('walk_copied')} [data-health=working]`);
    expect((await app.mails())[0]!.to).toEqual(['admin@example.com']);
    expect((await app.mails())[0]!.text).toContain('The walk');

    // Set the default
    await page.keyboard.press('Escape');
    await chooseAction(page, 'walk_copied', 'setDefault');
    await pressInDialog(page, 'Set as default');
    await page.locator(row('walk_copied')).getByText('Default').waitFor();
    await eventually(async () => expect(await page.textContent(row('inbox'))).not.toContain('Default'));

    await chooseAction(page, 'inbox', 'setDefault');
    await pressInDialog(page, 'Set as default');
    await page.locator(row('inbox')).getByText('Default').waitFor();
  });

  it('A1.34 A1.35 A2.4 A2.6 A3.30 A3.31 delete after a confirmation, and report that no default is left', async () => {
    const page = await pages.open();
    await create(page, 'doomed', { isDefault: true });
    await openList(page);
    await chooseAction(page, 'doomed', 'delete');
    await page.getByText('Are you sure?').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.locator(row('doomed')).count()).toBe(1);

    // Open the dialog from the form's menu, close it and open it again
    await openRow(page, 'doomed');
    await press(page, 'More actions');
    await page.click('[data-action=delete]');
    await page.getByText('Are you sure?').waitFor();
    await escape(page);
    await press(page, 'More actions');
    await page.click('[data-action=delete]');
    await page.getByRole('button', { name: 'Yes, delete it' }).click();
    await page.waitForURL(ends('/SmtpConfig'));
    await page.waitForSelector('[data-testid=no-default]');
    expect(await page.locator(row('doomed')).count()).toBe(0);

    await page.goto(EMAIL_TYPES);
    await page.waitForSelector('[data-state=no_default]');
    await openList(page);
    await page.fill('#filter', 'nothing like it');
    await page.waitForSelector(row('inbox'), { state: 'detached' });
    await page.getByRole('button', { name: 'Set a default' }).click();
    await chooseDefault(page, 'inbox');
    await page.waitForSelector('[data-testid=no-default]', { state: 'detached' });
  });

  it('show a disabled default in the list and for each email type', async () => {
    const page = await pages.open();
    await create(page, 'asleep', { isDefault: true, enabled: false });
    await page.goto(EMAIL_TYPES);
    await page.waitForSelector('[data-state=default_disabled]');
    expect(await page.textContent('[data-id=general]')).toMatch(/▲ .*asleep.*disabled/);
    await openList(page);
    await page.getByText('The default configuration asleep is disabled').waitFor();
    await page.getByRole('button', { name: 'Set another default' }).click();
    await page.waitForSelector('#default option', { state: 'attached' });
    expect(await page.locator('#default option').allTextContents()).not.toContain('asleep');
    await chooseDefault(page, 'inbox');
    await page.waitForSelector('[data-testid=default-off]', { state: 'detached' });
    await page.goto(EMAIL_TYPES);
    await page.getByText('Default configuration (inbox)').first().waitFor();
  });

  it('A1.41 lead from an untrusted certificate to the private CA', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillInbox(page, 'unknown_ca');
    await page.fill('#caCertificate', '');
    await page.click('#ca');
    await runTest(page);
    await failsAt(page, 'tls');
    await testFails(page);
    await page.getByRole('button', { name: 'Add private CA' }).click();
    await page.waitForSelector('#caCertificate', { state: 'visible' });
    await hasFocus(page, 'caCertificate');
    expect(await page.textContent('footer [role=status]')).toContain('private CA');
  });

  it('A1.33 A3.29 A5.19 keep the dialog open after a failed test, explain the failure, and turn the button red', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillInbox(page, 'failing');
    await page.fill('#password', 'wrong');
    await runTest(page);
    await failsAt(page, 'auth');
    await testFails(page);
    expect(await page.textContent('[data-step=auth]')).toMatch(/refused the user name or password/);
    expect(await page.locator(dialog).count()).toBe(1);
    expect(await page.getAttribute('[data-step=tls]', 'data-ok')).toBe('true');
    await escape(page);
    expect(await page.getAttribute('#testConnection', 'data-state')).toBe('failed');
    expect(await page.inputValue('#password')).toBe('wrong');
    await hasFocus(page, 'testConnection');
  });

  it('keep the focus inside the dialog', async () => {
    const page = await pages.open();
    await openList(page);
    await chooseAction(page, 'inbox', 'test');
    await page.waitForSelector(`${dialog}[role=dialog][aria-modal=true][aria-labelledby]`);
    for (let count = 0; count < 12; count++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(`Boolean(document.activeElement?.closest('dialog'))`)).toBe(true);
    }
  });

  it('A2.2 A2.3 A2.8 A3.20 filter the list and open a configuration', async () => {
    const page = await pages.open();
    await openList(page);
    await page.fill('#filter', 'nothing like it');
    await page.waitForSelector(row('inbox'), { state: 'detached' });
    await page.fill('#filter', 'INB');
    await openRow(page, 'inbox');
    expect(await page.inputValue('#name')).toBe('inbox');
  });

  it('A5.13 A5.14 A5.20 store CC, BCC and their email types', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillInbox(page, 'copies');
    await page.fill('#cc', 'boss@example.com');
    await page.keyboard.press('Enter');
    await page.fill('#bcc', 'archive@example.com');
    await page.keyboard.press('Enter');
    await page.check('#copyActivities-invoice', { force: true });
    expect(await page.isDisabled('#copyActivities-password_reset')).toBe(true);
    await saveNew(page);
    await page.reload();
    await page.waitForSelector('#copyActivities-invoice');
    await page.getByText('boss@example.com').waitFor();
    await page.getByText('archive@example.com').waitFor();
    expect(await page.isChecked('#copyActivities-invoice')).toBe(true);
  });

  it('keep entered values when another admin saves first', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillInbox(page, 'contested');
    await saveNew(page);
    const id = /records\/([^/]+)\//.exec(page.url())![1]!;
    await pages.call(page, `records/${id}/edit`, { version: 1, fromName: 'Theirs' });
    await page.fill('#signature', 'Mine');
    await page.click('#save');
    await page.waitForSelector('[data-testid=stale]');
    expect(await page.inputValue('#signature')).toBe('Mine');
    await hasFocus(page, 'Reload and keep my changes');
    await page.keyboard.press('Enter');
    await page.waitForFunction(`document.querySelector('#fromName')?.value === 'Theirs'`);
    expect(await page.inputValue('#signature')).toBe('Mine');
    await save(page);
    expect(await page.inputValue('#signature')).toBe('Mine');
  });

  it('keep entered values while a save is in progress', async () => {
    const page = await pages.open();
    const id = await create(page, 'slow');
    await openForm(page, editPath(id));
    const answer = createGate();
    await page.route(`**/records/${id}/edit`, async (route) => {
      await answer.opened;
      await route.continue();
    });
    const underWay = page.waitForRequest((request) => request.method() === 'POST');
    await page.fill('#signature', 'First');
    await page.click('#save');
    await underWay;
    await page.fill('#fromName', 'Second');
    answer.open();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect(await page.inputValue('#fromName')).toBe('Second');
    expect(await page.inputValue('#signature')).toBe('First');
  });

  it('A1.40 show a viewer everything, and let the viewer change nothing', async () => {
    const page = await pages.open('viewer@example.com');
    await openList(page);
    expect(await page.getByRole('button', { name: /^Actions for/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'New configuration' }).count()).toBe(0);
    await page.click(`${row('inbox')} a`);
    await page.waitForURL(ends('/show'));
    await page.waitForSelector(SUMMARY);
    expect((await factsOf(page, 'sending')).username).toBe('inbox@example.com');
    expect(await page.locator('#save, #testConnection').count()).toBe(0);
    expect(await page.locator(`${SUMMARY} :is(input, textarea, select)`).count()).toBe(0);
    expect(await page.content()).not.toContain('inbox-password');
  });

  it.each([
    ['narrow', { viewport: { width: 390, height: 800 } }],
    ['wide', { viewport: { width: 1600, height: 900 } }],
  ] as const)('fit a %s screen without a second scroll bar', async (_what, options) => {
    const page = await pages.open('admin@example.com', options);
    for (const path of [NEW, LIST, EMAIL_TYPES]) {
      await page.goto(path);
      await page.waitForSelector('#name, [data-name], [data-id]');
      await fitsWidth(page);
      const tooHigh = 'document.documentElement.scrollHeight - window.innerHeight';
      await eventually(async () => expect(await page.evaluate(tooHigh)).toBeLessThanOrEqual(0));
    }
  });

  it('A3.7 assign a configuration to an email type', async () => {
    const page = await pages.open();
    await page.goto(EMAIL_TYPES);
    await page.getByText('Invoices').first().click();
    await page.waitForSelector('#configId');
    await page.selectOption('#configId', { label: 'inbox' });
    await saveEmailType(page);
    await page.waitForSelector('[data-id=invoice]');
    expect(await page.textContent('[data-id=invoice]')).toContain('inbox');
  });

  it('page through a long list, starting each page at the top', async () => {
    const page = await pages.open();
    for (let number = 10; number < 31; number++) await create(page, `zz_${number}`);
    await openList(page);
    await page.getByText('Page 1 of 2').waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForSelector(row('zz_30'));
    await page.getByText('Page 2 of 2').waitFor();
    const top = `document.querySelector('#filter').getBoundingClientRect().top`;
    await eventually(async () => expect(await page.evaluate(top)).toBeGreaterThanOrEqual(0));
    await hasFocus(page, 'Next page');
  });

  it('throw no error in the browser', async () => {
    const page = await pages.open();
    const errors = collectErrors(page);
    await openList(page);
    await openForm(page);
    expect(errors).toEqual([]);
  });
});
