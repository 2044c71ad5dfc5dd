import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SmtpMessage } from '../../lib/index.js';
import { SLOT_MS } from '../../lib/shared/mail-overview.js';
import { type DatabaseKind, databases } from '../support/databases.js';
import { startOn } from '../support/smtp-app.js';
import '../support/long-tests.js';

const ROWS = 1_000_000;
/** Messages are 600 ms apart, which makes a week, and the last one is recent. */
const APART = 600;
const START = Date.now() - ROWS * APART;
const AT = `(${START} + n * ${APART})`;

/** Numbers from 1 to a million as `n`, each with an id in the outbox's order. */
const SERIES: Record<DatabaseKind, { numbers: string; time: string; id: string; plan: (sql: string) => string }> = {
  sqlite: {
    numbers: `WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ${ROWS}) SELECT n FROM series`,
    time: `printf('%012x', ${AT})`,
    id: `substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7000-8000-' || printf('%012d', n)`,
    plan: (sql) => `EXPLAIN QUERY PLAN ${sql}`,
  },
  postgres: {
    numbers: `SELECT n FROM generate_series(1, ${ROWS}) AS series(n)`,
    time: `lpad(to_hex(${AT}::bigint), 12, '0')`,
    id: `substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7000-8000-' || lpad(n::text, 12, '0')`,
    plan: (sql) => `EXPLAIN ${sql}`,
  },
  mariadb: {
    numbers: `SELECT seq AS n FROM seq_1_to_${ROWS}`,
    time: `LPAD(LOWER(HEX(${AT})), 12, '0')`,
    id: `CONCAT(substr(t, 1, 8), '-', substr(t, 9, 4), '-7000-8000-', LPAD(n, 12, '0'))`,
    plan: (sql) => `EXPLAIN ${sql}`,
  },
};

describe.each(databases)('The overview with a million messages in one week on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  const { numbers, time, id, plan } = SERIES[kind];

  beforeAll(async () => {
    app = await startOn(kind, { delivery: { run: false } });
    await app.configs.create({ name: 'main', host: 'localhost', port: 2525, username: 'u@acme.io', password: 'p', isDefault: true });
    await app.dataSource.query(
      `INSERT INTO smtp_message (id, status, lane, priority, available_at, created_at, sent_by, activity, recipients, recipient_count, subject,
         message_id, is_sensitive, content_hash, attempts, lost_leases, is_quarantined, last_reply)
       SELECT ${id}, CASE WHEN n % 1000 = 0 THEN 'failed' WHEN n % 100 = 0 THEN 'queued' ELSE 'sent' END, 'activity:general', 1, ${AT}, ${AT},
         CASE WHEN n % 100 = 0 THEN NULL ELSE 'main' END, 'general', 'somebody.with.a.name@example.org', 1, 'A message like any other',
         '<5f2c4d3a-9b1e-4c6d-8e7f-000000000000@mail.example.org>', false, '', 0, 0, false, '250 2.0.0 Ok: queued as 4XyZ12AbCd9'
       FROM (SELECT n, ${time} AS t FROM (${numbers}) numbers) timed`,
    );
    // The database would do this itself some minutes later.
    if (kind === 'postgres') await app.dataSource.query('VACUUM ANALYZE');
    if (kind === 'mariadb') await app.dataSource.query('ANALYZE TABLE smtp_message');
  });
  afterAll(() => app.close());

  it('counts all messages', async () => {
    const { traffic, waiting, oldest, attention, configs } = await app.overview.find();
    const sumOf = (outcome: 'sent' | 'waiting' | 'failed'): number => traffic.reduce((total, slot) => total + slot[outcome], 0);
    expect([sumOf('sent'), sumOf('waiting'), sumOf('failed')]).toEqual([0.99 * ROWS, 0.009 * ROWS, 0.001 * ROWS]);
    // A slot in the middle is full.
    const each = SLOT_MS / APART;
    const { sent, waiting: still, failed } = traffic[300]!;
    expect(sent + still + failed).toBe(each);
    expect(waiting).toBe(0.009 * ROWS);
    expect(oldest!.since).toEqual(new Date(START + 100 * APART));
    expect(attention.map((matter) => matter.kind)).toEqual(['oldest', 'failed']);
    expect(configs).toMatchObject([{ name: 'main', waiting: 0.009 * ROWS }]);
  });

  it('reads only an index', async () => {
    const slot = `created_at - created_at % ${SLOT_MS}`;
    const traffic = `SELECT ${slot} AS slot, status, COUNT(*) AS n FROM smtp_message WHERE created_at >= ${START} GROUP BY ${slot}, status`;
    const { indices } = app.dataSource.getMetadata(SmtpMessage);
    const index = indices.find(({ columns }) => columns[0]?.propertyName === 'createdAt')!.name;
    expect(JSON.stringify(await app.dataSource.query(plan(traffic))).replaceAll('\\"', '')).toMatch(
      new RegExp(`(COVERING INDEX|Index Only Scan using|"key":") ?${index}`),
    );
  });
});
