import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { TICK_MS } from '../../support/outbox-worker.js';

/** Longer than the pauses of a loaded machine, shorter than a test. */
const LEASE_MS = 2_000;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Processes that stop, freeze or are slow, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  /** Waits until the server has the bodies of five messages and has not answered. */
  const waitForFiveInFlight = () => eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
  const readLeases = () =>
    bench.query<{ until: string | number }>("SELECT lease_expires_at AS until FROM smtp_message WHERE status = 'sending'");
  /** Returns the time at which the last lease expires. */
  const readLastExpiry = async () => Math.max(...(await readLeases()).map(({ until }) => Number(until)));

  it('C2-4 finishes mail in flight on SIGTERM, claims nothing more, returns the rest and exits with code 0', async () => {
    await bench.queue(60);
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    const worker = await bench.startWorker({ leaseMs: 60_000, graceMs: 60_000 });
    await waitForFiveInFlight();
    // Five more messages are claimed and wait for a connection.
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sending: 10, queued: 50 }));
    worker.kill('SIGTERM');
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sending: 5, queued: 55 }));
    await bench.sink.setRules({});
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await bench.countStatuses()).toEqual({ sent: 5, queued: 55 });

    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 60 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-5 exits within a second of the grace time on SIGTERM while a server hangs, and its messages are sent after their lease', async () => {
    await bench.queue(20);
    await bench.sink.setRules({ body: [{ match: '', reply: 'SILENCE' }] });
    const graceMs = 1_000;
    const worker = await bench.startWorker({ graceMs, leaseMs: LEASE_MS });
    await waitForFiveInFlight();
    const stopped = worker.ask<number>({ do: 'tellStop' });
    worker.kill('SIGTERM');
    expect((await stopped) * TICK_MS).toBeLessThanOrEqual(graceMs + 1_000);
    expect(await worker.exited).toEqual({ code: 0, signal: null });

    await bench.sink.setRules({});
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 20 }));
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(20);
    expect(duplicates.length).toBeLessThanOrEqual(5);
    expect(renamed).toEqual([]);
  });

  it('C2-8 ignores the late results of a process that was frozen past its lease', async () => {
    await bench.queue(5);
    await bench.sink.setRules({ body: [{ match: '', reply: 'SILENCE', times: 5 }] });
    // The worker does not poll again: frozen during a write, it would lock the SQLite file for everyone.
    const frozen = await bench.startWorker({ leaseMs: LEASE_MS, pollEveryMs: 600_000 });
    await waitForFiveInFlight();
    frozen.kill('SIGSTOP');

    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 5 }));
    const readMessages = () =>
      bench.query('SELECT id, status, attempts, sent_at, last_code, last_reply, lease_token FROM smtp_message ORDER BY id');
    const winners = await readMessages();
    frozen.kill('SIGCONT');
    // The worker's sessions end without a reply, so it has a result for each message.
    await bench.sink.refuse();
    frozen.kill('SIGTERM');
    await frozen.exited;
    expect(await readMessages()).toEqual(winners);
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(5);
    expect(duplicates.length).toBeLessThanOrEqual(5);
    expect(renamed).toEqual([]);
  });

  it('C2-9 renews a lease that is shorter than a slow server takes, and sends one copy', async () => {
    await bench.queue(3);
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await Promise.all([bench.startWorker({ leaseMs: LEASE_MS }), bench.startWorker({ leaseMs: LEASE_MS })]);
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(3));
    const first = await readLastExpiry();
    await eventually(async () => expect(await readLastExpiry()).toBeGreaterThan(first + 2 * LEASE_MS));
    await bench.sink.setRules({});
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('A4.17 maxConnections 1: makes quarantined messages wait while another process sends', async () => {
    const [config] = await bench.host.configs.find();
    await bench.host.configs.update(config!.id, { maxConnections: 1 });
    await bench.configure({ name: 'other', isDefault: false });
    await bench.queue(1, {}, 'alone');
    await bench.query('UPDATE smtp_message SET lost_leases = 2');
    await bench.queue(1, { config: 'other' }, 'other');
    await bench.query(
      `INSERT INTO smtp_config_status (config_id, serial_lock_token, serial_lock_expires_at) VALUES ('${config!.id}', 'another', 9e12)`,
    );
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ queued: 1, sent: 1 }));
    expect((await bench.tally()).subjects).toEqual(['other-0']);
    await bench.query('UPDATE smtp_config_status SET serial_lock_token = NULL, serial_lock_expires_at = NULL');
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 2 }));
  });

  it('A4.17 maxConnections 1: sends one at a time even when the server takes longer than a lease', async () => {
    const [config] = await bench.host.configs.find();
    await bench.host.configs.update(config!.id, { maxConnections: 1 });
    await bench.queue(3);
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await Promise.all([bench.startWorker({ leaseMs: LEASE_MS }), bench.startWorker({ leaseMs: LEASE_MS })]);
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(1));
    const first = await readLastExpiry();
    await eventually(async () => expect(await readLastExpiry()).toBeGreaterThan(first + 2 * LEASE_MS));
    expect((await bench.sink.readState()).mails.map(({ subject }) => subject)).toEqual(['n-0']);
    await bench.sink.setRules({});
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3 }));
    expect((await bench.sink.readState()).mails.map(({ subject }) => subject)).toEqual(['n-0', 'n-1', 'n-2']);
  });

  it('C2-28 sends a poison message alone after two lost leases, sets it aside after three more, and sends the other messages', async () => {
    await bench.send({ subject: 'poison', to: 'poison@b.c' });
    await bench.queue(4);
    await bench.sink.setRules({ rcptTo: [{ match: 'poison', reply: 'SILENCE' }], delayMs: 150 });
    let lostLeases = 0;
    let lease: unknown;
    for (; lostLeases < 10; lostLeases++) {
      const worker = await bench.startWorker({ leaseMs: LEASE_MS });
      const isCalm = await eventually(async () => {
        const [{ waiting }, { status, lease_token: token }] = [await bench.sink.readState(), await bench.findMessage('poison')];
        // This worker has claimed the message: the lease of the previous worker may not have expired yet.
        const isClaimed = status === 'sending' && token !== lease;
        expect(isClaimed && waiting > 0 ? 'crash' : status).toMatch(/crash|unknown/);
        lease = token;
        return status === 'unknown';
      });
      if (isCalm) break;
      expect(Boolean((await bench.findMessage('poison')).is_quarantined)).toBe(lostLeases >= 2);
      worker.kill('SIGKILL');
      await worker.exited;
    }
    expect(lostLeases).toBe(5);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 4, unknown: 1 }));
    expect(await bench.findMessage('poison')).toMatchObject({ status: 'unknown', last_code: 'CRASH' });
    expect((await bench.tally()).subjects.toSorted()).toEqual(['n-0', 'n-1', 'n-2', 'n-3']);
  });
});
