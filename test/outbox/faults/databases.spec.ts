import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { startServer } from '../../support/smtp-servers.js';
import { startProxy } from '../../support/tcp-proxy.js';
import { waitTurns } from '../../support/turns.js';

/** Skipped only for a database that `TEST_DATABASES` leaves out. */
const isCovered = (name: string) => databases.some((database) => database.name === name);

(isCovered('sqlite') ? describe : describe.skip)('A database that fails: sqlite', () => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open('sqlite');
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  it('C2-12 sends one copy without blocking when a host transaction outlasts the lease during an acknowledgement and rolls back', async () => {
    const app = await bench.deliver({ leaseMs: 2_000 });
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.queue(5);
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
    await expect(
      app.dataSource.transaction(async (manager) => {
        await manager.query("INSERT INTO host_order (name) VALUES ('never')");
        await bench.sink.setRules({});
        const [lease] = await bench.query<{ until: number }>('SELECT MAX(lease_expires_at) AS until FROM smtp_message');
        await eventually(() => expect(Date.now()).toBeGreaterThan(lease!.until));
        await waitTurns(100);
        expect(await bench.countStatuses()).toEqual({ sending: 5 });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 5 }));
    expect(await bench.query('SELECT name FROM host_order')).toEqual([]);
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-10 acknowledges mail once another process unlocks the file, and sends nothing twice', async () => {
    await bench.queue(100);
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.startWorker({ leaseMs: 60_000 });
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
    const other = await new DataSource({ ...bench.host.database, entities: [], migrations: [] }).initialize();
    await other.query('BEGIN IMMEDIATE');
    await bench.sink.setRules({});
    // Waiting processes leave nothing to observe, so the lock is held for a fixed time.
    await pause(1_500);
    await other.query('ROLLBACK');
    await other.destroy();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 100 }));
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(100);
    expect(duplicates).toEqual([]);
  });

  it('C2-39 fails the business transaction with an explanation while the database takes no writes, and sends afterwards', async () => {
    await bench.deliver();
    await bench.host.dataSource.query('PRAGMA query_only = 1');
    try {
      await expect(
        bench.host.dataSource.transaction((manager) => bench.host.mail.send({ to: 'a@b.c', subject: 'no', text: 'x' }, { manager })),
      ).rejects.toMatchObject({ code: 'DATABASE' });
    } finally {
      await bench.host.dataSource.query('PRAGMA query_only = 0');
    }
    await bench.send({ subject: 'yes' });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    expect((await bench.tally()).subjects).toEqual(['yes']);
  });
});

