import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSourceOptions } from 'typeorm';
import { type DatabaseKind, databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench, QUICK } from '../../support/fault-bench.js';
import { startSmallPostgres } from '../../support/services/postgres.js';
import { type SmtpApp, startSmtpApp } from '../../support/smtp-app.js';

/** An application on a disk that can be filled. */
interface Disk {
  bench: FaultBench;
  app: SmtpApp;
  /** Limits the disk to its present size. */
  limit(): Promise<void>;
  /** Frees space. */
  free(): Promise<void>;
  close(): Promise<void>;
}

/** The part of a better-sqlite3 connection that is used here. */
interface SqliteConnection {
  pragma(words: string, options?: { simple: boolean }): unknown;
}

const disks: Partial<Record<DatabaseKind, () => Promise<Disk>>> = {
  /** Limits the number of pages in the SQLite file. */
  sqlite: async () => {
    const bench = await FaultBench.open('sqlite');
    const connections: SqliteConnection[] = [];
    const prepareDatabase = (connection: SqliteConnection): void => void connections.push(connection);
    const app = await startSmtpApp({ ...bench.host.database, prepareDatabase } as DataSourceOptions, { delivery: QUICK });
    const setPages = (pages: number): void => connections.forEach((connection) => connection.pragma(`max_page_count = ${pages}`));
    return {
      bench,
      app,
      limit: async () => setPages(Number(connections[0]!.pragma('page_count', { simple: true }))),
      free: async () => setPages(1_000_000),
      close: async () => {
        await app.close();
        await bench.close();
      },
    };
  },
  /** Uses a PostgreSQL server that limits the size of its files: a full table takes rows again after some are deleted. */
  postgres: async () => {
    const server = await startSmallPostgres();
    process.env.TEST_POSTGRES_URL = server.url;
    const bench = await FaultBench.open('postgres');
    return {
      bench,
      app: await bench.deliver(),
      limit: async () => undefined,
      free: async () => {
        for (const { table } of FILLERS) {
          await bench.query(`DELETE FROM ${table} WHERE message_id = 'filler'`);
          await bench.query(`VACUUM ${table}`);
        }
      },
      close: async () => {
        await bench.close();
        await server.stop();
      },
    };
  },
};

/** The tables that need room for a message and the record of an attempt. */
const FILLERS = [
  { table: 'smtp_message_body', columns: 'message_id, part, content', row: (n: number, text: string) => `('filler', ${n}, '${text}')` },
  {
    table: 'smtp_message_attempt',
    columns: 'message_id, id, at, outcome, ms, reply',
    row: (n: number, text: string) => `('filler', 'filler-${n}', 1, 'filler', 1, '${text}')`,
  },
];

/** Writes rows until not even the smallest one fits. */
async function fillDisk({ dataSource }: SmtpApp): Promise<void> {
  let n = 0;
  for (const { table, columns, row } of FILLERS) {
    for (const [rows, text] of [
      [200, 'x'.repeat(500)],
      [200, 'x'],
      [1, 'x'],
    ] as const) {
      let isTaken = true;
      while (isTaken) {
        const values = Array.from({ length: rows }, () => row(n++, text));
        isTaken = await dataSource.query(`INSERT INTO ${table} (${columns}) VALUES ${values.join(', ')}`).then(
          () => true,
          () => false,
        );
      }
    }
  }
}

describe.each(databases.filter(({ name }) => disks[name]))('A full disk, on $name', ({ name: kind }) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await disks[kind]!();
  });
  afterAll(() => disk?.close());

  it('C2-39 fails the business transaction with an explanation, stops sending, and sends everything once when there is space again', async () => {
    const { bench, app } = disk;
    await bench.configure({ maxConnections: 5 });
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.queue(30);
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(5));
    await disk.limit();
    await fillDisk(app);
    const placeOrder = (subject: string) =>
      app.dataSource.transaction(async (manager) => {
        await manager.query(`INSERT INTO host_order (name) VALUES ('${subject}')`);
        await app.mail.send({ to: 'a@b.c', subject, text: 'Hello' }, { manager });
      });
    await expect(placeOrder('no room')).rejects.toMatchObject({ code: 'DATABASE' });
    expect(await bench.query('SELECT name FROM host_order')).toEqual([]);

    // Results cannot be stored, so only as many messages are sent as may be unacknowledged: twice the connections.
    await bench.sink.setRules({});
    await eventually(async () => expect((await bench.tally()).subjects).toHaveLength(10));
    await pause(1_500);
    expect(await bench.countStatuses()).not.toHaveProperty('sent');
    expect((await bench.tally()).subjects).toHaveLength(10);

    await disk.free();
    await placeOrder('room');
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 31 }));
    expect(await bench.query('SELECT name FROM host_order')).toEqual([{ name: 'room' }]);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(31);
    expect(duplicates).toEqual([]);
  });
});
