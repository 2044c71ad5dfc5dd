import { describe, expect, it } from '@jest/globals';
import { activeFilters, filterQuery, statusesIn } from '../../../lib/admin/components/model/log-filters.js';
import { PERIOD_NAMES, periodOf } from '../../../lib/admin/components/model/periods.js';
import { LANGUAGES } from '../../../lib/admin/locales/index.js';
import { textsByResource } from '../../../lib/admin/locales/language.js';

const { labels, components, properties }: Record<string, Record<string, string>> = textsByResource(LANGUAGES.en).SmtpMessage;
const dayStart = (daysAgo: number): string => {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).toISOString();
};

describe('The filters of the log in the URL', () => {
  it('become a query of the server', () => {
    expect(filterQuery({})).toEqual({});
    expect(filterQuery({ search: 'a@b', status: 'failed,expired', activity: '', configName: 'main' })).toEqual({
      'filters.search': 'a@b',
      'filters.status': 'failed,expired',
      'filters.configName': 'main',
    });
  });

  it.each([
    [{ period: 'today' }, dayStart(0), undefined],
    [{ period: 'yesterday' }, dayStart(1), dayStart(0)],
    [{ period: 'week' }, dayStart(6), undefined],
    [{ period: 'month' }, dayStart(29), undefined],
    // The days of another period do not count.
    [{ period: 'today', from: '2020-01-01', to: '2020-01-02' }, dayStart(0), undefined],
    [
      { period: 'range', from: '2026-03-28', to: '2026-03-29' },
      new Date('2026-03-28T00:00:00').toISOString(),
      new Date('2026-03-30T00:00:00').toISOString(),
    ],
    // The exact times of a link.
    [{ from: '2026-03-28T01:02:03.004Z', to: '2026-03-29T00:00:00.000Z' }, '2026-03-28T01:02:03.004Z', '2026-03-29T00:00:00.000Z'],
    [{ from: '2026-03-28' }, new Date('2026-03-28T00:00:00').toISOString(), undefined],
    [{ period: 'range', from: 'yesterday', to: '2026-13-45' }, undefined, undefined],
    [{ period: 'constructor' }, undefined, undefined],
  ])('cover whole days: %j', (filters, from, to) => {
    const query = filterQuery(filters);
    expect([query['filters.createdAt~~from'], query['filters.createdAt~~to']]).toEqual([from, to]);
  });

  it('know several statuses, and ignore unknown ones', () => {
    expect(statusesIn({ status: 'expired,failed,nothing' })).toEqual(['failed', 'expired']);
    expect(statusesIn({})).toEqual([]);
  });

  it('are listed one by one, each with the change that removes it', () => {
    const filters = { search: 'x', status: 'failed,expired', from: '2026-01-01', activity: 'invoice', reason: 'missing' };
    const active = activeFilters(filters);
    expect(active.map(({ name, value }) => [name, value])).toEqual([
      ['status', 'failed'],
      ['status', 'expired'],
      ['period', 'range'],
      ['activity', 'invoice'],
      ['reason', 'missing'],
    ]);
    for (const { without } of active) expect(activeFilters({ ...filters, ...without })).toHaveLength(active.length - 1);
    expect(periodOf({ ...filters, ...active[2]!.without })).toBeUndefined();
  });

  it('list no period until a day is chosen', () => {
    expect(activeFilters({ period: 'range' })).toEqual([]);
    expect(activeFilters({ period: 'range', to: '2026-01-01' })).toHaveLength(1);
  });

  it('have a text for each period, and for everything that a message shows', () => {
    for (const period of PERIOD_NAMES) expect(labels).toHaveProperty(`period_${period}`);
    for (const basis of ['current', 'config']) expect(components).toHaveProperty(`basis_${basis}`);
    for (const kind of ['attachment', 'inline']) for (const count of ['One', 'Many']) expect(components).toHaveProperty(kind + count);
    const facts = [
      'from',
      'replyTo',
      'to',
      'cc',
      'bcc',
      'recipients',
      'activity',
      'configName',
      'sentBy',
      'priority',
      'createdAt',
      'sentAt',
    ];
    for (const fact of [...facts, 'availableAt', 'nextAttemptAt', 'expiresAt', 'attempts', 'size', 'messageId', 'resentFrom'])
      expect(properties).toHaveProperty(fact);
  });
});
