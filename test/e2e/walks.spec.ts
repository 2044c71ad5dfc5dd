import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { startExampleHost } from '../support/example-host.js';
import { findFreePort } from '../support/services/shell.js';
import { startServer } from '../support/smtp-servers.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { fill } from './pages/config-form.js';
import { messageRow, pressBulk, searchLog } from './pages/mail-log.js';
import { attention } from './pages/overview.js';
import { dialog, dialogCloses, fitsWidth, press, pressInDialog } from './pages/page.js';
import { sendTest, testPasses } from './pages/test-dialog.js';
import { startWalk, type Walk } from './pages/walk.js';

const WIDE = { viewport: { width: 1440, height: 900 } };
const HOUR = 3_600_000;

let host: Awaited<ReturnType<typeof startExampleHost>>;
/** Cleanup of the current test. */
const closing: (() => Promise<void>)[] = [];
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startExampleHost();
});
afterAll(() => host.stop());
afterEach(async () => {
  await pages.close();
  for (const close of closing.splice(0)) await close();
  await host.reset();
});

const start = async (loaded = '[data-attention]'): Promise<Walk> => startWalk(await pages.open('admin@example.com', WIDE), loaded);
const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
  const queued = await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Plain words', ...fields });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  return queued.id;
};
/** Queues a message that failed hours ago. */
const queueFailed = async (subject: string, hours: number): Promise<string> => {
  const id = await queue({ subject, sendAt: new Date(Date.now() + 24 * HOUR) });
  const at = new Date(Date.now() - hours * HOUR);
  await host.dataSource
    .createQueryBuilder()
    .update('smtp_message')
    .set({ status: 'failed', createdAt: at, availableAt: at, lastCode: 'RECIPIENT', lastError: 'No such mailbox.' })
    .where({ id })
    .execute();
  return id;
};
const becomesFailing = (configId: string, waiting: number): Promise<void> =>
  eventually(async () => expect(await host.log.failing()).toMatchObject([{ configId, waiting }]));
