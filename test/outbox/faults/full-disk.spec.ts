import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSourceOptions } from 'typeorm';
import { type DatabaseKind, databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench, QUICK } from '../../support/fault-bench.js';
import { startSmallPostgres } from '../../support/services/postgres.js';
import { type SmtpApp, startSmtpApp } from '../../support/smtp-app.js';

/** An application on a disk that can be full. */
interface Disk {
  bench: FaultBench;
  app: SmtpApp;
  /** From here on the disk gives no more room than is left. */
  limit(): Promise<void>;
  /** There is room again. */
  free(): Promise<void>;
  close(): Promise<void>;
}

/** The part of a better-sqlite3 connection that is used here. */
interface SqliteConnection {
  pragma(words: string, options?: { simple: boolean }): unknown;
}

const disks: Partial<Record<DatabaseKind, () => Promise<Disk>>> = {
  /** For SQLite a disk is full when the file has as many pages as it may have. */
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
  /** PostgreSQL's files may not grow beyond a size: a table is full when its file is, and takes rows again when some are gone. */
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
          await bench.rows(`DELETE FROM ${table} WHERE message_id = 'filler'`);
          await bench.rows(`VACUUM ${table}`);
        }
      },
      close: async () => {
        await bench.close();
        await server.stop();
      },
    };
  },
};

/** Where a message and the note of an attempt need room. */
const FILLERS = [
  { table: 'smtp_message_body', columns: 'message_id, part, content', row: (n: number, text: string) => `('filler', ${n}, '${text}')` },
  {
    table: 'smtp_message_attempt',
    columns: 'message_id, id, at, outcome, ms, reply',
    row: (n: number, text: string) => `('filler', 'filler-${n}', 1, 'filler', 1, '${text}')`,
  },
];

/** Writes rows until not even the smallest one fits. */
async function fill({ dataSource }: SmtpApp): Promise<void> {
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

describe.each(databases.filter(({ name }) => disks[name]))('A disk that is full, on $name', ({ name: kind }) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await disks[kind]!();
  });
  afterAll(() => disk?.close());

  it('C2-39 the business transaction fails with words, nothing more leaves, and with room again everything does, once', async () => {
    const { bench, app } = disk;
    await bench.configure({ maxConnections: 5 });
    await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.queue(30);
    await eventually(async () => expect((await bench.sink.state()).waiting).toBe(5));
    await disk.limit();
    await fill(app);
    const order = (subject: string) =>
      app.dataSource.transaction(async (manager) => {
        await manager.query(`INSERT INTO host_order (name) VALUES ('${subject}')`);
        await app.mail.send({ to: 'a@b.c', subject, text: 'Hello' }, { manager });
      });
    await expect(order('no room')).rejects.toMatchObject({ code: 'DATABASE' });
    expect(await bench.rows('SELECT name FROM host_order')).toEqual([]);

    // There is no room to note what the server has taken: no more leaves than may be unacknowledged, twice the connections.
    await bench.sink.rules({});
    await eventually(async () => expect((await bench.tally()).subjects).toHaveLength(10));
    await pause(1_500);
    expect(await bench.statuses()).not.toHaveProperty('sent');
    expect((await bench.tally()).subjects).toHaveLength(10);

    await disk.free();
    await order('room');
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 31 }));
    expect(await bench.rows('SELECT name FROM host_order')).toEqual([{ name: 'room' }]);
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(31);
    expect(duplicates).toEqual([]);
  });
});
