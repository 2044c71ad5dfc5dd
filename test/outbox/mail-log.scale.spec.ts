import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DatabaseKind, databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { watchEventLoop } from '../support/event-loop.js';
import { startOn } from '../support/smtp-app.js';
import '../support/long-tests.js';

const ROWS = 1_000_000;
const START = Date.now() - 86_400_000;
/** Messages are 80 ms apart. */
const AT = `${START} + n * 80`;

/** Numbers from 1 to a million as `n`, each with an id in the outbox's order. */
const SERIES: Partial<Record<DatabaseKind, { numbers: string; time: string; id: string }>> = {
  sqlite: {
    numbers: `WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ${ROWS}) SELECT n FROM series`,
    time: `printf('%012x', ${AT})`,
    id: `substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7000-8000-' || printf('%012d', n)`,
  },
  postgres: {
    numbers: `SELECT n FROM generate_series(1, ${ROWS}) AS series(n)`,
    time: `lpad(to_hex(${AT}::bigint), 12, '0')`,
    id: `substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7000-8000-' || lpad(n::text, 12, '0')`,
  },
};

describe.each(databases.filter(({ name }) => SERIES[name]))('The mail log with a million waiting messages on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;

  beforeAll(async () => {
    app = await startOn(kind, { delivery: { run: false } });
    const { numbers, time, id } = SERIES[kind]!;
    await app.dataSource.query(
      `INSERT INTO smtp_message (id, status, lane, priority, available_at, created_at, activity, recipients, recipient_count, subject,
         message_id, is_sensitive, content_hash, attempts, lost_leases, is_quarantined)
       SELECT ${id}, CASE WHEN n % 100000 = 0 THEN 'failed' ELSE 'queued' END, 'activity:general', 1, ${AT}, ${AT}, 'general', 'a@example.org', 1,
         'A message that waits', '<x@example.org>', false, 'x', 0, 0, false FROM (SELECT n, ${time} AS t FROM (${numbers}) numbers) timed`,
    );
    // PostgreSQL would do this itself some minutes later.
    if (kind === 'postgres') await app.dataSource.query('VACUUM ANALYZE');
  });
  afterAll(() => app.close());

  /** Returns the shortest of several measurements in milliseconds: other load makes them longer, never shorter. */
  const measureShortest = async <Name extends string>(works: Record<Name, () => Promise<unknown>>): Promise<Record<Name, number>> => {
    const best = {} as Record<Name, number>;
    for (let round = 0; round < 8; round++) {
      for (const name of Object.keys(works) as Name[]) {
        const started = performance.now();
        await works[name]();
        best[name] = Math.min(best[name] ?? Infinity, performance.now() - started);
      }
    }
    return best;
  };

  it('opens as fast as its messages are counted, and reads a distant page or one status without scanning all of them', async () => {
    const failed = { filters: { status: 'failed' } } as const;
    const { reading, opening, further, narrowed } = await measureShortest({
      // Scanning the whole table once is the baseline on any machine.
      reading: () => app.dataSource.query("SELECT COUNT(*) FROM smtp_message WHERE recipients = 'nobody'"),
      opening: async () => {
        // Any change to the log discards the cached counts.
        await app.log.retryMany([]);
        await Promise.all([app.log.find(), app.log.count(), app.log.counts(), app.log.failing()]);
      },
      further: () => app.log.find({ offset: 9_900 }),
      narrowed: () => Promise.all([app.log.find(failed), app.log.count(failed)]),
    });
    expect(opening).toBeLessThan(3 * reading);
    expect(Math.max(further, narrowed)).toBeLessThan(reading);
    expect(await app.log.count()).toBe(10_000);
    expect(await app.log.count(failed)).toBe(10);
    expect(await app.log.counts()).toMatchObject({ waiting: ROWS - 10, failed: 10 });
  });

  it('exports the newest 100,000 messages and says that there are more, without blocking the event loop', async () => {
    const { count, isCut, batches } = await app.log.export();
    expect({ count, isCut }).toEqual({ count: 100_000, isCut: true });
    const loop = watchEventLoop();
    const started = performance.now();
    const ids = new Set<string>();
    let last = '~';
    for await (const entries of batches) {
      expect(entries.length).toBeLessThanOrEqual(500);
      for (const { id } of entries) {
        expect(id < last).toBe(true);
        ids.add(id);
        last = id;
      }
    }
    // Without a pause between the batches, the event loop would stand still nearly all the time.
    expect(loop.sumStallsMs(200)).toBeLessThan((performance.now() - started) / 4);
    expect(ids.size).toBe(100_000);
    const failed = await app.log.export({ status: 'failed' });
    expect({ count: failed.count, isCut: failed.isCut }).toEqual({ count: 10, isCut: false });
  });

  it('caches its counts briefly', async () => {
    const flip =
      "UPDATE smtp_message SET status = CASE status WHEN 'failed' THEN 'held' ELSE 'failed' END WHERE status IN ('failed', 'held')";
    // Repeated if the cache expired before the second call.
    const counts = await eventually(async () => {
      await app.log.retryMany([]);
      const first = await app.log.counts();
      await app.dataSource.query(flip);
      expect(await app.log.counts()).toEqual(first);
      return first;
    });
    await eventually(async () => expect(await app.log.counts()).not.toEqual(counts));
  });
});
