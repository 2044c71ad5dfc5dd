import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

const startWorkers = (bench: FaultBench, count: number) =>
  Promise.all(Array.from({ length: count }, () => bench.startWorker({ reconnectEveryMs: 30_000 })));
const expectEachOnce = async (bench: FaultBench, count: number) => {
  expect(await bench.query('SELECT DISTINCT attempts FROM smtp_message')).toEqual([{ attempts: 0 }]);
  const { subjects, duplicates } = await bench.tally();
  expect(subjects).toHaveLength(count);
  expect(duplicates).toEqual([]);
};

describe.each(databases)('A server that limits the rate of several processes, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());

  it('is asked for its rate by all of them together, and refuses few', async () => {
    const messages = 120;
    await bench.configure();
    await bench.sink.setRules({ maxPerSecond: 14 });
    await startWorkers(bench, 4);
    await bench.queue(messages);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: messages }));
    const { refused } = await bench.sink.readState();
    await expectEachOnce(bench, messages);
    // Up to twenty are in flight at the first refusal, of which the server may refuse each over a new connection, too.
    expect(refused).toBeLessThan(58);
    const [row] = await bench.query<{ pace_per_minute: number }>('SELECT pace_per_minute FROM smtp_config_status');
    const rate = row!.pace_per_minute / 60;
    expect(rate).toBeGreaterThan(0.3 * 14);
    expect(rate).toBeLessThan(1.5 * 14);
  });
});

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('A server that limits several processes, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  it('is known to a process that starts later, also after the process that learned was killed', async () => {
    await bench.configure();
    await bench.sink.setRules({ maxPerSecond: 14 });
    const [learner] = await startWorkers(bench, 1);
    await bench.queue(60, {}, 'a');
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 60 }));
    const before = (await bench.sink.readState()).refused;
    expect(before).toBeGreaterThan(0);
    await bench.queue(60, {}, 'b');
    await eventually(async () => expect((await bench.sink.readState()).mails.length).toBeGreaterThan(70));
    learner!.kill('SIGKILL');
    await learner!.exited;
    // Otherwise, the messages in flight would wait for their leases.
    await bench.query("UPDATE smtp_message SET lease_expires_at = 0 WHERE status = 'sending'");
    await startWorkers(bench, 2);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 120 }));
    const { refused, mails } = await bench.sink.readState();
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(120);
    expect(refused - before).toBeLessThan(15);
  });

  it('is asked for no more connections than it takes', async () => {
    const messages = 800;
    await bench.configure({ maxConnections: 5 });
    await bench.sink.setRules({ maxOpen: 2, delayMs: 5 });
    await startWorkers(bench, 4);
    await bench.queue(messages);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: messages }));
    const { refused, mostOpen } = await bench.sink.readState();
    await expectEachOnce(bench, messages);
    // Twenty at first; each process that learns for itself is refused four times as often, while its messages wait.
    expect(refused).toBeLessThan(60);
    expect(mostOpen).toBeLessThanOrEqual(3);
  });
});
