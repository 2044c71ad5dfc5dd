import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { TICK_MS } from '../../support/outbox-worker.js';

/** Measures `work` in milliseconds of this process's event loop, which leaves out the time that a busy machine takes away. */
async function measureOwnTime(work: () => Promise<unknown>): Promise<number> {
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), TICK_MS);
  try {
    await work();
    return ticks * TICK_MS;
  } finally {
    clearInterval(ticking);
  }
}

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Due mail, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure();
  });

  it('C2-31 is sent within two seconds of its time and not before', async () => {
    await bench.deliver({ pollEveryMs: 500 });
    const sendAt = new Date(Date.now() + 1_500);
    await bench.queue(3, { sendAt });
    await pause(sendAt.getTime() - Date.now());
    const late = await measureOwnTime(() => eventually(async () => expect((await bench.sink.readState()).mails).toHaveLength(3)));
    expect(late).toBeLessThanOrEqual(2_000);
    for (const { at } of (await bench.sink.readState()).mails) expect(at).toBeGreaterThanOrEqual(sendAt.getTime());
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-41 is sent once at the next poll when no nudge arrived', async () => {
    const pollEveryMs = 1_000;
    await bench.deliver({ pollEveryMs });
    // The message is queued by another process, so the delivering process is not nudged.
    await bench.send();
    const waited = await measureOwnTime(() => eventually(async () => expect((await bench.sink.readState()).mails).toHaveLength(1)));
    // One second is for the sending itself.
    expect(waited).toBeLessThanOrEqual(pollEveryMs + 1_000);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
