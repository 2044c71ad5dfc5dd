import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage, SmtpConfigInput } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startOn } from '../support/smtp-app.js';
import type { MailLogEntry } from '../../lib/shared/mail-log.js';

const HOUR_MS = 3_600_000;
const manager = { admin: { email: 'manager@acme.io', role: 'ADMINISTRATION_MANAGER' } };
const viewer = { admin: { email: 'viewer@acme.io', role: 'VIEWER' } };

describe.each(databases)('Moving mail to another configuration on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  /** The server of the configuration "main". It defers addresses that start with "later". */
  let inbox: Inbox;
  /** The server of the configuration "spare". */
  let spareInbox: Inbox;
  let main: string;
  let spare: string;

  const scheduled = new Date(Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS);
  const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
    const queued = await app.mail.send({ to: 'a@b.c', subject: 'Hello', text: 'Hi', ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  const create = async (server: Inbox, fields: SmtpConfigInput): Promise<string> => {
    const { host, port, username, password, ca } = server;
    return (await app.configs.create({ host, port, username, password, caCertificate: ca, ...fields })).id;
  };
  const set = (id: string, values: Record<string, unknown>) =>
    app.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id }).execute();
  const until = (id: string, state: Partial<MailLogEntry>): Promise<MailLogEntry> =>
    eventually(async () => {
      const entry = await app.log.findOne(id);
      expect(entry).toMatchObject(state);
      return entry!;
    });
  const rows = () => app.dataSource.query('SELECT * FROM smtp_message ORDER BY id');

  beforeAll(async () => {
    inbox = await startInbox({ refuse: (_stage, address) => (address.startsWith('later') ? '450 4.2.1 mailbox busy' : undefined) });
    spareInbox = await startInbox();
    const retry = { delaysMs: [HOUR_MS], jitter: 0, giveUpAfterMs: 24 * HOUR_MS };
    app = await startOn(kind, {
      activities: [{ key: 'invoice' }, { key: 'reset', sensitive: true }],
      delivery: { pollEveryMs: 50, reconnectEveryMs: 600_000, retry },
    });
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
    await spareInbox.close();
  });
  beforeEach(async () => {
    inbox.clear();
    spareInbox.clear();
    main = await create(inbox, { name: 'main', fromAddress: 'main@acme.io', isDefault: true });
    spare = await create(spareInbox, { name: 'spare', fromAddress: 'spare@acme.io' });
  });
  afterEach(async () => {
    await inbox.start();
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_activity', 'smtp_audit']) {
      await app.dataSource.query(`DELETE FROM ${table}`);
    }
  });

  it('sends waiting, held, failed and expired mail through the new configuration, and records who moved it', async () => {
    await inbox.stop();
    const waiting = await queue();
    await until(waiting, { status: 'queued', reason: 'failing' });
    const held = await queue({ config: 'Deleted', sendAt: scheduled });
    await until(held, { status: 'held' });
    await set(held, { availableAt: 1 });
    const final = [await queue({ sendAt: scheduled }), await queue({ sendAt: scheduled })];
    await set(final[0]!, { status: 'failed', attempts: 7 });
    await set(final[1]!, { status: 'expired', expiresAt: 1 });
    const ids = [waiting, held, ...final];

    expect(await app.log.move(ids, { to: spare }, manager)).toEqual({ done: 4, waiting: {}, notDone: {} });
    for (const id of ids) await until(id, { status: 'sent', sentBy: 'spare' });
    expect(spareInbox.mails.map(({ from }) => from)).toEqual(ids.map(() => 'spare@acme.io'));
    const history = (await app.history.find()).filter(({ action }) => action === 'move');
    expect(history.map(({ record }) => record!.id).toSorted()).toEqual(ids.toSorted());
    expect(history.find(({ record }) => record!.id === waiting)).toMatchObject({
      person: 'manager@acme.io',
      changes: { configName: { before: 'main', after: 'spare' } },
    });
  });

  it('moves all messages that match a filter, more than one batch of them', async () => {
    const ids = await Promise.all(Array.from({ length: 230 }, () => queue({ sendAt: scheduled, subject: 'Invoice' })));
    const other = await queue({ sendAt: scheduled, subject: 'Other' });
    expect(await app.log.move({ subject: 'invoice' }, { to: spare }, manager)).toEqual({ done: ids.length, waiting: {}, notDone: {} });
    expect(await app.log.waitingFor({ id: spare })).toEqual({ own: ids.length, ofDefault: 0 });
    expect(await app.log.findOne(other)).toMatchObject({ configId: main });
  });

  it('keeps the time of a scheduled message, and makes one due that its server had deferred', async () => {
    const later = await queue({ sendAt: scheduled });
    const deferred = await queue({ to: 'later@b.c' });
    await until(deferred, { status: 'queued', attempts: 1 });
    await app.log.move([later, deferred], { to: spare }, manager);
    await until(deferred, { status: 'sent', sentBy: 'spare' });
    expect(await app.log.findOne(later)).toMatchObject({ status: 'queued', availableAt: scheduled, configId: spare });
  });

  it('keeps the sender, the Message-ID and the remaining recipients of a message that some recipients have', async () => {
    const id = await queue({ to: ['anna@b.c', 'later@b.c'], cc: 'boss@b.c' });
    await until(id, { status: 'queued', attempts: 1 });
    const [first] = inbox.mails;
    expect(first!.to).toEqual(['anna@b.c', 'boss@b.c']);

    expect(await app.log.move([id], { to: spare }, manager)).toEqual({ done: 1, waiting: {}, notDone: {} });
    await until(id, { status: 'sent', sentBy: 'spare' });
    expect(inbox.mails).toHaveLength(1);
    const [second] = spareInbox.mails;
    expect(second).toMatchObject({ from: 'main@acme.io', to: ['later@b.c'] });
    for (const name of ['from', 'to', 'cc', 'message-id']) expect(second!.headers[name]).toBe(first!.headers[name]);
  });

  it('moves a sensitive message only to the configuration of its email type', async () => {
    const id = await queue({ activity: 'reset', sendAt: scheduled });
    expect(await app.log.move([id], { to: spare }, manager)).toEqual({ done: 0, waiting: {}, notDone: { sensitive: 1 } });
    expect(await app.log.findOne(id)).toMatchObject({ configId: main });
    await set(id, { status: 'failed' });
    await app.activities.assign('reset', spare);
    expect(await app.log.move([id], { to: main }, manager)).toEqual({ done: 0, waiting: {}, notDone: { sensitive: 1 } });
    expect(await app.log.move([id], { to: spare }, manager)).toEqual({ done: 1, waiting: {}, notDone: {} });
    await until(id, { status: 'sent', sentBy: 'spare' });
  });

  it('reports messages that it does not move by reason, and leaves them unchanged', async () => {
    const statuses = ['sending', 'sent', 'partially_sent', 'cancelled'];
    const ids: string[] = [];
    for (const status of statuses) {
      const id = await queue({ sendAt: scheduled });
      await set(id, { status });
      ids.push(id);
    }
    const own = await queue({ config: 'spare', sendAt: scheduled });
    const withoutBody = await queue({ sendAt: scheduled });
    await app.dataSource.createQueryBuilder().delete().from('smtp_message_body').where({ messageId: withoutBody }).execute();
    const before = await rows();
    expect(await app.log.move([...ids, own, own, withoutBody, 'no such id'], { to: spare }, manager)).toEqual({
      done: 0,
      waiting: {},
      notDone: { sending: 1, final: 3, same_config: 1, body_deleted: 1, changed: 1 },
    });
    expect(await rows()).toEqual(before);
    expect((await app.history.find()).filter(({ action }) => action === 'move')).toEqual([]);
  });

  it('rejects an unknown or disabled configuration and a viewer without moving anything', async () => {
    const id = await queue({ sendAt: scheduled });
    const disabled = await create(spareInbox, { name: 'disabled', fromAddress: 'c@acme.io', enabled: false });
    await expect(app.log.move([id], { to: 'unknown' }, manager)).rejects.toMatchObject({ code: 'VALIDATION', fields: { to: {} } });
    await expect(app.log.move([id], { to: disabled }, manager)).rejects.toMatchObject({
      code: 'VALIDATION',
      fields: { to: { code: 'disabled' } },
    });
    await expect(app.log.move([id], { to: spare }, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(app.log.moveWaiting({ id: main }, { to: spare }, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await app.log.findOne(id)).toMatchObject({ configId: main });
  });

  it('moves all mail that waits for a configuration, but not mail that was only attempted through it', async () => {
    const third = await create(spareInbox, { name: 'third', fromAddress: 'third@acme.io' });
    await inbox.stop();
    const tried = await queue({ activity: 'invoice' });
    await until(tried, { status: 'queued', configName: 'main', reason: 'failing' });
    await app.activities.assign('invoice', third);
    await app.configs.update(third, { enabled: false });
    const byDefault = await queue({ sendAt: scheduled });
    const byName = await queue({ config: 'main', sendAt: scheduled });
    const failed = await queue({ sendAt: scheduled });
    await set(failed, { status: 'failed' });

    expect(await app.log.moveWaiting({ id: main }, { to: spare }, manager)).toEqual({ done: 2, waiting: {}, notDone: {} });
    for (const id of [byDefault, byName]) expect(await app.log.findOne(id)).toMatchObject({ configId: spare });
    expect(await app.log.findOne(tried)).toMatchObject({ configId: third });
    expect(await app.log.findOne(failed)).toMatchObject({ status: 'failed' });
    expect(await app.log.moveWaiting({ id: 'unknown' }, { to: spare }, manager)).toEqual({ done: 0, waiting: {}, notDone: {} });
  });
});