(isCovered('postgres') ? describe : describe.skip)('A database that fails: postgres', () => {
  let bench: FaultBench;
  let admin: pg.Client;
  let address: { host: string; port: number };
  let database: string;
  beforeAll(async () => {
    bench = await FaultBench.open('postgres');
    const options = bench.host.database as unknown as {
      host: string;
      port?: number;
      username: string;
      password?: string;
      database: string;
    };
    address = { host: options.host, port: options.port ?? 5432 };
    ({ database } = options);
    admin = new pg.Client({ ...address, user: options.username, password: options.password, database: 'postgres' });
    await admin.connect();
  });
  afterAll(async () => {
    await bench.close();
    await admin.end();
  });
  beforeEach(async () => {
    await bench.reset();
    await bench.configure({ maxConnections: 5 });
  });

  /** Terminates the sessions of workers, but not those of this process, which are not under test. */
  const terminateSessions = async () => {
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = $2 AND pid <> pg_backend_pid()',
      [database, 'worker'],
    );
  };
  const nameWorker = () => ({ database: { ...bench.host.database, applicationName: 'worker' } as never });

  it('C2-10 keeps running and writes its results when the database is unreachable for longer than a lease, and sends nothing twice', async () => {
    const proxy = await startProxy(address);
    try {
      await bench.queue(200);
      const body = [
        { match: '', reply: '250 2.0.0 taken', times: 20 },
        { match: '', reply: 'HOLD' },
      ];
      await bench.sink.setRules({ body });
      const worker = await bench.startWorker({ leaseMs: 2_000 }, { database: { ...bench.host.database, ...proxy.address } as never });
      await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
      await proxy.cut();
      await bench.sink.setRules({});
      const alive = 'SELECT id FROM smtp_message WHERE lease_expires_at > extract(epoch from now()) * 1000';
      await eventually(async () => expect(await bench.query(alive)).toEqual([]));
      expect(worker.hasExited()).toBe(false);
      await proxy.restore();
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 200 }));
      expect(worker.hasExited()).toBe(false);
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(200);
      expect(duplicates).toEqual([]);
    } finally {
      await bench.reset();
      await proxy.close();
    }
  });

  it('C2-11 loses and duplicates nothing when every connection to the database is terminated again and again', async () => {
    await bench.queue(600);
    await bench.sink.setRules({ delayMs: 50 });
    const worker = await bench.startWorker({ leaseMs: 3_000 }, nameWorker());
    for (let cuts = 0; cuts < 25; cuts++) {
      await pause(200);
      await terminateSessions();
    }
    await eventually(async () => expect([await bench.countStatuses(), worker.errors()]).toEqual([{ sent: 600 }, '']));
    expect(worker.hasExited()).toBe(false);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(600);
    expect(duplicates).toEqual([]);
  });

  it('discards what a poll read before a server failed, and tries only the messages in flight', async () => {
    const server = await startServer({ extensions: [], reply: (command) => (command.startsWith('MAIL') ? null : undefined) });
    const listAttempts = () => server.commands.filter((command) => command.startsWith('MAIL'));
    const listUnanswered = () => server.sessions.filter(({ commands }) => commands.at(-1)?.startsWith('MAIL'));
    const other = new pg.Client({ ...address, user: admin.user, password: admin.password, database });
    await other.connect();
    try {
      const [config] = await bench.host.configs.find();
      await bench.host.configs.update(config!.id, { port: server.port, maxConnections: 2 });
      await bench.queue(10);
      const app = await bench.deliver({ pollEveryMs: 600_000, reconnectEveryMs: 600_000 });
      await eventually(() => expect(listAttempts()).toHaveLength(2));
      await other.query('BEGIN');
      await other.query('LOCK TABLE smtp_config IN ACCESS EXCLUSIVE MODE');
      // The end of the first message causes a poll, which waits for the configurations.
      listUnanswered()[0]!.socket.write('250 2.1.0 ok\r\n');
      await eventually(() => expect(listAttempts()).toHaveLength(3));
      const waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'smtp_config'::regclass";
      await eventually(async () => expect(await bench.query(waiting)).not.toEqual([]));
      for (const { socket } of listUnanswered()) socket.write('550 5.7.1 not your address\r\n');
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1, queued: 9 }));
      await other.query('ROLLBACK');
      await eventually(async () => expect(await bench.query(waiting)).toEqual([]));

      await app.configs.update(config!.id, { port: bench.sink.port });
      await app.mail.send({ to: 'a@b.c', subject: 'last', text: 'Hello' });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 11 }));
      expect(listAttempts()).toHaveLength(3);
    } finally {
      await other.end();
      await server.close();
    }
  });

  it('gives a connection that becomes free during a blocked poll to the message that comes first', async () => {
    const [one] = await bench.host.configs.find();
    await bench.host.configs.update(one!.id, { maxConnections: 1 });
    const another = await bench.configure({ name: 'another', maxConnections: 1, isDefault: false });
    // A poll visits configurations in the order of their ids.
    const [main, other] = [one!, another].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    await bench.host.configs.setDefault(main!.id);
    for (const priority of ['low', 'normal', 'high'] as const) await bench.send({ subject: priority, priority });
    await bench.send({ subject: 'beside', config: other!.name });
    await bench.query(`INSERT INTO smtp_config_status (config_id) VALUES ('${other!.id}')`);
    const client = new pg.Client({ ...address, user: admin.user, password: admin.password, database });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT 1 FROM smtp_config_status WHERE config_id = '${other!.id}' FOR UPDATE`);
      const hold = { body: [{ match: '', reply: 'HOLD' }] };
      await bench.sink.setRules(hold);
      await bench.deliver();
      // "high" is in flight, and the poll has reached "beside": it is past "normal" and has not reached "low".
      await eventually(async () => expect((await bench.sink.readState()).mails.map(({ subject }) => subject)).toEqual(['high']));
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await eventually(async () => expect(await bench.query(waiting)).not.toEqual([]));
      await bench.sink.setRules(hold);
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1, queued: 3 }));
    } finally {
      await client.end();
    }
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(2));
    await bench.sink.setRules({});
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 4 }));
    const subjects = (await bench.sink.readState()).mails.map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject !== 'beside')).toEqual(['high', 'normal', 'low']);
  });

  it('C2-39 fails the business transaction while the database is read-only, and sends when it takes writes again', async () => {
    await bench.queue(20);
    await admin.query(`ALTER DATABASE "${database}" SET default_transaction_read_only = on`);
    const worker = await bench.startWorker({}, nameWorker());
    try {
      await expect(worker.ask({ do: 'send', subject: 'no' })).rejects.toThrow('The database rejected the change.');
      expect((await bench.sink.readState()).mails).toEqual([]);
    } finally {
      await admin.query(`ALTER DATABASE "${database}" SET default_transaction_read_only = off`);
    }
    await terminateSessions();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 20 }));
    expect(worker.hasExited()).toBe(false);
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
