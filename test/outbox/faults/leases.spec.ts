import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { TICK_MS } from '../../support/outbox-worker.js';

/** Longer than a loaded machine's pauses, shorter than a test. */
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

  /** The server has the bodies of five messages, and is to say what became of them. */
  const fiveInFlight = () => eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
  const leases = () =>
    bench.rows<{ until: string | number }>("SELECT lease_expires_at AS until FROM smtp_message WHERE status = 'sending'");
  /** When the last of them ends. */
  const leasedUntil = async () => Math.max(...(await leases()).map(({ until }) => Number(until)));

  it('C2-4 SIGTERM finishes what is in flight, claims nothing more and returns the rest: none twice, exit code 0', async () => {
    await bench.queue(60);
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    const worker = await bench.worker({ leaseMs: 60_000, graceMs: 60_000 });
    await fiveInFlight();
    // Five more are claimed and wait for a connection.
    await eventually(async () => expect(await bench.statuses()).toEqual({ sending: 10, queued: 50 }));
    worker.kill('SIGTERM');
    await eventually(async () => expect(await bench.statuses()).toEqual({ sending: 5, queued: 55 }));
    await bench.sink.rules({});
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await bench.statuses()).toEqual({ sent: 5, queued: 55 });

    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 60 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-5 SIGTERM waits for a server that hangs at most a second beyond the grace time; its messages come back when the lease ends', async () => {
    await bench.queue(20);
    await bench.sink.rules({ body: [{ match: '', reply: 'SILENCE' }] });
    const graceMs = 1_000;
    const worker = await bench.worker({ graceMs, leaseMs: LEASE_MS });
    await fiveInFlight();
    const stopped = worker.ask<number>({ do: 'tellStop' });
    worker.kill('SIGTERM');
    expect((await stopped) * TICK_MS).toBeLessThanOrEqual(graceMs + 1_000);
    expect(await worker.exited).toEqual({ code: 0, signal: null });

    await bench.sink.rules({});
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 20 }));
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(20);
    expect(duplicates.length).toBeLessThanOrEqual(5);
    expect(renamed).toEqual([]);
  });

  it('C2-8 a process frozen past its lease changes nothing when it wakes: the other one’s word stands', async () => {
    await bench.queue(5);
    await bench.sink.rules({ body: [{ match: '', reply: 'SILENCE', times: 5 }] });
    // It does not look at the table again: frozen within a write, it would keep everybody from a SQLite file.
    const frozen = await bench.worker({ leaseMs: LEASE_MS, pollEveryMs: 600_000 });
    await fiveInFlight();
    frozen.kill('SIGSTOP');

    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 5 }));
    const words = () =>
      bench.rows('SELECT id, status, attempts, sent_at, last_code, last_reply, lease_token FROM smtp_message ORDER BY id');
    const winners = await words();
    frozen.kill('SIGCONT');
    // Its sessions end without an answer, and it has something to say about each message.
    await bench.sink.refuse();
    frozen.kill('SIGTERM');
    await frozen.exited;
    expect(await words()).toEqual(winners);
    const { subjects, duplicates, renamed } = await bench.tally();
    expect(subjects).toHaveLength(5);
    expect(duplicates.length).toBeLessThanOrEqual(5);
    expect(renamed).toEqual([]);
  });

  it('C2-9 a lease shorter than a slow server is renewed: one copy', async () => {
    await bench.queue(3);
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    await Promise.all([bench.worker({ leaseMs: LEASE_MS }), bench.worker({ leaseMs: LEASE_MS })]);
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(3));
    const first = await leasedUntil();
    await eventually(async () => expect(await leasedUntil()).toBeGreaterThan(first + 2 * LEASE_MS));
    await bench.sink.rules({});
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('A4.17 maxConnections 1: what ended processes before waits for another one that is at it, too', async () => {
    const [config] = await bench.host.configs.find();
    await bench.host.configs.update(config!.id, { maxConnections: 1 });
    await bench.configure({ name: 'other', isDefault: false });
    await bench.queue(1, {}, 'alone');
    await bench.rows('UPDATE smtp_message SET lost_leases = 2');
    await bench.queue(1, { config: 'other' }, 'other');
    await bench.rows(
      `INSERT INTO smtp_config_status (config_id, serial_lock_token, serial_lock_expires_at) VALUES ('${config!.id}', 'another', 9e12)`,
    );
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ queued: 1, sent: 1 }));
    expect((await bench.tally()).subjects).toEqual(['other-0']);
    await bench.rows('UPDATE smtp_config_status SET serial_lock_token = NULL, serial_lock_expires_at = NULL');
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 2 }));
  });

  it('A4.17 maxConnections 1 sends one by one also while the server takes longer than a lease', async () => {
    const [config] = await bench.host.configs.find();
    await bench.host.configs.update(config!.id, { maxConnections: 1 });
    await bench.queue(3);
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    await Promise.all([bench.worker({ leaseMs: LEASE_MS }), bench.worker({ leaseMs: LEASE_MS })]);
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(1));
    const first = await leasedUntil();
    await eventually(async () => expect(await leasedUntil()).toBeGreaterThan(first + 2 * LEASE_MS));
    expect((await bench.sink.state()).mails.map(({ subject }) => subject)).toEqual(['n-0']);
    await bench.sink.rules({});
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3 }));
    expect((await bench.sink.state()).mails.map(({ subject }) => subject)).toEqual(['n-0', 'n-1', 'n-2']);
  });

  it('C2-28 a message that ends the process is tried alone after two lost leases and set aside after three more; those beside it are sent', async () => {
    await bench.send({ subject: 'poison', to: 'poison@b.c' });
    await bench.queue(4);
    await bench.sink.rules({ rcptTo: [{ match: 'poison', reply: 'SILENCE' }], delayMs: 150 });
    let lostLeases = 0;
    let lease: unknown;
    for (; lostLeases < 10; lostLeases++) {
      const worker = await bench.worker({ leaseMs: LEASE_MS });
      const isCalm = await eventually(async () => {
        const [{ waiting }, { status, lease_token: token }] = [await bench.sink.state(), await bench.message('poison')];
        // In the hands of this worker: the lease of the one before it may not be over yet.
        const isInHand = status === 'sending' && token !== lease;
        expect(isInHand && waiting > 0 ? 'crash' : status).toMatch(/crash|unknown/);
        lease = token;
        return status === 'unknown';
      });
      if (isCalm) break;
      expect(Boolean((await bench.message('poison')).is_quarantined)).toBe(lostLeases >= 2);
      worker.kill('SIGKILL');
      await worker.exited;
    }
    expect(lostLeases).toBe(5);
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 4, unknown: 1 }));
    expect(await bench.message('poison')).toMatchObject({ status: 'unknown', last_code: 'CRASH' });
    expect((await bench.tally()).subjects.toSorted()).toEqual(['n-0', 'n-1', 'n-2', 'n-3']);
  });
});
