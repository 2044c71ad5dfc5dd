import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime, { type Email } from 'postal-mime';
import type { MailMessage } from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { startExampleHost } from '../support/example-host.js';
import { useSignedInPages } from '../support/signed-in-pages.js';
import { downloadWith, LOG, messageRow, openLog, openMessage, searchLog } from './pages/mail-log.js';
import { press } from './pages/page.js';

const later = new Date(Date.now() + 3_600_000);
const PDF = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 256));

let host: Awaited<ReturnType<typeof startExampleHost>>;
const pages = useSignedInPages(() => host.url);

beforeAll(async () => {
  host = await startExampleHost();
});
afterAll(() => host.stop());
afterEach(async () => {
  await pages.close();
  await host.configs.update(host.inboxId, { signature: null, cc: [], bcc: [], copyActivities: [] });
  await host.reset();
});

const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
  const queued = await host.mail.send({ to: 'a@example.org', subject: 'Hello', text: 'Plain words', html: '<p>Rich words</p>', ...fields });
  if (queued.status !== 'queued') throw new Error(queued.reason);
  return queued.id;
};
const set = (id: string, values: Record<string, unknown>) =>
  host.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id }).execute();
/** Returns the parts of a mail that do not depend on the moment or on the way it took. */
const comparable = ({ from, to, cc, bcc, replyTo, subject, messageId, text, html, attachments }: Email): object => ({
  from,
  to,
  cc,
  bcc,
  replyTo,
  subject,
  messageId,
  text,
  html,
  attachments: attachments.map(({ content, ...rest }) => ({ ...rest, content: Buffer.from(content as ArrayBuffer).toString('base64') })),
});