/** Checks that the page still fits after the walk on a tablet and on a phone. */
const fitsSmallScreens = async ({ page }: Walk): Promise<void> => {
  for (const width of [768, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await fitsWidth(page);
  }
};

describe('The number of clicks from the start page', () => {
  it('is at most six to the first mail of an empty installation, with a private CA', async () => {
    const { caCertificate, port } = (await host.configs.findOne(host.inboxId))!;
    const rows = await host.dataSource.query<Record<string, unknown>[]>('SELECT * FROM smtp_config');
    await host.dataSource.query('DELETE FROM smtp_config');
    await host.dataSource.query('UPDATE smtp_default SET config_id = NULL');
    closing.push(async () => {
      await host.dataSource.query('DELETE FROM smtp_config');
      const columns = Object.keys(rows[0]!);
      const insert = `INSERT INTO smtp_config (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
      await host.dataSource.query(insert, Object.values(rows[0]!));
    });
    const walk = await start('[data-testid=empty]');
    const { page } = walk;
    await page.getByRole('link', { name: 'Create your first configuration' }).click();
    await page.waitForSelector('#host');
    const login = { username: 'inbox@example.com', password: 'inbox-password' };
    await fill(page, { host: '127.0.0.1', port: port!, ...login, fromName: 'Acme', fromAddress: 'shop@acme.io' });
    await page.click('#ca');
    await page.fill('#caCertificate', caCertificate!);
    // The description of the certificate moves the buttons below it.
    await page.waitForSelector('[data-testid=certificate]');
    await page.click('#testConnection');
    await sendTest(page);
    await testPasses(page);
    await page.click('#save');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await fitsSmallScreens(walk);
    expect(walk.clicks()).toBeLessThanOrEqual(6);

    const [mail] = await host.mails();
    expect(mail).toMatchObject({ from: 'shop@acme.io', to: ['admin@example.com'] });
    expect(await host.configs.find()).toMatchObject([{ host: '127.0.0.1', port, isDefault: true, health: 'working' }]);
    await queue({ subject: 'Of the application' });
    await eventually(async () => expect((await host.mails())[0]!.subject).toBe('Of the application'));
  });

  it('is at most three to why an invoice was refused, and what to do', async () => {
    const refused = await startServer({ reply: (command) => (command.startsWith('RCPT TO') ? '550 5.1.1 no such user' : undefined) });
    closing.push(() => refused.close());
    await host.configure({ name: 'billing', host: refused.host, port: refused.port });
    await queue({ subject: 'Invoice 1041' });
    const id = await queue({ subject: 'Invoice 1042', to: 'nobody@example.org', config: 'billing' });
    await eventually(async () => expect(await host.log.findOne(id)).toMatchObject({ status: 'failed' }));

    const walk = await start();
    const { page } = walk;
    await page.getByRole('link', { name: 'Mail log' }).click();
    await searchLog(page, '1042');
    await page.waitForSelector(messageRow(id));
    await page.getByRole('link', { name: 'Invoice 1042' }).click();
    const explanation = page.getByTestId('explanation');
    await explanation.getByText('The server refused the recipient nobody@example.org. Check the address.').waitFor();
    await fitsSmallScreens(walk);
    expect(walk.clicks()).toBeLessThanOrEqual(3);
    const sql = 'SELECT last_reason, last_reply FROM smtp_message WHERE id = ?';
    expect(await host.dataSource.query(sql, [id])).toEqual([{ last_reason: 'recipient_refused', last_reply: '550 5.1.1 no such user' }]);
  });

  it('is at most three to why an invoice waits, and to the field to correct', async () => {
    const config = (await host.configs.findOne(host.inboxId))!;
    const { id: office } = await host.configs.create({
      name: 'office',
      host: config.host,
      port: config.port,
      caCertificate: config.caCertificate,
      username: 'inbox@example.com',
      password: 'mistyped',
      fromAddress: 'shop@acme.io',
    });
    const id = await queue({ subject: 'Invoice 1042', config: 'office' });
    await becomesFailing(office, 1);

    const walk = await start();
    const { page } = walk;
    await page.getByRole('link', { name: 'Mail log' }).click();
    await searchLog(page, '1042');
    await page.waitForSelector(messageRow(id));
    await page.getByRole('link', { name: 'Invoice 1042' }).click();
    const explanation = page.getByTestId('explanation');
    await explanation.getByText('The server refused the user name or password.').waitFor();
    await fitsWidth(page);
    await explanation.getByRole('link', { name: 'Check “Password”' }).click();
    await page.waitForSelector('#password:focus');
    await fitsSmallScreens(walk);
    expect(walk.clicks()).toBeLessThanOrEqual(3);
    const sql = 'SELECT failing_reason FROM smtp_config_status WHERE config_id = ?';
    expect(await host.dataSource.query(sql, [office])).toEqual([{ failing_reason: 'auth_refused' }]);
  });

  it('is at most four to resend all mail that failed in the last 24 hours, more than a page has', async () => {
    const failed: string[] = [];
    for (let number = 0; number < 23; number++) failed.push(await queueFailed(`Failed ${number}`, 0));
    const old = await queueFailed('Old', 72);

    const walk = await start(attention('failed'));
    const { page } = walk;
    await page.locator(attention('failed')).getByRole('link', { name: 'View messages' }).click();
    await page.getByRole('button', { name: 'Select all 23 that match' }).click();
    await pressBulk(page, 'Resend… (23)');
    await pressInDialog(page, 'Resend 23 messages');
    await page.getByText('Resent: 23 of 23 messages.').waitFor();
    await fitsSmallScreens(walk);
    expect(walk.clicks()).toBeLessThanOrEqual(4);

    await eventually(async () => expect((await host.mails()).filter(({ subject }) => /^Failed \d+$/.test(subject ?? ''))).toHaveLength(23));
    const resent = await host.dataSource.query<{ resent_from: string }[]>(
      'SELECT resent_from FROM smtp_message WHERE resent_from IS NOT NULL',
    );
    expect(resent.map((row) => row.resent_from).toSorted()).toEqual(failed.toSorted());
    expect(await host.log.findOne(old)).toMatchObject({ status: 'failed' });
  });

  it('is at most four to move all mail away from a dead server, without leaving the start page', async () => {
    const port = await findFreePort();
    const { id: dead } = await host.configure({ name: 'dead', host: '127.0.0.1', port });
    const ids = [await queue({ subject: 'n1', config: 'dead' }), await queue({ subject: 'n2', config: 'dead' })];
    await becomesFailing(dead, 2);

    const walk = await start(attention('failing'));
    const { page } = walk;
    const item = page.locator(attention('failing'));
    // The step that probably helps comes first, and trying again last.
    expect(await item.locator('.step').locator('a, button').allTextContents()).toEqual(['Check “Port”', 'Move mail…', 'Try now']);
    await press(item, 'Move mail…');
    await page.locator(dialog).getByText('2 messages wait for dead.').waitFor();
    await fitsWidth(page);
    await walk.choose(`${dialog} select`, host.inboxId);
    await pressInDialog(page, 'Move');
    await page.getByText('Moved: 2 of 2 messages.').waitFor();
    await dialogCloses(page);
    await fitsSmallScreens(walk);
    expect(walk.clicks()).toBeLessThanOrEqual(4);
    expect(new URL(page.url()).pathname).toBe('/admin');

    for (const id of ids)
      await eventually(async () => expect(await host.log.findOne(id)).toMatchObject({ status: 'sent', sentBy: 'inbox' }));
    expect((await host.mails()).slice(0, 2).map(({ subject }) => subject)).toEqual(expect.arrayContaining(['n1', 'n2']));
  });
});
