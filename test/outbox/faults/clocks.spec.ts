import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

const HOUR_MS = 3_600_000;
const halfAnHourFromNow = (): Date => new Date(Date.now() + HOUR_MS / 2);

/** SQLite is a local file, so every process uses the clock of the database's machine. */
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
  const startRight = () => bench.startWorker(delivery);

  describe.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])('one of two processes an hour %s', (_where, clockOffsetMs) => {
    const startWrong = () => bench.startWorker(delivery, { clockOffsetMs });

    it('C2-29 expires nothing and sends nothing early, and claims nothing twice', async () => {
      // First comes the process whose leases seem lost to the other one or to itself.
      const [first, second] = clockOffsetMs > 0 ? [startRight, startWrong] : [startWrong, startRight];
      await bench.queue(40, { expiresAt: halfAnHourFromNow() });
      await bench.send({ subject: 'later', sendAt: halfAnHourFromNow() });
      await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
      await first();
      await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
      await second();
      await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(10));
      // Meanwhile each process polls for lost leases and due messages while the other one has mail in flight.
      await pause(1_000);
      expect((await bench.sink.readState()).waiting).toBe(10);
      await bench.sink.setRules({});
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 40, queued: 1 }));
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(40);
      expect(duplicates).toEqual([]);
    });

    it('C2-29 uses the database’s clock to queue, to mark a configuration as failing and to defer', async () => {
      const worker = await startWrong();
      await bench.sink.setRules({ greeting: 'DROP', rcptTo: [{ match: 'a@', reply: '450 4.2.1 mailbox busy', times: 1 }] });
      await worker.ask({ do: 'send', subject: 'now' });
      const failing = 'SELECT failing_code FROM smtp_config_status WHERE failing_since IS NOT NULL';
      await eventually(async () => expect(await bench.query(failing)).toEqual([{ failing_code: 'CONNECTION' }]));
      await bench.sink.setRules({ rcptTo: [{ match: 'a@', reply: '450 4.2.1 mailbox busy', times: 1 }] });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
      expect(await bench.findMessage('now')).toMatchObject({ attempts: 1 });
      // The process's own clock is an hour away from both times.
      const { created_at: created, expires_at: expires } = await bench.findMessage('now');
      expect(Math.abs(Number(created) - Date.now())).toBeLessThan(HOUR_MS / 2);
      expect(Math.abs(Number(expires) - Number(created) - HOUR_MS / 2)).toBeLessThan(60_000);
    });
  });
});
