import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { startServer } from '../../support/smtp-servers.js';

const FIVE_MINUTES_MS = 300_000;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))(
  'Deferred and refused messages on a slow schedule, on $name',
  ({ name: kind }) => {
    let bench: FaultBench;
    beforeAll(async () => {
      bench = await FaultBench.open(kind);
    });
    afterAll(() => bench.close());
    beforeEach(() => bench.reset());

    it('C2-17 retries a greylisted message when its five minutes are over, after two attempts, with one copy', async () => {
      await bench.configure();
      await bench.sink.setRules({ rcptTo: [{ match: 'a@', reply: '450 4.7.1 greylisted, try again in five minutes' }] });
      await bench.send({ subject: 'grey' });
      await bench.deliver({ retry: { jitter: 0 } });
      await eventually(async () => expect(await bench.findMessage('grey')).toMatchObject({ status: 'queued', attempts: 1 }));
      const [refusal] = await bench.query<{ at: string | number }>('SELECT at FROM smtp_message_attempt');
      const due = Number((await bench.findMessage('grey')).available_at);
      // Both rows are written together, one after the other.
      expect(due - Number(refusal!.at)).toBeGreaterThan(FIVE_MINUTES_MS - 5_000);
      expect(due - Number(refusal!.at)).toBeLessThanOrEqual(FIVE_MINUTES_MS);

      // Let the five minutes pass.
      await bench.sink.setRules({});
      await bench.query(`UPDATE smtp_message SET available_at = available_at - ${FIVE_MINUTES_MS}`);
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
      expect(await bench.query('SELECT outcome FROM smtp_message_attempt ORDER BY id')).toEqual([
        { outcome: 'refused' },
        { outcome: 'accepted' },
      ]);
      expect((await bench.sink.readState()).mails).toHaveLength(1);
    });

    it('C2-20 pauses at a rate limit, and delivers every message once without using an attempt', async () => {
      const pauseMs = 1_000;
      await bench.configure();
      await bench.sink.setRules({ rcptTo: [{ match: '', reply: '450 4.7.1 rate limit exceeded', times: 30 }] });
      await bench.queue(20);
      await bench.deliver({ reconnectEveryMs: pauseMs });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 20 }));
      const attempts = await bench.query<{ message: string; at: string | number; outcome: string }>(
        'SELECT message_id AS message, at, outcome FROM smtp_message_attempt ORDER BY message_id, id',
      );
      const deferred = attempts.filter(({ outcome }) => outcome === 'deferred').length;
      // Some are tried once more over a new connection, which is part of the same attempt.
      expect(deferred).toBeGreaterThan(0);
      expect(deferred).toBeLessThanOrEqual(30);
      expect(await bench.query('SELECT DISTINCT attempts FROM smtp_message')).toEqual([{ attempts: 0 }]);
      const gaps = attempts.slice(1).flatMap(({ message, at }, index) => {
        const before = attempts[index]!;
        return before.message === message ? [Number(at) - Number(before.at)] : [];
      });
      expect(gaps).toHaveLength(deferred);
      // A message that is refused while a pause is running waits for the rest of it.
      expect(Math.max(...gaps)).toBeGreaterThan(pauseMs / 2);
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(20);
      expect(duplicates).toEqual([]);
    });

    it('learns the rate that a server takes, and is then hardly refused', async () => {
      const messages = 120;
      await bench.configure();
      await bench.sink.setRules({ maxPerSecond: 14 });
      await bench.queue(messages);
      await bench.deliver({ reconnectEveryMs: 30_000 });
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: messages }));
      const [{ n: refused }] = (await bench.query<{ n: number | string }>(
        "SELECT COUNT(*) AS n FROM smtp_message_attempt WHERE outcome = 'deferred'",
      )) as [{ n: number | string }];
      // The first seconds refuse what is in flight; one or two messages find out later that the rate does not grow.
      expect(Number(refused)).toBeLessThan(messages / 4);
      expect(await bench.query('SELECT DISTINCT attempts FROM smtp_message')).toEqual([{ attempts: 0 }]);
      expect((await bench.tally()).duplicates).toEqual([]);
    });

    it('C2-22 fails a message for good when DATA is answered with 552', async () => {
      let refusals = 0;
      const server = await startServer({
        reply: (command) => (command === 'DATA' && refusals++ === 0 ? '552 5.3.4 message too big for the system' : undefined),
      });
      try {
        await bench.configure({ port: server.port, maxConnections: 1 });
        await bench.send({ subject: 'big' });
        await bench.queue(2);
        await bench.deliver();
        await eventually(async () => expect(await bench.countStatuses()).toEqual({ failed: 1, sent: 2 }));
        expect(await bench.findMessage('big')).toMatchObject({
          status: 'failed',
          attempts: 1,
          last_code: 'CONTENT',
          last_reply: expect.stringContaining('552 5.3.4'),
        });
        expect(server.bodies).toHaveLength(2);
      } finally {
        await bench.reset();
        await server.close();
      }
    });
  },
);
