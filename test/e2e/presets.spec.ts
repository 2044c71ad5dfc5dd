import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { startExampleApp } from '../support/example-app.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { editPath, openForm } from './pages/config-form.js';
import { factsOf, openSummary } from './pages/config-summary.js';
import { fitsWidth } from './pages/page.js';

const note = '[data-testid=provider-note]';

let app: Awaited<ReturnType<typeof startExampleApp>>;
const pages = useSignedInPages(() => app.url);

beforeAll(async () => {
  app = await startExampleApp();
});
afterAll(() => app.stop());
afterEach(() => pages.close());

const readServer = async (page: Page) => ({
  host: await page.inputValue('#host'),
  port: await page.inputValue('#port'),
  security: await page.getAttribute('[name=security]:checked', 'value'),
});
const choose = (page: Page, label: string): Promise<string[]> => page.selectOption('#provider', { label });

describe('Providers in a browser', () => {
  it('B.16 fill in host, port and security, and explain the login with a link to the provider’s page', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.locator('#username-help', { hasText: 'Usually the account’s full email address.' }).waitFor();
    await choose(page, 'Gmail');
    expect(await readServer(page)).toEqual({ host: 'smtp.gmail.com', port: '587', security: 'starttls' });
    expect(await page.textContent('#username-help')).toBe('The full Gmail address.');
    expect(await page.textContent('#password-help')).toMatch(/16-character app password.*Stored encrypted/s);
    const link = page.locator('#password-help a');
    expect(await link.getAttribute('href')).toBe('https://support.google.com/accounts/answer/185833');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await findAccessibilityProblems(page)).toEqual([]);

    await choose(page, 'SendGrid');
    expect(await page.inputValue('#username')).toBe('apikey');
    expect(await page.textContent('#username-help')).toBe('The literal word “apikey”.');
    expect(await page.textContent('#password-help')).toContain('“Mail Send” permission');
    // Neither app passwords nor other login methods belong to SendGrid.
    for (const absent of ['2-step verification', 'OAuth2']) expect(await page.getByText(absent).count()).toBe(0);
    await choose(page, 'Fastmail');
    expect(await readServer(page)).toEqual({ host: 'smtp.fastmail.com', port: '465', security: 'tls' });
    expect(await page.inputValue('#username')).toBe('');
  });

  it('have regions', async () => {
    const page = await pages.open();
    await openForm(page);
    await choose(page, 'Amazon SES');
    expect(await page.textContent('#providerRegion-help')).toBe('The region where your domain is verified.');
    await page.selectOption('#providerRegion', { label: 'Europe (Frankfurt)' });
    expect(await page.inputValue('#host')).toBe('email-smtp.eu-central-1.amazonaws.com');
    expect(await page.inputValue('#provider')).toBe('ses');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await choose(page, 'Mailgun');
    await page.selectOption('#providerRegion', { label: 'EU' });
    expect(await page.inputValue('#host')).toBe('smtp.eu.mailgun.org');
    await choose(page, 'Postmark');
    await page.waitForSelector('#providerRegion', { state: 'detached' });
  });

  it('keep an entered login, suggest the required user name, and can be undone', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.fill('#host', 'old.example.com');
    await page.fill('#port', '2525');
    await page.fill('#username', 'me@example.com');
    await page.fill('#password', 'typed');
    await choose(page, 'SendGrid');
    expect(await page.inputValue('#username')).toBe('me@example.com');
    expect(await page.inputValue('#password')).toBe('typed');
    await page.getByRole('button', { name: 'Use “apikey”' }).click();
    await page.waitForSelector('#username:focus');
    expect(await page.inputValue('#username')).toBe('apikey');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForSelector('#provider:focus');
    expect(await readServer(page)).toEqual({ host: 'old.example.com', port: '2525', security: 'starttls' });
    expect(await page.inputValue('#username')).toBe('me@example.com');
    expect(await page.inputValue('#password')).toBe('typed');
    expect(await page.inputValue('#provider')).toBe('');
  });

  it('recommend alternatives to passwords for Microsoft', async () => {
    const page = await pages.open(undefined, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await openForm(page);
    await choose(page, 'Outlook.com');
    expect(await page.textContent(note)).toContain('no longer accepts passwords');
    await page.waitForSelector('#authMethod-oauth2:checked');
    await choose(page, 'Microsoft 365');
    expect(await page.textContent(note)).toContain('Use MS Graph (recommended)');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await fitsWidth(page);
    await page.locator(note).getByRole('button', { name: 'Use MS Graph' }).click();
    await page.waitForSelector('#type-ms_graph:checked');
  });

  it('are recognized by the host of a saved configuration, and are not stored', async () => {
    const page = await pages.open();
    const data = { name: 'eu', host: 'smtp.eu.sparkpostmail.com', username: 'SMTP_Injection', password: 'key', fromAddress: 'a@acme.io' };
    const { record } = await pages.call(page, 'actions/new', data);
    expect(Object.keys(record.params).filter((field) => /provider|preset/i.test(field))).toEqual([]);
    await openForm(page, editPath(record.id));
    expect(await page.inputValue('#provider')).toBe('sparkpost');
    expect(await page.inputValue('#providerRegion')).toBe('eu');
    expect(await page.textContent('#username-help')).toContain('SMTP_Injection');
    // It is kept: there is nothing to enter.
    expect(await page.textContent('#password-help')).toBe('stored · leave empty to keep');
    await openSummary(page, record.id);
    expect((await factsOf(page, 'sending')).provider).toBe('SparkPost · EU');
  });
});
