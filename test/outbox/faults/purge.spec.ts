import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuid7Before } from '../../../lib/database/uuid7.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

const HOUR_MS = 3_600_000;
const OLD = 2_000;
/** The most messages that one poll deletes. */
const CHUNK = 500;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Purging old mail, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  /** Makes the messages in the table two hours older: an id begins with its creation time. */
  const ageMessages = async (): Promise<void> => {
    const time = uuid7Before(Date.now() - 2 * HOUR_MS).slice(0, 13);
    for (const [table, id] of [
      ['smtp_message', 'id'],
      ['smtp_message_body', 'message_id'],
    ]) {
      await bench.query(`UPDATE ${table} SET ${id} = '${time}' || substr(${id}, 14)`);
    }
  };

  it('C2-38 deletes a chunk per poll without delaying new mail, and keeps recent, recently failed and unfinished messages', async () => {
    await bench.configure();
    await bench.sink.setRules({ rcptTo: [{ match: 'nobody', reply: '550 5.1.1 no such user' }] });
    await bench.queueCopies(OLD);
    await bench.query("UPDATE smtp_message SET status = 'sent'");
    await bench.send({ subject: 'waiting', config: 'missing' });
    await ageMessages();
    await bench.queue(50);
    await bench.send({ subject: 'failed', to: 'nobody@b.c' });

    const retention = { metadataMs: HOUR_MS };
    // There is only one poll: everything else follows from nudges and finished messages.
    const first = await bench.deliver({ pollEveryMs: 10 * HOUR_MS, retention });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: OLD - CHUNK + 50, held: 1, failed: 1 }));
    expect((await bench.tally()).subjects).toHaveLength(50);
    await first.close();

    await bench.deliver({ retention });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 50, held: 1, failed: 1 }));
    const left = await bench.query<{ subject: string }>('SELECT subject FROM smtp_message');
    expect(left.map(({ subject }) => subject).toSorted()).toEqual(
      ['failed', 'waiting', ...Array.from({ length: 50 }, (_, index) => `n-${index}`)].toSorted(),
    );
    expect(await bench.query('SELECT DISTINCT message_id FROM smtp_message_body')).toHaveLength(52);
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
