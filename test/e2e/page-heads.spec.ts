import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { eventually } from '../support/eventually.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { encryption, type SmtpApp, startSmtpApp } from '../support/smtp-app.js';
import { editPath, NEW, openForm } from './pages/config-form.js';
import { showPath } from './pages/config-summary.js';
import { LIST, openList, row } from './pages/config-list.js';
import { EMAIL_TYPES } from './pages/email-types.js';
import { dialog, ends, fitsWidth, press, pressInDialog } from './pages/page.js';

const RESOURCES = '/admin/resources';
const LOG = `${RESOURCES}/SmtpMessage`;
const NOBODY = '018f0000-0000-7000-8000-000000000000';
const activities = [{ key: 'invoice', label: 'Invoices' }];

let host: Awaited<ReturnType<typeof startScreensHost>>;
/** An application on the same database that delivers nothing. */
let app: SmtpApp;
let configId = '';
let messageId = '';
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost({ activities });
  app = await startSmtpApp({ type: 'better-sqlite3', database: host.database }, { encryption, activities, delivery: { run: false } });
}, 120_000);
afterAll(async () => {
  await app.close();
  await host.stop();
});
beforeEach(async () => {
  const { id } = await app.configs.create({ name: 'main', host: 'localhost', port: host.smtpPort, ...LOGIN, isDefault: true });
  configId = id;
  const sendAt = new Date(Date.now() + 86_400_000);
  const queued = await app.mail.send({ to: 'a@example.org', subject: 'Invoice 1042', text: 'x', sendAt });
  messageId = queued.status === 'queued' ? queued.id : '';
});
afterEach(async () => {
  await pages.close();
  await app.configs.remove(configId).catch(() => undefined);
});

const expectTitle = (page: Page, expected: string): Promise<void> => eventually(async () => expect(await page.title()).toBe(expected));
const openMessage = async (page: Page): Promise<void> => {
  await page.goto(`${LOG}/records/${messageId}/show`);
  await page.waitForSelector('[data-testid=explanation]');
};

describe('The head of each page', () => {
  it.each([
    ['the list', () => LIST, 'SMTP configurations', 'SMTP configurations'],
    ['a new configuration', () => NEW, 'New configuration', 'New configuration · SMTP configurations'],
    ['the form', () => editPath(configId), 'main', 'main · SMTP configurations'],
    ['the summary', () => showPath(configId), 'main', 'main · SMTP configurations'],
    ['a test', () => `${LIST}/records/${configId}/test`, 'SMTP configurations', 'main · SMTP configurations'],
    ['the mail log', () => LOG, 'Mail log', 'Mail log'],
    ['a message', () => `${LOG}/records/${messageId}/show`, 'Invoice 1042', 'Invoice 1042 · Mail log'],
    ['the overview', () => `${RESOURCES}/SmtpOverview`, 'Overview', 'Overview'],
    ['the email types', () => EMAIL_TYPES, 'Email types', 'Email types'],
    ['an email type', () => `${EMAIL_TYPES}/records/invoice/edit`, 'Invoices', 'Invoices · Email types'],
  ])('shows %s in its heading and in the title of the tab', async (_what, path, heading, tab) => {
    const page = await pages.open();
    await page.goto(path());
    await page.getByRole('heading', { name: heading, exact: true, level: 2, includeHidden: true }).waitFor({ state: 'attached' });
    await expectTitle(page, tab);
    expect(await page.locator('h2:not(dialog h2)').count()).toBe(1);
  });

  it('restores the title of the tab, and links back to the list', async () => {
    const page = await pages.open();
    await page.goto('/admin');
    await page.getByText('Outgoing Mail').waitFor();
    const own = await page.title();
    await openForm(page, editPath(configId));
    await expectTitle(page, 'main · SMTP configurations');
    await page.getByRole('navigation').getByRole('link', { name: 'SMTP configurations' }).click();
    await page.waitForSelector(row('main'));
    await expectTitle(page, 'SMTP configurations');
    await page.getByRole('navigation').getByRole('link', { name: 'Dashboard' }).click();
    await page.waitForURL((url) => /^\/admin\/?$/.test(url.pathname));
    expect(own).not.toContain('SMTP');
    await expectTitle(page, own);
  });

  it('counts only the displayed list', async () => {
    const page = await pages.open(undefined, { viewport: { width: 1600, height: 900 } });
    const badge = page.locator('[data-smtp-screen] h2 + *');
    await openList(page);
    expect(await badge.textContent()).toBe('1');
    await page.getByText('Email types').first().click();
    await page.waitForSelector('[data-id=invoice]');
    expect(await badge.textContent()).toBe('2');
    await page.getByText('Mail log').first().click();
    await page.waitForSelector(`[data-id="${messageId}"]`);
    expect(await badge.count()).toBe(0);
  });

  it('offers the actions of the record’s current state, even if it changed after loading', async () => {
    const page = await pages.open();
    await openMessage(page);
    const cancel = page.locator('button[data-action=cancel]');
    await cancel.waitFor();
    await app.log.cancel(messageId);
    await cancel.waitFor({ state: 'detached' });
    await page.getByText('Cancelled').first().waitFor();
    expect(await page.locator('button[data-action=resend]').count()).toBe(1);
  });

  it('removes an action as soon as it has run', async () => {
    const page = await pages.open();
    await openMessage(page);
    await page.click('[data-action=cancel]');
    await page.waitForSelector(dialog);
    expect(new URL(page.url()).pathname).toMatch(/\/show$/);
    await pressInDialog(page, 'Cancel sending');
    await page.locator('button[data-action=cancel]').waitFor({ state: 'detached' });
    await eventually(async () => expect(await page.evaluate('document.activeElement.textContent')).toBe('Invoice 1042'));
  });

  it('copies and deletes a configuration from the menu without visiting the list', async () => {
    const page = await pages.open();
    await openForm(page, editPath(configId));
    await press(page, 'More actions');
    await page.click('[data-action=duplicate]');
    await page.fill('#duplicatePassword', LOGIN.password);
    await pressInDialog(page, 'Duplicate');
    await page.getByRole('heading', { name: 'main_copied' }).waitFor();
    await press(page, 'More actions');
    await page.click('[data-action=setDefault]');
    await pressInDialog(page, 'Set as default');
    await page.locator('h2 + *', { hasText: 'Default' }).waitFor();
    await press(page, 'More actions');
    await page.waitForSelector('[data-action=delete]');
    expect(await page.locator('[data-action=setDefault]').count()).toBe(0);
    await page.click('[data-action=delete]');
    await pressInDialog(page, 'Yes, delete it');
    await page.waitForURL(ends('/SmtpConfig'));
    await page.waitForSelector(row('main'));
    expect(await page.locator(row('main_copied')).count()).toBe(0);
  });

  it.each([
    ['a configuration', () => editPath(NOBODY), 'Configuration not found', LIST],
    ['a configuration to delete', () => `${LIST}/records/${NOBODY}/delete`, 'Configuration not found', LIST],
    ['a message', () => `${LOG}/records/${NOBODY}/show`, 'Message not found', LOG],
    ['an email type', () => `${EMAIL_TYPES}/records/nothing/edit`, 'Email type not found', EMAIL_TYPES],
  ])('links back to the list from the address of %s that does not exist', async (_what, path, heading, list) => {
    const page = await pages.open(undefined, { viewport: { width: 390, height: 800 } });
    await page.goto(path());
    await page.waitForSelector('[data-testid=missing]');
    await page.getByRole('heading', { name: heading }).waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await fitsWidth(page);
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await page.waitForURL((url) => url.pathname === list);
  });
});
