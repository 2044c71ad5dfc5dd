import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { MailMessage } from '../../lib/index.js';
import { findAccessibilityProblems } from '../support/accessibility.js';
import { eventually } from '../support/eventually.js';
import { createGate } from '../support/gate.js';
import { LOGIN, startScreensHost } from '../support/screens-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { encryption, type SmtpApp, startSmtpApp } from '../support/smtp-app.js';
import { historyPanel, sentences } from './pages/change-history.js';
import { factsOf, headingsOf, openSummary, section, showPath, SUMMARY } from './pages/config-summary.js';
import { save } from './pages/config-form.js';
import { openList, row } from './pages/config-list.js';
import { messageRow } from './pages/mail-log.js';
import { dialogCloses, ends, fitsWidth, hasFocus, press, pressInDialog } from './pages/page.js';
import { failsAt, runTest } from './pages/test-dialog.js';

const HOUR = 3_600_000;
const REFUSED = 'The server refused the user name or password.';
const activities = [{ key: 'invoice', label: 'Invoices' }, { key: 'welcome', label: 'Welcome' }, { key: 'offer' }];
const graph = { clouds: { fake: { label: 'Fake', authority: 'localhost', graph: 'localhost', exchange: 'localhost', uploads: [] } } };

let host: Awaited<ReturnType<typeof startScreensHost>>;
/** An application on the host's database, which sends nothing. */
let app: SmtpApp;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startScreensHost({ activities });
  app = await startSmtpApp(
    { type: 'better-sqlite3', database: host.database },
    { encryption, activities, graph, delivery: { run: false } },
  );
}, 120_000);
afterAll(async () => {
  await app.close();
  await host.stop();
});
afterEach(() => pages.close());

/** Creates a configuration for the inbox, and returns its id. */
const configure = async (name: string, fields: object = {}): Promise<string> => {
  const page = await pages.open();
  const inbox = { host: 'localhost', port: host.smtpPort, ...LOGIN, fromAddress: `${name}@acme.io` };
  const id = await pages.create(page, { name, ...inbox, ...fields });
  await page.close();
  return id;
};
/** Queues a message for later, and changes its row. */
const queue = async (config: string, subject: string, values: object = {}, fields: Partial<MailMessage> = {}): Promise<string> => {
  const queued = await app.mail.send({
    to: 'customer@example.org',
    subject,
    text: 'Hi',
    config,
    sendAt: new Date(Date.now() + 24 * HOUR),
    ...fields,
  });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  const set = { configName: config, ...values };
  await app.dataSource.createQueryBuilder().update('smtp_message').set(set).where({ id: queued.id }).execute();
  return queued.id;
};
/** Marks a configuration as failing at its login. */
const fail = (id: string): Promise<unknown> =>
  app.dataSource.query(
    `INSERT INTO smtp_config_status
      (config_id, failing_since, failing_version, failing_code, failing_error, failing_reason, next_probe_at) VALUES (?, ?, 1, ?, ?, ?, ?)`,
    [id, Date.now() - HOUR, 'AUTH', REFUSED, 'auth_refused', Date.now() + 24 * HOUR],
  );
const subjects = (page: Page): Promise<string[]> => section(page, 'failures').locator('[data-id] a').allInnerTexts();

