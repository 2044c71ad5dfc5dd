import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../lib/index.js';
import { databases } from '../support/databases.js';
import { startOn } from '../support/smtp-app.js';

const manager = { admin: { email: 'manager@acme.io', role: 'ADMINISTRATION_MANAGER' } };

describe.each(databases)('An action on many messages on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let spare: string;

  beforeAll(async () => {
    app = await startOn(kind, { activities: [{ key: 'reset', sensitive: true }], delivery: { run: false } });
    const server = { host: 'localhost', username: 'u@acme.io', password: 'p' };
    await app.configs.create({ ...server, name: 'main', isDefault: true });
    spare = (await app.configs.create({ ...server, name: 'spare' })).id;
  });
  afterAll(() => app.close());

  const queue = async (count: number, fields: Partial<MailMessage> = {}): Promise<string[]> => {
    const message = { to: 'a@b.c', subject: 'Hello', text: 'Hi', ...fields };
    const queued = await app.mail.sendMany(Array.from({ length: count }, () => message));
    return queued.map((one) => (one.status === 'queued' ? one.id : ''));
  };

  /** Returns how often other work ran meanwhile. */
  const countTurns = async (work: () => Promise<unknown>): Promise<number> => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      if (isOver) return;
      turns++;
      setImmediate(turn);
    };
    setImmediate(turn);
    await work();
    isOver = true;
    return turns;
  };

  /** Returns how often the configurations were read meanwhile. */
  const countReads = async (work: () => Promise<unknown>): Promise<number> => {
    const { logger } = app.dataSource;
    let reads = 0;
    const logQuery = (sql: string): void => void (/^SELECT .* FROM .?smtp_config\b/s.test(sql) && reads++);
    app.dataSource.logger = { ...logger, logQuery };
    await work();
    app.dataSource.logger = logger;
    return reads;
  };

  it('lets other work run after each message that it resends, and after each batch', async () => {
    const ids = await queue(20);
    await app.dataSource.createQueryBuilder().update('smtp_message').set({ status: 'failed' }).execute();
    expect(await countTurns(() => app.log.resendMany(ids, manager))).toBeGreaterThanOrEqual(20);
    await queue(410, { subject: 'Batches' });
    expect(await countTurns(() => app.log.cancelMany({ subject: 'Batches' }, manager))).toBeGreaterThanOrEqual(3);
  });

  it('reads the configurations as often for many sensitive messages as for one', async () => {
    const [one, ...many] = await queue(30, { activity: 'reset' });
    const first = await countReads(() => app.log.move([one!], { to: spare }, manager));
    // On SQLite, the module reads through a connection of its own, which this test cannot watch.
    expect(first > 0).toBe(kind !== 'sqlite');
    expect(await countReads(() => app.log.move(many, { to: spare }, manager))).toBe(first);
  });
});
