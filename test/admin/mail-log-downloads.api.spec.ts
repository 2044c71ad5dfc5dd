import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import type { MailMessage } from '../../lib/index.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const BODY = 'The body of the message';
const SECRET = 'K4711Z';
const tables = ['smtp_message', 'smtp_message_body', 'smtp_audit'];
const recordPath = (id: string, action: string): string => `/admin/api/resources/SmtpMessage/records/${id}/${action}`;
const csvPath = (query = ''): string => `/admin/api/resources/SmtpMessage/actions/csv${query}`;

interface Download {
  status: number;
  headers: Headers;
  bytes: Buffer;
  text: string;
}

describe.each(databases)('Downloads from the mail log over the admin API on $name', ({ name: kind }) => {
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  let id: string;
  let sensitive: string;

  const download = async (
    { cookie }: AdminClient,
    path: string,
    body: object = {},
    headers: Record<string, string> = {},
    method = 'POST',
  ): Promise<Download> => {
    const response = await fetch(app.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), 'content-type': 'application/json', ...headers },
      body: method === 'POST' ? JSON.stringify(body) : undefined,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
  };
  const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
    const mail = { to: 'a@b.c', subject: 'Hello', text: BODY, html: `<p>${BODY}</p>`, activity: 'invoice' };
    const queued = await app.mail.send({ ...mail, ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  const set = (message: string, values: Record<string, unknown>) =>
    app.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id: message }).execute();
  const readState = async (): Promise<string> =>
    JSON.stringify(await Promise.all(tables.map((table) => app.dataSource.query(`SELECT * FROM ${table} ORDER BY 1`))));
  const readHistory = async () =>
    (await app.history.find()).map(({ action, person, record, details }) => ({ action, person, id: record?.id, details }));
  const parseCsv = (text: string): string[][] =>
    text
      .slice(1)
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.slice(1, -1).split('","'));
  /** Returns the path of every download of every message. */
  const allPaths = (): string[] => [id, sensitive].flatMap((one) => [recordPath(one, 'eml'), recordPath(one, 'attachment')]);

  beforeAll(async () => {
    const locale = { language: 'en', availableLanguages: ['en', 'de'] };
    const options = {
      activities: [
        { key: 'invoice', label: 'Invoices' },
        { key: 'reset', sensitive: true },
      ],
      delivery: { run: false },
    };
    app = await startAdminApp(kind, options, { adminJsOptions: { rootPath: '/admin', resources: [], locale } });
    manager = await app.signIn('admin@example.com');
    viewer = await app.signIn('viewer@example.com');
    await app.configs.create({
      name: 'main',
      host: 'localhost',
      port: 2525,
      username: 'u@acme.io',
      password: 'p',
      fromName: 'Acme',
      fromAddress: 'shop@acme.io',
      signature: 'Acme Inc.',
      cc: ['audit@acme.io'],
      bcc: ['archive@acme.io'],
      copyActivities: ['invoice'],
      isDefault: true,
    });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const table of tables) await app.dataSource.query(`DELETE FROM ${table}`);
    id = await queue({ attachments: [{ filename: 'terms.txt', content: 'Terms', contentType: 'text/html' }] });
    sensitive = await queue({
      activity: 'reset',
      subject: `Your code is ${SECRET}`,
      text: SECRET,
      html: undefined,
      attachments: [{ filename: `${SECRET}.txt`, content: SECRET }],
    });
  });

  it('refuses content to a viewer with 403, and everything to anyone else', async () => {
    const before = await readState();
    for (const path of allPaths()) {
      const refused = await download(viewer, path, { index: 0 });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text).notice).toMatchObject({ type: 'error' });
      expect(refused.text).not.toMatch(/K4711Z|The body|Terms/);
    }
    for (const path of [...allPaths(), csvPath()]) {
      const refused = await download(app.nobody, path, { index: 0 });
      expect(refused.status).toBeGreaterThanOrEqual(300);
      expect(refused.status).toBeLessThan(404);
      expect(refused.text).not.toMatch(/K4711Z|The body|Terms|a@b\.c/);
    }
    expect(await readState()).toBe(before);
  });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ])('refuses requests from another site: %j', async (headers) => {
    const before = await readState();
    for (const path of [...allPaths(), csvPath()]) {
      const refused = await download(manager, path, { index: 0 }, headers);
      expect(refused.status).toBe(403);
      expect(refused.headers.get('content-disposition')).toBeNull();
      expect(refused.text).not.toMatch(/K4711Z|The body|Terms/);
    }
    expect(await readState()).toBe(before);
  });

  it('returns and records nothing on a GET', async () => {
    const before = await readState();
    for (const path of [...allPaths(), csvPath()]) {
      const shown = await download(manager, path, {}, {}, 'GET');
      expect(shown.headers.get('content-type')).toContain('application/json');
      expect(shown.text).not.toMatch(/K4711Z|The body|Terms/);
    }
    expect(await readState()).toBe(before);
  });

  it('refuses the content of a sensitive message, and content that was deleted', async () => {
    await app.dataSource.query(`DELETE FROM smtp_message_body WHERE message_id = '${id}'`);
    const before = await readState();
    for (const [message, reason] of [
      [sensitive, 'sensitive'],
      [id, 'no longer stored'],
    ] as const)
      for (const action of ['eml', 'attachment']) {
        const refused = await download(manager, recordPath(message, action), { index: 0 });
        expect(refused.status).toBe(409);
        expect(JSON.parse(refused.text).record.baseError.message).toContain(reason);
        expect(refused.text).not.toContain(SECRET);
      }
    expect(await readState()).toBe(before);
  });

  it('sends a message as a file, as recipients get it, and records the download', async () => {
    const to = [{ name: 'Änne, A.', address: 'a@b.c' }, 'd@e.f'];
    const message = await queue({ to, cc: 'g@h.i', bcc: 'hidden@b.c', subject: '../Ünïcode: 1/2', headers: { 'X-Order': '118' } });
    const file = await download(manager, recordPath(message, 'eml'));
    expect(file.status).toBe(200);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'message/rfc822',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-length': String(file.bytes.length),
      'content-disposition': `attachment; filename="_n_code 1 2.eml"; filename*=UTF-8''%C3%9Cn%C3%AFcode%201%202.eml`,
    });
    const parsed = await PostalMime.parse(file.bytes);
    const { messageId } = (await app.log.findOne(message))!;
    expect(parsed).toMatchObject({
      from: { name: 'Acme', address: 'shop@acme.io' },
      to: [to[0], { name: '', address: 'd@e.f' }],
      cc: [{ address: 'g@h.i' }, { address: 'audit@acme.io' }],
      subject: '../Ünïcode: 1/2',
      messageId,
    });
    expect(parsed.text).toContain(`${BODY}\n\n-- \nAcme Inc.`);
    expect(parsed.html).toContain(BODY);
    expect(parsed.headers).toContainEqual(expect.objectContaining({ key: 'x-order', value: '118' }));
    expect(file.text).not.toMatch(/hidden@b\.c|archive@acme\.io|^bcc:/im);
    expect(await readHistory()).toEqual([{ action: 'eml', person: 'admin@example.com', id: message, details: {} }]);
  });

  it('keeps the sender that recipients already saw, and the time of sending', async () => {
    const sender = { fromName: 'Old', fromAddress: 'old@acme.io', username: null, replyTo: null, signature: null, cc: [], bcc: [] };
    const frozen = JSON.stringify({ sender: { ...sender, copyActivities: [] }, remaining: [], refused: [] });
    const sentAt = Date.now() - 86_400_000;
    await set(id, { status: 'partially_sent', frozen, sentBy: 'main', sentAt: new Date(sentAt) });
    const parsed = await PostalMime.parse((await download(manager, recordPath(id, 'eml'))).bytes);
    expect(parsed).toMatchObject({ from: { name: 'Old', address: 'old@acme.io' } });
    expect(parsed.cc).toBeUndefined();
    expect(Math.abs(Date.parse(parsed.date!) - sentAt)).toBeLessThan(1_000);
    expect(parsed.text).not.toContain('Acme Inc.');
  });

  it('explains that the file cannot be built without its configuration', async () => {
    const held = await queue({ config: 'never_made' });
    const refused = await download(manager, recordPath(held, 'eml'));
    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.text).record.baseError.message).toContain('its configuration does not exist');
  });

  it('sends an attachment as a file that browsers do not display, and records its name', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    const message = await queue({
      attachments: [
        { filename: 'page.html', content: '<script>alert(1)</script>', contentType: 'text/html' },
        { content: bytes, contentType: 'image/png', cid: 'logo' },
      ],
    });
    const page = await download(manager, recordPath(message, 'attachment'), { index: 0 });
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-disposition': `attachment; filename="page.html"; filename*=UTF-8''page.html`,
    });
    expect(page.text).toBe('<script>alert(1)</script>');
    const image = await download(manager, recordPath(message, 'attachment'), { index: '1' });
    expect(image.bytes).toEqual(bytes);
    expect(image.headers.get('content-disposition')).toContain('filename="attachment-2.png"');
    expect(await readHistory()).toEqual([
      { action: 'attachment', person: 'admin@example.com', id: message, details: { attachment: 2 } },
      { action: 'attachment', person: 'admin@example.com', id: message, details: { attachment: 1 } },
    ]);
  });

  it.each([1, -1, 1.5, '0x0', '', null, [0], { a: 0 }, '__proto__', 1e300])('finds no attachment at %j', async (index) => {
    const before = await readState();
    const missing = await download(manager, recordPath(id, 'attachment'), { index });
    expect(missing.status).toBe(404);
    expect(missing.text).not.toContain('Terms');
    expect(await readState()).toBe(before);
  });

  it('exports the messages of a filter as CSV for Excel, also for a viewer, and records the export', async () => {
    await set(id, {
      status: 'failed',
      attempts: 1,
      lastCode: 'RECIPIENT',
      lastReply: '550 "no"',
      lastError: 'No such mailbox.',
      configName: 'main',
    });
    const { messageId, createdAt } = (await app.log.findOne(id))!;
    const file = await download(viewer, csvPath('?filters.status=failed,expired&filters.search=hell'), {
      language: 'en',
      timeZone: 'Asia/Tokyo',
    });
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-smtp-messages': '1',
      'content-disposition': expect.stringMatching(/^attachment; filename="mail-log-\d{4}-\d\d-\d\d\.csv"/),
    });
    expect(file.headers.get('x-smtp-cut')).toBeNull();
    expect([...file.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const time = new Date(createdAt.getTime() + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    expect(parseCsv(file.text)).toEqual([
      [
        'Queued (Asia/Tokyo)',
        'Status',
        'Reason',
        'Email type',
        'Configuration',
        'Recipients',
        'Subject',
        'Message-ID',
        'Failed attempts',
        'Last code',
        'Last reply',
        'Sent (Asia/Tokyo)',
      ],
      [time, 'Failed', 'No such mailbox.', 'Invoices', 'main', 'a@b.c', 'Hello', messageId, '1', 'RECIPIENT', '550 ""no""', ''],
    ]);
    expect(await readHistory()).toEqual([
      {
        action: 'export',
        person: 'viewer@example.com',
        id: undefined,
        details: { messages: 1, status: ['failed', 'expired'], search: 'hell' },
      },
    ]);
  });

  it('exports the reason of a failure in the language of the panel', async () => {
    const failed = { status: 'failed', lastError: 'The server refused the recipient a@b.c.', lastReason: 'recipient_refused' };
    await set(id, { ...failed, lastValues: { address: 'a@b.c' } });
    const read = async (language: string): Promise<unknown> =>
      parseCsv((await download(viewer, csvPath('?filters.status=failed'), { language, timeZone: 'UTC' })).text)[1]![2];
    expect(await read('de')).toBe('Der Server hat den Empfänger a@b.c abgelehnt. Prüfen Sie die Adresse.');
    expect(await read('en')).toBe('The server refused the recipient a@b.c. Check the address.');
  });

  it('exports no content, no subject of a sensitive message, and no formulas', async () => {
    await queue({ subject: '=HYPERLINK("http://evil.example")', to: ['+cmd@b.c', 'x@y.z'], cc: 'c@d.e' });
    const file = await download(manager, csvPath(), { language: 'de', timeZone: 'nowhere' });
    const [head, first, second, third] = parseCsv(file.text);
    expect(head![0]).toContain('UTC');
    expect(first![6]).toBe(`'=HYPERLINK(""http://evil.example"")`);
    expect(second![7]).toBe((await app.log.findOne(sensitive))!.messageId);
    expect(third![6]).toBe('Hello');
    expect(file.text).not.toMatch(/K4711Z|The body|Terms/);
    expect(file.text).not.toMatch(/(^|[",;])[=+@]/m);
  });

  it('rejects an unknown filter instead of exporting everything', async () => {
    const before = await readState();
    for (const query of ['?filters.text=x', '?filters.status=nothing', '?filters.createdAt~~from=x']) {
      const refused = await download(manager, csvPath(query));
      expect(refused.status).toBe(400);
      expect(JSON.parse(refused.text).notice).toMatchObject({ type: 'error' });
    }
    expect(await readState()).toBe(before);
  });

  it('exports in English if the language is not supported', async () => {
    for (const language of ['xx', '__proto__', 'constructor', '', null, { a: 1 }])
      expect((await download(manager, csvPath(), { language })).text).toContain('Queued (UTC)');
  });

  it('shows sender, recipients and sizes to a viewer, but no headers, file names or sensitive content', async () => {
    const read = async (message: string) =>
      JSON.parse((await download(viewer, recordPath(message, 'details'), {}, {}, 'GET')).text).details as Record<string, unknown>;
    expect(await read(id)).toMatchObject({
      from: { name: 'Acme', address: 'shop@acme.io' },
      basis: 'planned',
      recipients: {
        to: { shown: [{ address: 'a@b.c' }], more: 0 },
        cc: { shown: [{ address: 'audit@acme.io', isCopy: true }] },
        bcc: { shown: [{ address: 'archive@acme.io', isCopy: true }] },
      },
      parts: [
        { kind: 'text', bytes: BODY.length },
        { kind: 'html', bytes: BODY.length + 7 },
        { kind: 'attachment', bytes: 5 },
      ],
      content: 'stored',
    });
    expect(JSON.stringify(await read(id))).not.toMatch(/The body|terms\.txt/);
    const hidden = await read(sensitive);
    expect(hidden).toMatchObject({ recipients: { to: { shown: [{ address: 'a@b.c' }] }, cc: { shown: [] } }, parts: null });
    expect(JSON.stringify(hidden)).not.toContain(SECRET);
    await app.dataSource.query('DELETE FROM smtp_message_body');
    expect(await read(id)).toMatchObject({ from: { address: 'shop@acme.io' }, basis: 'config', recipients: null, content: 'deleted' });
  });
});
