import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startOn } from '../support/smtp-app.js';
import type { MailLogEntry } from '../../lib/shared/mail-log.js';

const HOUR_MS = 3_600_000;
/** Looks like the refusals of other recipients and like JSON. */
const HOSTILE = `550 5.1.1 no); anna@b.c (250 ok); "}],"remaining":["boss@b.c"] ) ; Refused: x@y.z (551`;

describe.each(databases)('The recipients of a logged message on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let inbox: Inbox;
  /** The server's reply for addresses that begin with "Later". */
  let busy: string | undefined;

  const queue = async (fields: Partial<MailMessage>): Promise<string> => {
    const queued = await app.mail.send({ to: 'a@b.c', subject: 'Hello', text: 'Hi', ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  /** Waits until the entry has this state, and returns it. */
  const waitUntil = (id: string, state: Partial<MailLogEntry>) =>
    eventually(async () => {
      const entry = await app.log.findOne(id);
      expect(entry).toMatchObject(state);
      return entry!;
    });

  beforeAll(async () => {
    const refuse = (stage: string, address: string): string | undefined => {
      if (stage === 'recipient' && address.startsWith('hostile')) return HOSTILE;
      if (stage === 'recipient' && address.startsWith('nobody')) return '550 5.1.1 no such user';
      return address.startsWith('Later') ? busy : undefined;
    };
    inbox = await startInbox({ refuse });
    const retry = { delaysMs: [HOUR_MS], jitter: 0, giveUpAfterMs: 1.5 * HOUR_MS };
    app = await startOn(kind, { activities: [{ key: 'reset', sensitive: true }], delivery: { pollEveryMs: 50, retry } });
    await app.configs.create({
      name: 'main',
      host: 'localhost',
      port: inbox.port,
      username: inbox.username,
      password: inbox.password,
      caCertificate: inbox.ca,
      fromAddress: 'main@acme.io',
      isDefault: true,
    });
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(() => {
    busy = '450 4.2.1 mailbox busy';
  });
  afterEach(async () => {
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_audit'])
      await app.dataSource.query(`DELETE FROM ${table}`);
  });

  const three = { to: ['Anna@b.c', 'nobody@b.c', 'Later@b.c'], cc: 'boss@b.c' };

  it('are listed by outcome while some are waiting, and after a later refusal that names only the last', async () => {
    const id = await queue(three);
    const refused = [{ address: 'nobody@b.c', code: 550, reply: expect.stringContaining('550 5.1.1'), reason: 'recipient_refused' }];
    const waiting = await waitUntil(id, { status: 'queued', attempts: 1 });
    expect(waiting.delivery).toEqual({ accepted: ['Anna@b.c'], acceptedMore: 1, refused, remaining: ['Later@b.c'], isTruncated: false });

    busy = '552 5.2.2 mailbox full';
    await app.log.retryNow(id);
    const ended = await waitUntil(id, { status: 'partially_sent' });
    expect(ended.lastError).not.toContain('nobody@b.c');
    const late = { address: 'Later@b.c', code: 552, reply: expect.stringContaining('552 5.2.2'), reason: 'mailbox_full' };
    expect(ended.delivery).toEqual({
      accepted: ['Anna@b.c'],
      acceptedMore: 1,
      refused: [...refused, late],
      remaining: [],
      isTruncated: false,
    });
    expect((await app.log.find())[0]!.delivery).toEqual(ended.delivery);
    expect(inbox.mails.map(({ to }) => to)).toContainEqual(['Anna@b.c', 'boss@b.c']);
  });

  it('are listed by outcome after the last attempt was accepted for some', async () => {
    const id = await queue(three);
    await waitUntil(id, { status: 'queued', attempts: 1 });
    busy = undefined;
    await app.log.retryNow(id);
    const { delivery } = await waitUntil(id, { status: 'partially_sent' });
    expect(delivery).toMatchObject({
      accepted: ['Anna@b.c', 'Later@b.c'],
      acceptedMore: 1,
      refused: [{ address: 'nobody@b.c' }],
      remaining: [],
    });
  });

  it('are listed by outcome after deferred recipients are given up', async () => {
    const id = await queue({ to: ['anna@b.c', 'Later@b.c'], activity: 'reset' });
    await waitUntil(id, { status: 'queued', attempts: 1 });
    await app.log.retryNow(id);
    const { delivery } = await waitUntil(id, { status: 'partially_sent', hasBody: false });
    expect(delivery).toMatchObject({
      accepted: ['anna@b.c'],
      refused: [{ address: 'Later@b.c', code: 450, reply: expect.stringContaining('450'), reason: 'recipient_deferred' }],
    });
  });

  it('are listed by outcome after the message is cancelled halfway', async () => {
    const id = await queue({ to: ['anna@b.c', 'Later@b.c'] });
    await waitUntil(id, { status: 'queued', attempts: 1 });
    await app.log.cancel(id);
    expect((await app.log.findOne(id))!.delivery).toMatchObject({ accepted: ['anna@b.c'], refused: [], remaining: ['Later@b.c'] });
  });

  it('lists no accepted recipients when there are too many refusals to keep', async () => {
    const to = Array.from({ length: 490 }, (_, n) => `nobody-whom-a-long-name-would-find-${n}@example.org`);
    const { delivery } = await waitUntil(await queue({ to: ['anna@b.c', ...to] }), { status: 'partially_sent' });
    expect(delivery).toMatchObject({ accepted: [], isTruncated: true });
    expect(delivery!.refused[0]).toMatchObject({ address: 'nobody-whom-a-long-name-would-find-0@example.org' });
  });

  it('are those of the message, even if a refusal mentions others', async () => {
    const { delivery } = await waitUntil(await queue({ to: ['anna@b.c', 'hostile@b.c'], cc: 'boss@b.c' }), { status: 'partially_sent' });
    const refused = [{ address: 'hostile@b.c', code: 550, reply: HOSTILE, reason: 'recipient_refused' }];
    expect(delivery).toEqual({ accepted: ['anna@b.c'], acceptedMore: 1, refused, remaining: [], isTruncated: false });
  });

  it('each have the reply that refused them', async () => {
    const to = Array.from({ length: 40 }, (_, n) => `nobody-${n}@example.org`);
    const { delivery } = await waitUntil(await queue({ to: ['anna@b.c', ...to] }), { status: 'partially_sent' });
    expect(delivery).toMatchObject({ accepted: ['anna@b.c'], acceptedMore: 0, isTruncated: false });
    expect(delivery!.refused.map(({ address }) => address)).toEqual(to);
  });

  it('are not listed by outcome when they all have the same one', async () => {
    const all = await waitUntil(await queue({ to: ['a@b.c', 'b@b.c'] }), { status: 'sent' });
    const none = await waitUntil(await queue({ to: 'nobody@b.c' }), { status: 'failed' });
    expect([all.delivery, none.delivery]).toEqual([null, null]);
  });
});
