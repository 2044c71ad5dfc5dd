import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmtpConfigInput } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/services/shell.js';
import { startOn } from '../support/smtp-app.js';

interface Row {
  id: string;
  status: string;
  attempts: number;
  code: string | null;
  lane: string;
}

/** Asks until there is an answer. */
const until = <T>(ask: () => Promise<T | undefined>): Promise<T> =>
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
  const config = (server: Inbox = inbox, name = 'main'): SmtpConfigInput => ({
    name,
    host: 'localhost',
    port: server.port,
    username: server.username,
    password: server.password,
    caCertificate: server.ca,
    fromAddress: `${name}@acme.io`,
    isDefault: name === 'main',
  });
  const rows = () => app.dataSource.query<Row[]>('SELECT id, status, attempts, last_code AS code, lane FROM smtp_message ORDER BY id');
  const statuses = async () => (await rows()).map(({ status }) => status);
  const ended = (...expected: string[]) =>
    until(async () => {
      const now = await statuses();
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
    [inbox, other] = await Promise.all([startInbox({ refuse, port: await freePort() }), startInbox()]);
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
    it('A4.12 A1.38 stores nothing and says so while nothing is configured', async () => {
      expect(await app.mail.send(mail)).toEqual({ status: 'skipped', reason: 'not_configured' });
      expect(await rows()).toEqual([]);
    });

    it('A4.2 stores nothing and says so while every configuration is off', async () => {
      await app.configs.create({ ...config(), enabled: false });
      expect(await app.mail.send(mail)).toEqual({ status: 'skipped', reason: 'disabled' });
      expect(await rows()).toEqual([]);
    });

    it('delivers with the Message-ID that was answered', async () => {
      await app.configs.create(config());
      const queued = await app.mail.send({ ...mail, attachments: [{ filename: 'a.txt', content: Buffer.from('file') }] });
      await ended('sent');
      const arrived = inbox.mails[0]!;
      expect(queued).toMatchObject({ status: 'queued', messageId: arrived.headers['message-id'] });
      expect(arrived.raw).toContain('a.txt');
    });

    it('carries large bodies, unicode, NUL and half characters', async () => {
      await app.configs.create(config());
      const text = `${'Grüße 😀 '.repeat(20_000)}\0\ud800 end`;
      await app.mail.send({ ...mail, text, attachments: [{ filename: 'big.bin', content: Buffer.alloc(300_000, 7) }] });
      await ended('sent');
      expect(inbox.mails[0]!.text).toContain('Grüße 😀 '.repeat(100));
    });

    it('stays in the caller’s transaction', async () => {
      await app.configs.create(config());
      const failure = new Error('no');
      await expect(
        app.dataSource.transaction(async (manager) => {
          await app.mail.sendMany([mail, mail], { manager });
          throw failure;
        }),
      ).rejects.toBe(failure);
      await app.dataSource.transaction((manager) => app.mail.send({ ...mail, subject: 'kept' }, { manager }));
      await ended('sent');
      expect(inbox.mails.map(({ subject }) => subject)).toEqual(['kept']);
    });

    it('stores one row for an idempotency key, however often and at once', async () => {
      await app.configs.create(config());
      const answers = await Promise.all(Array.from({ length: 20 }, () => app.mail.send({ ...mail, idempotencyKey: 'k' })));
      const inside = await app.dataSource.transaction((manager) => app.mail.send({ ...mail, idempotencyKey: 'k' }, { manager }));
      expect(new Set([...answers, inside].map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await rows()).toHaveLength(1);
      await ended('sent');
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
    ])('refuses a bad %s before anything is stored', async (field, change) => {
      await app.configs.create(config());
      await expect(app.mail.send({ ...mail, ...change })).rejects.toMatchObject({ code: 'INVALID_MESSAGE', fields: { [field]: {} } });
      expect(await rows()).toEqual([]);
    });

    it('leaves high priority first, and nothing before its time', async () => {
      const { id } = await app.configs.create({ ...config(), maxConnections: 1, enabled: false });
      await app.configs.create(config(other, 'other'));
      for (const priority of ['low', 'normal', 'high'] as const) await app.mail.send({ ...mail, priority, subject: priority });
      await app.mail.send({ ...mail, subject: 'later', priority: 'high', sendAt: new Date(Date.now() + 3_600_000) });
      await app.configs.update(id, { enabled: true });
      await ended('sent', 'sent', 'sent', 'queued');
      expect(inbox.mails.map(({ subject }) => subject).toReversed()).toEqual(['high', 'normal', 'low']);
    });

    it('gives up what is not sent before its time runs out', async () => {
      await app.configs.create(config());
      await app.mail.send({ ...mail, expiresAt: new Date(Date.now() - 1_000) });
      await ended('expired');
      expect(inbox.mails).toEqual([]);
    });
  });

  describe('when the server does not work', () => {
    it('A4.11 A4.13 A4.14 A4.15 A4.16 keeps mail at no cost, and sends it in order when it is back', async () => {
      await app.configs.create({ ...config(), maxConnections: 1 });
      await inbox.stop();
      for (let i = 0; i < 5; i++) await app.mail.send({ ...mail, subject: `n${i}` });
      const failing = await until(async () => (await app.configs.findDefault())?.failingError ?? undefined);
      expect(failing).toContain('refused the connection');
      expect((await rows()).every(({ attempts, status }) => attempts === 0 && ['queued', 'sending'].includes(status))).toBe(true);
      await inbox.start();
      await ended('sent', 'sent', 'sent', 'sent', 'sent');
      expect(inbox.mails.map(({ subject }) => subject).toReversed()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
      expect((await app.configs.findDefault())!.failingSince).toBeNull();
    });

    it('A4.18 sends waiting mail with the corrected settings, at once', async () => {
      const { id } = await app.configs.create({ ...config(), password: 'wrong', fromName: 'Old' });
      await app.mail.send(mail);
      await until(async () => ((await app.configs.findOne(id))?.failingSince ? true : undefined));
      await app.configs.update(id, { password: inbox.password, fromName: 'New' });
      await ended('sent');
      expect(inbox.mails[0]!.headers.from).toContain('New');
    });

    it('fails sendNow at once while it is failing, and opens again by it', async () => {
      const { id } = await app.configs.create(config());
      await inbox.stop();
      await expect(app.mail.sendNow(mail)).rejects.toMatchObject({ code: 'CONNECTION' });
      expect((await app.configs.findOne(id))!.failingSince).not.toBeNull();
      await inbox.start();
      await until(() => app.mail.sendNow(mail).catch(() => undefined));
      expect((await app.configs.findOne(id))!.failingSince).toBeNull();
    });

    it('does not hold up other configurations', async () => {
      await app.configs.create({ ...config(), port: 1, password: 'p' });
      await app.configs.create(config(other, 'other'));
      await app.mail.send(mail);
      await app.mail.send({ ...mail, config: 'other' });
      expect(await until(async () => (await statuses()).find((status) => status === 'sent'))).toBe('sent');
      expect(other.mails).toHaveLength(1);
    });
  });

  describe('when the server refuses', () => {
    beforeEach(() => app.configs.create(config()));

    it('fails what is refused for good, at once and with the server’s words', async () => {
      await app.mail.send({ ...mail, to: 'nobody@b.c' });
      await ended('failed');
      const [attempt] = await app.dataSource.query(
        'SELECT outcome, code, reply FROM smtp_message_attempt WHERE message_id IN (SELECT id FROM smtp_message)',
      );
      expect(attempt).toMatchObject({ outcome: 'refused', code: 'RECIPIENT', reply: expect.stringContaining('5.1.1') });
    });

    it('A4.10 fails a message whose own From is refused although the test passed, and marks nothing as failing', async () => {
      const { id } = (await app.configs.findDefault())!;
      expect(await app.configs.test(id, { to: 'me@acme.io' })).toMatchObject({ ok: true });
      await app.mail.send({ ...mail, from: 'ceo@acme.io' });
      await ended('failed');
      const [entry] = await app.log.find();
      expect(entry).toMatchObject({ status: 'failed', attempts: 1, lastCode: 'SENDER', lastReply: expect.stringContaining('553 5.7.1') });
      expect(entry!.lastError).toMatch(/^The server refused this message’s own From address ceo@acme\.io\. Change the application /);
      expect(await app.log.failing()).toEqual([]);
      await app.mail.send(mail);
      await ended('failed', 'sent');
      await expect(app.mail.sendNow({ ...mail, from: 'ceo@acme.io' })).rejects.toMatchObject({ code: 'SENDER', retryable: false });
      expect(await app.log.failing()).toEqual([]);
    });

    it('tries again later what is refused for now', async () => {
      refusal = '450 4.2.1 greylisted';
      await app.mail.send({ ...mail, to: 'later@b.c' });
      await until(async () => ((await rows())[0]!.attempts >= 2 ? true : undefined));
      refusal = undefined;
      await ended('sent');
      expect(inbox.mails).toHaveLength(1);
    });

    it('sends each recipient once, and tells which were refused', async () => {
      refusal = '450 4.2.1 greylisted';
      await app.mail.send({ ...mail, to: ['one@b.c', 'later@b.c'] });
      await until(async () => inbox.mails[0]);
      await app.configs.update((await app.configs.findDefault())!.id, { fromName: 'Changed since', signature: 'S' });
      refusal = undefined;
      await ended('sent');
      expect(inbox.mails.map(({ to }) => to)).toEqual([['later@b.c'], ['one@b.c']]);
      const [second, first] = inbox.mails;
      expect(second!.headers).toMatchObject({
        from: first!.headers.from,
        to: first!.headers.to,
        'message-id': first!.headers['message-id'],
      });
      await app.mail.send({ ...mail, to: ['one@b.c', 'nobody@b.c'] });
      await ended('sent', 'partially_sent');
    });
  });

  describe('a configuration that is named', () => {
    it('holds mail while it is missing or off, and lets it go when it is there', async () => {
      await app.configs.create(config());
      await app.mail.send({ ...mail, config: 'billing' });
      await ended('held');
      const { id } = await app.configs.create(config(other, 'billing'));
      await ended('sent');
      await app.configs.update(id, { enabled: false });
      await app.mail.send({ ...mail, config: 'billing' });
      await ended('sent', 'held');
      await app.configs.update(id, { name: 'renamed', enabled: true });
      await ended('sent', 'sent');
      expect([inbox.mails.length, other.mails.length]).toEqual([0, 2]);
    });

    it('is that of the activity, too, and never another one', async () => {
      await app.configs.create(config());
      const { id } = await app.configs.create(config(other, 'billing'));
      await app.activities.assign('invoice', id);
      await app.mail.send({ ...mail, activity: 'invoice' });
      await ended('sent');
      await app.configs.remove(id);
      await app.mail.send({ ...mail, activity: 'invoice' });
      await ended('sent', 'held');
      expect([inbox.mails.length, other.mails.length]).toEqual([0, 1]);
    });
  });

  it('keeps no body of a sensitive mail', async () => {
    await app.configs.create(config());
    await app.mail.send({ ...mail, activity: 'password_reset', text: 'the token' });
    await ended('sent');
    expect(await app.dataSource.query('SELECT * FROM smtp_message_body')).toEqual([]);
  });

  it('stores attachments of 25 MB', async () => {
    await app.configs.create(config());
    const content = Buffer.alloc(25 * 1024 * 1024, 'attached ');
    const sendAt = new Date(Date.now() + 86_400_000);
    const queued = await app.mail.send({ ...mail, attachments: [{ filename: 'big.bin', content }], sendAt });
    const preview = await app.log.preview((queued as { id: string }).id);
    expect(preview.attachments).toEqual([{ filename: 'big.bin', bytes: content.length }]);
  });

  it('takes a name for that of its configuration only, and a key for itself only, accents and capital letters included', async () => {
    await app.configs.create(config());
    await app.configs.create(config(other, 'cafe'));
    const sendAt = new Date(Date.now() + 86_400_000);
    await app.mail.send({ ...mail, config: 'CAFE', sendAt });
    // No message can name them; a row can.
    for (const [wanted, name] of [
      ['cafx', 'café'],
      ['thx', 'thé'],
    ] as const) {
      await app.mail.send({ ...mail, config: wanted, sendAt });
      await app.dataSource.query(`UPDATE smtp_message SET lane = ':${name}', config_name = '${name}' WHERE lane = ':${wanted}'`);
    }
    await app.configs.create(config(other, 'the'));
    const keys = ['order-a', 'ORDER-A', 'ördér-a'].map((idempotencyKey) =>
      app.mail.send({ ...mail, subject: idempotencyKey, idempotencyKey, sendAt }),
    );
    expect(new Set((await Promise.all(keys)).map((queued) => JSON.stringify(queued))).size).toBe(3);
    const lanes = (await rows()).slice(0, 3).map(({ status, lane }) => `${status} ${lane.split(':')[1]}`);
    expect(lanes).toEqual(['queued cafe', 'held café', 'held thé']);
    // Longer than two looks for what was held.
    await app.mail.send(mail);
    await until(async () => ((await statuses()).at(-1) === 'sent' ? true : undefined));
    expect((await rows())[2]).toMatchObject({ status: 'held', lane: ':thé' });
  });

  it('leaves nothing for the schema builder to change', async () => {
    const { upQueries } = await app.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
