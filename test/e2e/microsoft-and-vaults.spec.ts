import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { CLIENT_ID, CLIENT_SECRET, TENANT, TENANT_DOMAIN, USER } from '../support/microsoft/index.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { chooseKind, editPath, fill, openForm, save, saveFailsAt, saveNew } from './pages/config-form.js';
import { openList, row } from './pages/config-list.js';
import { factsOf, section } from './pages/config-summary.js';
import { chooseAction, dialog, dialogCloses, fitsWidth, focused, press } from './pages/page.js';
import { chooseSecret, openSource, readable, secretOption, unreadable, useSecret } from './pages/secret-dialog.js';
import { failsAt, runTest, testPasses } from './pages/test-dialog.js';

type ScreensHost = Awaited<ReturnType<typeof startScreensHost>>;

let host: ScreensHost;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost();
}, 120_000);
afterAll(() => host.stop());
afterEach(() => pages.close());

/** The settings of the inbox without its password. */
const buildServer = () => ({ host: 'localhost', port: host.smtpPort, username: LOGIN.username });
/** The app registration without its client secret. */
const app = { username: USER, tenantId: TENANT_DOMAIN, clientId: CLIENT_ID };
const fillServer = (page: Page, name: string): Promise<void> => fill(page, { name, ...buildServer() });
const fillGraph = async (page: Page, name: string): Promise<void> => {
  await chooseKind(page, 'Microsoft 365 (MS Graph)');
  await fill(page, { name, ...app });
};

describe('Microsoft 365 in a browser', () => {
  it('A3.4 A3.18 A3.20 A3.26 A3.28 creates, tests and edits a mailbox of Microsoft Graph, and delivers the test email', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillGraph(page, 'graph');
    await page.fill('#clientSecret', CLIENT_SECRET);
    await page.selectOption('#graphCloud', { label: 'Fake' });
    await runTest(page, 'walk@example.com');
    await testPasses(page);
    expect(await page.textContent('footer [role=status]')).toContain(`The server accepted mail from ${USER}`);
    const [mail] = await host.graphMails();
    expect(mail).toMatchObject({ mailbox: USER, recipients: ['walk@example.com'], subject: 'Acme Email Configuration Test' });
    for (const fact of ['Microsoft 365 (MS Graph)', 'Cloud: Fake', `User name: ${USER}`]) expect(mail!.raw).toContain(fact);

    await saveNew(page);
    await page.waitForSelector('#type-ms_graph:checked');
    expect(await page.inputValue('#clientSecret')).toBe('');
    expect(await page.getAttribute('#clientSecret', 'placeholder')).toBeNull();
    await page.getByText('leave empty to keep').waitFor();
    await page.fill('#signature', 'Of the app');
    await save(page);
    await openList(page);
    expect(await page.textContent(row('graph'))).toContain(`${USER}Microsoft 365 (MS Graph)`);
  });

  it('asks for the client secret again at its field when its destination changes', async () => {
    const page = await pages.open();
    const graph = { type: 'ms_graph', username: USER, tenantId: TENANT, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
    const id = await pages.create(page, { ...graph, name: 'moving' });
    await openForm(page, editPath(id));
    const words = page.locator('#clientSecret-error', { hasText: 'Enter the client secret again' });
    for (const [field, value] of [
      ['#username', 'shared@contoso.com'],
      ['#tenantId', TENANT_DOMAIN],
      ['#clientId', TENANT],
    ] as const) {
      const before = await page.inputValue(field);
      await page.fill(field, value);
      await words.waitFor();
      await page.fill(field, before);
      await words.waitFor({ state: 'detached' });
    }
    await page.selectOption('#graphCloud', { label: 'Fake of China' });
    await words.waitFor();
    await page.click('#save');
    await page.waitForSelector('#clientSecret:focus');
    await page.fill('#clientSecret', CLIENT_SECRET);
    await save(page);

    // Changing the type back and forth loses no values, and the server is required in between.
    await chooseKind(page, 'Generic SMTP');
    await saveFailsAt(page, 'host');
    await chooseKind(page, 'Microsoft 365 (MS Graph)');
    expect(await page.inputValue('#clientId')).toBe(CLIENT_ID);
    expect(await words.count()).toBe(0);
  });

  it('A3.22 A3.23 duplicates if the client secret is entered again', async () => {
    const page = await pages.open();
    const graph = { type: 'ms_graph', username: USER, tenantId: TENANT, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
    await pages.create(page, { ...graph, name: 'original' });
    await openList(page);
    await chooseAction(page, 'original', 'duplicate');
    const duplicate = page.locator(dialog).getByRole('button', { name: 'Duplicate' });
    expect(await page.locator('#duplicatePassword').count()).toBe(0);
    await duplicate.click();
    await page.waitForSelector('#duplicateClientSecret[aria-invalid=true]:focus');
    await page.fill('#duplicateClientSecret', CLIENT_SECRET);
    await duplicate.click();
    await page.waitForSelector(row('original_copied'));
  });

  it('A3.29 A5.19 shows the step at which Microsoft refused, and its remedy', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillGraph(page, 'refused');
    await page.fill('#clientSecret', 'the secret’s id instead of its value');
    await runTest(page, 'walk@example.com');
    await failsAt(page, 'token');
    expect(await page.textContent('[data-step=token]')).toMatch(/client secret/i);
    const steps = await page.evaluate(
      `[...document.querySelectorAll('[data-step]')].map(({ dataset }) => dataset.step + ' ' + dataset.state)`,
    );
    expect(steps).toEqual(['token done', 'mailbox skipped', 'message skipped']);
    // Hints about app passwords and private CAs are for SMTP servers.
    expect(await page.locator(dialog).getByText('app password').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.fill('#clientSecret', CLIENT_SECRET);
    await page.fill('#username', 'nobody@contoso.com');
    await runTest(page, 'walk@example.com');
    await failsAt(page, 'mailbox');
    expect(await page.getAttribute('#testConnection', 'data-state')).toBe('failed');
  });

  it('A3.18 offers a user’s password as deprecated if the application allows it', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillGraph(page, 'person');
    expect(await page.isChecked('#authMethod-oauth2')).toBe(true);
    await page.getByText('User password (deprecated)').click();
    for (const field of ['#password', '#clientSecret']) expect(await page.isVisible(field)).toBe(true);
    await page.fill('#clientSecret', CLIENT_SECRET);
    await page.fill('#password', 'p4ss+w&rd of billing');
    await saveNew(page);
    await page.reload();
    await page.waitForSelector('#authMethod-password:checked');
  });

  it('warns of passwords for Microsoft’s servers and links to the alternatives', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.fill('#host', 'smtp.example.com');
    expect(await page.locator('[data-testid=login-warning]').count()).toBe(0);
    await page.fill('#host', 'smtp.office365.com');
    await page.getByText('end of December 2026').waitFor();
    await page.getByRole('button', { name: 'Use MS Graph' }).click();
    expect(await focused(page)).toBe('type-ms_graph');
    expect(await page.isChecked('#type-ms_graph')).toBe(true);
    await chooseKind(page, 'Generic SMTP');
    await page.getByRole('button', { name: 'Use OAuth2' }).click();
    expect(await focused(page)).toBe('authMethod-oauth2');
    expect(await page.locator('[data-testid=login-warning], #password').count()).toBe(0);

    // The configuration is saved without further changes.
    await fill(page, { ...app, name: 'xoauth2', tenantId: TENANT, clientSecret: CLIENT_SECRET });
    await saveNew(page);
    await page.reload();
    await page.waitForSelector('#authMethod-oauth2:checked');
    expect(await page.inputValue('#host')).toBe('smtp.office365.com');
    await pages.create(page, { name: 'old_way', host: 'smtp.office365.com', username: USER, password: 'x' });
    await openList(page);
    expect(await page.textContent(row('old_way'))).toContain('▲ Microsoft is retiring password sign-in');
    expect(await page.textContent(row('xoauth2'))).toContain('OAuth2');
  });
});

