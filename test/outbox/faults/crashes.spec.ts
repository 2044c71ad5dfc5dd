import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

/** Messages in flight at most: what a crash can duplicate. */
const IN_FLIGHT = 10;

describe.each(databases)('Processes that end on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  it('C2-1 A4.14 five times kill -9 in the middle of a thousand messages: none lost, few twice, with the same Message-ID, and none that was not begun', async () => {
    await bench.queue(1_000);
    const begun = new Set<string>();
    for (let kills = 0; kills < 5; kills++) {
      const before = (await bench.sink.state()).mails.length;
      // Whenever this process comes to look: the worker is not done by then.
      const body = [
        { match: '', reply: '250 2.0.0 taken', times: 100 },
        { match: '', reply: 'SILENCE' },
      ];
      await bench.sink.rules({ body });
      const worker = await bench.worker({ concurrency: IN_FLIGHT, leaseMs: 2_000 });
      await eventually(async () => expect((await bench.sink.state()).mails.length).toBeGreaterThan(before + 50));
      worker.kill('SIGKILL');
      await worker.exited;
      // What it had written is read to its end.
      await eventually(async () => expect((await bench.sink.state()).open).toBe(0));
      const taken = new Set((await bench.tally()).subjects);
      const inHand = await bench.rows<{ subject: string }>("SELECT subject FROM smtp_message WHERE status = 'sending'");
      for (const { subject } of inHand) if (taken.has(subject)) begun.add(subject);
    }
    await bench.sink.rules({});
    await bench.worker();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1_000 }));
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(1_000);
    expect(duplicates.length).toBeLessThanOrEqual(5 * IN_FLIGHT);
    expect(duplicates.filter((subject) => !begun.has(subject))).toEqual([]);
    expect(renamed).toEqual([]);
  });

  it('C2-2 kill -9 between INSERT and COMMIT leaves neither the order nor its mail; a commit leaves both', async () => {
    const worker = await bench.worker({ run: false });
    await worker.ask({ do: 'insertWithoutCommit', subject: 'never' });
    worker.kill('SIGKILL');
    await worker.exited;
    await bench.host.dataSource.transaction(async (manager) => {
      await manager.query("INSERT INTO host_order (name) VALUES ('kept')");
      await bench.host.mail.send({ to: 'a@b.c', subject: 'kept', text: 'Hello' }, { manager });
    });
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect(await bench.rows('SELECT name FROM host_order')).toEqual([{ name: 'kept' }]);
    expect(await bench.tally()).toEqual({ subjects: ['kept'], duplicates: [], renamed: [] });
  });

  it('C2-6 C2-7 two processes share ten thousand messages: each once', async () => {
    await bench.queueCopies(10_000);
    await Promise.all([bench.worker(), bench.worker()]);
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 10_000 }));
    const { mails } = await bench.sink.state();
    expect(mails).toHaveLength(10_000);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(10_000);
  });
});
