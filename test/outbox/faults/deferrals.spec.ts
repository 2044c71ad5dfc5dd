import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';
import { startServer } from '../../support/smtp-servers.js';

const FIVE_MINUTES_MS = 300_000;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))(
  'What a server does not take now or not at all, on $name',
  ({ name: kind }) => {
    let bench: FaultBench;
    beforeAll(async () => {
      bench = await FaultBench.open(kind);
    });
    afterAll(() => bench.close());
    beforeEach(() => bench.reset());

    it('C2-17 greylisted for five minutes: due again when they are over, two attempts, one copy', async () => {
      await bench.configure();
      await bench.sink.rules({ rcptTo: [{ match: 'a@', reply: '450 4.7.1 greylisted, try again in five minutes' }] });
      await bench.send({ subject: 'grey' });
      await bench.deliver({ retry: { jitter: 0 } });
      await eventually(async () => expect(await bench.message('grey')).toMatchObject({ status: 'queued', attempts: 1 }));
      const [refusal] = await bench.rows<{ at: string | number }>('SELECT at FROM smtp_message_attempt');
      const due = Number((await bench.message('grey')).available_at);
      // Both are written at once, one after the other.
      expect(due - Number(refusal!.at)).toBeGreaterThan(FIVE_MINUTES_MS - 5_000);
      expect(due - Number(refusal!.at)).toBeLessThanOrEqual(FIVE_MINUTES_MS);

      // The five minutes pass.
      await bench.sink.rules({});
      await bench.rows(`UPDATE smtp_message SET available_at = available_at - ${FIVE_MINUTES_MS}`);
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
      expect(await bench.rows('SELECT outcome FROM smtp_message_attempt ORDER BY id')).toEqual([
        { outcome: 'refused' },
        { outcome: 'accepted' },
      ]);
      expect((await bench.sink.state()).mails).toHaveLength(1);
    });

    it('C2-20 a rate limit: each message waits its time before it is tried again, none fails, all are delivered once', async () => {
      const delayMs = 1_000;
      await bench.configure();
      await bench.sink.rules({ rcptTo: [{ match: '', reply: '450 4.7.1 rate limit exceeded', times: 30 }] });
      await bench.queue(20);
      await bench.deliver({ retry: { delaysMs: [delayMs], jitter: 0 } });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 20 }));
      const attempts = await bench.rows<{ message: string; at: string | number; outcome: string }>(
        'SELECT message_id AS message, at, outcome FROM smtp_message_attempt ORDER BY message_id, id',
      );
      expect(attempts.filter(({ outcome }) => outcome === 'refused')).toHaveLength(30);
      const gaps = attempts.slice(1).flatMap(({ message, at }, index) => {
        const before = attempts[index]!;
        return before.message === message ? [Number(at) - Number(before.at)] : [];
      });
      expect(gaps).toHaveLength(30);
      // A refusal is noted a moment after the message is put off.
      expect(Math.min(...gaps)).toBeGreaterThan(delayMs / 2);
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(20);
      expect(duplicates).toEqual([]);
    });

    it('C2-22 552 in answer to DATA is final', async () => {
      let refusals = 0;
      const server = await startServer({
        reply: (command) => (command === 'DATA' && refusals++ === 0 ? '552 5.3.4 message too big for the system' : undefined),
      });
      try {
        await bench.configure({ port: server.port, maxConnections: 1 });
        await bench.send({ subject: 'big' });
        await bench.queue(2);
        await bench.deliver();
        await eventually(async () => expect(await bench.statuses()).toEqual({ failed: 1, sent: 2 }));
        expect(await bench.message('big')).toMatchObject({
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
