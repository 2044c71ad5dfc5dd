import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

describe.each(databases)('Refused messages on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure();
  });

  it('C2-21 a recipient nobody knows fails at once: one attempt, the server’s code and words kept', async () => {
    await bench.sink.rules({ rcptTo: [{ match: 'nobody', reply: '550 5.1.1 no such user' }] });
    await bench.send({ subject: 'bad', to: 'nobody@b.c' });
    await bench.queue(2);
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ failed: 1, sent: 2 }));
    expect(await bench.message('bad')).toMatchObject({
      attempts: 1,
      last_code: 'RECIPIENT',
      last_reply: expect.stringContaining('550 5.1.1 no such user'),
    });
    const { subjects, duplicates } = await bench.tally();
    expect(subjects.toSorted()).toEqual(['n-0', 'n-1']);
    expect(duplicates).toEqual([]);
  });
});

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Refused and deferred messages on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure();
  });

  const retry = (delayMs: number, giveUpAfterMs = 60_000) => ({ retry: { delaysMs: [delayMs], jitter: 0, giveUpAfterMs } });

  it('C2-17 greylisting: a second attempt, not before its time, one copy', async () => {
    await bench.sink.rules({ rcptTo: [{ match: 'a@', reply: '450 4.7.1 greylisted, try again in five minutes', times: 1 }] });
    await bench.send({ subject: 'grey' });
    const began = Date.now();
    await bench.deliver(retry(500));
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    const { attempts, available_at: due } = await bench.message('grey');
    expect(attempts).toBe(1);
    expect(Number(due)).toBeGreaterThanOrEqual(began + 500);
    const { mails } = await bench.sink.state();
    expect(mails).toHaveLength(1);
    expect(mails[0]!.at).toBeGreaterThanOrEqual(Number(due));
    expect(await bench.rows('SELECT outcome FROM smtp_message_attempt ORDER BY id')).toEqual([
      { outcome: 'refused' },
      { outcome: 'accepted' },
    ]);
  });

  it('a message refused for too long is given up; its time failing does not count', async () => {
    await bench.sink.rules({ rcptTo: [{ match: 'a@', reply: '451 4.3.0 not now' }] });
    await bench.send({ subject: 'never' });
    await bench.deliver(retry(200, 700));
    await eventually(async () => expect(await bench.statuses()).toEqual({ failed: 1 }));
    const { attempts } = await bench.message('never');
    expect(attempts).toBeGreaterThanOrEqual(2);
    expect((await bench.sink.state()).mails).toEqual([]);
  });

  it('time failing does not count towards giving up', async () => {
    const rcptTo = [
      { match: 'a@', reply: '451 4.3.0 not now', times: 1 },
      // Should it be tried again before the server goes down: that goes down with it.
      { match: 'a@', reply: 'SILENCE' },
    ];
    await bench.sink.rules({ rcptTo });
    await bench.send({ subject: 'patient' });
    const giveUpAfterMs = 1_200;
    await bench.deliver(retry(300, giveUpAfterMs));
    await eventually(async () => expect(await bench.message('patient')).toMatchObject({ attempts: 1 }));
    await bench.sink.refuse();
    const down = Date.now();
    await eventually(() => expect(Date.now() - down).toBeGreaterThan(giveUpAfterMs + 500));
    await bench.sink.rules({ rcptTo: [{ match: 'a@', reply: '451 4.3.0 not now', times: 1 }] });
    await bench.sink.listen();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect(await bench.message('patient')).toMatchObject({ attempts: 2 });
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-20 a rate limit makes messages wait and fails none', async () => {
    await bench.sink.rules({ rcptTo: [{ match: '', reply: '450 4.7.1 rate limit exceeded', times: 25 }] });
    await bench.queue(20);
    await bench.deliver(retry(100));
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 20 }));
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(20);
    expect(duplicates).toEqual([]);
  });

  it.each(['552 5.3.4 message too big', '554 5.7.1 spam'])('C2-22 %s after the body is final', async (reply) => {
    await bench.sink.rules({ body: [{ match: 'big', reply }] });
    await bench.send({ subject: 'big' });
    await bench.queue(2);
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ failed: 1, sent: 2 }));
    expect(await bench.message('big')).toMatchObject({ attempts: 1, last_code: 'CONTENT', last_reply: expect.stringContaining(reply) });
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-23 one refused recipient of three: the others get one copy each, and it is said who did not', async () => {
    await bench.sink.rules({ rcptTo: [{ match: 'nobody', reply: '550 5.1.1 no such user' }] });
    await bench.send({ subject: 'three', to: ['x@b.c', 'nobody@b.c', 'y@b.c'] });
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ partially_sent: 1 }));
    expect((await bench.sink.state()).mails).toMatchObject([{ subject: 'three', to: ['x@b.c', 'y@b.c'] }]);
    expect((await bench.message('three')).last_error).toContain('nobody@b.c (550 5.1.1 no such user)');
  });

  it('one deferred recipient of three gets its copy later, the others none again', async () => {
    await bench.sink.rules({ rcptTo: [{ match: 'later', reply: '450 4.2.1 mailbox busy', times: 2 }] });
    await bench.send({ subject: 'three', to: ['x@b.c', 'later@b.c', 'y@b.c'] });
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    const { mails } = await bench.sink.state();
    expect(mails.map(({ to }) => to)).toEqual([['x@b.c', 'y@b.c'], ['later@b.c']]);
    expect((await bench.tally()).renamed).toEqual([]);
  });

  it('one refused and one deferred recipient: the refusal is not forgotten when the other gets its copy', async () => {
    await bench.sink.rules({
      rcptTo: [
        { match: 'nobody', reply: '550 5.1.1 no such user' },
        { match: 'later', reply: '450 4.2.1 mailbox busy', times: 1 },
      ],
    });
    await bench.send({ subject: 'mixed', to: ['x@b.c', 'nobody@b.c', 'later@b.c'] });
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ partially_sent: 1 }));
    expect((await bench.sink.state()).mails.map(({ to }) => to)).toEqual([['x@b.c'], ['later@b.c']]);
    expect((await bench.message('mixed')).last_error).toContain('nobody@b.c');
  });

  it('a deferred message keeps its recipients and sender when the configuration changes meanwhile', async () => {
    const [config] = await bench.host.configs.find();
    await bench.sink.rules({ rcptTo: [{ match: 'later', reply: '450 4.2.1 mailbox busy', times: 1 }] });
    await bench.send({ subject: 'frozen', to: ['x@b.c', 'later@b.c'] });
    await bench.deliver(retry(700));
    await eventually(async () => expect((await bench.sink.state()).mails).toHaveLength(1));
    await bench.host.configs.update(config!.id, { cc: ['new@b.c'], fromAddress: 'new@acme.io' });
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect((await bench.sink.state()).mails.map(({ to }) => to)).toEqual([['x@b.c'], ['later@b.c']]);
  });

  it('C2-27 ten poison messages at the head of the queue: one attempt each, and the eleventh is sent', async () => {
    await bench.sink.rules({ body: [{ match: 'poison', reply: '554 5.6.0 cannot be read' }] });
    await bench.queue(5, { to: 'a@b.c' }, 'poison');
    const broken = await bench.queue(5, {}, 'broken');
    // What no version of this package wrote: a body that cannot be read.
    await bench.rows(`UPDATE smtp_message_body SET content = '{' WHERE message_id IN (${broken.map((id) => `'${id}'`).join(', ')})`);
    await bench.queue(1);
    await bench.deliver();
    await eventually(async () => expect(await bench.statuses()).toEqual({ failed: 10, sent: 1 }));
    expect(await bench.rows("SELECT DISTINCT attempts FROM smtp_message WHERE status = 'failed'")).toEqual([{ attempts: 1 }]);
    expect((await bench.tally()).subjects).toEqual(['n-0']);
  });
});
