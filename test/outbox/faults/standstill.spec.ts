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

  it('C2-12 keeps running while a host transaction blocks acknowledgements for three seconds and rolls back, and sends one copy', async () => {
    const app = await bench.deliver();
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.queue(5);
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
    const loop = watchEventLoop();
    const transaction = app.dataSource.transaction(async (manager) => {
      await manager.query("INSERT INTO host_order (name) VALUES ('never')");
      await bench.sink.setRules({});
      await pause(3_000);
      throw new Error('rolled back');
    });
    await expect(transaction).rejects.toThrow('rolled back');
    // Each pause is under 50 ms, except on a busy machine. Waiting for the lock would be one pause of three seconds.
    expect(loop.sumStallsMs(50)).toBeLessThan(1_000);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 5 }));
    expect(await bench.query('SELECT name FROM host_order')).toEqual([]);
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
