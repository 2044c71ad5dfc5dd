import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  blockedBy,
  failedLate,
  filterQuery,
  finalOf,
  finishedSince,
  type LogFilters,
  queuedSince,
  waitingFor,
  withOutcome,
} from '../../lib/admin/components/model/log-filters.js';
import { barsOf, type Period, sumOf } from '../../lib/admin/components/model/traffic.js';
import { uuid7 } from '../../lib/database/uuid7.js';
import type { MailMessage, SmtpConfigInput } from '../../lib/index.js';
import { type MailLogCounts, OUTCOME_STATUSES } from '../../lib/shared/mail-counts.js';
import { type FailingConfig, type MessageStatus } from '../../lib/shared/mail-log.js';
import type { MailOverview } from '../../lib/shared/mail-overview.js';
import type { Wire } from '../../lib/shared/wire.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const OVERVIEW = '/api/resources/SmtpOverview/actions/read';
const LOG = '/api/resources/SmtpMessage/actions/list';

/** A number of the panel, and the filters of the log that it links to. */
type Linked = [what: string, count: number, filters: LogFilters];

describe.each(databases)('The numbers of the panel on $name', ({ name: kind }) => {
  let app: AdminApp;
  let admin: AdminClient;
  let now: number;

  const configure = (name: string, fields: SmtpConfigInput = {}) =>
    app.configs.create({ name, host: 'localhost', port: 2525, username: 'u@acme.io', password: 'p', ...fields });
  /** Queues a message as it would have been `ago` milliseconds earlier. */
  const queue = async (
    ago: number,
    status: MessageStatus,
    fields: Partial<MailMessage> = {},
    row: Record<string, string | number | Date> = {},
  ) => {
    const queued = await app.mail.send({ to: 'a@b.c', subject: 'Hello', text: 'Hi', ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    const id = uuid7Ago(ago);
    const at = new Date(now - ago);
    const { manager } = app.dataSource;
    const values = { id, status, createdAt: at, availableAt: at, ...row };
    await manager.createQueryBuilder().update('smtp_message').set(values).where({ id: queued.id }).execute();
    return id;
  };
  let sequence = 0;
  /** Returns an id with a queuing time `ago` milliseconds earlier. */
  const uuid7Ago = (ago: number): string => {
    const hex = (now - ago).toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String((sequence += 1)).padStart(12, '0')}`;
  };
  /** Queues a message that was sent `sentAgo` milliseconds ago. */
  const queueSent = async (ago: number, sentAgo: number, status: MessageStatus = 'sent', sentBy = 'main') => {
    const id = await queue(ago, status, {}, { sentBy, configName: sentBy, sentAt: new Date(now - sentAgo) });
    const { manager } = app.dataSource;
    const attempt = {
      id: uuid7(now - sentAgo),
      messageId: id,
      at: new Date(now - sentAgo),
      configName: sentBy,
      outcome: 'accepted',
      ms: 5,
    };
    await manager.createQueryBuilder().insert().into('smtp_message_attempt').values(attempt).execute();
  };

  beforeAll(async () => {
    app = await startAdminApp(kind, { activities: [{ key: 'news' }, { key: 'invoice' }], delivery: { run: false } });
    admin = await app.signIn('admin@example.com');
    const main = await configure('main', { isDefault: true });
    const news = await configure('news');
    const off = await configure('off');
    const gone = await configure('gone');
    now = (await app.overview.find()).at;

    for (const ago of [0, MINUTE, 5 * HOUR, 22 * HOUR + 50 * MINUTE, 23 * HOUR + 20 * MINUTE, 23 * HOUR + 50 * MINUTE, 2 * DAY, 6 * DAY]) {
      await queueSent(ago, Math.max(0, ago - MINUTE));
      await queueSent(ago, Math.max(0, ago - MINUTE), 'partially_sent');
      await queueSent(ago, Math.max(0, ago - MINUTE), 'sent', 'news');
      for (const status of ['failed', 'expired', 'unknown', 'cancelled'] as const) await queue(ago, status, {}, { configName: 'main' });
      await queue(ago, 'queued');
      await queue(ago, 'sending', { config: 'news' });
      await queue(ago, 'failed', {}, { configName: 'news' });
    }
    // Sent or failed today but queued earlier, never attempted, or sent through a deleted configuration.
    await queueSent(3 * DAY, MINUTE);
    await queueSent(3 * DAY, 2 * DAY);
    await queue(3 * DAY, 'failed', {}, { configName: 'main', availableAt: new Date(now - MINUTE) });
    await queue(3 * DAY, 'expired', {}, { availableAt: new Date(now - HOUR) });
    await queueSent(3 * DAY, HOUR, 'partially_sent');
    await queue(HOUR, 'expired', { config: 'news' }, { configName: null as never });
    await queue(HOUR, 'expired', {}, {});
    await queueSent(HOUR, HOUR, 'sent', 'gone');
    await queue(HOUR, 'failed', {}, { configName: 'gone' });

    // A waiting message for each reason.
    await queue(HOUR, 'queued', { config: 'off' });
    await queue(HOUR, 'held', { config: 'off' });
    await queue(3 * DAY, 'held', { config: 'off' });
    await queue(HOUR, 'queued', { config: 'gone' });
    await queue(3 * DAY, 'held', { config: 'never_made' });
    await queue(HOUR, 'held', { activity: 'invoice' });
    await queue(0, 'queued', {}, { availableAt: new Date(now + DAY) });
    await queue(HOUR, 'queued', { config: 'news' });
    await queue(3 * DAY, 'queued', { activity: 'news' });

    await app.activities.assign('news', news.id);
    await app.activities.assign('invoice', gone.id);
    await app.configs.remove(gone.id);
    await app.configs.update(off.id, { enabled: false, version: off.version });
    await app.configs.update(main.id, { isDefault: false, version: main.version });
    const failing = {
      failingSince: new Date(now - HOUR),
      failingVersion: news.version,
      failingCode: 'AUTH',
      failingError: 'Refused.',
      nextProbeAt: new Date(now + DAY),
    };
    const { manager } = app.dataSource;
    await manager.createQueryBuilder().insert().into('smtp_config_status').values({ configId: news.id }).orIgnore().execute();
    await manager.createQueryBuilder().update('smtp_config_status').set(failing).where({ configId: news.id }).execute();
  });
  afterAll(() => app.close());

  const readOverview = async (hourStart: number): Promise<Wire<MailOverview>> =>
    (await admin.get(`${OVERVIEW}?fresh=true&hourStart=${hourStart}`)).json.overview;
  const readLog = async (
    query: Record<string, string>,
  ): Promise<{ total: number; counts: Wire<MailLogCounts>; failing: Wire<FailingConfig>[] }> =>
    (await admin.get(`${LOG}?${new URLSearchParams(query).toString()}`)).json.meta;
  const matching = async (numbers: Linked[]): Promise<[string, number][]> => {
    const rows: [string, number][] = [];
    for (const [what, , filters] of numbers) {
      const query = Object.fromEntries(Object.entries(filterQuery(filters)));
      expect(Object.keys(query)).not.toEqual([]);
      rows.push([what, (await readLog(query)).total]);
    }
    return rows;
  };
  /** Expects each number to equal the number of rows that its filters find. */
  const expectRows = async (numbers: Linked[]): Promise<void> => {
    expect(await matching(numbers)).toEqual(numbers.map(([what, count]) => [what, count]));
  };

  /** Returns the numbers of the items that need attention. */
  const attentionNumbers = ({ attention, day }: Wire<MailOverview>): Linked[] =>
    attention.flatMap((item): Linked[] => {
      switch (item.kind) {
        case 'failed':
          return [
            ['failed', item.count, withOutcome('failed', day)],
            ...Object.entries(item.byStatus).map(([status, count]): Linked => [status, count, queuedSince(day, status as MessageStatus)]),
          ];
        case 'failed_late':
          return [['failed late', item.count, failedLate(day)]];
        case 'partially_sent':
          return [['partially sent', item.count, finishedSince(day, 'partially_sent')]];
        case 'no_default':
          return [['no default', item.waiting, blockedBy('no_default')]];
        case 'held_missing':
          return [['missing', item.waiting, blockedBy('missing')]];
        case 'held_activity_missing':
          return [['activity missing', item.waiting, blockedBy('activity_missing')]];
        case 'held_disabled':
        case 'failing':
          return [[`${item.kind} ${item.config.name}`, item.waiting, waitingFor(item.config.name)]];
        default:
          return [];
      }
    });

  it.each([0, 15, 30, 45])('equal the numbers of the linked rows, for hours that start %s minutes past', async (hourStart) => {
    const overview = await readOverview(hourStart);
    // For a time zone with these hours.
    const bars = (period: Period) => barsOf(overview.traffic, period, overview.at, () => hourStart * MINUTE);
    const day = bars('24h');
    expect(day[0]!.from).toBe(overview.day);
    const numbers: Linked[] = [
      ...attentionNumbers(overview),
      ['waiting', overview.waiting, waitingFor()],
      ...overview.configs.flatMap(({ name, waiting, sent, failed }): Linked[] => [
        [`${name} waiting`, waiting, waitingFor(name)],
        [`${name} sent`, sent, { ...withOutcome('sent', overview.day), configName: name }],
        [`${name} failed`, failed, { ...withOutcome('failed', overview.day), configName: name }],
        [`${name} final`, sent + failed, finalOf(name, overview.day)],
      ]),
      ...(['24h', '7d'] as const).flatMap((period) =>
        (['sent', 'waiting', 'failed'] as const).flatMap((outcome): Linked[] => [
          [`${period} ${outcome}`, sumOf(bars(period))[outcome], withOutcome(outcome, bars(period)[0]!.from)],
          ...bars(period)
            .filter((bar, index) => bar[outcome] > 0 || index === 3)
            .map((bar): Linked => [`${period} ${outcome} ${bar.from}`, bar[outcome], withOutcome(outcome, bar.from, bar.to)]),
        ]),
      ),
    ];
    const kinds = ['failed', 'expired', 'unknown', 'failed late', 'partially sent', 'no default', 'missing', 'activity missing'];
    for (const what of [...kinds, 'failing news', 'held_disabled off'])
      expect(numbers.find(([name]) => name === what)![1]).toBeGreaterThan(0);
    await expectRows(numbers);
    // The same words stand for the same number.
    const failed = overview.attention.find((item) => item.kind === 'failed')!;
    expect(failed.count).toBe(sumOf(day).failed);
  });

  it('equal the numbers of the rows in the mail log', async () => {
    const today = new Date(Math.floor((now - 10 * HOUR) / (15 * MINUTE)) * 15 * MINUTE);
    const { counts, failing } = await readLog({ fresh: 'true', today: today.toISOString() });
    expect(counts.today).toBe(today.toISOString());
    expect(counts.sentToday).toBe(12);
    const statuses = (...list: MessageStatus[]): LogFilters => ({ status: list.join(',') });
    await expectRows([
      ['waiting', counts.waiting, waitingFor()],
      ['held', counts.held, statuses('held')],
      ['failed', counts.failed, statuses(...OUTCOME_STATUSES.failed)],
      ['unknown', counts.unknown, statuses('unknown')],
      ['sent today', counts.sentToday, finishedSince(counts.today, ...OUTCOME_STATUSES.sent)],
      ...failing.map(({ name, waiting }): Linked => [name, waiting, waitingFor(name)]),
    ]);
    expect(failing.map(({ name }) => name)).toEqual(['news']);
    expect(counts.waiting).toBe((await readOverview(0)).waiting);
  });

  it('equal the numbers of the rows that wait for a configuration, on its page', async () => {
    for (const { id, name } of await app.configs.find()) {
      const { usage } = (await admin.get(`/api/resources/SmtpConfig/records/${id}/usage`)).json;
      expect(usage.waiting).toBeGreaterThanOrEqual(0);
      await expectRows([[name, usage.waiting, waitingFor(name)]]);
    }
  });
});
