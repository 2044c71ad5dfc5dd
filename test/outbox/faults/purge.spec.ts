import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuid7Before } from '../../../lib/database/uuid7.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

const HOUR_MS = 3_600_000;
const OLD = 2_000;
/** One look removes at most so many. */
const CHUNK = 500;

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Old mail, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  /** Makes what is in the table two hours older: an id begins with the time of its creation. */
  const age = async (): Promise<void> => {
    const time = uuid7Before(Date.now() - 2 * HOUR_MS).slice(0, 13);
    for (const [table, id] of [
      ['smtp_message', 'id'],
      ['smtp_message_body', 'message_id'],
    ]) {
      await bench.rows(`UPDATE ${table} SET ${id} = '${time}' || substr(${id}, 14)`);
    }
  };

  it('C2-38 is purged a chunk a look, so that new mail never waits for it; what is younger, failed lately or unfinished stays', async () => {
    await bench.configure();
    await bench.sink.rules({ rcptTo: [{ match: 'nobody', reply: '550 5.1.1 no such user' }] });
    await bench.queueCopies(OLD);
    await bench.rows("UPDATE smtp_message SET status = 'sent'");
    await bench.send({ subject: 'waiting', config: 'missing' });
    await age();
    await bench.queue(50);
    await bench.send({ subject: 'failed', to: 'nobody@b.c' });

    const retention = { metadataMs: HOUR_MS };
    // One look only: everything else goes from hand to hand.
    const first = await bench.deliver({ pollEveryMs: 10 * HOUR_MS, retention });
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: OLD - CHUNK + 50, held: 1, failed: 1 }));
    expect((await bench.tally()).subjects).toHaveLength(50);
    await first.close();

    await bench.deliver({ retention });
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 50, held: 1, failed: 1 }));
    const left = await bench.rows<{ subject: string }>('SELECT subject FROM smtp_message');
    expect(left.map(({ subject }) => subject).toSorted()).toEqual(
      ['failed', 'waiting', ...Array.from({ length: 50 }, (_, index) => `n-${index}`)].toSorted(),
    );
    expect(await bench.rows('SELECT DISTINCT message_id FROM smtp_message_body')).toHaveLength(52);
    expect((await bench.tally()).duplicates).toEqual([]);
  });
});
