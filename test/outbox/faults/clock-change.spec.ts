import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mysql from 'mysql2/promise';
import { dialectOf } from '../../../lib/database/dialect.js';
import { startMariadbIn } from '../../support/services/mariadb.js';

/** Central Europe in full: a machine need not know its name. */
const ZONE = 'CET-1CEST,M3.5.0,M10.5.0/3';

/** Leases, retries and expiry are counted by it: an hour too many ends every lease. */
describe('The time of a MariaDB whose clock is changed twice a year', () => {
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
    ['before the hour that comes twice', '2027-10-30T23:59:59.250Z'],
    ['in that hour for the first time', '2027-10-31T00:30:00.250Z'],
    ['in that hour again', '2027-10-31T01:30:00.250Z'],
    ['after it', '2027-10-31T02:00:00.250Z'],
    ['before the hour that is left out', '2027-03-28T00:59:59.250Z'],
    ['after it', '2027-03-28T01:00:00.250Z'],
  ])('is exact %s: %s', async (_when, time) => {
    const ms = Date.parse(time);
    await connection.query(`SET timestamp = ${ms / 1_000}`);
    const [rows] = await connection.query(`SELECT @@system_time_zone AS zone, ${dialectOf('mariadb').now} AS now`);
    expect(rows).toEqual([{ zone: expect.stringMatching(/^CES?T$/), now: ms }]);
  });
});
