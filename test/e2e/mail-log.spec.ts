import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../lib/index.js';
import { findZoneAtNoon } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { startExampleHost } from '../support/example-host.js';
import { createGate } from '../support/gate.js';
import { findFreePort } from '../support/services/shell.js';
import { startServer } from '../support/smtp-servers.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { chooseSecurity, editPath, fill, openForm } from './pages/config-form.js';
import { openEmailType } from './pages/email-types.js';
import {
  backToLog,
  filterOf,
  holdList,
  inStatus,
  LOG,
  messageRow,
  openLog,
  openMessage,
  pressBulk,
  retrySelected,
  selectAll,
} from './pages/mail-log.js';
import { chooseAction, dialog, dialogCloses, ends, fitsWidth, openFromMenu, press, pressInDialog } from './pages/page.js';
import { sendTest, testPasses } from './pages/test-dialog.js';

const later = new Date(Date.now() + 3_600_000);

let host: Awaited<ReturnType<typeof startExampleHost>>;
/** Cleanup of the current test, in reverse order. */
const closing: (() => Promise<void>)[] = [];
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  // The time is noon, so that "sent today" does not change at midnight.
  host = await startExampleHost({ env: { TZ: findZoneAtNoon() } });
});
afterAll(() => host.stop());
afterEach(async () => {
  await pages.close();
  for (const close of closing.splice(0).toReversed()) await close();
  await host.reset();
});

const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
  const queued = await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Plain words', html: '<p>Rich words</p>', ...fields });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  return queued.id;
};
/** Creates a configuration for a server of the test, which is closed afterwards. */
const configure = async (reply: (command: string) => string | undefined, name = 'strict'): Promise<string> => {
  const server = await startServer({ reply });
  closing.push(() => server.close());
  return (await host.configure({ name, host: server.host, port: server.port })).id;
};
const updateMessage = (id: string, values: Record<string, string | null>) =>
  host.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id }).execute();
const waitForMail = (subject: string, to: string) =>
  eventually(async () => expect(await host.mails()).toContainEqual(expect.objectContaining({ subject, to: expect.arrayContaining([to]) })));