describe('The summary of a configuration', () => {
  it('tells how an SMTP configuration sends, without its secret and without empty fields', async () => {
    const id = await configure('complete', {
      caCertificate: host.smtpCa,
      fromName: 'Acme',
      replyTo: 'help@acme.io',
      signature: 'Acme Inc.\nMain Street 1',
      description: 'For invoices',
      cc: ['audit@acme.io'],
      bcc: ['archive@acme.io', 'boss@acme.io'],
      copyActivities: ['invoice'],
      maxConnections: 2,
      authMechanism: 'LOGIN',
      tlsServerName: 'localhost',
      ehloName: 'app.example.com',
      localAddress: '127.0.0.1',
      proxyUrl: 'socks5://127.0.0.1:1080',
      proxyUser: 'app',
      proxyPassword: 'of-the-pr0xy',
      timeoutScale: 3,
    });
    const page = await pages.open();
    await openSummary(page, id);
    expect(await factsOf(page, 'sending')).toEqual({
      type: 'Generic SMTP',
      groupServer: `localhost:${host.smtpPort}`,
      security: 'STARTTLS (recommended)',
      authMethod: 'Password',
      username: LOGIN.username,
      password: 'stored, never shown',
      authMechanism: 'LOGIN',
      tlsServerName: 'localhost',
      ehloName: 'app.example.com',
      localAddress: '127.0.0.1',
      proxyUrl: 'socks5://127.0.0.1:1080',
      proxyUser: 'app',
      proxyPassword: 'stored, never shown',
      timeoutScale: '3',
      maxConnections: '2',
    });
    expect(await factsOf(page, 'sender')).toEqual({
      from: 'Acme <complete@acme.io>',
      replyTo: 'help@acme.io',
      signature: 'Acme Inc.\nMain Street 1',
      cc: 'audit@acme.io',
      bcc: 'archive@acme.io\nboss@acme.io',
      copyActivities: 'Invoices',
    });
    expect(await page.textContent(SUMMARY)).toContain('For invoices');
    await section(page, 'certificates').locator('[data-testid=certificate] [data-testid=fingerprint]').waitFor();
    expect(await page.locator(`${SUMMARY} :is(input, textarea, select)`).count()).toBe(0);
    for (const secret of [LOGIN.password, 'of-the-pr0xy']) expect(await page.content()).not.toContain(secret);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('tells the limits that were learned from the server', async () => {
    const id = await configure('limited');
    const columns = 'config_id, last_sent_at, last_sent_version, pace_version, pace_since, pace_per_minute, pace_connections';
    // The rate grows with time.
    const since = Date.now() + 60_000;
    await app.dataSource.query(`INSERT INTO smtp_config_status (${columns}) VALUES (?, ?, 1, 1, ?, 840, 2)`, [id, Date.now(), since]);
    const page = await pages.open();
    await openSummary(page, id);
    expect((await factsOf(page, 'sending')).limits).toBe('messages per second: 14 · connections: 2');
    await app.dataSource.query('UPDATE smtp_config_status SET pace_per_minute = 30, pace_connections = NULL WHERE config_id = ?', [id]);
    await openSummary(page, id);
    expect((await factsOf(page, 'sending')).limits).toBe('messages per minute: 30');
  });

  it('names the provider, and what is unusual about the login', async () => {
    const relay = await configure('relay', {
      host: 'localhost',
      port: 25,
      security: 'none',
      authRequired: false,
      username: null,
      password: null,
      cc: ['a@acme.io'],
    });
    const page = await pages.open();
    await openSummary(page, relay);
    expect(await factsOf(page, 'sending')).toEqual({
      type: 'Generic SMTP',
      provider: 'Mail server on this machine',
      groupServer: 'localhost:25',
      security: 'No encryption (not secure)',
      groupLogin: 'Not required',
    });
    expect((await factsOf(page, 'sender')).copyActivities).toContain('No copies are sent until');
    const office = await configure('office', { host: 'smtp.office365.com', port: 587 });
    await openSummary(page, office);
    expect((await factsOf(page, 'sending')).provider).toBe('Microsoft 365');
    await section(page, 'status').getByTestId('login-warning').getByRole('link', { name: 'Check “Login method”' }).click();
    await page.waitForURL(ends('/edit'));
    await hasFocus(page, 'authMethod-password');
  });

  it('tells how a configuration of Microsoft Graph sends', async () => {
    const id = await configure('graph', {
      type: 'ms_graph',
      authMethod: 'oauth2',
      host: null,
      port: null,
      username: 'news@acme.io',
      password: null,
      fromAddress: null,
      tenantId: 'acme.onmicrosoft.com',
      clientId: '5f6c8f2e-5a3e-4a2f-9c53-2f2c6f6d3a11',
      clientSecret: 'a secret of this test',
      graphCloud: 'fake',
    });
    const page = await pages.open();
    await openSummary(page, id);
    expect(await factsOf(page, 'sending')).toEqual({
      type: 'Microsoft 365 (MS Graph)',
      authMethod: 'App (recommended)',
      mailbox: 'news@acme.io',
      tenantId: 'acme.onmicrosoft.com',
      clientId: '5f6c8f2e-5a3e-4a2f-9c53-2f2c6f6d3a11',
      clientSecret: 'stored, never shown',
      graphCloud: 'Fake',
    });
    expect(await factsOf(page, 'sender')).toEqual({ from: 'news@acme.io\nThe user name, because no From address is set.' });
    expect(await page.content()).not.toContain('a secret of this test');
  });

  it('says where a secret comes from, without asking its source', async () => {
    const id = await configure('vaulted', { password: undefined, passwordSource: 'azure-key-vault', passwordRef: 'smtp-main' });
    const page = await pages.open();
    const asked: string[] = [];
    page.on('request', (request) => void (request.url().includes('checkSecret') && asked.push(request.url())));
    await openSummary(page, id);
    const secret = section(page, 'sending').locator('[data-fact=password]');
    await secret.waitFor();
    expect(await secret.innerText()).toContain('from Azure Key Vault: smtp-main');
    await page.waitForLoadState('networkidle');
    expect(asked).toEqual([]);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('leads a failing configuration to the field to correct, tries it, and moves its mail', async () => {
    const id = await configure('failing');
    await configure('spare');
    await queue('failing', 'Waiting one');
    await fail(id);
    const page = await pages.open();
    await openSummary(page, id);
    const status = section(page, 'status');
    expect(await status.textContent()).toMatch(/Failing .*The server refused the user name or password\./s);
    await press(page, 'Try now');
    await page.getByText('Retrying now.').first().waitFor();
    const usage = section(page, 'usage');
    expect(await usage.getByRole('link', { name: '1 message waiting' }).getAttribute('href')).toContain('filters.configName=failing');
    await press(page, 'Move mail…');
    await page.selectOption('dialog[open] select', { label: 'spare' });
    await pressInDialog(page, 'Move');
    await dialogCloses(page);
    await usage.getByText('No messages waiting.').waitFor();
    await openSummary(page, id);
    await status.getByRole('link', { name: 'Check “Password”' }).click();
    await page.waitForURL(ends('/edit'));
    await hasFocus(page, 'password');
  });

  it('lists the last messages that failed or were deferred, and links to them in the mail log', async () => {
    const id = await configure('troubled');
    const older = await queue('troubled', 'Failed 0', { status: 'failed', lastError: 'No such mailbox.' });
    for (const number of [1, 2]) await queue('troubled', `Failed ${number}`, { status: 'failed', lastError: 'No such mailbox.' });
    await queue('troubled', 'Deferred', { attempts: 1, lastError: 'Greylisted' });
    await queue('troubled', 'Scheduled');
    await queue('troubled', 'Sent', { status: 'sent', sentBy: 'troubled', sentAt: new Date() });
    await queue('troubled', 'Expired', { status: 'expired' });
    await queue('troubled', 'Unknown', { status: 'unknown', lastError: 'The connection broke.' });
    const page = await pages.open();
    await openSummary(page, id);
    await eventually(async () => expect(await subjects(page)).toEqual(['Unknown', 'Expired', 'Deferred', 'Failed 2', 'Failed 1']));
    const texts = await section(page, 'failures').locator('[data-id]').allInnerTexts();
    expect(texts[2]).toContain('deferred by the server');
    expect(texts[3]).toMatch(/^✗Failed · Failed 2 · .*customer@example\.org\nNo such mailbox\.$/s);
    await section(page, 'failures').getByRole('link', { name: 'Show in the mail log' }).click();
    await page.waitForSelector(messageRow(older));
    expect(await page.locator('[data-id]').count()).toBe(5);
  });

  it('tells what uses it, and follows a new default', async () => {
    const id = await configure('used');
    await app.activities.assign('invoice', id);
    await app.activities.assign('offer', id);
    const page = await pages.open();
    await openSummary(page, id);
    const usage = section(page, 'usage');
    expect(await usage.innerText()).toContain('Used by: Invoices, offer');
    expect(await usage.innerText()).not.toContain('unassigned');
    expect(await usage.getByRole('link', { name: 'Invoices' }).getAttribute('href')).toMatch(/\/SmtpActivity$/);
    await press(page, 'More actions');
    await page.click('[data-action=setDefault]');
    await pressInDialog(page, 'Set as default');
    await usage.getByText('Used by all unassigned mail.').waitFor();
    await page.locator('h2 + *', { hasText: 'Default' }).waitFor();
  });

  it('says that nothing uses it, that it was not tested, and that nothing failed', async () => {
    const id = await configure('unused');
    const page = await pages.open();
    await openSummary(page, id);
    await section(page, 'failures').getByText('No failed or deferred messages.').waitFor();
    await section(page, 'tests').getByText('No tests yet.').waitFor();
    await section(page, 'usage').getByText('No messages waiting.').waitFor();
    expect(await section(page, 'usage').innerText()).toContain('Not used by any email type yet.');
    expect(await section(page, 'status').innerText()).toContain('Not used or tested yet');
    expect(await headingsOf(page)).toEqual(['Status', 'Sending', 'Sender', 'Recent failures', 'Usage', 'Last tests', '▾ Change history']);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('explains a disabled configuration, and leads to its switch', async () => {
    const id = await configure('disabled', { enabled: false });
    const page = await pages.open();
    await openSummary(page, id);
    expect(await section(page, 'status').innerText()).toContain('When disabled, its mail is put on hold.');
    await section(page, 'status').getByRole('link', { name: 'Check “Enabled”' }).click();
    await hasFocus(page, 'enabled');
  });

  it('tests a configuration, shows the steps, and leads from a failure to the field', async () => {
    const id = await configure('bad_login', { password: 'wrong' });
    const page = await pages.open();
    await openSummary(page, id);
    await runTest(page);
    await failsAt(page, 'auth');
    await page.keyboard.press('Escape');
    await dialogCloses(page);
    await section(page, 'tests').locator('[data-test=failed] [data-step=auth][data-ok=false]').waitFor();
    const status = section(page, 'status');
    await eventually(async () =>
      expect(await status.innerText()).toMatch(/Last test failed.*refused the user name or password.*Check the user name and password/s),
    );
    expect((await factsOf(page, 'certificates')).tlsVersion).toBe('TLS 1.3');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await status.getByRole('link', { name: 'Check “Password”' }).click();
    await hasFocus(page, 'password');
  });

  it('shows the change history, and what others change while it is open', async () => {
    const id = await configure('watched');
    const page = await pages.open('viewer@example.com', { viewport: { width: 1440, height: 900 }, isOwn: true });
    await page.clock.install();
    await openSummary(page, id);
    await eventually(async () => expect(await sentences(historyPanel(page))).toEqual(['Created watched']));
    await app.configs.update(id, { fromName: 'Somebody', version: 1 });
    await page.clock.fastForward(20_000);
    await section(page, 'sender').getByText('Somebody <watched@acme.io>').waitFor();
    await eventually(async () => expect((await sentences(historyPanel(page)))[0]).toBe('Changed watched: From name'));
  });

  it('shows a viewer the same, without anything to change', async () => {
    const id = await configure('viewed', { caCertificate: host.smtpCa });
    await queue('viewed', 'Waiting one');
    await fail(id);
    const page = await pages.open('viewer@example.com');
    const calls: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && calls.push(request.url()));
    await openList(page);
    await page.click(`${row('viewed')} a`);
    await page.waitForURL(ends(showPath(id)));
    await section(page, 'usage').getByRole('link', { name: '1 message waiting' }).waitFor();
    await section(page, 'tests').getByText('No tests yet.').waitFor();
    await section(page, 'failures').getByText('No failed or deferred messages.').waitFor();
    expect((await factsOf(page, 'sending')).password).toBe('stored, never shown');
    expect((await factsOf(page, 'certificates')).caCertificate).toMatch(/20\d\d/);
    expect(await section(page, 'status').innerText()).toContain(REFUSED);
    for (const name of ['Edit', 'Test', 'More actions', 'Try now', 'Move mail…', /^Check “/])
      expect([name, await page.getByRole('button', { name }).count(), await page.getByRole('link', { name }).count()]).toEqual([
        name,
        0,
        0,
      ]);
    expect(calls).toEqual([]);
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it.each([
    ['light', 'admin@example.com'],
    ['dark', 'dark.admin@example.com'],
  ])('fits every width in a %s theme', async (theme, user) => {
    const name = `wide_${theme}_${'x'.repeat(35)}`;
    const id = await configure(name, {
      fromName: 'Donaudampfschifffahrtsgesellschaftskapitänsmützenverleih',
      bcc: [`${'long.'.repeat(10)}address@${'sub.'.repeat(10)}acme.io`],
      copyActivities: ['invoice'],
      caCertificate: host.smtpCa,
      description: 'A long description '.repeat(20),
    });
    await queue(name, 'A subject that is long enough to wrap on a narrow screen', { status: 'failed', lastError: 'No such mailbox.' });
    await fail(id);
    const page = await pages.open(user);
    for (const width of [1440, 768, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await openSummary(page, id);
      await section(page, 'failures').locator('[data-id]').waitFor();
      await section(page, 'certificates').locator('[data-testid=fingerprint]').waitFor();
      await fitsWidth(page);
      expect([width, await findAccessibilityProblems(page, theme === 'dark')]).toEqual([width, []]);
    }
  });

  it('shows the other parts while some load or cannot be loaded, and loads them again', async () => {
    const id = await configure('unlucky');
    const page = await pages.open();
    const answer = createGate();
    let isBroken = true;
    const parts = /\/records\/[^/]+\/(usage|tests)$|\/SmtpMessage\/actions\/list/;
    await page.route(parts, async (route) => {
      await answer.opened;
      return isBroken ? route.fulfill({ status: 500, body: 'broken' }) : route.continue();
    });
    await openSummary(page, id);
    await section(page, 'tests').locator('[aria-busy=true]').waitFor();
    expect((await factsOf(page, 'sending')).username).toBe(LOGIN.username);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    answer.open();
    for (const name of ['failures', 'usage'] as const) await section(page, name).getByTestId('failed').waitFor();
    await section(page, 'tests').getByText('Couldn’t load the tests.').waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    isBroken = false;
    for (const name of ['failures', 'usage', 'tests'] as const)
      await section(page, name).getByRole('button', { name: 'Try again' }).click();
    await section(page, 'failures').getByText('No failed or deferred messages.').waitFor();
    await section(page, 'usage').getByText('No messages waiting.').waitFor();
    await section(page, 'tests').getByText('No tests yet.').waitFor();
  });

  it('is left for the form, the copy and the list', async () => {
    const id = await configure('left');
    const page = await pages.open();
    await openSummary(page, id);
    await press(page, 'More actions');
    await page.click('[data-action=duplicate]');
    await page.fill('#duplicatePassword', LOGIN.password);
    await pressInDialog(page, 'Duplicate');
    await page.getByRole('heading', { name: 'left_copied' }).waitFor();
    await openSummary(page, id);
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.waitForURL(ends('/edit'));
    await page.fill('#fromName', 'Somebody');
    await save(page);
    await page.getByRole('link', { name: 'Show', exact: true }).click();
    await section(page, 'sender').getByText('Somebody <left@acme.io>').waitFor();
    await press(page, 'More actions');
    await page.click('[data-action=delete]');
    await pressInDialog(page, 'Yes, delete it');
    await page.waitForURL(ends('/SmtpConfig'));
    await page.waitForSelector(row('left_copied'));
    expect(await page.locator(row('left')).count()).toBe(0);
  });
});
