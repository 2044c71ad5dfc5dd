import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

/** The most messages that a process has in flight: twice its connections. */
const IN_FLIGHT = 10;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Processes that freeze and resume, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind, { activities: [{ key: 'reset', sensitive: true }] });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  const readMessages = () =>
    bench.query('SELECT id, status, attempts, sent_at, last_code, last_reply, lease_token FROM smtp_message ORDER BY id');

  it('C2-8 ignores late results of a process at capacity, and duplicates only messages that it was sending', async () => {
    await bench.queue(30);
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD', times: 5 }] });
    const frozen = await bench.startWorker({ leaseMs: 2_000 });
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
    await eventually(async () => expect((await bench.countStatuses()).sending).toBe(IN_FLIGHT));
    frozen.kill('SIGSTOP');

    await bench.deliver({ leaseMs: 60_000 });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 30 }));
    const winners = await readMessages();
    // The replies are waiting when the process resumes.
    await bench.sink.setRules({});
    frozen.kill('SIGCONT');
    await pause(1_000);
    frozen.kill('SIGTERM');
    expect(await frozen.exited).toEqual({ code: 0, signal: null });
    expect(await readMessages()).toEqual(winners);
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(30);
    // Messages that were claimed but not started are left to the process that has them now.
    expect(duplicates.length).toBeLessThanOrEqual(5);
    expect(renamed).toEqual([]);
  });

  it('C2-8 keeps the content of sensitive mail that another process still has to send, despite a late result', async () => {
    await bench.send({ subject: 'secret', activity: 'reset' });
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD', times: 1 }] });
    const frozen = await bench.startWorker({ leaseMs: 1_000 });
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(1));
    frozen.kill('SIGSTOP');

    const retry = { delaysMs: [600_000], jitter: 0 };
    const other = await bench.deliver({ leaseMs: 60_000, retry });
    await bench.sink.setRules({ rcptTo: [{ match: '', reply: '450 4.2.1 mailbox busy' }] });
    const readState = () => bench.query('SELECT status, attempts FROM smtp_message');
    await eventually(async () => expect(await readState()).toEqual([{ status: 'queued', attempts: 1 }]));
    await other.close();
    const winners = await readMessages();
    frozen.kill('SIGCONT');
    frozen.kill('SIGTERM');
    expect(await frozen.exited).toEqual({ code: 0, signal: null });
    expect(await readMessages()).toEqual(winners);

    await bench.sink.setRules({});
    await bench.query('UPDATE smtp_message SET available_at = 0');
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    expect(await bench.query('SELECT * FROM smtp_message_body')).toEqual([]);
    expect((await bench.tally()).renamed).toEqual([]);
  });
});
