import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage, SmtpConfigInput } from '../../lib/index.js';
import { severityOf, SLOT_MS } from '../../lib/shared/mail-overview.js';
import { databases } from '../support/databases.js';
import { startOn } from '../support/smtp-app.js';
import type { MailOverview } from '../../lib/shared/mail-overview.js';
import type { MessageStatus } from '../../lib/shared/mail-log.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

describe.each(databases)('MailOverviewService on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  /** The database's time at the start of the test. */
  let now: number;

  const readOverview = (): Promise<MailOverview> => app.overview.find({}, { isFresh: true });
  const readKinds = async (): Promise<string[]> => (await readOverview()).attention.map((matter) => matter.kind);
  const configure = (fields: SmtpConfigInput = {}) =>
    app.configs.create({ name: 'main', host: 'localhost', port: 2525, username: 'u@acme.io', password: 'p', ...fields });
  const set = (id: string, values: Record<string, string | number | Date | null>) =>
    app.dataSource.createQueryBuilder().update('smtp_message').set(values).where({ id }).execute();
  const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
    const queued = await app.mail.send({ to: 'a@b.c', subject: 'Hello', text: 'Hi', ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  /** Queues a message as if it had been queued at a time, and sets its status. */
  const queueAt = async (at: number, status: MessageStatus, more: Record<string, string | number> = {}): Promise<string> => {
    const id = await queue();
    const sent: Record<string, Date> = status === 'sent' || status === 'partially_sent' ? { sentAt: new Date(at) } : {};
    await set(id, { status, createdAt: new Date(at), availableAt: new Date(at), ...sent, ...more });
    return id;
  };
  const setStatus = async (configId: string, values: Record<string, string | number | Date>) => {
    const { manager } = app.dataSource;
    await manager.createQueryBuilder().insert().into('smtp_config_status').values({ configId }).orIgnore().execute();
    await manager.createQueryBuilder().update('smtp_config_status').set(values).where({ configId }).execute();
  };

  beforeAll(async () => {
    app = await startOn(kind, { activities: [{ key: 'news' }], delivery: { run: false } });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_activity'])
      await app.dataSource.query(`DELETE FROM ${table}`);
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    now = (await readOverview()).at;
  });

  it('counts mail in the quarter of an hour in which it was queued, including its first moment', async () => {
    await configure({ isDefault: true });
    const slot = now - (now % SLOT_MS) - 2 * SLOT_MS;
    await queueAt(slot, 'sent');
    await queueAt(slot + SLOT_MS - 1, 'sent');
    await queueAt(slot + SLOT_MS, 'failed');
    await queueAt(slot - 1, 'queued');
    const { traffic } = await readOverview();
    expect(traffic).toEqual([
      { at: slot - SLOT_MS, sent: 0, waiting: 1, failed: 0 },
      { at: slot, sent: 2, waiting: 0, failed: 0 },
      { at: slot + SLOT_MS, sent: 0, waiting: 0, failed: 1 },
    ]);
  });

  it('counts each status as sent, waiting or failed, and leaves out cancelled mail', async () => {
    await configure({ isDefault: true });
    const at = now - (now % SLOT_MS) - SLOT_MS;
    const all: MessageStatus[] = ['queued', 'sending', 'held', 'sent', 'partially_sent', 'failed', 'expired', 'unknown', 'cancelled'];
    for (const status of all) await queueAt(at, status);
    expect((await readOverview()).traffic).toEqual([{ at, sent: 2, waiting: 3, failed: 3 }]);
  });

  it('covers seven days, even if one of them has 25 hours, and no more', async () => {
    await configure({ isDefault: true });
    await queueAt(now - 7 * DAY - 60 * MINUTE, 'sent');
    await queueAt(now - 8 * DAY, 'sent');
    expect((await readOverview()).traffic).toMatchObject([{ sent: 1 }]);
  });

  it('names the message that has been due for the longest time', async () => {
    await configure({ isDefault: true });
    expect((await readOverview()).oldest).toBeNull();
    // The first is due in the future; the second became due a minute ago.
    await queueAt(now - DAY, 'queued', { availableAt: new Date(now + DAY) as never });
    await queueAt(now - DAY, 'queued', { availableAt: new Date(now - 1 * MINUTE) as never });
    const due = await queueAt(now - 5 * MINUTE, 'queued');
    await queueAt(now - 4 * MINUTE, 'queued');
    await queueAt(now - DAY, 'sent');
    expect(await readOverview()).toMatchObject({
      waiting: 4,
      oldest: { id: due, since: new Date(now - 5 * MINUTE), status: 'queued', reason: null },
    });
    const putOff = await queueAt(now - 40 * MINUTE, 'queued', { attempts: 2, availableAt: new Date(now + 60 * MINUTE) as never });
    expect((await readOverview()).oldest).toMatchObject({ id: putOff, since: new Date(now - 40 * MINUTE), reason: 'backoff' });
  });

  it('reports nothing while all mail is sent', async () => {
    await configure({ isDefault: true });
    await configure({ name: 'spare' });
    await queueAt(now, 'queued');
    await queueAt(now, 'sent');
    expect(await readOverview()).toMatchObject({ attention: [], configured: 2 });
  });

  it('reports that there is no configuration or that all are disabled', async () => {
    expect(await readKinds()).toEqual(['no_config']);
    await configure({ enabled: false, isDefault: true });
    expect(await readKinds()).toEqual(['all_disabled']);
  });

  it('reports a missing default once mail waits for it', async () => {
    await configure();
    expect(await readKinds()).toEqual([]);
    await queueAt(now, 'queued');
    expect((await readOverview()).attention).toEqual([{ kind: 'no_default', waiting: 1 }]);
  });

  it('reports a disabled default with its waiting mail', async () => {
    const { id, version } = await configure({ isDefault: true });
    await configure({ name: 'spare' });
    await queueAt(now, 'queued');
    await app.configs.update(id, { enabled: false, version });
    expect((await readOverview()).attention).toEqual([{ kind: 'default_disabled', config: { id, name: 'main' }, waiting: 1 }]);
  });

  it('reports a failing configuration with time, reason and waiting mail until it is changed', async () => {
    const { id, version } = await configure({ isDefault: true });
    await queue();
    await queue({ config: 'main' });
    const since = new Date(now - 90 * MINUTE);
    await setStatus(id, {
      failingSince: since,
      failingVersion: version,
      failingCode: 'AUTH',
      failingError: 'Refused.',
      nextProbeAt: new Date(now),
    });
    await setStatus(id, { lastTestStatus: 'failed', lastTestVersion: 1, lastTestAt: since, lastTestError: 'Refused.' });
    const { attention, configs } = await readOverview();
    // The failed test and the waiting message are not reported separately.
    const failure = { error: 'Refused.', reason: null, values: {} };
    expect(attention).toEqual([{ kind: 'failing', config: { id, name: 'main' }, since, ...failure, field: null, waiting: 2 }]);
    expect(configs).toMatchObject([{ id, failingSince: since, waiting: 2 }]);
    await app.configs.update(id, { description: 'changed', version });
    expect(await readKinds()).toEqual(['test_failed']);
  });

  it('names the field to correct, unless a server that worked before is down', async () => {
    const { id, version } = await configure({ isDefault: true });
    const failing = { failingSince: new Date(now), failingVersion: version, failingError: 'No.', nextProbeAt: new Date(now) };
    const readField = async (): Promise<unknown> => (await readOverview()).attention.find((item) => item.kind === 'failing')!.field;
    const fieldFor = async (failingReason: string): Promise<unknown> => {
      await setStatus(id, { ...failing, failingCode: 'X', failingReason });
      return readField();
    };
    expect(await fieldFor('dns_unknown')).toBe('host');
    expect(await fieldFor('auth_refused')).toBe('password');
    expect(await fieldFor('tcp_refused')).toBe('port');
    expect(await fieldFor('unheard_of')).toBeNull();
    await setStatus(id, { lastSentAt: new Date(now - DAY), lastSentVersion: version });
    expect(await fieldFor('tcp_refused')).toBeNull();
    expect(await fieldFor('dns_unanswered')).toBeNull();
    expect(await fieldFor('dns_unknown')).toBe('host');
    expect(await fieldFor('auth_refused')).toBe('password');
  });

  it('names the field to correct after a failed test', async () => {
    const { id, version } = await configure({ isDefault: true, host: '127.0.0.1', port: 1 });
    await app.configs.test(id, { to: 'a@b.c' });
    const values = expect.objectContaining({ host: '127.0.0.1', port: 1 });
    expect((await readOverview()).attention).toMatchObject([{ kind: 'test_failed', reason: 'tcp_refused', values, field: 'port' }]);
    await setStatus(id, { lastTestError: 'Another.', lastTestReason: 'unheard_of', lastTestVersion: version });
    expect((await readOverview()).attention).toMatchObject([{ kind: 'test_failed', error: 'Another.', field: null }]);
  });

  it('reports a failure that is over for 24 hours', async () => {
    const { id } = await configure({ isDefault: true });
    const over = { lastFailureSince: new Date(now - 2 * DAY), lastFailureError: 'Refused.' };
    await setStatus(id, { ...over, lastFailureUntil: new Date(now - 60 * MINUTE) });
    const { attention } = await readOverview();
    const until = new Date(now - 60 * MINUTE);
    expect(attention).toEqual([
      { kind: 'recovered', config: { id, name: 'main' }, since: over.lastFailureSince, until, error: 'Refused.', reason: null, values: {} },
    ]);
    await setStatus(id, { lastFailureUntil: new Date(now - 25 * 60 * MINUTE) });
    expect(await readKinds()).toEqual([]);
  });

  it('lists errors before warnings and notes', async () => {
    await configure({ isDefault: true });
    await configure({ name: 'office', host: 'smtp.office365.com', port: 587 });
    const past = await configure({ name: 'past' });
    await setStatus(past.id, { certificateExpiresAt: new Date(now - DAY), observedVersion: past.version });
    const soon = await configure({ name: 'soon' });
    await setStatus(soon.id, { certificateExpiresAt: new Date(now + DAY), observedVersion: soon.version });
    await queueAt(now - MINUTE, 'failed');
    await queue({ config: 'never_made' });
    const { attention } = await readOverview();
    expect(attention.map((item) => [severityOf(item), item.kind])).toEqual([
      ['error', 'held_missing'],
      ['error', 'certificate_expires'],
      ['warning', 'failed'],
      ['warning', 'certificate_expires'],
      ['info', 'login_warning'],
    ]);
  });

  it('reports mail whose own configuration is disabled or missing', async () => {
    await configure({ isDefault: true });
    const news = await configure({ name: 'news' });
    const lost = await configure({ name: 'lost' });
    await queue({ config: 'news' });
    await queue({ config: 'lost' });
    await queue({ config: 'never_made' });
    await app.configs.update(news.id, { enabled: false, version: news.version });
    await app.configs.remove(lost.id);
    expect((await readOverview()).attention).toEqual([
      { kind: 'held_disabled', config: { id: news.id, name: 'news' }, waiting: 1 },
      { kind: 'held_missing', waiting: 2 },
    ]);
    // A configuration of that name takes over its mail.
    await configure({ name: 'Never_Made' });
    expect((await readOverview()).attention).toMatchObject([{ kind: 'held_disabled' }, { kind: 'held_missing', waiting: 1 }]);
  });

  it('reports mail that waits for no reason, and mail that a server defers for long', async () => {
    await configure({ isDefault: true });
    const stalled = await queueAt(now - 14 * MINUTE, 'queued');
    expect(await readKinds()).toEqual([]);
    await set(stalled, { availableAt: new Date(now - 16 * MINUTE) });
    expect((await readOverview()).attention).toMatchObject([{ kind: 'oldest', message: { id: stalled, reason: null } }]);
    await set(stalled, { attempts: 1, availableAt: new Date(now + 60 * MINUTE), createdAt: new Date(now - 100 * MINUTE) });
    expect(await readKinds()).toEqual([]);
    await set(stalled, { createdAt: new Date(now - 130 * MINUTE) });
    expect((await readOverview()).attention).toMatchObject([{ kind: 'oldest', message: { id: stalled, reason: 'backoff' } }]);
  });

  it('counts messages that failed in the last 24 hours, even after days of attempts', async () => {
    await configure({ isDefault: true });
    for (const status of ['failed', 'unknown', 'partially_sent', 'expired'] as const) {
      await queueAt(now - MINUTE, status);
      await queueAt(now - 2 * DAY, status);
    }
    await queueAt(now - MINUTE, 'failed');
    await queueAt(now - 3 * DAY, 'failed', { attempts: 60, availableAt: new Date(now - 60 * MINUTE) as never });
    await queueAt(now - 3 * DAY, 'expired', { availableAt: new Date(now - MINUTE) as never });
    const { attention, traffic, day } = await readOverview();
    expect(attention).toEqual([
      { kind: 'failed', count: 4, byStatus: { failed: 2, expired: 1, unknown: 1 } },
      { kind: 'failed_late', count: 2 },
      { kind: 'partially_sent', count: 1 },
    ]);
    // The same number as in the chart.
    expect(traffic.filter(({ at }) => at >= day).reduce((sum, { failed }) => sum + failed, 0)).toBe(4);
  });

  it('reports failed tests and logins that are being retired, except for disabled configurations', async () => {
    await configure({ isDefault: true });
    const office = await configure({ name: 'office', host: 'smtp.office365.com', port: 587 });
    const broken = await configure({ name: 'broken' });
    const off = await configure({ name: 'off', host: 'smtp.office365.com', port: 587, enabled: false });
    for (const { id } of [broken, off])
      await setStatus(id, { lastTestStatus: 'failed', lastTestVersion: 1, lastTestAt: new Date(now), lastTestError: 'No.' });
    const { attention, configs } = await readOverview();
    expect(attention).toEqual([
      {
        kind: 'test_failed',
        config: { id: broken.id, name: 'broken' },
        since: new Date(now),
        error: 'No.',
        reason: null,
        values: {},
        field: null,
      },
      { kind: 'login_warning', config: { id: office.id, name: 'office' }, warning: 'microsoft_password' },
    ]);
    // Configurations with problems come first, disabled ones last.
    expect(configs.map(({ name }) => name)).toEqual(['broken', 'office', 'main', 'off']);
  });

  it('reports certificates thirty days before they expire, and after', async () => {
    const ends = { soon: new Date(now + 12 * DAY), later: new Date(now + 31 * DAY), past: new Date(now - DAY) };
    const ids: Record<string, string> = {};
    for (const [name, certificateExpiresAt] of Object.entries(ends)) {
      ids[name] = (await configure({ name, isDefault: name === 'later' })).id;
      await setStatus(ids[name], { certificateExpiresAt, observedVersion: 1 });
    }
    const attention = (await readOverview()).attention;
    expect(attention).toHaveLength(2);
    expect(attention).toEqual(
      expect.arrayContaining([
        { kind: 'certificate_expires', config: { id: ids.soon, name: 'soon' }, expiresAt: ends.soon, isExpired: false },
        { kind: 'certificate_expires', config: { id: ids.past, name: 'past' }, expiresAt: ends.past, isExpired: true },
      ]),
    );
  });

  it('counts sent, failed and waiting mail per configuration', async () => {
    await configure({ isDefault: true });
    await configure({ name: 'news' });
    await queueAt(now - MINUTE, 'sent', { sentBy: 'main' });
    await queueAt(now - MINUTE, 'partially_sent', { sentBy: 'main' });
    await queueAt(now - 25 * 60 * MINUTE, 'sent', { sentBy: 'main' });
    await queueAt(now - MINUTE, 'failed');
    await queueAt(now - MINUTE, 'unknown', { configName: 'news' });
    await queueAt(now - 25 * 60 * MINUTE, 'failed', { configName: 'news' });
    await queue();
    await queue({ config: 'news' });
    await queueAt(now, 'sending');
    expect((await readOverview()).configs).toMatchObject([
      { name: 'main', isDefault: true, sent: 2, failed: 1, waiting: 2 },
      { name: 'news', sent: 0, failed: 1, waiting: 1 },
    ]);
  });

  it('lists at most a dozen configurations, and a few problems of each kind', async () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => ({
      id: randomUUID(),
      name: `bulk_${n}`,
      nameKey: `bulk_${n}`,
      type: 'generic',
      enabled: true,
      host: 'localhost',
      port: 25,
      security: 'none',
      authRequired: false,
      authMethod: 'password',
      passwordSource: 'stored',
      clientSecretSource: 'stored',
      cc: [],
      bcc: [],
      copyActivities: [],
      maxConnections: 5,
      version: 1,
      connectionVersion: 1,
      createdAt: new Date(now),
      updatedAt: new Date(now),
    }));
    for (let start = 0; start < rows.length; start += 100) {
      await app.dataSource
        .createQueryBuilder()
        .insert()
        .into('smtp_config')
        .values(rows.slice(start, start + 100))
        .execute();
    }
    for (const { id } of rows.slice(-7))
      await setStatus(id, { lastTestStatus: 'failed', lastTestVersion: 1, lastTestAt: new Date(now), lastTestError: 'No.' });
    const { configs, configured, attention } = await readOverview();
    expect(configured).toBe(1_000);
    expect(configs).toHaveLength(12);
    expect(configs.map(({ lastTestStatus }) => lastTestStatus === 'failed')).toEqual([...Array(7).fill(true), ...Array(5).fill(false)]);
    expect(attention.map((matter) => matter.kind)).toEqual([...Array(5).fill('test_failed'), 'more']);
    expect(attention.at(-1)).toEqual({ kind: 'more', of: 'test_failed', count: 2 });
    await app.dataSource.query('DELETE FROM smtp_config_status');
    await app.dataSource.query('DELETE FROM smtp_config');
  });

  it('requires permission to view', async () => {
    const refused = expect.objectContaining({ code: 'FORBIDDEN' });
    expect(await app.overview.find({ admin: { email: 'viewer@acme.io', role: 'VIEWER' } })).toMatchObject({ configured: 0 });
    await expect(app.overview.find({ admin: null })).rejects.toEqual(refused);
    await expect(app.overview.find({ admin: undefined }, { isFresh: true })).rejects.toEqual(refused);
  });

  it('reads once for concurrent callers, caches the result briefly, and reads again on request', async () => {
    const [one, other] = await Promise.all([readOverview(), app.overview.find()]);
    expect(other).toBe(one);
    expect(await readOverview()).not.toBe(one);
  });
});
