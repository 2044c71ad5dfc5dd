import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { MailMessage } from '../../lib/index.js';
import type { InboxMail } from '../../lib/testing/index.js';
import { startExampleApp } from '../support/example-app.js';
import { signedInPages } from '../support/signed-in-pages.js';
import { type SmtpApp, startSmtpApp } from '../support/smtp-app.js';

const LOG = '/admin/resources/SmtpMessage';
const dialog = 'dialog[open]';
const later = new Date(Date.now() + 3_600_000);

let example: Awaited<ReturnType<typeof startExampleApp>>;
/** A second process's worth of host: it queues into the same database and sends nothing itself. */
let host: SmtpApp;
const pages = signedInPages(() => example.url);
const signIn = pages.open;

beforeAll(async () => {
  example = await startExampleApp();
  host = await startSmtpApp(
    { type: 'better-sqlite3', database: join(example.dataDir, 'example.sqlite') },
    {
      encryption: { current: 'k1', keys: { k1: readFileSync(join(example.dataDir, 'encryption-key'), 'utf8') } },
      activities: [{ key: 'invoice' }, { key: 'password_reset', sensitive: true }],
      delivery: { run: false },
    },
  );
}, 60_000);
afterAll(async () => {
  await host.close();
  await example.stop();
});
beforeEach(async () => {
  for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_audit'])
    await host.dataSource.query(`DELETE FROM ${table}`);
});
afterEach(async () => {
  await fetch(`${example.url}/inbox/start`, { method: 'POST' });
  await pages.close();
});

const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
  const queued = await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Plain words', html: '<p>Rich words</p>', ...fields });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  return queued.id;
};
const set = (id: string, values: Record<string, string>) =>
  host.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id }).execute();
