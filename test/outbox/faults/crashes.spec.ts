import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { sized } from '../../support/sized.js';

/** The most messages in flight, which a crash can duplicate. */
const IN_FLIGHT = 10;
const MESSAGES = sized(1_000, 400);
const MANY = sized(10_000, 2_000);

describe.each(databases)('Processes that crash, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  it('C2-1 A4.14 loses no message over five kills, and duplicates only messages in flight, with the same Message-ID', async () => {
    await bench.queue(MESSAGES);
    const begun = new Set<string>();
    for (let kills = 0; kills < 5; kills++) {
      const before = (await bench.sink.readState()).mails.length;
      // The worker is not finished when this process reads the sink, however late that is.
      const body = [
        { match: '', reply: '250 2.0.0 taken', times: 100 },
        { match: '', reply: 'SILENCE' },
      ];
      await bench.sink.setRules({ body });
      const worker = await bench.startWorker({ concurrency: IN_FLIGHT, leaseMs: 2_000 });
      await eventually(async () => expect((await bench.sink.readState()).mails.length).toBeGreaterThan(before + 50));
      worker.kill('SIGKILL');
      await worker.exited;
      // Wait until the sink has read everything that the worker wrote.
      await eventually(async () => expect((await bench.sink.readState()).open).toBe(0));
      const taken = new Set((await bench.tally()).subjects);
      const sending = await bench.query<{ subject: string }>("SELECT subject FROM smtp_message WHERE status = 'sending'");
      for (const { subject } of sending) if (taken.has(subject)) begun.add(subject);
    }
    await bench.sink.setRules({});
    await bench.startWorker();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: MESSAGES }));
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(MESSAGES);
    expect(duplicates.length).toBeLessThanOrEqual(5 * IN_FLIGHT);
    expect(duplicates.filter((subject) => !begun.has(subject))).toEqual([]);
    expect(renamed).toEqual([]);
  });

  it('C2-2 keeps neither the order nor its mail after a kill between INSERT and COMMIT, and both after a commit', async () => {
    const worker = await bench.startWorker({ run: false });
    await worker.ask({ do: 'insertWithoutCommit', subject: 'never' });
    worker.kill('SIGKILL');
    await worker.exited;
    await bench.host.dataSource.transaction(async (manager) => {
      await manager.query("INSERT INTO host_order (name) VALUES ('kept')");
      await bench.host.mail.send({ to: 'a@b.c', subject: 'kept', text: 'Hello' }, { manager });
    });
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    expect(await bench.query('SELECT name FROM host_order')).toEqual([{ name: 'kept' }]);
    expect(await bench.tally()).toEqual({ subjects: ['kept'], duplicates: [], renamed: [] });
  });

  it('C2-6 C2-7 sends each of many messages once with two processes', async () => {
    await bench.queueCopies(MANY);
    await Promise.all([bench.startWorker(), bench.startWorker()]);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: MANY }));
    const { mails } = await bench.sink.readState();
    expect(mails).toHaveLength(MANY);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(MANY);
  });
});
