import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { watchEventLoop } from '../../support/event-loop.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

describe.each(databases.filter(({ name }) => name === 'sqlite'))('The event loop, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
    await bench.configure();
  });
  afterAll(() => bench.close());

  it('C2-12 goes on while a transaction of the host keeps the acknowledgements waiting for three seconds, then rolls back: sent, one copy', async () => {
    const app = await bench.deliver();
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.queue(5);
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
    const loop = watchEventLoop();
    const transaction = app.dataSource.transaction(async (manager) => {
      await manager.query("INSERT INTO host_order (name) VALUES ('never')");
      await bench.sink.rules({});
      await pause(3_000);
      throw new Error('rolled back');
    });
    await expect(transaction).rejects.toThrow('rolled back');
    // Less than 50 ms each time, but for a busy machine's hiccups: waiting for the lock would be one of three seconds.
    expect(loop.stoodStillMs(50)).toBeLessThan(1_000);
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 5 }));
    expect(await bench.rows('SELECT name FROM host_order')).toEqual([]);
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
