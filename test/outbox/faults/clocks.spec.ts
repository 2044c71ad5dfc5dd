import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

const HOUR_MS = 3_600_000;
const inHalfAnHour = (): Date => new Date(Date.now() + HOUR_MS / 2);

/** SQLite is a file of one machine: there every process has the database's clock, whatever its own says. */
describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Clocks that differ, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  const delivery = { leaseMs: 20_000, expireAfterMs: HOUR_MS / 2 };
  const right = () => bench.worker(delivery);

  describe.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])('one of two processes an hour %s', (_where, clockOffsetMs) => {
    const wrong = () => bench.worker(delivery, { clockOffsetMs });

    it('C2-29 nothing expires or leaves early and nothing is claimed twice', async () => {
      // The one that would think itself, or be thought by the other, to have lost its leases comes first.
      const [first, second] = clockOffsetMs > 0 ? [right, wrong] : [wrong, right];
      await bench.queue(40, { expiresAt: inHalfAnHour() });
      await bench.send({ subject: 'later', sendAt: inHalfAnHour() });
      await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
      await first();
      await eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
      await second();
      await eventually(async () => expect((await bench.sink.state()).waiting).toBe(10));
      // Each of them looks for lost leases and for what is due, again and again, while the other has mail in hand.
      await pause(1_000);
      expect((await bench.sink.state()).waiting).toBe(10);
      await bench.sink.rules({});
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 40, queued: 1 }));
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(40);
      expect(duplicates).toEqual([]);
    });

    it('C2-29 what it queues, marks as failing and puts off is due by the database’s clock', async () => {
      const worker = await wrong();
      await bench.sink.rules({ greeting: 'DROP', rcptTo: [{ match: 'a@', reply: '450 4.2.1 mailbox busy', times: 1 }] });
      await worker.ask({ do: 'send', subject: 'now' });
      const failing = 'SELECT failing_code FROM smtp_config_status WHERE failing_since IS NOT NULL';
      await eventually(async () => expect(await bench.rows(failing)).toEqual([{ failing_code: 'CONNECTION' }]));
      await bench.sink.rules({ rcptTo: [{ match: 'a@', reply: '450 4.2.1 mailbox busy', times: 1 }] });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
      expect(await bench.message('now')).toMatchObject({ attempts: 1 });
      // Its own clock is an hour away from both.
      const { created_at: created, expires_at: expires } = await bench.message('now');
      expect(Math.abs(Number(created) - Date.now())).toBeLessThan(HOUR_MS / 2);
      expect(Math.abs(Number(expires) - Number(created) - HOUR_MS / 2)).toBeLessThan(60_000);
    });
  });
});
