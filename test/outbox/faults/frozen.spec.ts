import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

/** Messages a process has in hand at most: twice its connections. */
const IN_HAND = 10;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Processes that freeze and wake again, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind, { activities: [{ key: 'reset', sensitive: true }] });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  const words = () => bench.rows('SELECT id, status, attempts, sent_at, last_code, last_reply, lease_token FROM smtp_message ORDER BY id');

  it('C2-8 with all hands full: what it says late about mail that others sent changes nothing; copies only of what it was sending', async () => {
    await bench.queue(30);
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD', times: 5 }] });
    const frozen = await bench.worker({ leaseMs: 2_000 });
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
    await eventually(async () => expect((await bench.statuses()).sending).toBe(IN_HAND));
    frozen.kill('SIGSTOP');

    await bench.deliver({ leaseMs: 60_000 });
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 30 }));
    const winners = await words();
    // The answers are there when it wakes, and it goes on where it was.
    await bench.sink.rules({});
    frozen.kill('SIGCONT');
    await pause(1_000);
    frozen.kill('SIGTERM');
    expect(await frozen.exited).toEqual({ code: 0, signal: null });
    expect(await words()).toEqual(winners);
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(30);
    // What was claimed and not begun is left to whoever has it by now.
    expect(duplicates.length).toBeLessThanOrEqual(5);
    expect(renamed).toEqual([]);
  });

  it('C2-8 what it says late about sensitive mail that another still has to send leaves the content there', async () => {
    await bench.send({ subject: 'secret', activity: 'reset' });
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD', times: 1 }] });
    const frozen = await bench.worker({ leaseMs: 1_000 });
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(1));
    frozen.kill('SIGSTOP');

    const retry = { delaysMs: [600_000], jitter: 0 };
    const other = await bench.deliver({ leaseMs: 60_000, retry });
    await bench.sink.rules({ rcptTo: [{ match: '', reply: '450 4.2.1 mailbox busy' }] });
    const state = () => bench.rows('SELECT status, attempts FROM smtp_message');
    await eventually(async () => expect(await state()).toEqual([{ status: 'queued', attempts: 1 }]));
    await other.close();
    const winners = await words();
    frozen.kill('SIGCONT');
    frozen.kill('SIGTERM');
    expect(await frozen.exited).toEqual({ code: 0, signal: null });
    expect(await words()).toEqual(winners);

    await bench.sink.rules({});
    await bench.rows('UPDATE smtp_message SET available_at = 0');
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect(await bench.rows('SELECT * FROM smtp_message_body')).toEqual([]);
    expect((await bench.tally()).renamed).toEqual([]);
  });
});
