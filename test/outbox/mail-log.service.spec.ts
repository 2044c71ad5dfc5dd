import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MailLogFilters, MailMessage, SmtpConfigInput } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { findFreePort } from '../support/services/shell.js';
import { startOn } from '../support/smtp-app.js';
import type { MailLogEntry } from '../../lib/shared/mail-log.js';

const manager = { admin: { email: 'manager@acme.io', role: 'ADMINISTRATION_MANAGER' } };
const viewer = { admin: { email: 'viewer@acme.io', role: 'VIEWER' } };
const nobody = { admin: null };

describe.each(databases)('MailLogService on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let inbox: Inbox;
  const mail: MailMessage = { to: 'a@b.c', subject: 'Hello', text: 'Hi', html: '<p>Hi</p>' };
  const buildConfig = (fields: SmtpConfigInput = {}): SmtpConfigInput => ({
    name: 'main',
    host: 'localhost',
    port: inbox.port,
    username: inbox.username,
    password: inbox.password,
    caCertificate: inbox.ca,
    fromAddress: 'main@acme.io',
    isDefault: true,
    ...fields,
  });
  const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
    const queued = await app.mail.send({ ...mail, ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  const later = new Date(Date.now() + 3_600_000);
  const set = (id: string, column: string, value: string | number) =>
    app.dataSource
      .createQueryBuilder()
      .update('smtp_message')
      .set({ [column]: value })
      .where({ id })
      .execute();
  /** Runs `work` while the clock of this process, but no other clock, shows `time`. */
  const runAt = async <T>(time: Date, work: () => Promise<T>): Promise<T> => {
    const doNotFake = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
    const timers = ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const;
    jest.useFakeTimers({ now: time, doNotFake: [...doNotFake, ...timers] });
    try {
      return await work();
    } finally {
      jest.useRealTimers();
    }
  };
  /** Returns the entries of the change history that concern the mail log. */
  const readHistory = async () =>
    (await app.history.find())
      .toReversed()
      .filter(({ action }) => ['preview', 'eml', 'attachment', 'export', 'resend', 'retry', 'cancel', 'try_config'].includes(action))
      .map(({ person, action, record, recordName }) => ({ person, action, id: record?.id, recordName }));
  const waitUntil = (id: string, status: MailLogEntry['status']): Promise<MailLogEntry> =>
    eventually(async () => {
      const entry = await app.log.findOne(id);
      expect(entry).toMatchObject({ status });
      return entry!;
    });

  beforeAll(async () => {
    inbox = await startInbox({ port: await findFreePort() });
    app = await startOn(kind, {
      activities: [{ key: 'invoice' }, { key: 'reset', sensitive: true }],
      // Only the tests themselves cause further attempts.
      delivery: { pollEveryMs: 50, reconnectEveryMs: 600_000 },
    });
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(async () => {
    inbox.clear();
    await app.configs.create(buildConfig());
  });
  afterEach(async () => {
    await inbox.start();
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_activity', 'smtp_audit']) {
      await app.dataSource.query(`DELETE FROM ${table}`);
    }
  });

  it('lists messages, newest first, with their status and attempts', async () => {
    const first = await queue({ activity: 'invoice' });
    await waitUntil(first, 'sent');
    const second = await queue({ sendAt: later });
    const [newest, oldest] = await app.log.find();
    expect(newest).toMatchObject({ id: second, status: 'queued', reason: 'scheduled', nextAttemptAt: later, sentBy: null, hasBody: true });
    expect(oldest).toMatchObject({
      id: first,
      status: 'sent',
      reason: null,
      activity: 'invoice',
      sentBy: 'main',
      recipients: 'a@b.c',
      subject: 'Hello',
    });
    expect(oldest!.sentAt).toBeInstanceOf(Date);
    expect((await app.log.findOne(first))!.attemptList).toMatchObject([{ configName: 'main', outcome: 'accepted', at: expect.any(Date) }]);
    expect((await app.log.find({ direction: 'asc' })).map(({ id }) => id)).toEqual([first, second]);
    expect((await app.log.find({ limit: 1, offset: 1 })).map(({ id }) => id)).toEqual([first]);
    expect(await app.log.findOne('no such id')).toBeNull();
  });

  it('filters by status, activity, configuration, recipient, subject and date', async () => {
    const other = await app.configs.create(buildConfig({ name: 'Other', isDefault: false }));
    const a = await queue({ subject: '100% Über', to: 'Anna@b.c', activity: 'invoice', sendAt: later });
    const b = await queue({ config: 'other', to: ['b_b@b.c', 'x@y.z'], sendAt: later });
    const c = await queue({ activity: 'reset', subject: 'Secret', sendAt: later });
    const findIds = async (filters: Parameters<typeof app.log.count>[0] & object) => {
      const found = (await app.log.find(filters)).map(({ id }) => id);
      expect(await app.log.count(filters)).toBe(found.length);
      return found;
    };
    expect(await findIds({})).toEqual([c, b, a]);
    expect(await findIds({ filters: { status: 'queued', activity: 'invoice' } })).toEqual([a]);
    expect(await findIds({ filters: { status: 'failed' } })).toEqual([]);
    expect(await findIds({ filters: { config: 'Other' } })).toEqual([b]);
    expect(await findIds({ filters: { config: 'main' } })).toEqual([c, a]);
    await app.configs.update(other.id, { name: 'renamed' });
    expect(await findIds({ filters: { config: 'renamed' } })).toEqual([b]);
    expect((await app.log.findOne(b))!.configName).toBe('renamed');
    expect(await findIds({ filters: { config: 'nothing' } })).toEqual([]);
    expect(await findIds({ filters: { recipient: 'ANNA' } })).toEqual([a]);
    expect(await findIds({ filters: { recipient: 'b_b' } })).toEqual([b]);
    expect(await findIds({ filters: { recipient: '_nna' } })).toEqual([]);
    expect(await findIds({ filters: { subject: '0% ' } })).toEqual([a]);
    expect(await findIds({ filters: { subject: 'Über' } })).toEqual([a]);
    expect(await findIds({ filters: { subject: "'; --\0" } })).toEqual([]);
    const minute = (sign: number): Date => new Date(Date.now() + sign * 60_000);
    expect(await findIds({ filters: { from: minute(-1), to: minute(1) } })).toEqual([c, b, a]);
    expect(await findIds({ filters: { from: minute(1) } })).toEqual([]);
    expect(await findIds({ filters: { to: minute(-1) } })).toEqual([]);
  });

  it('finds messages by the time at which they became final', async () => {
    const since = new Date(Date.now() - 60_000);
    const queueBefore = async (): Promise<string> => {
      const id = await queue({ sendAt: later });
      await set(id, 'createdAt', new Date(since.getTime() - 3 * 86_400_000) as never);
      return id;
    };
    const [expired, failed, cancelled, waiting] = [await queueBefore(), await queueBefore(), await queueBefore(), await queueBefore()];
    await set(expired, 'expiresAt', new Date(since) as never);
    await app.dataSource.createQueryBuilder().update('smtp_message_body').set({ content: '{' }).where({ messageId: failed }).execute();
    await set(failed, 'availableAt', new Date(since.getTime() - 86_400_000) as never);
    await app.log.cancel(cancelled);
    const sent = await queue();
    for (const [id, status] of [
      [expired, 'expired'],
      [failed, 'failed'],
      [sent, 'sent'],
    ] as const)
      await waitUntil(id, status);
    const findIds = async (filters: MailLogFilters): Promise<string[]> => (await app.log.find({ filters })).map(({ id }) => id);
    expect(await findIds({ finishedFrom: since })).toEqual([sent, cancelled, failed, expired]);
    expect(await findIds({ finishedFrom: since, to: since })).toEqual([cancelled, failed, expired]);
    expect(await findIds({ finishedFrom: since, status: ['sent', 'partially_sent'] })).toEqual([sent]);
    expect(await findIds({ finishedFrom: since, status: ['sent', 'expired'] })).toEqual([sent, expired]);
    expect(await findIds({ finishedFrom: since, status: 'queued' })).toEqual([]);
    expect(await findIds({ finishedFrom: later })).toEqual([]);
    expect(await findIds({ status: 'queued' })).toEqual([waiting]);
  });

  it('never shows, finds, previews or resends a sensitive message’s subject or content', async () => {
    const id = await queue({ activity: 'reset', subject: 'Your code 4711', sendAt: later });
    expect(await app.log.find({}, manager)).toMatchObject([{ id, sensitive: true, subject: null }]);
    expect(await app.log.find({ filters: { subject: '4711' } })).toEqual([]);
    await expect(app.log.preview(id)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('sensitive') });
    await expect(app.log.resend(id, { to: 'me' }, manager)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await app.log.cancel(id, manager)).toBe(true);
    expect(await app.log.findOne(id)).toMatchObject({ status: 'cancelled', hasBody: false });
    expect(await readHistory()).toMatchObject([{ person: 'manager@acme.io', action: 'cancel', id }]);
  });

  it('counts messages by status, and those sent since midnight', async () => {
    const began = new Date();
    await waitUntil(await queue(), 'sent');
    await queue({ sendAt: later });
    await queue({ sendAt: later });
    const failed = await queue({ sendAt: later });
    await set(failed, 'status', 'failed');
    // A change through the service discards the cached counts.
    await app.log.cancel(await queue({ sendAt: later }));
    const counted = await runAt(began, () => app.log.counts(viewer));
    const today = new Date(new Date(began).setHours(0, 0, 0, 0));
    expect(counted).toEqual({ waiting: 2, held: 0, sentToday: 1, today, failed: 1, unknown: 0 });
    const twoDaysOn = new Date(began.getTime() + 2 * 86_400_000);
    expect(await runAt(twoDaysOn, () => app.log.counts(viewer, { isFresh: true }))).toMatchObject({ waiting: 2, sentToday: 0 });
  });

  it('A4.11 A4.13 reports a failing configuration with the reason and its waiting messages, and tries it on request', async () => {
    await inbox.stop();
    const [first, second] = [await queue(), await queue()];
    await eventually(async () => expect(await app.log.failing()).toHaveLength(1));
    // Both messages are back in the queue. Counts may be a few seconds old.
    for (const id of [first, second]) await waitUntil(id, 'queued');
    const failing = await eventually(async () => {
      const [one] = await app.log.failing(viewer);
      expect(one).toMatchObject({
        name: 'main',
        code: 'CONNECTION',
        error: expect.stringContaining('refused the connection'),
        waiting: 2,
      });
      const waiting = { status: 'queued', reason: 'failing', nextAttemptAt: one!.nextProbeAt, attempts: 0 };
      expect(await app.log.findOne(first)).toMatchObject(waiting);
      return one;
    });
    expect(failing!.since.getTime()).toBeLessThan(failing!.nextProbeAt.getTime());

    await expect(app.log.tryConfigNow(failing!.configId, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(app.log.tryConfigNow('no such id', manager)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await inbox.start();
    await app.log.tryConfigNow(failing!.configId, manager);
    await waitUntil(first, 'sent');
    expect(await readHistory()).toMatchObject([{ person: 'manager@acme.io', action: 'try_config', recordName: 'main' }]);
  });

  it('reports the other reasons why a message waits', async () => {
    const own = await app.configs.create(buildConfig({ name: 'own', isDefault: false, enabled: false }));
    const held = await queue({ config: 'own' });
    expect(await app.log.findOne(held)).toMatchObject({ status: 'held', reason: 'disabled', configName: 'own', configId: own.id });
    await app.configs.remove(own.id);
    expect(await app.log.findOne(held)).toMatchObject({ status: 'held', reason: 'missing', configName: 'own', configId: null });
    const main = (await app.configs.findDefault())!;
    await app.configs.create(buildConfig({ name: 'spare', isDefault: false }));
    await app.configs.update(main.id, { enabled: false });
    const waiting = await queue();
    expect(await app.log.findOne(waiting)).toMatchObject({
      status: 'queued',
      reason: 'default_disabled',
      configName: 'main',
      usesDefault: true,
    });
    await app.configs.remove(main.id);
    expect(await app.log.findOne(waiting)).toMatchObject({ reason: 'no_default', configName: null, usesDefault: true });
    const refused = await queue({ sendAt: later });
    await set(refused, 'attempts', 1);
    expect(await app.log.findOne(refused)).toMatchObject({ reason: 'backoff', attempts: 1 });
  });

  it('finds the messages that wait for their next attempt, and no others', async () => {
    const own = await app.configs.create(buildConfig({ name: 'own', isDefault: false }));
    const tried = { attempts: 1 };
    const queueAs = async (fields: Partial<MailMessage>, values: Record<string, string | number> = {}): Promise<string> => {
      const id = await queue({ sendAt: later, ...fields });
      for (const [name, value] of Object.entries(values)) await set(id, name, value);
      return id;
    };
    const deferred = await queueAs({}, tried);
    const throttled = await queueAs({ config: 'own' }, { lastCode: 'THROTTLED' });
    const other = await queueAs({ config: 'gone' }, tried);
    await queueAs({});
    await queueAs({}, { ...tried, status: 'failed' });
    const all = await app.log.find();
    expect(all).toHaveLength(5);
    const find = async (filters: object) => (await app.log.find({ filters: { reason: 'backoff', ...filters } })).map(({ id }) => id);
    expect(await find({})).toEqual(all.filter(({ reason }) => reason === 'backoff').map(({ id }) => id));
    expect(await find({})).toEqual([throttled, deferred]);
    expect(await find({ config: 'own' })).toEqual([throttled]);
    await app.configs.remove(own.id);
    expect(await find({})).toEqual([deferred]);
    expect(await app.log.findOne(other)).toMatchObject({ reason: 'missing' });
    expect(await app.log.count({ filters: { reason: 'backoff' } })).toBe(1);
  });

  it('previews text and HTML with inline images, and records the viewing', async () => {
    const png = Buffer.from('89504e47', 'hex');
    const id = await queue({
      sendAt: later,
      html: '<img src="cid:logo">',
      attachments: [
        { cid: 'logo', contentType: 'image/png', content: png },
        { filename: 'a.pdf', content: 'x'.repeat(10) },
      ],
    });
    expect(await app.log.preview(id, manager)).toEqual({
      text: 'Hi',
      html: `<img src="data:image/png;base64,${png.toString('base64')}">`,
      headers: [],
      attachments: [
        { index: 0, filename: '', contentType: 'image/png', bytes: 4, isInline: true },
        { index: 1, filename: 'a.pdf', contentType: null, bytes: 10, isInline: false },
      ],
    });
    expect(await readHistory()).toMatchObject([{ person: 'manager@acme.io', action: 'preview', id }]);
    await app.dataSource.query('DELETE FROM smtp_message_body');
    await expect(app.log.preview(id)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('no longer stored') });
    await expect(app.log.preview('no such id')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readHistory()).toHaveLength(1);
  });

  it('resends a message as a new one, to its recipients, to the admin or to another address', async () => {
    await app.configs.update((await app.configs.findDefault())!.id, { cc: ['boss@acme.io'], copyActivities: ['invoice'] });
    const id = await queue({ activity: 'invoice', cc: 'cc@b.c' });
    const original = await waitUntil(id, 'sent');
    inbox.clear();
    const resent: MailLogEntry[] = [];
    for (const to of ['original', 'me', 'Other <other@b.c>']) resent.push(await app.log.resend(id, { to }, manager));
    for (const entry of resent) {
      expect(entry).toMatchObject({ resentFrom: id, subject: 'Hello', activity: 'invoice' });
      expect(entry.messageId).not.toBe(original.messageId);
      expect(entry.messageId).toMatch(/@acme\.io>$/);
      await waitUntil(entry.id, 'sent');
    }
    const arrived = resent.map(({ messageId }) => inbox.mails.find((one) => one.headers['message-id'] === messageId)!.to.toSorted());
    expect(arrived).toEqual([['a@b.c', 'boss@acme.io', 'cc@b.c'], ['manager@acme.io'], ['other@b.c']]);
    expect(await app.log.findOne(id)).toMatchObject({ status: 'sent', messageId: original.messageId });
    await expect(app.log.resend(id, { to: 'no address' }, manager)).rejects.toMatchObject({
      code: 'VALIDATION',
      fields: { to: { code: 'email' } },
    });
    await expect(app.log.resend(id, { to: 'me' })).rejects.toMatchObject({ code: 'VALIDATION' });
    expect((await readHistory()).map((entry) => [entry.action, entry.id])).toEqual([1, 2, 3].map(() => ['resend', id]));
    await app.dataSource.query('DELETE FROM smtp_message_body');
    await expect(app.log.resend(id, { to: 'me' }, manager)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('retries waiting, failed, expired and unknown messages, and no others', async () => {
    const scheduled = await queue({ sendAt: later });
    await app.log.retryNow(scheduled, manager);
    await waitUntil(scheduled, 'sent');
    for (const status of ['failed', 'unknown', 'expired']) {
      const id = await queue({ sendAt: later, expiresAt: new Date(Date.now() + 7_200_000) });
      await set(id, 'status', status);
      await set(id, 'attempts', 7);
      await set(id, 'expiresAt', 1);
      expect(await app.log.retryNow(id, manager)).toMatchObject({ attempts: 0, expiresAt: null });
      await waitUntil(id, 'sent');
    }
    for (const status of ['sending', 'sent', 'partially_sent', 'cancelled']) {
      const id = await queue({ sendAt: later });
      await set(id, 'status', status);
      await expect(app.log.retryNow(id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await app.log.findOne(id)).toMatchObject({ status });
    }
    expect(await readHistory()).toHaveLength(4);
    const gone = await queue({ sendAt: later });
    await app.dataSource.query('DELETE FROM smtp_message_body');
    await expect(app.log.retryNow(gone)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('retries many messages by id or filter, and skips those that cannot be retried', async () => {
    const failed = [await queue({ sendAt: later }), await queue({ sendAt: later }), await queue({ sendAt: later })];
    for (const id of failed) await set(id, 'status', 'failed');
    const sent = await queue({ sendAt: later });
    await set(sent, 'status', 'sent');
    const ids = [failed[0]!, failed[0]!, sent, 'no such id'];
    expect(await app.log.retryMany(ids, manager)).toEqual({ done: 1, waiting: {}, notDone: { final: 1, changed: 1 } });
    await waitUntil(failed[0]!, 'sent');
    expect(await app.log.retryMany({ status: 'failed' })).toEqual({ done: 2, waiting: {}, notDone: {} });
    await waitUntil(failed[2]!, 'sent');
    expect((await readHistory()).map((entry) => [entry.person, entry.id])).toEqual([
      ['manager@acme.io', failed[0]],
      [null, failed[1]],
      [null, failed[2]],
    ]);
  });

  it('does not retry a message that needs a fix first, and names the fix', async () => {
    const own = await app.configs.create(buildConfig({ name: 'own', isDefault: false, enabled: false }));
    const gone = await app.configs.create(buildConfig({ name: 'gone', isDefault: false }));
    await app.activities.assign('invoice', gone.id);
    await app.configs.remove(gone.id);
    const main = (await app.configs.findDefault())!;
    const blocked: Record<string, string> = {
      missing: await queue({ config: 'Never_made', sendAt: later }),
      activity_missing: await queue({ activity: 'invoice', sendAt: later }),
      disabled: await queue({ config: 'own', sendAt: later }),
    };
    for (const id of Object.values(blocked)) await waitUntil(id, 'held');
    await app.configs.create(buildConfig({ name: 'spare', isDefault: false }));
    await app.configs.update(main.id, { enabled: false });
    blocked.default_disabled = await queue();
    const words: Record<string, RegExp> = {
      missing: /"Never_made" does not exist\. Create it, and the message is sent/,
      activity_missing: /email type "invoice" was deleted\. Choose another/,
      disabled: /"own" is disabled\. Enable it/,
      default_disabled: /default configuration "main" is disabled\. Enable it/,
    };
    const before = await app.dataSource.query('SELECT * FROM smtp_message ORDER BY id');
    for (const [reason, id] of Object.entries(blocked)) {
      await expect(app.log.retryNow(id, manager)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        reason,
        message: expect.stringMatching(words[reason]!),
      });
    }
    expect(await app.log.retryMany(Object.values(blocked), manager)).toEqual({
      done: 0,
      waiting: {},
      notDone: { missing: 1, activity_missing: 1, disabled: 1, default_disabled: 1 },
    });
    await app.configs.remove(main.id);
    await expect(app.log.retryNow(blocked.default_disabled)).rejects.toMatchObject({ reason: 'no_default' });
    expect(await app.dataSource.query('SELECT * FROM smtp_message ORDER BY id')).toEqual(before);
    expect(await readHistory()).toEqual([]);

    // A failed message is queued again, and then waits for the same reason.
    await set(blocked.disabled!, 'status', 'failed');
    expect(await app.log.retryMany([blocked.disabled!])).toEqual({ done: 0, waiting: { disabled: 1 }, notDone: {} });
    await app.configs.update(own.id, { enabled: true });
    await waitUntil(blocked.disabled!, 'sent');
  });

  it('tries a failing configuration immediately for its waiting messages, which keep their order', async () => {
    await inbox.stop();
    const ids = [await queue(), await queue()];
    await eventually(async () => expect(await app.log.failing()).toHaveLength(1));
    for (const id of ids) await waitUntil(id, 'queued');
    const findDueTimes = async () => (await app.log.findMany(ids)).map(({ availableAt }) => availableAt);
    const before = await findDueTimes();
    expect(await app.log.retryNow(ids[1]!, manager)).toMatchObject({ status: expect.stringMatching(/queued|sending/) });
    for (const id of ids) await waitUntil(id, 'queued');
    expect(await findDueTimes()).toEqual(before);
    await inbox.start();
    expect(await app.log.retryMany(ids, manager)).toMatchObject({ notDone: {} });
    for (const id of ids) await waitUntil(id, 'sent');
    expect((await readHistory()).map(({ action }) => action)).toEqual(expect.arrayContaining(['retry', 'try_config']));
  });

  it('cancels many, by their ids or by a filter, and deletes the content of sensitive ones', async () => {
    const waiting = [await queue({ sendAt: later }), await queue({ sendAt: later, activity: 'reset' }), await queue({ sendAt: later })];
    const sent = await queue({ sendAt: later });
    await set(sent, 'status', 'sent');
    const ids = [waiting[0]!, waiting[0]!, waiting[1]!, sent, 'no such id'];
    expect(await app.log.cancelMany(ids, manager)).toEqual({ done: 2, waiting: {}, notDone: { final: 1, changed: 1 } });
    expect(await app.log.findMany(waiting)).toMatchObject([
      { status: 'cancelled', hasBody: true },
      { status: 'cancelled', hasBody: false },
      { status: 'queued' },
    ]);
    expect(await app.log.cancelMany({ subject: 'hello' }, manager)).toEqual({ done: 1, waiting: {}, notDone: {} });
    expect((await readHistory()).map(({ action, id }) => [action, id])).toEqual(waiting.map((id) => ['cancel', id]));
  });

  it('resends many to their recipients once, by their ids or by a filter, and not the messages this creates', async () => {
    const failed = [await queue({ sendAt: later, to: ['a@b.c', 'c@d.e'] }), await queue({ sendAt: later })];
    for (const id of failed) await set(id, 'status', 'failed');
    const waiting = await queue({ sendAt: later });
    const sensitive = await queue({ sendAt: later, activity: 'reset' });
    await set(sensitive, 'status', 'failed');
    expect(await app.log.resendMany([failed[0]!, waiting, sensitive], manager)).toEqual({
      done: 1,
      waiting: {},
      notDone: { waiting: 1, sensitive: 1 },
    });
    expect((await inbox.waitFor()).to).toEqual(['a@b.c', 'c@d.e']);
    await eventually(async () => expect(await app.log.count({ filters: { status: 'sent' } })).toBe(1));
    expect(await app.log.resendMany({ recipient: '@b.c' }, manager)).toEqual({ done: 3, waiting: {}, notDone: { sensitive: 1 } });
    await expect(app.log.resendMany(failed, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('lists the ids of matching messages that allow an action, step by step', async () => {
    const ids: string[] = [];
    for (const status of ['failed', 'sent', 'failed', 'queued', 'failed']) {
      const id = await queue({ sendAt: later });
      await set(id, 'status', status);
      ids.push(id);
    }
    const retryable = ids.filter((_id, index) => index !== 1);
    expect(await app.log.findIds({}, { action: 'retryNow' }, viewer)).toEqual(retryable);
    expect(await app.log.findIds({}, { action: 'retryNow', limit: 2 })).toEqual(retryable.slice(0, 2));
    expect(await app.log.findIds({}, { action: 'retryNow', limit: 2, after: retryable[1] })).toEqual(retryable.slice(2));
    expect(await app.log.findIds({ status: ['failed', 'sent'] }, { action: 'cancel' })).toEqual([]);
    expect(await app.log.countActions({}, viewer)).toEqual({ retryNow: 4, move: 4, resend: 4, cancel: 1 });
    expect(await app.log.countActions({ status: ['failed', 'sent'] })).toEqual({ retryNow: 3, move: 3, resend: 4, cancel: 0 });
    await expect(app.log.findIds({}, { action: 'retryNow' }, nobody)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(app.log.findIds({}, { action: 'retryNow', limit: -1 })).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  it('finds by several statuses, and by a search in recipients, subjects and Message-IDs', async () => {
    const anna = await queue({ sendAt: later, to: 'anna@b.c', subject: 'Invoice 1042' });
    const boss = await queue({ sendAt: later, to: 'boss@b.c', subject: 'For Anna' });
    const reset = await queue({ sendAt: later, to: 'carl@b.c', subject: 'Anna, reset', activity: 'reset' });
    const found = async (filters: MailLogFilters): Promise<string[]> =>
      (await app.log.find({ filters, direction: 'asc' })).map(({ id }) => id);
    expect(await found({ search: 'ANNA' })).toEqual([anna, boss]);
    expect(await found({ search: '1042' })).toEqual([anna]);
    expect(await found({ search: 'carl@' })).toEqual([reset]);
    const { messageId } = (await app.log.findOne(boss))!;
    for (const search of [messageId, messageId.slice(1, -1), ` ${messageId} `]) expect(await found({ search })).toEqual([boss]);
    expect(await found({ search: 'anna', recipient: 'boss' })).toEqual([boss]);
    expect(await found({ search: '%' })).toEqual([]);
    await set(anna, 'status', 'failed');
    await set(boss, 'status', 'expired');
    expect(await found({ status: ['failed', 'expired'] })).toEqual([anna, boss]);
    expect(await found({ status: [] })).toEqual([]);
    expect(await app.log.count({ filters: { status: ['failed', 'queued'] } })).toBe(2);
  });

  it('cancels a waiting message, and returns false when it is too late', async () => {
    const id = await queue({ sendAt: later });
    expect(await app.log.cancel(id, manager)).toBe(true);
    expect(await app.log.findOne(id)).toMatchObject({ status: 'cancelled', hasBody: true });
    expect(await app.log.cancel(id, manager)).toBe(false);
    const sending = await queue({ sendAt: later });
    await set(sending, 'status', 'sending');
    expect(await app.log.cancel(sending)).toBe(false);
    await expect(app.log.cancel('no such id')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readHistory()).toHaveLength(1);
  });

  it('lets viewers read metadata, managers do everything, and denies everything to callers who are not signed in', async () => {
    const id = await queue({ sendAt: later });
    expect(await app.log.find({}, viewer)).toHaveLength(1);
    expect(await app.log.count({}, viewer)).toBe(1);
    const forManagers: ((call: typeof nobody | typeof viewer) => Promise<unknown>)[] = [
      (call) => app.log.preview(id, call),
      (call) => app.log.eml(id, call),
      (call) => app.log.attachment(id, 0, call),
      (call) => app.log.resend(id, { to: 'me' }, call),
      (call) => app.log.retryNow(id, call),
      (call) => app.log.retryMany([id], call),
      (call) => app.log.cancel(id, call),
      (call) => app.log.tryConfigNow(id, call),
    ];
    const forViewers: typeof forManagers = [
      (call) => app.log.find({}, call),
      (call) => app.log.count({}, call),
      (call) => app.log.counts(call),
      (call) => app.log.failing(call),
      (call) => app.log.findOne(id, call),
      (call) => app.log.details(id, call),
      (call) => app.log.export({}, call),
      (call) => app.log.findMany([id], call),
    ];
    for (const work of forManagers) await expect(work(viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    for (const work of [...forManagers, ...forViewers]) await expect(work(nobody)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await readHistory()).toEqual([]);
    expect(await app.log.findOne(id)).toMatchObject({ status: 'queued', attempts: 0 });
  });
});