describe('Downloads from the mail log in a browser', () => {
  it('save a message as the inbox got it, and its attachments', async () => {
    await host.configs.update(host.inboxId, {
      signature: 'Acme Inc.',
      cc: ['audit@example.com'],
      bcc: ['archive@example.com'],
      copyActivities: ['invoice'],
    });
    const id = await queue({
      to: [{ name: 'Ännchen, A.', address: 'a@example.org' }, 'b@example.org'],
      cc: 'c@example.org',
      bcc: 'hidden@example.org',
      replyTo: 'help@example.com',
      subject: 'Rechnung 2026/118 – Übersicht',
      html: '<p>Rich words <img src="cid:logo"></p>',
      headers: { 'X-Order': '118' },
      attachments: [
        { filename: 'Übersicht 1/2.pdf', content: PDF, contentType: 'application/pdf' },
        { filename: 'logo.png', content: PDF.subarray(0, 100), contentType: 'image/png', cid: 'logo' },
      ],
      activity: 'invoice',
      priority: 'high',
    });
    await eventually(async () => expect(await host.log.findOne(id)).toMatchObject({ status: 'sent' }));
    const [received] = await host.mails();
    expect(received!.to).toEqual(expect.arrayContaining(['hidden@example.org', 'archive@example.com', 'audit@example.com']));

    const page = await pages.open();
    await openMessage(page, id);
    const facts = page.locator('dl').first();
    await facts.getByText('archive@example.com – added by the configuration').waitFor();
    for (const words of [
      'help@example.com',
      'Ännchen, A. <a@example.org>',
      'c@example.org',
      'hidden@example.org',
      'High',
      '1 attachment, 1 inline image',
    ])
      expect(await facts.textContent()).toContain(words);

    const { filename, content } = await downloadWith(page, 'Download .eml');
    expect(filename).toBe('Rechnung 2026 118 – Übersicht.eml');
    const [saved, sent] = await Promise.all([PostalMime.parse(content), PostalMime.parse(received!.raw)]);
    expect(comparable(saved)).toEqual(comparable(sent));
    expect(saved.text).toContain('Acme Inc.');
    expect(saved.headers.filter(({ key }) => key === 'x-order')).toEqual(sent.headers.filter(({ key }) => key === 'x-order'));
    expect(saved.bcc).toBeUndefined();
    expect(Math.abs(Date.parse(saved.date!) - Date.parse(sent.date!))).toBeLessThan(60_000);

    await press(page, 'Show content');
    const file = await downloadWith(page, 'Download Übersicht 1/2.pdf');
    expect(file.filename).toBe('Übersicht 1 2.pdf');
    expect(file.content).toEqual(PDF);
    // The page lists each of them at once.
    const events = page.getByRole('list', { name: 'History' });
    for (const words of ['Downloaded', 'Content viewed', 'Attachment']) await events.getByText(words).first().waitFor();
    await press(page, 'Headers');
    expect(await page.getByTestId('content-headers').textContent()).toBe('X-Order118');
    const history = await host.dataSource.query("SELECT action FROM smtp_audit WHERE record_type = 'message' ORDER BY id");
    expect(history.map(({ action }: { action: string }) => action)).toEqual(['eml', 'preview', 'attachment']);
  });

  it('of the messages of a filter are a CSV file in the language and the time zone of the browser', async () => {
    const id = await queue({ subject: '=1+1', to: 'x@example.net', sendAt: later });
    await set(id, { status: 'failed', lastError: 'No such mailbox.', lastReply: '550 no' });
    await queue({ subject: 'Other', sendAt: later });
    const page = await pages.open('viewer@example.com', { timezoneId: 'Asia/Tokyo' });
    await openLog(page);
    await searchLog(page, 'example.net');
    await page.waitForFunction(`document.querySelectorAll('[data-id]').length === 1`);
    const { filename, content } = await downloadWith(page, 'Download CSV');
    expect(filename).toMatch(/^mail-log-\d{4}-\d\d-\d\d\.csv$/);
    const lines = content.toString().split('\r\n');
    expect(lines[0]).toMatch(/^\uFEFF"Queued \(Asia\/Tokyo\)","Status","Reason"/);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('"Failed","No such mailbox."');
    expect(lines[1]).toContain(`"'=1+1"`);
    await page.getByText('Downloaded: 1 messages.').waitFor();
    expect(await host.dataSource.query("SELECT person FROM smtp_audit WHERE action = 'export'")).toEqual([
      { person: 'viewer@example.com' },
    ]);
  });

  it('say that the file was cut', async () => {
    await queue({ sendAt: later });
    const page = await pages.open();
    await page.route('**/actions/csv**', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'x-smtp-cut': 'true', 'x-smtp-messages': '100000' } });
    });
    await openLog(page);
    await downloadWith(page, 'Download CSV');
    expect(await page.getByTestId('csv-cut').textContent()).toContain('Only the newest 100,000 messages are listed.');
  });

  it('say why there is no file, and work on retry', async () => {
    const id = await queue({ sendAt: later });
    const page = await pages.open();
    await openMessage(page, id);
    await page.route('**/eml', (route) => route.abort());
    await press(page, 'Download .eml');
    await page.getByRole('alert').getByText('Couldn’t reach the admin panel.').waitFor();
    await page.unroute('**/eml');
    await host.dataSource.query('DELETE FROM smtp_message_body');
    await press(page, 'Download .eml');
    await page.getByRole('alert').getByText('its content is no longer stored').waitFor();
    await openLog(page);
    await page.route('**/actions/csv**', (route) => route.abort());
    await press(page, 'Download CSV');
    await page.getByRole('alert').getByText('Couldn’t reach the admin panel.').waitFor();
    await page.unroute('**/actions/csv**');
    await downloadWith(page, 'Download CSV');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('of content are not offered for a sensitive message, nor to a viewer', async () => {
    const sensitive = await queue({ subject: 'Code K4711Z', activity: 'password_reset', sendAt: later });
    const plain = await queue({ sendAt: later });
    const page = await pages.open();
    await openMessage(page, sensitive);
    expect(await page.getByRole('button', { name: 'Download .eml' }).count()).toBe(0);
    expect(await page.content()).not.toContain('K4711Z');
    const viewer = await pages.open('viewer@example.com');
    await openMessage(viewer, plain);
    await viewer.locator('[data-fact=from]').getByText('@').waitFor();
    expect(await viewer.getByRole('button', { name: 'Download .eml' }).count()).toBe(0);
    await viewer.goto(LOG);
    await viewer.waitForSelector(messageRow(plain));
    await viewer.getByRole('button', { name: 'Download CSV' }).waitFor();
  });
});
