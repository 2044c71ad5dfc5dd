import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { TICK_MS } from '../../support/outbox-worker.js';

/** How many milliseconds of this process's own event loop something took: what a busy machine takes away is not counted. */
async function ownTimeOf(work: () => Promise<unknown>): Promise<number> {
  let ticks = 0;
  const ticking = setInterval(() => (ticks += 1), TICK_MS);
  try {
    await work();
    return ticks * TICK_MS;
  } finally {
    clearInterval(ticking);
  }
}

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Mail that is due, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure();
  });

  it('C2-31 leaves not before its time, and within two seconds of it', async () => {
    await bench.deliver({ pollEveryMs: 500 });
    const sendAt = new Date(Date.now() + 1_500);
    await bench.queue(3, { sendAt });
    await pause(sendAt.getTime() - Date.now());
    const late = await ownTimeOf(() => eventually(async () => expect((await bench.sink.state()).mails).toHaveLength(3)));
    expect(late).toBeLessThanOrEqual(2_000);
    for (const { at } of (await bench.sink.state()).mails) expect(at).toBeGreaterThanOrEqual(sendAt.getTime());
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-41 of which nobody was told leaves at the next look, once', async () => {
    const pollEveryMs = 1_000;
    await bench.deliver({ pollEveryMs });
    // Queued by another process: the one that delivers hears nothing.
    await bench.send();
    const waited = await ownTimeOf(() => eventually(async () => expect((await bench.sink.state()).mails).toHaveLength(1)));
    // A second for the sending itself.
    expect(waited).toBeLessThanOrEqual(pollEveryMs + 1_000);
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
