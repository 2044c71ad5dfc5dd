import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { editPath, fill, openAdvanced, openForm, save, saveFailsAt } from './pages/config-form.js';
import { openList, openRow, row } from './pages/config-list.js';
import { chooseAction, dialogCloses, invalid, pressInDialog } from './pages/page.js';
import { recipients, runTest, sendTest, testPasses } from './pages/test-dialog.js';

type ScreensHost = Awaited<ReturnType<typeof startScreensHost>>;

let host: ScreensHost;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost({ hasExtras: false });
});
afterAll(() => host.stop());
beforeEach(async () => {
  const page = await pages.open();
  for (const { id } of (await host.rows()).configs) await pages.call(page, `records/${String(id)}/delete`, {});
  await pages.close();
});
afterEach(() => pages.close());

/** The settings of the inbox. */
const SETTING = {
  name: 'invoices',
  host: 'localhost',
  username: LOGIN.username,
  password: LOGIN.password,
  fromName: 'Acme',
  fromAddress: 'billing@acme.io',
};
const fillSetting = (page: Page, fields: Record<string, string> = {}) => fill(page, { ...SETTING, port: host.smtpPort, ...fields });
const create = (page: Page, fields: object = {}): Promise<string> => pages.create(page, { ...SETTING, port: host.smtpPort, ...fields });
const waitForMail = (subject: string) =>
  eventually(async () => {
    const mail = (await host.inboxMails()).find((one) => one.subject === subject);
    expect(mail).toBeDefined();
    return mail!;
  });