describe('Secrets from vaults in a browser', () => {
  it('A5.6 A5.8 A5.12 A5.16 A5.17 A5.18 A5.21 sends with a password from a vault, and shows its value nowhere', async () => {
    const page = await pages.open();
    const wire: string[] = [];
    page.on(
      'response',
      (response) =>
        void response.text().then(
          (text) => wire.push(text),
          () => undefined,
        ),
    );
    await openForm(page);
    await fillServer(page, 'vaulted');
    await page.fill('#fromAddress', 'shop@acme.io');
    await page.getByRole('button', { name: 'Add password' }).click();
    await page.getByRole('dialog', { name: 'Add password' }).waitFor();
    expect(await page.locator('#inputType option').allTextContents()).toEqual([
      'Input text',
      'Azure Key Vault',
      'Vault without names',
      'CyberArk',
      'Internal secret manager',
    ]);
    await page.selectOption('#inputType', { label: 'Azure Key Vault' });
    await page.click(secretOption('smtp-main'));
    await page.waitForSelector(`${dialog} ${readable}`);
    await useSecret(page);
    await page.waitForSelector(`#password[role=group] ${readable}`);
    expect(await page.textContent('#password')).toContain('Azure Key Vault: smtp-main');
    expect(await focused(page)).toBe('password-choose');

    await runTest(page, 'walk@example.com');
    await testPasses(page);
    expect((await host.inboxMails())[0]).toMatchObject({ to: ['walk@example.com'], auth: LOGIN.username });
    await saveNew(page);
    await page.waitForSelector(`#password[role=group] ${readable}`);
    await page.fill('#signature', 'Kept');
    await save(page);
    await page.reload();
    await page.waitForSelector(`#password[role=group] ${readable}`);
    for (const text of [...wire, await page.content()]) expect(text).not.toContain(LOGIN.password);

    await openList(page);
    expect(await page.textContent(row('vaulted'))).toContain('secret from Azure Key Vault');
    await chooseAction(page, 'vaulted', 'duplicate');
    expect(await page.locator(`${dialog} input`).count()).toBe(0);
  });

  it('A5.7 A5.9 A5.10 A5.11 replaces and clears the value’s field when the source changes', async () => {
    const page = await pages.open();
    await openForm(page);
    await openSource(page, 'Input text');
    expect(await page.getAttribute('#secretValue', 'type')).toBe('password');
    await page.fill('#secretValue', 'typed');
    await page.locator(dialog).getByRole('button', { name: 'Show' }).click();
    expect(await page.getAttribute('#secretValue', 'type')).toBe('text');
    await page.selectOption('#inputType', { label: 'CyberArk' });
    expect(await page.getAttribute('#secretValue', 'role')).toBe('combobox');
    expect(await page.inputValue('#secretValue')).toBe('');
    await page.click(secretOption('relay'));
    expect(await page.inputValue('#secretValue')).toBe('Relay');
    await page.selectOption('#inputType', { label: 'Internal secret manager' });
    expect(await page.inputValue('#secretValue')).toBe('');
    await page.waitForSelector(secretOption('graph_app'));
    await useSecret(page);
    await page.waitForSelector('#secretValue[aria-invalid=true]:focus');
    await page.selectOption('#inputType', { label: 'Input text' });
    expect(await page.inputValue('#secretValue')).toBe('');
    await page.fill('#secretValue', 'typed');
    await useSecret(page);
    expect(await page.inputValue('#password')).toBe('typed');
  });

  it('A5.8 finds one of many secrets by keyboard alone', async () => {
    const page = await pages.open();
    await openForm(page);
    await page.focus('#password-choose');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${dialog} #inputType:focus`);
    await page.getByText('The first 50.').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('team-4');
    await page.getByText('10 found.').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await page.getAttribute('#secretValue', 'aria-activedescendant')).toBe('secretValue-9');
    await page.keyboard.press('Enter');
    expect(await page.inputValue('#secretValue')).toBe('smtp-team-49');
    expect(await page.getAttribute('#secretValue', 'aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowDown');
    expect(await page.getAttribute('#secretValue', 'aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await page.getAttribute('#secretValue', 'aria-expanded')).toBe('false');
    expect(await page.locator(dialog).count()).toBe(1);
    await page.keyboard.type('nothing like it');
    await page.getByText('No secret has this name.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await dialogCloses(page);
    expect(await page.textContent('#password')).toContain('smtp-team-49');
  });

  it('explains at the field why a secret cannot be used, until it can', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillServer(page, 'why_not');
    await chooseSecret(page, 'Azure Key Vault', 'smtp-news');
    await page.waitForSelector(`#password ${unreadable}`);
    expect(await page.textContent(unreadable)).toMatch(/Not allowed for this server\. .*only be sent to smtp\.acme\.io:587\./);
    await page.click('#save');
    await page.waitForSelector('#password-choose[data-invalid=true]:focus');
    expect(await page.textContent('#password-error')).toContain('only be sent to smtp.acme.io:587');
    await page.fill('#host', 'smtp.acme.io');
    await page.fill('#port', '587');
    await page.waitForSelector(`#password ${readable}`);
    // The list stays closed while a secret is selected.
    await press(page, 'Choose another secret…');
    await page.click('#secretValue');
    await page.click(secretOption('smtp-lost'));
    await useSecret(page);
    await page.waitForSelector(`#password ${unreadable}`);
    expect(await page.textContent(unreadable)).toContain('Not readable.');
    await press(page, 'Enter manually');
    expect(await page.isVisible('input#password')).toBe(true);
    expect(await focused(page)).toBe('password');
  });

  it('asks to choose a secret again when its destination changes', async () => {
    const page = await pages.open();
    const secret = { passwordSource: 'azure-key-vault', passwordRef: 'smtp-main' };
    const id = await pages.create(page, { ...buildServer(), ...secret, name: 'moved' });
    await openForm(page, editPath(id));
    await page.waitForSelector(`#password ${readable}`);
    await page.fill('#host', '127.0.0.1');
    await page.getByText('Choose the password again').first().waitFor();
    await page.click('#save');
    await page.waitForSelector('#password-choose:focus');
    await press(page, 'Choose again…');
    expect(await page.inputValue('#secretValue')).toBe('smtp-main');
    await useSecret(page);
    await page.waitForSelector(`#password ${readable}`);
    await save(page);
    // Choose another secret, then go back to the saved one.
    await page.click('#password-choose');
    await page.selectOption('#inputType', { label: 'CyberArk' });
    await page.click(secretOption('relay'));
    await useSecret(page);
    await press(page, 'Keep the saved secret');
    expect(await page.textContent('#password')).toContain('Azure Key Vault: smtp-main');
  });

  it('explains why a vault cannot list, and accepts a typed key', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillServer(page, 'locked');
    await host.lockVault(true);
    try {
      await openSource(page, 'Vault without names');
      await page.waitForSelector('[data-testid=secrets-failed]');
      expect(await page.textContent('[data-testid=secrets-failed]')).toMatch(/does not allow this application to read the list/);
      await page.fill('#secretValue', 'smtp-main');
      await page.click(secretOption('smtp-main'));
      await page.waitForSelector(`${dialog} ${unreadable}`);
    } finally {
      await host.lockVault(false);
    }
    await press(page, 'Try again');
    await page.fill('#secretValue', 'smtp-news');
    await page.waitForSelector(secretOption('smtp-news'));
    await page.waitForSelector('[data-testid=secrets-failed]', { state: 'detached' });
  });

  it('A3.18 sends with a client secret of Microsoft Graph from a source', async () => {
    const page = await pages.open();
    await openForm(page);
    await fillGraph(page, 'graph_vault');
    await page.getByRole('button', { name: 'Add client secret' }).click();
    await page.getByRole('dialog', { name: 'Add client secret' }).waitFor();
    await page.selectOption('#inputType', { label: 'Internal secret manager' });
    await page.click(secretOption('graph_app'));
    await useSecret(page);
    await page.waitForSelector(`#clientSecret ${readable}`);
    await runTest(page, 'vault@example.com');
    await testPasses(page);
    expect((await host.graphMails()).at(-1)).toMatchObject({ mailbox: USER, recipients: ['vault@example.com'] });
    await save(page);

    // The same key is not allowed as an SMTP password.
    await openForm(page);
    await fillServer(page, 'wrong_place');
    await chooseSecret(page, 'Internal secret manager', 'graph_app');
    await page.waitForSelector(`#password ${unreadable}`);
  });

  it('A1.40 shows a viewer the source of a secret without asking the vault', async () => {
    const admin = await pages.open();
    await pages.create(admin, { ...buildServer(), name: 'seen', passwordSource: 'azure-key-vault', passwordRef: 'smtp-main' });
    const page = await pages.open('viewer@example.com');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await openList(page);
    await page.click(`${row('seen')} a`);
    await section(page, 'tests').getByText('No tests yet.').waitFor();
    expect((await factsOf(page, 'sending')).password).toBe('from Azure Key Vault: smtp-main');
    expect(asked.filter((url) => /checkSecret|secretChoices/.test(url))).toEqual([]);
  });

  it('fits the form and the dialog on a phone', async () => {
    const page = await pages.open('admin@example.com', { viewport: { width: 360, height: 740 } });
    await openForm(page);
    await openSource(page, 'Azure Key Vault');
    await page.click(secretOption('smtp-news'));
    expect(
      await page.evaluate(`(() => { const box = document.querySelector('dialog[open]'); return box.scrollWidth - box.clientWidth; })()`),
    ).toBe(0);
    await useSecret(page);
    await fitsWidth(page);
    await fillGraph(page, 'phone');
    await page.getByText('User password (deprecated)').click();
    await fitsWidth(page);
  });
});

describe('A host without some options', () => {
  let other: ScreensHost;
  const its = useSignedInPages(() => other.url);
  afterEach(async () => {
    await its.close();
    await other.stop();
  });

  it('A5.7 shows only a password field without sources, and no choice for one cloud and one login method', async () => {
    other = await startScreensHost({ hasExtras: false });
    const page = await its.open();
    await openForm(page);
    await page.fill('#password', 'typed');
    expect(await page.locator('#password-choose').count()).toBe(0);
    await chooseKind(page, 'Microsoft 365 (MS Graph)');
    await page.fill('#clientSecret', 'typed');
    expect(await page.locator('#clientSecret-choose, #graphCloud, [name=authMethod]').count()).toBe(0);
  });

  it('A2.9 offers only sources without an encryption key, and marks the password as read-only', async () => {
    other = await startScreensHost({ hasKey: false });
    const page = await its.open();
    await openForm(page);
    await page.waitForSelector('#password:disabled');
    expect(await page.evaluate(`getComputedStyle(document.querySelector('#password')).borderTopStyle`)).toBe('dashed');
    await fill(page, { ...buildServer(), name: 'keyless', port: other.smtpPort });
    await page.click('#password-choose');
    expect(await page.locator('#inputType option').allTextContents()).not.toContain('Input text');
    await page.click(secretOption('smtp-main'));
    await useSecret(page);
    await saveNew(page);
  });
});
