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
const frozen = (fields: object): string => JSON.stringify({ sender, remaining: ['b@b.c'], refused: [], ...fields });

/** What an editor, a script or a column that was too short can leave behind. */
const DAMAGED: [string, string][] = [
  ['cut off', frozen({}).slice(0, 60)],
  ['empty', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['without a sender', '{"remaining":["b@b.c"],"refused":[]}'],
  ['a sender without its lists', frozen({ sender: { fromAddress: 'main@acme.io' } })],
  ['recipients that are no list', frozen({ remaining: 'b@b.c' })],
  ['recipients that are no texts', frozen({ remaining: [7] })],
  ['nobody left', frozen({ remaining: [] })],
  ['bits of another number of recipients', frozen({ remaining: undefined, remainingBits: Buffer.alloc(9, 255).toString('base64') })],
  ['refusals that are none', frozen({ refused: [null] })],
  ['refusals without a reply', frozen({ refused: [{ address: 'b@b.c', code: 550, reason: 'recipient_refused' }] })],
];

const DAMAGED_CONTENT: [string, string][] = [
  ['cut off', '{"to":[{"name":"","addr'],
  ['null', 'null'],
  ['an empty object', '{}'],
  ['recipients that are none', '{"to":[7],"cc":[],"bcc":[],"subject":"s","text":"t","attachments":[],"headers":{},"activity":"general"}'],
  [
    'attachments without content',
    '{"to":[{"name":"","address":"a@b.c"}],"cc":[],"bcc":[],"subject":"s","text":"t","attachments":[{}],"headers":{},"activity":"general"}',
  ],
];

describe.each(databases)('Rows that were damaged by hand, on $name', ({ name: kind }) => {
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
  const until = (id: string, status: string) =>
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

  it.each(DAMAGED)('sets a message aside whose record of recipients is damaged (%s), and sends the next one', async (_what, text) => {
    const id = await queue('damaged');
    await set(id, { frozen: text });
    const next = await queue('next');
    // The list shows both, whatever is in the row.
    expect(await app.log.find()).toMatchObject([{ id: next }, { id }]);
    await app.log.retryMany([id, next]);
    await until(next, 'sent');
    const entry = await until(id, 'unknown');
    expect(entry).toMatchObject({ lastCode: 'DAMAGED', lastError: expect.stringMatching(/recipients.*damaged/), delivery: null });
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['next']);
    // Whoever knows better sends it all the same.
    await app.log.retryNow(id);
    await until(id, 'sent');
    expect(inbox.mails.map(({ subject, to }) => [subject, to])).toEqual([
      ['damaged', ['a@b.c', 'b@b.c']],
      ['next', ['a@b.c', 'b@b.c']],
    ]);
  });

  it('goes by a record that is whole', async () => {
    const id = await queue('whole');
    await set(id, { frozen: frozen({}) });
    await app.log.retryNow(id);
    await until(id, 'sent');
    expect(inbox.mails.map(({ to }) => to)).toEqual([['b@b.c']]);
  });

  it.each(DAMAGED_CONTENT)('fails a message whose content is damaged (%s), says so, and sends the next one', async (_what, content) => {
    const id = await queue('damaged');
    await setContent(id, content);
    const next = await queue('next');
    for (const attempt of [app.log.preview(id), app.log.resend(id, { to: 'x@y.z' })]) {
      await expect(attempt).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('damaged') });
    }
    await app.log.retryMany([id, next]);
    await until(next, 'sent');
    expect(await until(id, 'failed')).toMatchObject({
      lastCode: 'CONTENT',
      lastError: expect.stringMatching(/damaged\. Send a new message/),
    });
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['next']);
  });
});
