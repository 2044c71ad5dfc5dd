import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import type { SmtpConfigInput } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { findFreePort } from '../support/services/shell.js';
import { startOn, startSmtpApp } from '../support/smtp-app.js';

interface Row {
  id: string;
  status: string;
  attempts: number;
  code: string | null;
  lane: string;
}

/** Retries `ask` until it returns a value. */
const waitFor = <T>(ask: () => Promise<T | undefined>): Promise<T> =>
  eventually(async () => {
    const answer = await ask();
    if (answer === undefined) throw new Error('not yet');
    return answer;
  });

describe.each(databases)('The outbox on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let inbox: Inbox;
  let other: Inbox;
  let refusal: string | undefined;
  const mail = { to: 'a@b.c', subject: 'Hello', text: 'Hi' };
  const buildConfig = (server: Inbox = inbox, name = 'main'): SmtpConfigInput => ({
    name,
    host: 'localhost',
    port: server.port,
    username: server.username,
    password: server.password,
    caCertificate: server.ca,
    fromAddress: `${name}@acme.io`,
    isDefault: name === 'main',
  });
  const readRows = () => app.dataSource.query<Row[]>('SELECT id, status, attempts, last_code AS code, lane FROM smtp_message ORDER BY id');
  const readStatuses = async () => (await readRows()).map(({ status }) => status);
  const waitForStatuses = (...expected: string[]) =>
    waitFor(async () => {
      const now = await readStatuses();
      if (JSON.stringify(now) !== JSON.stringify(expected)) throw new Error(`The messages are ${now.join(', ')}.`);
      return now;
    });

  beforeAll(async () => {
    const refuse = (stage: string, address: string) => {
      if (stage === 'sender' && !address.startsWith('main')) return '553 5.7.1 sender address rejected: not owned by user';
      return stage === 'recipient' && address.startsWith('nobody')
        ? '550 5.1.1 no such user'
        : address.startsWith('later')
          ? refusal
          : undefined;
    };
    [inbox, other] = await Promise.all([startInbox({ refuse, port: await findFreePort() }), startInbox()]);
    app = await startOn(kind, {
      activities: [{ key: 'invoice' }, { key: 'password_reset', sensitive: true }],
      delivery: { pollEveryMs: 50, reconnectEveryMs: 100, retry: { delaysMs: [60], jitter: 0, giveUpAfterMs: 60_000 } },
    });
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([inbox.close(), other.close()]);
  });
  beforeEach(async () => {
    refusal = undefined;
    inbox.clear();
    other.clear();
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_activity'])
      await app.dataSource.query(`DELETE FROM ${table}`);
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
  });

  describe('send', () => {
    it('A4.12 A1.38 stores nothing and returns the reason while no configuration exists', async () => {
      expect(await app.mail.send(mail)).toEqual({ status: 'skipped', reason: 'not_configured' });
      expect(await readRows()).toEqual([]);
    });

    it('A4.2 stores nothing and returns the reason while every configuration is disabled', async () => {
      await app.configs.create({ ...buildConfig(), enabled: false });
      expect(await app.mail.send(mail)).toEqual({ status: 'skipped', reason: 'disabled' });
      expect(await readRows()).toEqual([]);
    });

    it('delivers with the Message-ID that was returned', async () => {
      await app.configs.create(buildConfig());
      const queued = await app.mail.send({ ...mail, attachments: [{ filename: 'a.txt', content: Buffer.from('file') }] });
      await waitForStatuses('sent');
      const arrived = inbox.mails[0]!;
      expect(queued).toMatchObject({ status: 'queued', messageId: arrived.headers['message-id'] });
      expect(arrived.raw).toContain('a.txt');
    });

    it('delivers large bodies, Unicode, NUL characters and lone surrogates', async () => {
      await app.configs.create(buildConfig());
      const text = `${'Grüße 😀 '.repeat(20_000)}\0\ud800 end`;
      await app.mail.send({ ...mail, text, attachments: [{ filename: 'big.bin', content: Buffer.alloc(300_000, 7) }] });
      await waitForStatuses('sent');
      expect(inbox.mails[0]!.text).toContain('Grüße 😀 '.repeat(100));
    });

    it('stores the beginning of a long subject for the mail log, and sends it whole', async () => {
      await app.configs.create(buildConfig());
      const subject = `a${'😀'.repeat(1_000)}`;
      await app.mail.send({ ...mail, subject });
      await waitForStatuses('sent');
      expect(inbox.mails[0]!.subject).toBe(subject);
      const [row] = await app.dataSource.query<[{ subject: string }]>('SELECT subject FROM smtp_message');
      expect(row.subject).toBe(`a${'😀'.repeat(498)}…`);
    });

    it('stores the text that the option makes from HTML', async () => {
      const adding = await startSmtpApp(app.database, { textFromHtml: true, delivery: { run: false } });
      await adding.configs.create(buildConfig());
      const answer = await adding.mail.send({ to: 'a@b.c', subject: 'Hello', html: '<p>Hello <b>Ann</b></p>' });
      expect(await adding.log.preview((answer as { id: string }).id)).toMatchObject({ text: 'Hello Ann' });
      await adding.close();
    });

    it('takes part in the caller’s transaction', async () => {
      await app.configs.create(buildConfig());
      const failure = new Error('no');
      await expect(
        app.dataSource.transaction(async (manager) => {
          await app.mail.sendMany([mail, mail], { manager });
          throw failure;
        }),
      ).rejects.toBe(failure);
      await app.dataSource.transaction((manager) => app.mail.send({ ...mail, subject: 'kept' }, { manager }));
      await waitForStatuses('sent');
      expect(inbox.mails.map(({ subject }) => subject)).toEqual(['kept']);
    });

    it('stores no message of a list if one of them is invalid, and names every bad field', async () => {
      await app.configs.create(buildConfig());
      const bad = [mail, { ...mail, to: ['a@b.c', 'x'] }, { ...mail, to: 'y', bcc: ['z'] }, { ...mail, priority: 'urgent' as 'high' }];
      const fields = ['messages[1].to[1]', 'messages[2].to', 'messages[2].bcc[0]', 'messages[3].priority'];
      const expected = { code: 'INVALID_MESSAGE', fields: Object.fromEntries(fields.map((field) => [field, expect.anything()])) };
      await expect(app.mail.sendMany(bad)).rejects.toMatchObject(expected);
      const inside = app.dataSource.transaction(async (manager) => {
        await expect(app.mail.sendMany(bad, { manager })).rejects.toMatchObject(expected);
        await expect(app.mail.send(bad[1]!, { manager })).rejects.toMatchObject({ fields: { 'to[1]': expect.anything() } });
      });
      await inside;
      expect(await readRows()).toEqual([]);
    });

    it('sends, shows and sends again a calendar invitation, other forms of the text and repeated headers', async () => {
      await app.configs.create(buildConfig());
      const ics = 'BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n';
      const answer = await app.mail.send({
        bcc: ['hidden@b.c'],
        subject: 'Invitation',
        text: 'Hi',
        replyTo: ['ann@b.c', 'bob@b.c'],
        headers: { 'X-Tag': ['a', 'b'] },
        alternatives: [{ contentType: 'text/markdown', content: '*Hi*' }],
        icalEvent: { content: new Blob([ics]), method: 'REQUEST' },
        envelopeFrom: 'main+bounces@acme.io',
        dsn: { notify: ['failure'], id: 'x' },
      });
      await waitForStatuses('sent');
      const { id } = answer as { id: string };
      const preview = await app.log.preview(id);
      expect(preview).toMatchObject({
        headers: [
          { name: 'X-Tag', value: 'a' },
          { name: 'X-Tag', value: 'b' },
        ],
        attachments: [
          { index: 0, filename: 'invite.ics', contentType: 'text/calendar; charset=utf-8; method=REQUEST', bytes: Buffer.byteLength(ics) },
          { index: 1, filename: '', contentType: 'text/markdown; charset=utf-8', bytes: 4 },
        ],
      });
      expect((await app.log.attachment(id, 0)).content.toString()).toBe(ics);
      const eml = await app.log.eml(id);
      await app.log.resend(id, { to: 'original' });
      await waitForStatuses('sent', 'sent');
      const sent = inbox.mails.map(({ raw }) => raw);
      for (const raw of [...sent, eml.content.toString()]) {
        const { replyTo, headers, attachments } = await PostalMime.parse(raw);
        expect(replyTo!.map(({ address }) => address)).toEqual(['ann@b.c', 'bob@b.c']);
        expect(headers.filter(({ key }) => key === 'x-tag').map(({ value }) => value)).toEqual(['a', 'b']);
        expect(raw).toContain('To: undisclosed-recipients:;');
        expect(attachments.map(({ mimeType }) => mimeType)).toEqual(['text/calendar', 'text/markdown', 'application/ics']);
      }
      expect(inbox.mails.map(({ from, to }) => [from, to])).toEqual([1, 2].map(() => ['main+bounces@acme.io', ['hidden@b.c']]));
      expect(await app.dataSource.query('SELECT DISTINCT recipients FROM smtp_message')).toEqual([{ recipients: 'hidden@b.c' }]);
    });

    it('stores one row per idempotency key, even for concurrent calls', async () => {
      await app.configs.create(buildConfig());
      const answers = await Promise.all(Array.from({ length: 20 }, () => app.mail.send({ ...mail, idempotencyKey: 'k' })));
      const inside = await app.dataSource.transaction((manager) => app.mail.send({ ...mail, idempotencyKey: 'k' }, { manager }));
      expect(new Set([...answers, inside].map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await readRows()).toHaveLength(1);
      await waitForStatuses('sent');
      await expect(app.mail.send({ ...mail, text: 'other', idempotencyKey: 'k' })).rejects.toMatchObject({
        code: 'INVALID_MESSAGE',
        fields: { idempotencyKey: { code: 'key_taken' } },
      });
      expect(inbox.mails).toHaveLength(1);
      const bodies = await app.dataSource.query('SELECT DISTINCT message_id FROM smtp_message_body');
      expect(bodies).toHaveLength(1);
    });

    it.each<[string, object]>([
      ['priority', { priority: 'urgent' }],
      ['sendAt', { sendAt: '2026-01-01' }],
      ['expiresAt', { expiresAt: new Date(Number.NaN) }],
      ['idempotencyKey', { idempotencyKey: '' }],
      ['to', { to: 'a@b.c\r\nBcc: x@y.z' }],
      ['activity', { activity: 'nothing' }],
    ])('rejects an invalid %s before anything is stored', async (field, change) => {
      await app.configs.create(buildConfig());
      await expect(app.mail.send({ ...mail, ...change })).rejects.toMatchObject({ code: 'INVALID_MESSAGE', fields: { [field]: {} } });
      expect(await readRows()).toEqual([]);
    });

    it('sends high priority first, and nothing before its time', async () => {
      const { id } = await app.configs.create({ ...buildConfig(), maxConnections: 1, enabled: false });
      await app.configs.create(buildConfig(other, 'other'));
      for (const priority of ['low', 'normal', 'high'] as const) await app.mail.send({ ...mail, priority, subject: priority });
      await app.mail.send({ ...mail, subject: 'later', priority: 'high', sendAt: new Date(Date.now() + 3_600_000) });
      await app.configs.update(id, { enabled: true });
      await waitForStatuses('sent', 'sent', 'sent', 'queued');
      expect(inbox.mails.map(({ subject }) => subject).toReversed()).toEqual(['high', 'normal', 'low']);
    });

    it('expires a message that is not sent in time', async () => {
      await app.configs.create(buildConfig());
      await app.mail.send({ ...mail, expiresAt: new Date(Date.now() - 1_000) });
      await waitForStatuses('expired');
      expect(inbox.mails).toEqual([]);
    });
  });

  describe('when the server does not work', () => {
    it('A4.11 A4.13 A4.14 A4.15 A4.16 keeps mail without using an attempt, and sends it in order when the server is back', async () => {
      await app.configs.create({ ...buildConfig(), maxConnections: 1 });
      await inbox.stop();
      for (let i = 0; i < 5; i++) await app.mail.send({ ...mail, subject: `n${i}` });
      const failing = await waitFor(async () => (await app.configs.findDefault())?.failingError ?? undefined);
      expect(failing).toContain('refused the connection');
      expect((await readRows()).every(({ attempts, status }) => attempts === 0 && ['queued', 'sending'].includes(status))).toBe(true);
      await inbox.start();
      await waitForStatuses('sent', 'sent', 'sent', 'sent', 'sent');
      expect(inbox.mails.map(({ subject }) => subject).toReversed()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
      expect((await app.configs.findDefault())!.failingSince).toBeNull();
    });

    it('A4.18 sends waiting mail immediately with the corrected settings', async () => {
      const { id } = await app.configs.create({ ...buildConfig(), password: 'wrong', fromName: 'Old' });
      await app.mail.send(mail);
      await waitFor(async () => ((await app.configs.findOne(id))?.failingSince ? true : undefined));
      await app.configs.update(id, { password: inbox.password, fromName: 'New' });
      await waitForStatuses('sent');
      expect(inbox.mails[0]!.headers.from).toContain('New');
    });

    it('names the field to correct, and keeps the reason once the failure is over', async () => {
      const attention = async () => (await app.overview.find({}, { isFresh: true })).attention;
      const { id } = await app.configs.create({ ...buildConfig(), password: 'wrong' });
      await app.mail.send(mail);
      const failing = await waitFor(async () => (await attention()).find((item) => item.kind === 'failing'));
      const failure = {
        error: expect.stringContaining('The server refused the user name or password.'),
        reason: 'auth_refused',
        values: expect.objectContaining({ host: 'localhost' }),
      };
      expect(failing).toMatchObject({ kind: 'failing', config: { id }, ...failure, field: 'password' });
      expect(await app.log.failing()).toMatchObject([{ configId: id, ...failure, field: 'password' }]);
      // From time to time, the message is tried again.
      const waiting = await waitFor(async () => (await app.log.find()).find(({ reason }) => reason === 'failing'));
      expect(waiting).toMatchObject({ failure: { ...failure, field: 'password' } });
      await app.configs.update(id, { password: inbox.password });
      await waitForStatuses('sent');
      const { failingReason, failingValues, lastFailureSince, lastFailureUntil } = (await app.configs.findOne(id))!;
      expect([failingReason, failingValues]).toEqual([null, {}]);
      expect(lastFailureSince!.getTime()).toBeLessThanOrEqual(lastFailureUntil!.getTime());
      const recovered = { kind: 'recovered', config: { id, name: 'main' }, since: lastFailureSince, until: lastFailureUntil, ...failure };
      expect(await attention()).toContainEqual(recovered);
      // Mail that is sent without a failure before it changes nothing.
      await app.mail.sendNow(mail);
      expect((await app.configs.findOne(id))!.lastFailureUntil).toEqual(lastFailureUntil);
    });

    it('fails sendNow immediately while the configuration is failing, and recovers when a later sendNow succeeds', async () => {
      const { id } = await app.configs.create(buildConfig());
      await inbox.stop();
      await expect(app.mail.sendNow(mail)).rejects.toMatchObject({ code: 'CONNECTION' });
      expect((await app.configs.findOne(id))!.failingSince).not.toBeNull();
      await inbox.start();
      await waitFor(() => app.mail.sendNow(mail).catch(() => undefined));
      expect((await app.configs.findOne(id))!.failingSince).toBeNull();
    });

    it('does not delay the mail of other configurations', async () => {
      await app.configs.create({ ...buildConfig(), port: 1, password: 'p' });
      await app.configs.create(buildConfig(other, 'other'));
      await app.mail.send(mail);
      await app.mail.send({ ...mail, config: 'other' });
      expect(await waitFor(async () => (await readStatuses()).find((status) => status === 'sent'))).toBe('sent');
      expect(other.mails).toHaveLength(1);
    });
  });

  describe('when the server refuses', () => {
    beforeEach(() => app.configs.create(buildConfig()));

    it('fails a permanently refused message immediately and keeps the server’s reply', async () => {
      await app.mail.send({ ...mail, to: 'nobody@b.c' });
      await waitForStatuses('failed');
      const [attempt] = await app.dataSource.query(
        'SELECT outcome, code, reply FROM smtp_message_attempt WHERE message_id IN (SELECT id FROM smtp_message)',
      );
      expect(attempt).toMatchObject({ outcome: 'refused', code: 'RECIPIENT', reply: expect.stringContaining('5.1.1') });
    });

    it('A4.10 fails a message whose own From is refused although the test passed, and does not mark the configuration as failing', async () => {
      const { id } = (await app.configs.findDefault())!;
      expect(await app.configs.test(id, { to: 'me@acme.io' })).toMatchObject({ ok: true });
      await app.mail.send({ ...mail, from: 'ceo@acme.io' });
      await waitForStatuses('failed');
      const [entry] = await app.log.find();
      expect(entry).toMatchObject({ status: 'failed', attempts: 1, lastCode: 'SENDER', lastReply: expect.stringContaining('553 5.7.1') });
      expect(entry!.lastError).toMatch(/^The server refused this message’s own From address ceo@acme\.io\. Change the application /);
      expect(await app.log.failing()).toEqual([]);
      await app.mail.send(mail);
      await waitForStatuses('failed', 'sent');
      await expect(app.mail.sendNow({ ...mail, from: 'ceo@acme.io' })).rejects.toMatchObject({ code: 'SENDER', retryable: false });
      expect(await app.log.failing()).toEqual([]);
    });

    it('retries a deferred message later', async () => {
      refusal = '450 4.2.1 greylisted';
      await app.mail.send({ ...mail, to: 'later@b.c' });
      await waitFor(async () => ((await readRows())[0]!.attempts >= 2 ? true : undefined));
      refusal = undefined;
      await waitForStatuses('sent');
      expect(inbox.mails).toHaveLength(1);
    });

    it('sends one copy to each recipient, and records a partial delivery', async () => {
      refusal = '450 4.2.1 greylisted';
      await app.mail.send({ ...mail, to: ['one@b.c', 'later@b.c'] });
      await waitFor(async () => inbox.mails[0]);
      await app.configs.update((await app.configs.findDefault())!.id, { fromName: 'Changed since', signature: 'S' });
      refusal = undefined;
      await waitForStatuses('sent');
      expect(inbox.mails.map(({ to }) => to)).toEqual([['later@b.c'], ['one@b.c']]);
      const [second, first] = inbox.mails;
      expect(second!.headers).toMatchObject({
        from: first!.headers.from,
        to: first!.headers.to,
        'message-id': first!.headers['message-id'],
      });
      await app.mail.send({ ...mail, to: ['one@b.c', 'nobody@b.c'] });
      await waitForStatuses('sent', 'partially_sent');
    });
  });

  describe('a configuration chosen by name', () => {
    it('holds mail while the configuration does not exist or is disabled, and sends it afterwards', async () => {
      await app.configs.create(buildConfig());
      await app.mail.send({ ...mail, config: 'billing' });
      await waitForStatuses('held');
      const { id } = await app.configs.create(buildConfig(other, 'billing'));
      await waitForStatuses('sent');
      await app.configs.update(id, { enabled: false });
      await app.mail.send({ ...mail, config: 'billing' });
      await waitForStatuses('sent', 'held');
      await app.configs.update(id, { name: 'renamed', enabled: true });
      await waitForStatuses('sent', 'sent');
      expect([inbox.mails.length, other.mails.length]).toEqual([0, 2]);
    });

    it('uses the configuration of the activity, and never another one', async () => {
      await app.configs.create(buildConfig());
      const { id } = await app.configs.create(buildConfig(other, 'billing'));
      await app.activities.assign('invoice', id);
      await app.mail.send({ ...mail, activity: 'invoice' });
      await waitForStatuses('sent');
      await app.configs.remove(id);
      await app.mail.send({ ...mail, activity: 'invoice' });
      await waitForStatuses('sent', 'held');
      expect([inbox.mails.length, other.mails.length]).toEqual([0, 1]);
    });
  });

  it('keeps no body of sensitive mail', async () => {
    await app.configs.create(buildConfig());
    await app.mail.send({ ...mail, activity: 'password_reset', text: 'the token' });
    await waitForStatuses('sent');
    expect(await app.dataSource.query('SELECT * FROM smtp_message_body')).toEqual([]);
  });

  it('stores attachments of 25 MB', async () => {
    await app.configs.create(buildConfig());
    const content = Buffer.alloc(25 * 1024 * 1024, 'attached ');
    const sendAt = new Date(Date.now() + 86_400_000);
    const queued = await app.mail.send({ ...mail, attachments: [{ filename: 'big.bin', content }], sendAt });
    const preview = await app.log.preview((queued as { id: string }).id);
    expect(preview.attachments).toMatchObject([{ filename: 'big.bin', bytes: content.length }]);
  });

  it('compares configuration names and idempotency keys exactly, including accents and case', async () => {
    await app.configs.create(buildConfig());
    await app.configs.create(buildConfig(other, 'cafe'));
    const sendAt = new Date(Date.now() + 86_400_000);
    await app.mail.send({ ...mail, config: 'CAFE', sendAt });
    // A message cannot have these names, but a row can.
    for (const [wanted, name] of [
      ['cafx', 'café'],
      ['thx', 'thé'],
    ] as const) {
      await app.mail.send({ ...mail, config: wanted, sendAt });
      await app.dataSource.query(`UPDATE smtp_message SET lane = ':${name}', config_name = '${name}' WHERE lane = ':${wanted}'`);
    }
    await app.configs.create(buildConfig(other, 'the'));
    const keys = ['order-a', 'ORDER-A', 'ördér-a'].map((idempotencyKey) =>
      app.mail.send({ ...mail, subject: idempotencyKey, idempotencyKey, sendAt }),
    );
    expect(new Set((await Promise.all(keys)).map((queued) => JSON.stringify(queued))).size).toBe(3);
    const lanes = (await readRows()).slice(0, 3).map(({ status, lane }) => `${status} ${lane.split(':')[1]}`);
    expect(lanes).toEqual(['queued cafe', 'held café', 'held thé']);
    // Takes longer than two polls for held messages.
    await app.mail.send(mail);
    await waitFor(async () => ((await readStatuses()).at(-1) === 'sent' ? true : undefined));
    expect((await readRows())[2]).toMatchObject({ status: 'held', lane: ':thé' });
  });

  it('leaves nothing for the schema builder to change', async () => {
    const { upQueries } = await app.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
