import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { startServer } from '../../support/smtp-servers.js';
import { startProxy } from '../../support/tcp-proxy.js';
import { turns } from '../../support/turns.js';

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

  it('C2-12 a host transaction that is open during the acknowledgement, longer than a lease, and rolls back changes nothing: sent, one copy, no standstill', async () => {
    const app = await bench.deliver({ leaseMs: 2_000 });
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.queue(5);
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
    await expect(
      app.dataSource.transaction(async (manager) => {
        await manager.query("INSERT INTO host_order (name) VALUES ('never')");
        await bench.sink.rules({});
        const [lease] = await bench.rows<{ until: number }>('SELECT MAX(lease_expires_at) AS until FROM smtp_message');
        await eventually(() => expect(Date.now()).toBeGreaterThan(lease!.until));
        await turns(100);
        expect(await bench.statuses()).toEqual({ sending: 5 });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 5 }));
    expect(await bench.rows('SELECT name FROM host_order')).toEqual([]);
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-10 another process that locks the file while mail is in flight: acknowledged when it lets go, none twice', async () => {
    await bench.queue(100);
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.worker({ leaseMs: 60_000 });
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
    const other = await new DataSource({ ...bench.host.database, entities: [], migrations: [] }).initialize();
    await other.query('BEGIN IMMEDIATE');
    await bench.sink.rules({});
    // How long it stays locked: nothing can be seen of those who wait.
    await pause(1_500);
    await other.query('ROLLBACK');
    await other.destroy();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 100 }));
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(100);
    expect(duplicates).toEqual([]);
  });

  it('C2-39 a database that takes no writes fails the business transaction with words, and mail leaves when it does again', async () => {
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
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
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

  /** Ends the sessions of workers; those of this process are not the ones under test. */
  const terminate = async () => {
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = $2 AND pid <> pg_backend_pid()',
      [database, 'worker'],
    );
  };
  const named = () => ({ database: { ...bench.host.database, applicationName: 'worker' } as never });

  it('C2-10 an unreachable database, for longer than a lease, while mail is in flight: the process stays up and writes what became of it, none twice', async () => {
    const proxy = await startProxy(address);
    try {
      await bench.queue(200);
      const body = [
        { match: '', reply: '250 2.0.0 taken', times: 20 },
        { match: '', reply: 'HOLD' },
      ];
      await bench.sink.rules({ body });
      const worker = await bench.worker({ leaseMs: 2_000 }, { database: { ...bench.host.database, ...proxy.address } as never });
      await eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
      await proxy.cut();
      await bench.sink.rules({});
      const alive = 'SELECT id FROM smtp_message WHERE lease_expires_at > extract(epoch from now()) * 1000';
      await eventually(async () => expect(await bench.rows(alive)).toEqual([]));
      expect(worker.hasExited()).toBe(false);
      await proxy.restore();
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 200 }));
      expect(worker.hasExited()).toBe(false);
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(200);
      expect(duplicates).toEqual([]);
    } finally {
      await bench.reset();
      await proxy.close();
    }
  });

  it('C2-11 every connection to the database terminated again and again: none lost, none twice', async () => {
    await bench.queue(600);
    await bench.sink.rules({ delayMs: 50 });
    const worker = await bench.worker({ leaseMs: 3_000 }, named());
    for (let cuts = 0; cuts < 25; cuts++) {
      await pause(200);
      await terminate();
    }
    await eventually(async () => expect([await bench.statuses(), worker.errors()]).toEqual([{ sent: 600 }, '']));
    expect(worker.hasExited()).toBe(false);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(600);
    expect(duplicates).toEqual([]);
  });

  it('what a look read before a server failed is not used after it: nothing is tried beyond what was in flight', async () => {
    const server = await startServer({ extensions: [], reply: (command) => (command.startsWith('MAIL') ? null : undefined) });
    const asked = () => server.commands.filter((command) => command.startsWith('MAIL'));
    const unanswered = () => server.sessions.filter(({ commands }) => commands.at(-1)?.startsWith('MAIL'));
    const other = new pg.Client({ ...address, user: admin.user, password: admin.password, database });
    await other.connect();
    try {
      const [config] = await bench.host.configs.find();
      await bench.host.configs.update(config!.id, { port: server.port, maxConnections: 2 });
      await bench.queue(10);
      const app = await bench.deliver({ pollEveryMs: 600_000, reconnectEveryMs: 600_000 });
      await eventually(() => expect(asked()).toHaveLength(2));
      await other.query('BEGIN');
      await other.query('LOCK TABLE smtp_config IN ACCESS EXCLUSIVE MODE');
      // The end of the first one calls for a look, which has to wait for the configurations.
      unanswered()[0]!.socket.write('250 2.1.0 ok\r\n');
      await eventually(() => expect(asked()).toHaveLength(3));
      const waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'smtp_config'::regclass";
      await eventually(async () => expect(await bench.rows(waiting)).not.toEqual([]));
      for (const { socket } of unanswered()) socket.write('550 5.7.1 not your address\r\n');
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1, queued: 9 }));
      await other.query('ROLLBACK');
      await eventually(async () => expect(await bench.rows(waiting)).toEqual([]));

      await app.configs.update(config!.id, { port: bench.sink.port });
      await app.mail.send({ to: 'a@b.c', subject: 'last', text: 'Hello' });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 11 }));
      expect(asked()).toHaveLength(3);
    } finally {
      await other.end();
      await server.close();
    }
  });

  it('what comes free while the database keeps a look waiting is for what comes first', async () => {
    const [one] = await bench.host.configs.find();
    await bench.host.configs.update(one!.id, { maxConnections: 1 });
    const another = await bench.configure({ name: 'another', maxConnections: 1, isDefault: false });
    // A look takes them in the order of their ids.
    const [main, other] = [one!, another].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    await bench.host.configs.setDefault(main!.id);
    for (const priority of ['low', 'normal', 'high'] as const) await bench.send({ subject: priority, priority });
    await bench.send({ subject: 'beside', config: other!.name });
    await bench.rows(`INSERT INTO smtp_config_status (config_id) VALUES ('${other!.id}')`);
    const client = new pg.Client({ ...address, user: admin.user, password: admin.password, database });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT 1 FROM smtp_config_status WHERE config_id = '${other!.id}' FOR UPDATE`);
      const hold = { body: [{ match: '', reply: 'HOLD' }] };
      await bench.sink.rules(hold);
      await bench.deliver();
      // "high" is in flight, and the look has come to "beside": past "normal", and not to "low" yet.
      await eventually(async () => expect((await bench.sink.state()).mails.map(({ subject }) => subject)).toEqual(['high']));
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await eventually(async () => expect(await bench.rows(waiting)).not.toEqual([]));
      await bench.sink.rules(hold);
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1, queued: 3 }));
    } finally {
      await client.end();
    }
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(2));
    await bench.sink.rules({});
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 4 }));
    const subjects = (await bench.sink.state()).mails.map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject !== 'beside')).toEqual(['high', 'normal', 'low']);
  });

  it('C2-39 a database that becomes read-only fails the business transaction, and mail leaves when it takes writes again', async () => {
    await bench.queue(20);
    await admin.query(`ALTER DATABASE "${database}" SET default_transaction_read_only = on`);
    const worker = await bench.worker({}, named());
    try {
      await expect(worker.ask({ do: 'send', subject: 'no' })).rejects.toThrow('The database rejected the change.');
      expect((await bench.sink.state()).mails).toEqual([]);
    } finally {
      await admin.query(`ALTER DATABASE "${database}" SET default_transaction_read_only = off`);
    }
    await terminate();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 20 }));
    expect(worker.hasExited()).toBe(false);
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