describe('The mail log in a browser', () => {
  it('A4.1 is in the menu, and explains itself while it is empty', async () => {
    const page = await pages.open('viewer@example.com', { viewport: { width: 1600, height: 900 } });
    await openFromMenu(page, 'Mail log');
    await page.waitForSelector('[data-testid=empty]');
    expect(await page.textContent('[data-testid=empty]')).toContain('Nothing has been queued yet.');
  });

  it('A4.11 A4.13 A4.15 A4.16 shows mail that waits for a server with the reason, and sends it on Try now', async () => {
    await host.stopInbox();
    const ids = [await queue({ subject: 'FailingState 1' }), await queue({ subject: 'FailingState 2' })];
    await eventually(async () => expect(await host.log.failing()).toHaveLength(1));
    // Both messages are back from their first attempt, and only the button causes the next one.
    const statuses = 'SELECT DISTINCT status FROM smtp_message';
    await eventually(async () => expect(await host.dataSource.query(statuses)).toEqual([{ status: 'queued' }]));
    await host.dataSource.query(`UPDATE smtp_config_status SET next_probe_at = ${later.getTime()}`);
    const page = await pages.open();
    await openLog(page);
    const banner = page.getByTestId('failing-inbox');
    await banner.getByText('2 messages waiting.').waitFor();
    for (const words of ['inbox has been failing since', 'refused the connection', 'Next attempt at'])
      expect(await banner.textContent()).toContain(words);
    expect(await page.textContent(messageRow(ids[0]!))).toMatch(/Waiting.*configuration failing.*next attempt/s);
    expect(await page.textContent(messageRow(ids[0]!))).toContain('inbox (default)');
    // Counts may be a few seconds old.
    await eventually(async () => expect(await page.textContent('[data-count=waiting]')).toBe('Waiting 2'));
    // No mail was sent through it before, so its port may be wrong.
    const field = banner.getByRole('link', { name: 'Check “Port”' });
    expect(await field.getAttribute('href')).toMatch(/SmtpConfig\/records\/.*\/edit#port$/);

    await host.startInbox();
    await banner.getByRole('button', { name: 'Try now' }).click();
    await waitForMail('FailingState 2', 'a@example.org');
    await page.waitForSelector(inStatus(ids[1]!, 'sent'));
    await banner.waitFor({ state: 'detached' });
  });

  it('explains on the page of a message that its configuration is failing, and tries it from there', async () => {
    await host.stopInbox();
    const id = await queue({ subject: 'FailingState alone' });
    await eventually(async () => expect(await host.log.failing()).not.toEqual([]));
    const page = await pages.open();
    await openMessage(page, id);
    const explanation = page.getByTestId('explanation');
    expect(await explanation.textContent()).toContain('sent automatically once it works again');
    expect(await explanation.textContent()).toContain('refused the connection');
    expect(await explanation.getByRole('link', { name: 'Check “Port”' }).getAttribute('href')).toMatch(
      /SmtpConfig\/records\/.*\/edit#port$/,
    );
    await host.startInbox();
    await explanation.getByRole('button', { name: 'Try now' }).click();
    await explanation.getByText('The server accepted the message for all recipients.').waitFor();
  });

  it('A4.10 reports a refused From address although the test passed', async () => {
    const configId = await configure((command) => (/^MAIL FROM:<(?!shop@)/.test(command) ? '553 5.7.1 not your address' : undefined));
    const page = await pages.open();
    await openForm(page, editPath(configId));
    await page.click('#testConnection');
    await page.locator(dialog).getByText('the server may refuse other From addresses when mail is sent').waitFor();
    await sendTest(page);
    await testPasses(page);
    await page.getByText('The server accepted mail from shop@example.com. It may still refuse other From addresses').waitFor();

    const id = await queue({ subject: 'From the boss', from: 'boss@example.com', config: 'strict' });
    await eventually(async () => expect(await host.log.findOne(id)).toMatchObject({ status: 'failed' }));
    await openLog(page);
    expect(await page.textContent(messageRow(id))).toMatch(/Failed.*refused this message’s own From address boss@example\.com/s);
    await page.getByRole('link', { name: 'From the boss' }).click();
    const explanation = page.getByTestId('explanation');
    await explanation.getByText('own From address').waitFor();
    await page.getByText('Server reply').click();
    await page.getByText('553 5.7.1 not your address').waitFor();
    expect(await page.getByTestId('failing-strict').count()).toBe(0);
  });

  it('lists recipients by outcome, even after a refusal that names only one', async () => {
    let busy = '450 4.2.1 mailbox busy';
    await configure((command) =>
      command.includes('<nobody@') ? '550 5.1.1 no such user' : command.includes('<later@') ? busy : undefined,
    );
    const to = ['anna@example.org', 'nobody@example.org', 'later@example.org'];
    const id = await queue({ subject: 'Minutes', to, cc: 'boss@example.org', config: 'strict' });
    await eventually(async () => expect((await host.log.findOne(id))!.delivery).not.toBeNull());
    const page = await pages.open();
    await openMessage(page, id);
    expect(await page.getByTestId('recipients-accepted').textContent()).toMatch(/anna@example\.org.*1 more in CC or BCC/);
    expect(await page.getByTestId('recipients-refused').textContent()).toContain('nobody@example.org 550 5.1.1 no such user');
    expect(await page.getByTestId('recipients-failing').textContent()).toMatch(/retrying automatically.*later@example\.org/);

    busy = '552 5.2.2 mailbox full';
    await page.getByText('Retry now', { exact: true }).click();
    await page.locator(dialog).getByText('“Minutes” to anna@example.org').waitFor();
    await pressInDialog(page, 'Retry now');
    await page.getByText('Partially sent').waitFor();
    expect(await page.getByTestId('recipients-refused').textContent()).toMatch(/nobody@example\.org.*later@example\.org 552 5\.2\.2/);
    expect(await page.getByTestId('recipients-accepted').textContent()).not.toContain('later@');
    const outcomes = `[...document.querySelectorAll('[data-outcome]')].map((item) => item.dataset.outcome)`;
    expect(await page.evaluate(outcomes)).toEqual(['accepted_partly', 'refused_rest']);
    await openLog(page);
    expect(await page.textContent(messageRow(id))).toContain('Not delivered to nobody@example.org, later@example.org');
  });

  it('explains why an action of the page is no longer possible', async () => {
    const id = await queue({ sendAt: later });
    const page = await pages.open();
    await openMessage(page, id);
    await updateMessage(id, { status: 'sent' });
    await page.getByText('Cancel sending', { exact: true }).click();
    await page.locator(dialog).getByText('This message is final').waitFor();
    await page.locator(dialog).getByRole('button', { name: 'Close' }).last().click();
    await page.waitForURL(ends(`/records/${id}/show`));
    await page.getByRole('heading', { name: 'Hello' }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Hello');
  });

  it('explains how to proceed without stored content', async () => {
    const id = await queue({ sendAt: later });
    await updateMessage(id, { status: 'failed', lastError: 'No such mailbox.' });
    await host.dataSource.query('DELETE FROM smtp_message_body');
    const page = await pages.open();
    await openMessage(page, id);
    expect(await page.getByTestId('explanation').textContent()).toContain('have the application send a new message');
    expect(await page.getByRole('button', { name: 'Show content' }).count()).toBe(0);
  });

  it('reports that a message was deleted, and leads back to the filtered log', async () => {
    const page = await pages.open();
    await openLog(page, '?filters.status=failed');
    await page.goto(`${LOG}/records/019aa000-0000-7000-8000-000000000000/show`);
    await page.getByRole('heading', { name: 'Message not found' }).waitFor();
    expect(await page.getByText('Messages are deleted some time after they reach a final status').isVisible()).toBe(true);
    for (const name of ['Resend', 'Retry now', 'Cancel sending']) expect(await page.getByText(name, { exact: true }).count()).toBe(0);
    await backToLog(page);
    expect(filterOf(page, 'status')).toBe('failed');
  });

  it('reports that content could not be loaded, and loads it on retry', async () => {
    const id = await queue({ sendAt: later });
    const page = await pages.open();
    await openMessage(page, id);
    await page.route('**/preview', (route) => route.abort());
    await page.getByRole('button', { name: 'Show content' }).click();
    await page.getByRole('alert').getByText('Couldn’t reach the admin panel.').waitFor();
    await page.unroute('**/preview');
    await page.getByRole('button', { name: 'Show content' }).click();
    await page.frameLocator('iframe').getByText('Rich words').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('counts messages, and filters by a count', async () => {
    const failed = await queue({ subject: 'Welcome', to: 'x@example.net', sendAt: later });
    await updateMessage(failed, { status: 'failed', lastError: 'No such mailbox.' });
    const waiting = await queue({ subject: 'Digest', sendAt: later });
    const page = await pages.open();
    await openLog(page);
    await page.click('[data-count=failed]');
    await page.waitForSelector(messageRow(waiting), { state: 'detached' });
    expect(await page.textContent(messageRow(failed))).toContain('No such mailbox.');
    await page.click('[data-count=failed]');
    await page.waitForSelector(messageRow(waiting));
  });

  it('shows a message with its history, and its content in a frame that loads and runs nothing', async () => {
    const html = `<p id="said">Rich words</p><a href="https://evil.example/">link</a><img src="https://evil.example/x.png">
      <meta http-equiv="refresh" content="0;url=https://evil.example/"><script>document.title = 'ran'</script>`;
    const id = await queue({ html, activity: 'invoice', sendAt: later });
    await updateMessage(id, { status: 'failed', lastCode: 'RECIPIENT', lastError: 'No such mailbox. Check the address.' });
    const attempt = `'one', '${id}', ${Date.now()}, 'inbox', 'refused', 'RECIPIENT', '550 5.1.1 no such user', 12`;
    await host.dataSource.query(
      `INSERT INTO smtp_message_attempt (id, message_id, at, config_name, outcome, code, reply, ms) VALUES (${attempt})`,
    );
    const page = await pages.open();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await openMessage(page, id);
    const happened = page.getByRole('list', { name: 'History' });
    for (const words of ['Queued by the application', 'Refused by the server', 'through inbox', '550 5.1.1 no such user']) {
      expect(await happened.textContent()).toContain(words);
    }
    const explanation = await page.getByTestId('explanation').textContent();
    expect(explanation).toMatch(/No such mailbox\. Check the address\..*then retry the message or resend it/);

    await page.getByRole('button', { name: 'Show content' }).click();
    const frame = page.frameLocator('iframe');
    expect(await frame.locator('#said').textContent()).toBe('Rich words');
    await frame.getByText('link').click();
    expect(await page.getAttribute('iframe', 'sandbox')).toBe('');
    expect(await frame.locator('script, meta[http-equiv=refresh], a[href]').count()).toBe(0);
    await page.getByRole('button', { name: 'Text' }).click();
    expect(await page.getByTestId('content-text').textContent()).toBe('Plain words');
    expect(requests.filter((url) => url.includes('evil'))).toEqual([]);
    // The history says at once that it was seen.
    await happened.getByText('Content viewed').waitFor();
    expect(await host.dataSource.query("SELECT person, action FROM smtp_audit WHERE record_type = 'message'")).toEqual([
      { person: 'admin@example.com', action: 'preview' },
    ]);
  });

  it('resends a message to another address, as a new message', async () => {
    const id = await queue({ subject: 'Once more' });
    await waitForMail('Once more', 'a@example.org');
    const page = await pages.open();
    await openLog(page);
    await chooseAction(page, 'Once more', 'resend');
    expect(await page.evaluate('document.activeElement.value')).toBe('me');
    await page.getByLabel('Another address').check();
    await page.fill('#resendAddress', 'two words');
    await pressInDialog(page, 'Resend');
    await page.getByText('Enter one email address, such as mail@example.com.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('resendAddress');
    await page.fill('#resendAddress', 'other@example.org');
    await pressInDialog(page, 'Resend');
    await waitForMail('Once more', 'other@example.org');
    await dialogCloses(page);
    await page.waitForFunction(`document.querySelectorAll('[data-id]').length === 2`);
    const [newest] = await host.log.find();
    expect(newest).toMatchObject({ resentFrom: id, recipients: 'other@example.org' });
  });

  it('resends a failed message to its recipients', async () => {
    const id = await queue({ sendAt: later, to: 'late@example.org' });
    await updateMessage(id, { status: 'failed', lastError: 'No such mailbox.' });
    const page = await pages.open();
    await openMessage(page, id, 'resend');
    expect(await page.evaluate('document.activeElement.value')).toBe('original');
    await pressInDialog(page, 'Resend');
    await waitForMail('Hello', 'late@example.org');
  });

  it('links from a resend to the original message', async () => {
    const id = await queue({ subject: 'Once more' });
    await waitForMail('Once more', 'a@example.org');
    const page = await pages.open();
    await openMessage(page, id, 'resend');
    await pressInDialog(page, 'Resend');
    await page.getByText('Queued as a resend of another message').waitFor();
    await waitForMail('Once more', 'admin@example.com');
    await page.getByRole('link', { name: 'Open original message' }).click();
    await page.waitForURL(ends(`/records/${id}/show`));
    expect(await page.getByText('Queued as a resend of another message').count()).toBe(0);
  });

  it('cancels, retries, and retries many messages with progress', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.push(await queue({ subject: `n${i}`, sendAt: later }));
    for (const id of ids.slice(2)) await updateMessage(id, { status: 'failed' });
    const page = await pages.open();
    await openLog(page);
    await chooseAction(page, 'n0', 'cancel');
    await pressInDialog(page, 'Cancel sending');
    await page.waitForSelector(inStatus(ids[0]!, 'cancelled'));
    await chooseAction(page, 'n1', 'retryNow');
    await pressInDialog(page, 'Retry now');
    await waitForMail('n1', 'a@example.org');
    await page.waitForSelector(inStatus(ids[1]!, 'sent'));

    await selectAll(page);
    await retrySelected(page, 5);
    for (const id of ids.slice(2)) await page.waitForSelector(inStatus(id, 'sent'));
    await page.getByTestId('bulk').waitFor({ state: 'detached' });
    // Changes made on this page are counted immediately.
    await page.getByText('Sent 6 today').waitFor();
    await eventually(async () => expect(await page.textContent('[data-count=failed]')).toBe('Failed 0'));
  });

  it('warns before retrying messages that may already have been delivered, and keeps the selection on failure', async () => {
    const [one, two] = [await queue({ subject: 'n1', sendAt: later }), await queue({ subject: 'n2', sendAt: later })];
    await updateMessage(one, { status: 'unknown' });
    await updateMessage(two, { status: 'failed' });
    const page = await pages.open();
    await openLog(page);
    await selectAll(page);
    await page.getByText('1 of these messages may already have been delivered').waitFor();
    await page.route('**/bulk/retryNow**', (route) => route.abort());
    await retrySelected(page, 2);
    await page.getByRole('alert').getByText('Retried 0 of 2, then stopped.').waitFor();
    await page.unroute('**/bulk/retryNow**');
    await retrySelected(page, 2);
    await page.waitForSelector(inStatus(one, 'sent'));
    await eventually(async () => expect(await page.getByTestId('bulk').count()).toBe(0));
  });

  it('reports how many messages were retried, and why others were not', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push(await queue({ subject: `n${i}`, sendAt: later }));
    for (const id of ids) await updateMessage(id, { status: 'failed' });
    const page = await pages.open();
    await openLog(page);
    await selectAll(page);
    // Another admin is faster.
    const loadList = await holdList(page);
    await updateMessage(ids[1]!, { status: 'sent' });
    await host.dataSource.query(`DELETE FROM smtp_message_body WHERE message_id = '${ids[2]!}'`);
    await retrySelected(page, 3);
    loadList();
    await page.getByText('Retried: 1 of 3 messages.').waitFor();
    const summary = page.getByTestId('bulk-summary');
    for (const words of ['Not retried', '1 – already final', '1 – content no longer stored'])
      expect(await summary.textContent()).toContain(words);
    await page.waitForSelector(inStatus(ids[0]!, 'sent'));
    await summary.getByRole('button', { name: 'Close' }).click();
    await summary.waitFor({ state: 'detached' });
  });

  it('explains how to release mail on hold instead of retrying it, and sends it afterwards', async () => {
    const [spare, lost] = [await configure(() => undefined), await configure(() => undefined, 'lost')];
    await host.activities.assign('invoice', lost);
    const chosen = await queue({ subject: 'Invoice 7', activity: 'invoice' });
    const named = await queue({ subject: 'Named', config: 'Billing' });
    await host.configs.remove(lost);
    await eventually(async () =>
      expect(await host.dataSource.query('SELECT DISTINCT status FROM smtp_message')).toEqual([{ status: 'held' }]),
    );
    const page = await pages.open();
    await openLog(page);
    expect(await page.textContent(messageRow(chosen))).toMatch(/On hold.*configuration of the email type deleted/s);
    await selectAll(page);
    expect(await page.getByTestId('bulk').getByRole('button').allTextContents()).toEqual(['Move… (2)', 'Cancel… (2)', 'Clear selection']);
    await pressBulk(page, 'Clear selection');
    await chooseAction(page, 'Named', 'retryNow');
    await page.locator(dialog).getByText('“Billing”, which does not exist').waitFor();
    expect(await page.locator(dialog).getByRole('button', { name: 'Retry now' }).count()).toBe(0);
    await page.locator(dialog).getByRole('button', { name: 'Close' }).last().click();

    await openMessage(page, named);
    const explanation = page.getByTestId('explanation');
    await explanation.getByText('Create a configuration with this name to send the message.').waitFor();
    await explanation.getByRole('link', { name: 'Open configurations' }).waitFor();
    await openMessage(page, chosen);
    await explanation.getByText('Choose a configuration for the email type to send it.').waitFor();
    await explanation.getByRole('link', { name: 'Open Invoices' }).click();
    await page.waitForURL('**/SmtpActivity/records/invoice/edit');
    await page.selectOption('#configId', spare);
    await page.click('#save');
    await eventually(async () => expect(await host.log.findOne(chosen)).toMatchObject({ status: 'sent', sentBy: 'strict' }));
  });

  it('explains that a message was put on hold while the dialog was open, and does not claim to retry it', async () => {
    const strict = await configure(() => undefined);
    await queue({ subject: 'Offer', config: 'strict', sendAt: later });
    const page = await pages.open();
    await openLog(page);
    await chooseAction(page, 'Offer', 'retryNow');
    await page.locator(dialog).getByText('The message is retried now, ahead of schedule.').waitFor();
    await host.configs.remove(strict);
    await pressInDialog(page, 'Retry now');
    await page.locator(dialog).getByText('“strict”, which does not exist').waitFor();
    expect(await page.getByText('Retrying now.').count()).toBe(0);
  });

  it('reports for several messages which were retried, wait for their server or are on hold', async () => {
    const port = await findFreePort();
    const { id: broken } = await host.configure({ name: 'broken', host: '127.0.0.1', port });
    const strict = await configure(() => undefined);
    const sent = await queue({ subject: 'n0' });
    await eventually(async () => expect(await host.log.findOne(sent)).toMatchObject({ status: 'sent' }));
    const held = await queue({ subject: 'n1', config: 'strict', sendAt: later });
    await queue({ subject: 'n2', config: 'broken', sendAt: later });
    const failed = await queue({ subject: 'n3', sendAt: later });
    await updateMessage(failed, { status: 'failed' });
    const ended = await queue({ subject: 'n4', sendAt: later });
    await host.configs.test(broken, { to: 'a@b.c' });
    const page = await pages.open();
    await openLog(page);
    await selectAll(page);
    const loadList = await holdList(page);
    await host.configs.update(strict, { enabled: false });
    await updateMessage(ended, { status: 'cancelled' });
    await eventually(async () => expect(await host.log.findOne(held)).toMatchObject({ status: 'held' }));
    await retrySelected(page, 4);
    loadList();
    await page.getByText('Retried: 2 of 4 messages.').waitFor();
    const summary = page.getByTestId('bulk-summary');
    for (const words of ['Not retried', '1 – configuration disabled', '1 – already final'])
      expect(await summary.textContent()).toContain(words);
    await page.waitForSelector(inStatus(failed, 'sent'));
    // A message that still waits for a failing server is not reported as retried.
    await selectAll(page);
    await eventually(async () => expect(await host.log.failing()).toMatchObject([{ name: 'broken' }]));
    await retrySelected(page, 1);
    await summary.getByText('configuration failing').waitFor();
    expect(await summary.textContent()).toContain('Queued but still waiting');
  });

  it('moves the selected messages to another configuration, and reports the others with the reason', async () => {
    const spare = await configure(() => undefined, 'spare');
    const failed = await queue({ subject: 'n1', sendAt: later });
    await updateMessage(failed, { status: 'failed' });
    await queue({ subject: 'n2', sendAt: later });
    await queue({ subject: 'Reset', activity: 'password_reset', sendAt: later });
    const page = await pages.open();
    await openLog(page);
    await selectAll(page);
    await pressBulk(page, 'Move… (3)');
    await pressInDialog(page, 'Move 3 messages');
    await page.locator(dialog).getByText('Choose a configuration.').waitFor();
    await page.selectOption(`${dialog} select`, spare);
    await pressInDialog(page, 'Move 3 messages');
    await page.getByText('Moved: 2 of 3 messages.').waitFor();
    await dialogCloses(page);
    await page.getByTestId('bulk-summary').getByText('1 – sensitive, and the email type uses another configuration').waitFor();
    await eventually(async () => expect(await host.log.findOne(failed)).toMatchObject({ status: 'sent', sentBy: 'spare' }));
    await page.waitForSelector(inStatus(failed, 'sent'));
  });

  it('acts on all messages that match, more than a page of them, and can be stopped', async () => {
    const ids = await Promise.all(Array.from({ length: 45 }, (_, index) => queue({ subject: `Digest ${index}`, sendAt: later })));
    const other = await queue({ subject: 'Other', sendAt: later });
    const page = await pages.open();
    await openLog(page, '?filters.subject=digest');
    await page.getByText('Page 1 of 3').waitFor();
    await selectAll(page);
    await page.getByTestId('bulk').getByText('20 selected').waitFor();
    await pressBulk(page, 'Select all 45 that match');
    await page.getByTestId('bulk').getByText('All 45 messages that match are selected').waitFor();
    // Whoever changes a single checkbox no longer means all of them.
    const box = page.locator('[data-id]').first().getByRole('checkbox');
    await box.uncheck();
    await page.getByTestId('bulk').getByText('19 selected').waitFor();
    await box.check();
    await page.getByTestId('bulk').getByText('20 selected').waitFor();
    await pressBulk(page, 'Select all 45 that match');
    await pressBulk(page, 'Cancel… (45)');
    const letOne = createGate();
    let calls = 0;
    await page.route('**/bulk/cancel**', async (route) => {
      if (calls++ > 0) await letOne.opened;
      await route.continue();
    });
    await pressInDialog(page, 'Cancel 45 messages');
    await page.locator(dialog).getByText('Cancelling: 5 of 45').waitFor();
    await pressInDialog(page, 'Stop');
    letOne.open();
    await page.locator(dialog).getByText('Cancelled 10 of 45, then stopped.').waitFor();
    await pressInDialog(page, 'Cancel 35 messages');
    await page.getByText('Cancelled: 35 of 35 messages.').waitFor();
    await dialogCloses(page);
    expect((await host.log.findMany(ids)).every(({ status }) => status === 'cancelled')).toBe(true);
    expect(await host.log.findOne(other)).toMatchObject({ status: 'queued' });
  });

  it('resends the selected messages to their recipients', async () => {
    const ids = [await queue({ subject: 'n1', sendAt: later }), await queue({ subject: 'n2', sendAt: later })];
    for (const id of ids) await updateMessage(id, { status: 'failed' });
    const page = await pages.open();
    await openLog(page);
    await selectAll(page);
    await pressBulk(page, 'Resend… (2)');
    await pressInDialog(page, 'Resend 2 messages');
    await page.getByText('Resent: 2 of 2 messages.').waitFor();
    for (const subject of ['n1', 'n2']) await waitForMail(subject, 'a@example.org');
    expect(await host.log.find({ filters: { status: 'failed' } })).toHaveLength(2);
  });

  it('moves one message, and all mail of a failing server in three clicks', async () => {
    const port = await findFreePort();
    const { id: broken } = await host.configure({ name: 'broken', host: '127.0.0.1', port });
    const spare = await configure(() => undefined, 'spare');
    const ids = [await queue({ subject: 'n1', config: 'broken' }), await queue({ subject: 'n2', config: 'broken', sendAt: later })];
    await eventually(async () => expect(await host.log.failing()).toMatchObject([{ configId: broken, waiting: 2 }]));
    const page = await pages.open();
    await openLog(page);
    await chooseAction(page, 'n2', 'move');
    await page.locator(dialog).getByText('“n2” to a@example.org').waitFor();
    expect(await page.locator(`${dialog} option`).allTextContents()).not.toContain('broken');
    await page.selectOption(`${dialog} select`, spare);
    await pressInDialog(page, 'Move');
    await page.getByText('The message was moved.').waitFor();
    await dialogCloses(page);

    await press(page.getByTestId('failing-broken'), 'Move mail…');
    await page.locator(dialog).getByText('1 message waits for broken.').waitFor();
    await page.selectOption(`${dialog} select`, spare);
    await pressInDialog(page, 'Move');
    await page.getByText('Moved: 1 of 1 messages.').waitFor();
    await eventually(async () => expect(await host.log.findOne(ids[0]!)).toMatchObject({ status: 'sent', sentBy: 'spare' }));
    expect(await host.log.findOne(ids[1]!)).toMatchObject({ status: 'queued', configName: 'spare' });
  });

  it('moves waiting mail before its configuration is deleted', async () => {
    const doomed = await configure(() => undefined, 'doomed');
    const spare = await configure(() => undefined, 'spare');
    const id = await queue({ subject: 'n1', config: 'doomed', sendAt: later });
    const reset = await queue({ subject: 'n2', config: 'doomed', activity: 'password_reset', sendAt: later });
    const page = await pages.open();
    await page.goto('/admin/resources/SmtpConfig');
    await chooseAction(page, 'doomed', 'delete');
    await page.locator(dialog).getByText('2 messages assigned to it are waiting.').waitFor();
    await page.selectOption(`${dialog} select`, spare);
    await pressInDialog(page, 'Move mail and delete');
    await page
      .locator(dialog)
      .getByText('Not moved: 1 – sensitive, and the email type uses another configuration. doomed was not deleted.')
      .waitFor();
    expect(await host.log.findOne(id)).toMatchObject({ configId: spare });
    expect(await host.configs.findOne(doomed)).not.toBeNull();
    await page.locator(dialog).getByText('1 message assigned to it is waiting.').waitFor();
    await pressInDialog(page, 'Yes, delete it');
    await dialogCloses(page);
    expect(await host.configs.findOne(doomed)).toBeNull();
    await eventually(async () => expect(await host.log.findOne(reset)).toMatchObject({ status: 'held' }));
  });

  it('sends mail of a deleted configuration once a configuration with its name is created', async () => {
    const server = await startServer();
    closing.push(() => server.close());
    const first = await configure(() => undefined, 'Billing');
    const id = await queue({ subject: 'Bill 12', config: 'Billing', sendAt: later });
    await host.configs.remove(first);
    await eventually(async () => expect(await host.log.findOne(id)).toMatchObject({ status: 'held', reason: 'missing' }));
    await updateMessage(id, { availableAt: '0' });
    const page = await pages.open();
    await openMessage(page, id);
    await page.getByTestId('explanation').getByRole('link', { name: 'Open configurations' }).click();
    await page.waitForURL('**/resources/SmtpConfig');
    await openForm(page);
    await chooseSecurity(page, 'none');
    await fill(page, { name: 'billing', host: server.host, port: server.port, fromAddress: 'shop@example.com' });
    await page.click('#save');
    await eventually(async () => expect(await host.log.findOne(id)).toMatchObject({ status: 'sent', sentBy: 'billing' }));
    await openLog(page);
    expect(await page.textContent(messageRow(id))).toMatch(/Sent/);
    expect(server.bodies).toHaveLength(1);
  });

  it('sends mail that waits for a failing server when its email type gets another configuration', async () => {
    const broken = await configure((command) => (command.startsWith('EHLO') ? '421 4.3.2 down' : undefined), 'broken');
    const strict = await configure(() => undefined);
    await host.activities.assign('invoice', broken);
    const ids = [await queue({ subject: 'Invoice 1', activity: 'invoice' }), await queue({ subject: 'Invoice 2', activity: 'invoice' })];
    await eventually(async () => expect(await host.log.failing()).toMatchObject([{ name: 'broken' }]));
    const page = await pages.open();
    await openLog(page);
    for (const id of ids) expect(await page.textContent(messageRow(id))).toMatch(/Waiting.*configuration failing/s);
    await openEmailType(page, 'invoice');
    await page.selectOption('#configId', strict);
    await page.click('#save');
    for (const id of ids)
      await eventually(async () => expect(await host.log.findOne(id)).toMatchObject({ status: 'sent', sentBy: 'strict' }));
    await openLog(page);
    for (const id of ids) expect(await page.textContent(messageRow(id))).toMatch(/Sent.*strict/s);
  });

  it('hides sensitive content, and explains it', async () => {
    const id = await queue({
      subject: 'Your code K4711Z',
      text: 'Code K4711Z',
      html: undefined,
      activity: 'password_reset',
      sendAt: later,
    });
    const page = await pages.open();
    await openLog(page);
    await chooseAction(page, '(hidden: sensitive)', 'resend');
    await page.locator(dialog).getByText('Its content can’t be viewed or resent').waitFor();
    expect(await page.locator(dialog).getByRole('button', { name: 'Resend' }).count()).toBe(0);
    await openMessage(page, id);
    await page.getByText('Cancel sending', { exact: true }).click();
    await pressInDialog(page, 'Don’t cancel');
    await page.waitForURL(ends(`/records/${id}/show`));
    expect(await page.getByRole('button', { name: 'Show content' }).count()).toBe(0);
    expect(await page.content()).not.toContain('K4711Z');
  });

  it('shows a viewer the log but no content and no actions', async () => {
    const id = await queue({ sendAt: later });
    const page = await pages.open('viewer@example.com');
    await openLog(page);
    expect(await page.locator('input[type=checkbox]').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Actions for/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'Hello' }).click();
    await page.getByText('Your role can’t view message content.').waitFor();
    for (const name of ['Resend', 'Retry now', 'Cancel sending', 'Show content']) {
      expect(await page.getByText(name, { exact: true }).count()).toBe(0);
    }
    expect((await host.log.findOne(id))!.status).toBe('queued');
  });

  it('reports that the list could not be loaded, and loads it on retry', async () => {
    const id = await queue({ sendAt: later });
    const page = await pages.open();
    await page.route('**/api/resources/SmtpMessage/**', (route) => route.fulfill({ status: 500, json: {} }));
    await page.goto(LOG);
    await page.waitForSelector('[data-testid=failed]');
    // Without data, the page shows no counts.
    expect(await page.locator('[data-count], table').count()).toBe(0);
    await page.unroute('**/api/resources/SmtpMessage/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForSelector(messageRow(id));
    await eventually(async () => expect(await page.locator('[data-testid=failed]').count()).toBe(0));
  });

  it.each([360, 390])('fits a screen of %s pixels with a banner, filters and a dialog', async (size) => {
    await host.stopInbox();
    const to = 'somebody.with.a.rather.long.name@a.subdomain.of.example.org';
    const id = await queue({ subject: 'A subject of some length that does not fit', to });
    await eventually(async () => expect(await host.log.failing()).not.toEqual([]));
    const page = await pages.open('admin@example.com', { viewport: { width: size, height: 740 } });
    await openLog(page);
    await page.getByTestId('failing-inbox').waitFor();
    await page.getByRole('button', { name: 'Filter' }).click();
    await fitsWidth(page);
    await page.getByRole('link', { name: 'A subject of some length' }).click();
    await page.waitForSelector('[data-testid=explanation]');
    await fitsWidth(page);
    await openMessage(page, id, 'resend');
    await page.waitForSelector(dialog);
    await fitsWidth(page);
  });
});
