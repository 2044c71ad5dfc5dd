import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startOn } from '../support/smtp-app.js';

const sender = {
  fromName: null,
  fromAddress: 'main@acme.io',
  username: null,
  replyTo: null,
  signature: null,
  cc: [],
  bcc: [],
  copyActivities: [],
};
const freeze = (fields: object): string => JSON.stringify({ sender, remaining: ['b@b.c'], refused: [], ...fields });

/** Damage that an editor, a script or a column that is too short can cause. */
const DAMAGED: [string, string][] = [
  ['cut off', freeze({}).slice(0, 60)],
  ['empty', ''],
  ['null', 'null'],
  ['an array', '[]'],
  ['without a sender', '{"remaining":["b@b.c"],"refused":[]}'],
  ['a sender without its lists', freeze({ sender: { fromAddress: 'main@acme.io' } })],
  ['recipients that are not an array', freeze({ remaining: 'b@b.c' })],
  ['recipients that are not strings', freeze({ remaining: [7] })],
  ['no recipients left', freeze({ remaining: [] })],
  ['bits for another number of recipients', freeze({ remaining: undefined, remainingBits: Buffer.alloc(9, 255).toString('base64') })],
  ['invalid refusals', freeze({ refused: [null] })],
  ['refusals without a reply', freeze({ refused: [{ address: 'b@b.c', code: 550, reason: 'recipient_refused' }] })],
];

const DAMAGED_CONTENT: [string, string][] = [
  ['cut off', '{"to":[{"name":"","addr'],
  ['null', 'null'],
  ['an empty object', '{}'],
  ['invalid recipients', '{"to":[7],"cc":[],"bcc":[],"subject":"s","text":"t","attachments":[],"headers":{},"activity":"general"}'],
  [
    'attachments without content',
    '{"to":[{"name":"","address":"a@b.c"}],"cc":[],"bcc":[],"subject":"s","text":"t","attachments":[{}],"headers":{},"activity":"general"}',
  ],
];

describe.each(databases)('Rows damaged by hand, on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let inbox: Inbox;
  const later = new Date(Date.now() + 3_600_000);
  const queue = async (subject: string): Promise<string> => {
    const queued = await app.mail.send({ to: ['a@b.c', 'b@b.c'], subject, text: 'Hi', sendAt: later });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  const set = (id: string, values: Record<string, unknown>) =>
    app.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id }).execute();
  const setContent = (messageId: string, content: string) =>
    app.dataSource.createQueryBuilder().update('smtp_message_body').set({ content }).where({ messageId }).execute();
  const waitUntil = (id: string, status: string) =>
    eventually(async () => {
      const entry = await app.log.findOne(id);
      expect(entry).toMatchObject({ status });
      return entry!;
    });

  beforeAll(async () => {
    inbox = await startInbox();
    app = await startOn(kind, { delivery: { pollEveryMs: 50 } });
    await app.configs.create({
      name: 'main',
      host: 'localhost',
      port: inbox.port,
      username: inbox.username,
      password: inbox.password,
      caCertificate: inbox.ca,
      fromAddress: 'main@acme.io',
      isDefault: true,
      maxConnections: 1,
    });
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(() => inbox.clear());
  afterEach(async () => {
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt']) await app.dataSource.query(`DELETE FROM ${table}`);
  });

  it.each(DAMAGED)('sets aside a message with a damaged record of recipients (%s), and sends the next one', async (_what, text) => {
    const id = await queue('damaged');
    await set(id, { frozen: text });
    const next = await queue('next');
    // The list shows both messages despite the damage.
    expect(await app.log.find()).toMatchObject([{ id: next }, { id }]);
    await app.log.retryMany([id, next]);
    await waitUntil(next, 'sent');
    const entry = await waitUntil(id, 'unknown');
    expect(entry).toMatchObject({ lastCode: 'DAMAGED', lastError: expect.stringMatching(/recipients.*damaged/), delivery: null });
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['next']);
    // An admin can send the message anyway.
    await app.log.retryNow(id);
    await waitUntil(id, 'sent');
    expect(inbox.mails.map(({ subject, to }) => [subject, to])).toEqual([
      ['damaged', ['a@b.c', 'b@b.c']],
      ['next', ['a@b.c', 'b@b.c']],
    ]);
  });

  it('uses an intact record', async () => {
    const id = await queue('whole');
    await set(id, { frozen: freeze({}) });
    await app.log.retryNow(id);
    await waitUntil(id, 'sent');
    expect(inbox.mails.map(({ to }) => to)).toEqual([['b@b.c']]);
  });

  it.each(DAMAGED_CONTENT)('fails a message with damaged content (%s), explains it, and sends the next one', async (_what, content) => {
    const id = await queue('damaged');
    await setContent(id, content);
    const next = await queue('next');
    for (const attempt of [app.log.preview(id), app.log.resend(id, { to: 'x@y.z' })]) {
      await expect(attempt).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('damaged') });
    }
    await app.log.retryMany([id, next]);
    await waitUntil(next, 'sent');
    expect(await waitUntil(id, 'failed')).toMatchObject({
      lastCode: 'CONTENT',
      lastError: expect.stringMatching(/damaged\. Send a new message/),
    });
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['next']);
  });
});