describe('Several configurations', () => {
  it('A2.4 A2.7 A2.12 A2.13 A2.14 A2.15 A2.16 A2.17 A3.2 A3.11 A3.20 A5.2 A5.3 A5.4 A5.5 creates a configuration, lists it, and opens it with its values', async () => {
    const page = await pages.open();
    await openList(page);
    await page.getByText('Create your first configuration').click();
    await page.waitForSelector('#name');
    await fillSetting(page);
    await openAdvanced(page);
    await page.fill('#description', 'd'.repeat(1000));
    await save(page);
    await openList(page);
    expect(await page.textContent(row('invoices'))).toMatch(/localhost:\d+.*billing@acme\.io/s);
    await openRow(page, 'invoices');
    const { password, ...shown } = SETTING;
    for (const [field, value] of Object.entries(shown)) expect(await page.inputValue(`#${field}`)).toBe(value);
    expect(await page.inputValue('#port')).toBe(String(host.smtpPort));
    expect(await page.inputValue('#password')).toBe('');
    expect(await page.content()).not.toContain(password);
  });

  it('A2.10 A3.3 requires a unique name of at most fifty letters, digits and underscores', async () => {
    const page = await pages.open();
    await openForm(page);
    await create(page);
    await fillSetting(page);
    // An empty name is proposed anew from the host.
    for (const name of ['two words', 'dash-ed', 'n'.repeat(51), 'INVOICES']) {
      await page.fill('#name', name);
      await saveFailsAt(page, 'name');
    }
    expect((await host.rows()).configs).toHaveLength(1);
    await page.fill('#name', `${'n'.repeat(48)}_1`);
    await save(page);
    expect((await host.rows()).configs).toHaveLength(2);
  });

  it('A3.10 A3.11 A3.12 A3.13 reports missing and overlong values at their fields', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillSetting(page, { host: '', port: '', signature: 's'.repeat(251) });
    await openAdvanced(page);
    await page.fill('#description', 'd'.repeat(1001));
    for (const field of ['host', 'port', 'signature', 'description']) await saveFailsAt(page, field);
    expect((await host.rows()).configs).toHaveLength(0);
  });

  it('A2.5 A3.28 tests the selected configuration with mail to the admin’s own address', async () => {
    const page = await pages.open();
    await create(page);
    await create(page, { name: 'newsletters', fromAddress: 'news@acme.io' });
    await openList(page);
    await chooseAction(page, 'newsletters', 'test');
    expect(await recipients(page)).toEqual(['admin@example.com']);
    await sendTest(page);
    await page.waitForSelector(`${row('newsletters')} [data-health=working]`);
    const mail = (await host.inboxMails()).at(-1)!;
    expect(mail).toMatchObject({ to: ['admin@example.com'], subject: 'Acme Email Configuration Test' });
    expect(mail.headers.from).toContain('news@acme.io');
    for (const detail of ['localhost', String(host.smtpPort), 'SMTP', LOGIN.username]) expect(mail.text).toContain(detail);
  });

  it('A3.5 A3.6 replaces the default with the next one, and clears it', async () => {
    const page = await pages.open();
    await create(page, { isDefault: true });
    const id = await create(page, { name: 'newsletters' });
    await openForm(page, editPath(id));
    await page.check('#isDefault', { force: true });
    await save(page);
    await openList(page);
    await page.locator(row('newsletters')).getByText('Default').waitFor();
    expect(await page.textContent(row('invoices'))).not.toContain('Default');
    await openForm(page, editPath(id));
    await page.uncheck('#isDefault', { force: true });
    await save(page);
    await openList(page);
    await page.waitForSelector('[data-testid=no-default]');
    expect((await host.rows()).configs).toHaveLength(2);
  });

  it('A2.18 A2.19 A2.20 A3.8 A4.3 A5.16 sends with the From address, and does not reveal the user name', async () => {
    const page = await pages.open();
    await create(page, { isDefault: true });
    await host.send({ to: 'a@example.org', subject: 'plain', text: 'Hello' });
    await host.send({ to: 'a@example.org', subject: 'named', text: 'Hello', from: { name: 'Acme Shop' } });
    await host.send({ to: 'a@example.org', subject: 'addressed', text: 'Hello', from: 'Other <other@acme.io>' });
    const plain = await waitForMail('plain');
    expect(plain.auth).toBe(LOGIN.username);
    expect(plain.headers.from).toBe('Acme <billing@acme.io>');
    expect(plain.raw).not.toContain(LOGIN.username);
    expect((await waitForMail('named')).headers.from).toBe('Acme Shop <billing@acme.io>');
    expect((await waitForMail('addressed')).headers.from).toBe('Other <other@acme.io>');
  });

  it('A3.9 A3.10 uses the user name as From address if none is set, and appends the signature', async () => {
    const page = await pages.open();
    await create(page, { isDefault: true, fromAddress: '', fromName: '', signature: '-- \nAcme & Co. ✉' });
    await host.send({ to: 'a@example.org', subject: 'signed', text: 'Hello' });
    const mail = await waitForMail('signed');
    expect(mail.headers.from).toContain(LOGIN.username);
    expect(mail.text.trimEnd()).toMatch(/Hello[\s\S]*Acme & Co\. ✉$/);
  });

  it('A4.1 A4.2 A4.9 sends nothing while disabled, and sends again once enabled', async () => {
    const page = await pages.open();
    const id = await create(page, { isDefault: true });
    await openForm(page, editPath(id));
    await openAdvanced(page);
    await page.uncheck('#enabled', { force: true });
    await save(page);
    expect(await host.send({ to: 'a@example.org', subject: 'while off', text: 'Hello' })).toEqual({
      status: 'skipped',
      reason: 'disabled',
    });
    await page.check('#enabled', { force: true });
    await page.getByText('Saved', { exact: true }).first().waitFor({ state: 'detached' });
    await save(page);
    await host.send({ to: 'a@example.org', subject: 'on again', text: 'Hello' });
    await waitForMail('on again');
    expect((await host.inboxMails()).some(({ subject }) => subject === 'while off')).toBe(false);
  });

  it.each(['127.0.0.1', 'localhost'])('A4.4 A4.8 accepts a server name or address: %s', async (server) => {
    const page = await pages.open();
    await openForm(page);
    await fillSetting(page, { host: server });
    await runTest(page);
    await testPasses(page);
    await save(page);
    expect((await host.rows()).configs[0]).toMatchObject({ host: server });
  });

  it('A3.21 A3.22 A3.23 A3.25 requires the password to duplicate, and creates no copy on Cancel', async () => {
    const page = await pages.open();
    await create(page, { isDefault: true, signature: 'Kept' });
    await openList(page);
    await chooseAction(page, 'invoices', 'duplicate');
    await pressInDialog(page, 'Duplicate');
    await page.waitForSelector(invalid('duplicatePassword'));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await dialogCloses(page);
    expect((await host.rows()).configs).toHaveLength(1);
    for (const name of ['invoices_copied', 'invoices_copied2']) {
      await chooseAction(page, 'invoices', 'duplicate');
      await page.fill('#duplicatePassword', LOGIN.password);
      await pressInDialog(page, 'Duplicate');
      await page.waitForSelector(row(name));
      await dialogCloses(page);
    }
    const { configs, defaults } = await host.rows();
    const original = configs.find(({ name }) => name === 'invoices')!;
    expect(configs.map(({ signature }) => signature)).toEqual(['Kept', 'Kept', 'Kept']);
    expect(new Set(configs.map((config) => config.password_cipher)).size).toBe(3);
    expect(defaults).toMatchObject([{ config_id: original.id }]);
  });
});
