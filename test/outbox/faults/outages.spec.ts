import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { SmtpConfigInput } from '../../../lib/index.js';
import { makeCertificates } from '../../support/certificates.js';
import { type DatabaseKind, databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { sized } from '../../support/sized.js';
import { type ScriptedServer, startServer } from '../../support/smtp-servers.js';
import { startProxy } from '../../support/tcp-proxy.js';

const MESSAGES = sized(1_000, 300);

/** A connection to a database that can be cut. */
interface Way {
  database: DataSourceOptions;
  cut(): Promise<unknown>;
  restore(): Promise<unknown>;
  close(): Promise<unknown>;
}

const wayTo: Partial<Record<DatabaseKind, (database: DataSourceOptions) => Promise<Way>>> = {
  /** Lets another process lock the file. */
  sqlite: async (database) => {
    const other = await new DataSource({ ...database, entities: [], migrations: [] }).initialize();
    return {
      database,
      cut: () => other.query('BEGIN IMMEDIATE'),
      restore: () => other.query('ROLLBACK'),
      close: () => other.destroy(),
    };
  },
  /** Cuts the network connection. */
  postgres: async (database) => {
    const { host, port = 5432 } = database as { host: string; port?: number };
    const proxy = await startProxy({ host, port });
    return {
      database: { ...database, ...proxy.address } as DataSourceOptions,
      cut: () => proxy.cut(),
      restore: () => proxy.restore(),
      close: () => proxy.close(),
    };
  },
};

describe.each(databases.filter(({ name }) => wayTo[name]))('Long outages, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  it('C2-10 keeps running and its results in memory while the database is down for longer than a lease: nothing is lost or sent twice', async () => {
    await bench.configure({ maxConnections: 5 });
    const way = await wayTo[kind]!(bench.host.database);
    try {
      await bench.queue(50);
      await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
      const worker = await bench.startWorker({ leaseMs: sized(10_000, 3_000) }, { database: way.database });
      await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
      await way.cut();
      // The server answers, and the result cannot be stored.
      await bench.sink.setRules({});
      await pause(sized(30_000, 9_000));
      expect(await bench.countStatuses()).not.toHaveProperty('sent');
      await way.restore();
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 50 }));
      expect(worker.hasExited()).toBe(false);
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(50);
      expect(duplicates).toEqual([]);
    } finally {
      await bench.reset();
      await way.close();
    }
  });

  it('C2-15 connects once per interval while the mail server is down for twenty, uses no attempt, and sends all messages in order', async () => {
    const intervalMs = 300;
    await bench.configure({ maxConnections: 1 });
    await bench.queue(MESSAGES);
    await bench.sink.refuse();
    const began = performance.now();
    await bench.deliver({ reconnectEveryMs: intervalMs });
    await eventually(async () => {
      const [row] = await bench.query<{ count: string | number }>(
        "SELECT COUNT(*) AS count FROM smtp_message_attempt WHERE outcome = 'config_failed'",
      );
      expect(Number(row!.count)).toBeGreaterThanOrEqual(21);
    });
    // One connection at first and one per interval, so the 21st comes at the end of the twentieth interval.
    expect(performance.now() - began).toBeGreaterThan(20 * intervalMs - 100);
    expect(await bench.query('SELECT DISTINCT attempts FROM smtp_message')).toEqual([{ attempts: 0 }]);
    await bench.sink.listen();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: MESSAGES }));
    expect(await bench.query('SELECT DISTINCT attempts FROM smtp_message')).toEqual([{ attempts: 0 }]);
    expect((await bench.sink.readState()).mails.map(({ subject }) => subject)).toEqual(
      Array.from({ length: MESSAGES }, (_, index) => `n-${index}`),
    );
  });

  const alarms: { what: string; settings: () => Promise<{ settings: SmtpConfigInput; server?: ScriptedServer }>; words: string }[] = [
    {
      what: 'an unknown host name',
      settings: async () => ({ settings: { host: 'nowhere.invalid' } }),
      words: 'No server named nowhere.invalid exists',
    },
    {
      what: 'an untrusted certificate',
      settings: async () => {
        const server = await startServer({ tls: (await makeCertificates()).otherCa });
        return { settings: { host: 'localhost', port: server.port, security: 'starttls' }, server };
      },
      words: 'certificate',
    },
    {
      what: 'a refused login',
      settings: async () => ({ settings: { authRequired: true, username: 'u@acme.io', password: 'wrong' } }),
      words: 'refused the user name or password',
    },
  ];
  it.each(alarms)('C2-16 $what is reported in the log of the process and to admins', async (alarm) => {
    const { settings, server } = await alarm.settings();
    try {
      await bench.sink.setRules({ password: 'right' });
      const { id } = await bench.configure(settings);
      await bench.queue(1);
      const worker = await bench.startWorker({}, { logs: true });
      await eventually(() => expect(worker.errors()).toContain('Mail for "main" is waiting: '));
      expect(worker.errors()).toContain(alarm.words);
      await eventually(async () => expect((await bench.host.configs.findOne(id))?.failingError).toContain(alarm.words));
      expect(await bench.host.log.failing()).toMatchObject([{ error: expect.stringContaining(alarm.words) }]);
      expect(await bench.query('SELECT DISTINCT attempts FROM smtp_message')).toEqual([{ attempts: 0 }]);
    } finally {
      await server?.close();
    }
  });
});