const goTo = async (page: Page, path = ''): Promise<void> => {
  await page.goto(example.url + LOG + path);
  await page.waitForSelector('[data-id], [data-testid=empty], [data-testid=explanation]');
};
const row = (id: string): string => `[data-id="${id}"]`;
const menu = async (page: Page, subject: string, action: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions for ${subject}` }).click();
  await page.click(`[data-action=${action}]`);
};
const inbox = async (): Promise<InboxMail[]> => (await (await fetch(`${example.url}/inbox.json`)).json()) as InboxMail[];
const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const arrives = (subject: string, to: string) =>
  until(async () => (await inbox()).find((mail) => mail.subject === subject && mail.to.includes(to)));

describe('The mail log in a browser', () => {
  it('A4.1 stands in the menu, and says what it is for while it is empty', async () => {
    const page = await signIn('viewer@example.com', { viewport: { width: 1600, height: 900 } });
    await page.getByText('Outgoing Mail').click();
    await page.getByText('Mail log').first().click();
    await page.waitForSelector('[data-testid=empty]');
    expect(await page.textContent('[data-testid=empty]')).toContain('Nothing has been queued so far.');
  });

  it('A4.11 A4.13 A4.15 A4.16 shows mail that waits for a server and why, and sends it when asked to try now', async () => {
    await fetch(`${example.url}/inbox/stop`, { method: 'POST' });
    const ids = [await queue({ subject: 'Parked 1' }), await queue({ subject: 'Parked 2' })];
    await until(async () => (await host.log.parked())[0]);
    const page = await signIn();
    await goTo(page);
    const banner = page.getByTestId('parked-inbox');
    await banner.getByText('2 messages wait.').waitFor();
    for (const words of ['inbox is parked since', 'refused the connection', 'Next try in'])
      expect(await banner.textContent()).toContain(words);
    expect(await page.textContent(row(ids[0]!))).toMatch(/Waiting.*its configuration is parked.*next try/s);
    expect(await page.textContent('[data-count=queued]')).toBe('Waiting 2');

    await fetch(`${example.url}/inbox/start`, { method: 'POST' });
    await banner.getByRole('button', { name: 'Try now' }).click();
    await arrives('Parked 2', 'a@example.org');
    await page.waitForSelector(`${row(ids[1]!)} [data-status=sent]`);
    await banner.waitFor({ state: 'detached' });
  });

  it('counts, and narrows by a count and by the filter', async () => {
    const failed = await queue({ subject: 'Welcome', to: 'x@example.net', sendAt: later });
    await set(failed, { status: 'failed', lastError: 'No such mailbox.' });
    const waiting = await queue({ subject: 'Digest', sendAt: later });
    const page = await signIn();
    await goTo(page);
    await page.click('[data-count=failed]');
    await page.waitForSelector(row(waiting), { state: 'detached' });
    expect(await page.textContent(row(failed))).toContain('No such mailbox.');
    await page.click('[data-count=failed]');
    await page.waitForSelector(row(waiting));

    await page.getByRole('button', { name: 'Filter' }).click();
    await page.fill('#filter-recipients', 'EXAMPLE.NET');
    await page.waitForSelector(row(waiting), { state: 'detached' });
    expect(new URL(page.url()).searchParams.get('filters.recipients')).toBe('EXAMPLE.NET');
    await page.reload();
    await page.waitForSelector(row(failed));
    expect(await page.locator(row(waiting)).count()).toBe(0);
    await page.fill('#filter-subject', 'no such');
    await page.getByText('No message matches the filter.').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).first().click();
    await page.waitForSelector(row(waiting));
  });

  it('shows one message: who, what, when, each attempt in words, and the content in a frame that loads and runs nothing', async () => {
    const html = `<p id="said">Rich words</p><a href="https://evil.example/">link</a><img src="https://evil.example/x.png">
      <meta http-equiv="refresh" content="0;url=https://evil.example/"><script>document.title = 'ran'</script>`;
    const id = await queue({ html, activity: 'invoice', sendAt: later });
    await set(id, { status: 'failed', lastCode: 'RECIPIENT', lastError: 'No such mailbox. Check the address.' });
    const attempt = `'one', '${id}', ${Date.now()}, 'inbox', 'refused', 'RECIPIENT', '550 5.1.1 no such user', 12`;
    await host.dataSource.query(
      `INSERT INTO smtp_message_attempt (id, message_id, at, config_name, outcome, code, reply, ms) VALUES (${attempt})`,
    );
    const page = await signIn();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await goTo(page, `/records/${id}/show`);
    const happened = page.getByRole('list', { name: 'What happened' });
    for (const words of [
      'Queued by the application',
      'The server refused it',
      'through inbox',
      'No such mailbox. Check the address.',
      '550 5.1.1 no such user',
    ]) {
      expect(await happened.textContent()).toContain(words);
    }

    await page.getByRole('button', { name: 'Show the content' }).click();
    const frame = page.frameLocator('iframe');
    expect(await frame.locator('#said').textContent()).toBe('Rich words');
    await frame.getByText('link').click();
    expect(await page.getAttribute('iframe', 'sandbox')).toBe('');
    expect(await frame.locator('script, meta[http-equiv=refresh], a[href]').count()).toBe(0);
    await page.getByRole('button', { name: 'Text' }).click();
    expect(await page.getByTestId('content-text').textContent()).toBe('Plain words');
    expect(requests.filter((url) => url.includes('evil'))).toEqual([]);
    expect(await host.dataSource.query('SELECT who, action FROM smtp_audit')).toEqual([{ who: 'admin@example.com', action: 'preview' }]);
  });

  it('sends a message again to an address, as a new one', async () => {
    const id = await queue({ subject: 'Once more' });
    await arrives('Once more', 'a@example.org');
    const page = await signIn();
    await goTo(page);
    await menu(page, 'Once more', 'resend');
    await page.getByLabel('another address').check();
    await page.fill('#resendAddress', 'two words');
    await page.locator(dialog).getByRole('button', { name: 'Resend' }).click();
    await page.getByText('Enter one e-mail address, such as mail@example.com.').waitFor();
    await page.fill('#resendAddress', 'other@example.org');
    await page.locator(dialog).getByRole('button', { name: 'Resend' }).click();
    await arrives('Once more', 'other@example.org');
    await page.waitForSelector(dialog, { state: 'detached' });
    await page.waitForFunction(`document.querySelectorAll('[data-id]').length === 2`);
    const [newest] = await host.log.find();
    expect(newest).toMatchObject({ resentFrom: id, recipients: 'other@example.org' });
  });

  it('cancels, retries, and retries many with progress', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.push(await queue({ subject: `n${i}`, sendAt: later }));
    for (const id of ids.slice(2)) await set(id, { status: 'failed' });
    const page = await signIn();
    await goTo(page);
    await menu(page, 'n0', 'cancel');
    await page.locator(dialog).getByRole('button', { name: 'Cancel sending' }).click();
    await page.waitForSelector(`${row(ids[0]!)} [data-status=cancelled]`);
    await menu(page, 'n1', 'retryNow');
    await page.locator(dialog).getByRole('button', { name: 'Retry now' }).click();
    await arrives('n1', 'a@example.org');
    await page.waitForSelector(`${row(ids[1]!)} [data-status=sent]`);

    expect(await page.locator(`${row(ids[0]!)} input[type=checkbox]`).isDisabled()).toBe(true);
    await page.getByLabel('Select all on this page that can be tried again').check();
    await page.getByRole('button', { name: 'Retry selected (5)' }).click();
    for (const id of ids.slice(2)) await page.waitForSelector(`${row(id)} [data-status=sent]`);
    expect(await page.getByTestId('bulk').count()).toBe(0);
  });

  it('keeps what is sensitive to itself, and says so', async () => {
    const id = await queue({ subject: 'Your code 4711', text: 'Code 4711', html: undefined, activity: 'password_reset', sendAt: later });
    const page = await signIn();
    await goTo(page);
    await menu(page, 'sensitive: not shown', 'resend');
    await page.locator(dialog).getByText('its content is never shown and never sent again').waitFor();
    expect(await page.locator(dialog).getByRole('button', { name: 'Resend' }).count()).toBe(0);
    await goTo(page, `/records/${id}/show`);
    await page.getByText('Cancel sending', { exact: true }).click();
    await page.locator(dialog).getByRole('button', { name: 'Keep it' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(`/records/${id}/show`));
    expect(await page.getByRole('button', { name: 'Show the content' }).count()).toBe(0);
    expect(await page.content()).not.toContain('4711');
  });

  it('lets a viewer look at the log, not at the content, and offers nothing else', async () => {
    const id = await queue({ sendAt: later });
    const page = await signIn('viewer@example.com');
    await goTo(page);
    expect(await page.locator('input[type=checkbox]').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Actions for/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'Hello' }).click();
    await page.getByText('Seeing the content needs another role.').waitFor();
    for (const name of ['Resend', 'Retry now', 'Cancel sending', 'Show the content']) {
      expect(await page.getByText(name, { exact: true }).count()).toBe(0);
    }
    expect((await host.log.findOne(id))!.status).toBe('queued');
  });

  it('says that the list could not be loaded, and loads it when asked again', async () => {
    const id = await queue({ sendAt: later });
    const page = await signIn();
    await page.route('**/api/resources/SmtpMessage/**', (route) => route.fulfill({ status: 500, json: {} }));
    await page.goto(example.url + LOG);
    await page.waitForSelector('[data-testid=failed]');
    await page.unroute('**/api/resources/SmtpMessage/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForSelector(row(id));
    expect(await page.locator('[data-testid=failed]').count()).toBe(0);
  });

  it('fits a narrow screen', async () => {
    await queue({ subject: 'A subject of some length that does not fit', sendAt: later });
    const page = await signIn('admin@example.com', { viewport: { width: 360, height: 740 } });
    await goTo(page);
    const width = 'document.documentElement.scrollWidth';
    expect(await page.evaluate(width)).toBeLessThanOrEqual(360);
    await page.getByRole('link', { name: 'A subject of some length' }).click();
    await page.waitForSelector('[data-testid=explanation]');
    expect(await page.evaluate(width)).toBeLessThanOrEqual(360);
  });
});
