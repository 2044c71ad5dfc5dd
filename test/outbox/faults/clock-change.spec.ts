import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mysql from 'mysql2/promise';
import { dialectOf } from '../../../lib/database/dialect.js';
import { startMariadbIn } from '../../support/services/mariadb.js';
import '../../support/long-tests.js';

/** The rules of Central Europe in full, because the machine may not know the zone by name. */
const ZONE = 'CET-1CEST,M3.5.0,M10.5.0/3';

/** Leases, retries and expiry depend on this time: an extra hour would expire every lease. */
describe('The time of MariaDB across clock changes', () => {
  let server: Awaited<ReturnType<typeof startMariadbIn>>;
  let connection: mysql.Connection;
  beforeAll(async () => {
    server = await startMariadbIn(ZONE);
    connection = await mysql.createConnection({ uri: server.url });
  });
  afterAll(async () => {
    await connection?.end();
    await server?.stop();
  });

  it.each([
    ['before the repeated hour', '2027-10-30T23:59:59.250Z'],
    ['in the repeated hour, the first time', '2027-10-31T00:30:00.250Z'],
    ['in the repeated hour, the second time', '2027-10-31T01:30:00.250Z'],
    ['after the repeated hour', '2027-10-31T02:00:00.250Z'],
    ['before the skipped hour', '2027-03-28T00:59:59.250Z'],
    ['after the skipped hour', '2027-03-28T01:00:00.250Z'],
  ])('is exact %s: %s', async (_when, time) => {
    const ms = Date.parse(time);
    await connection.query(`SET timestamp = ${ms / 1_000}`);
    const [rows] = await connection.query(`SELECT @@system_time_zone AS zone, ${dialectOf('mariadb').now} AS now`);
    expect(rows).toEqual([{ zone: expect.stringMatching(/^CES?T$/), now: ms }]);
  });
});
