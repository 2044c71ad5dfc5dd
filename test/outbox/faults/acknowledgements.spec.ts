import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

describe.each(databases)('Acknowledgements that are hard to store, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind, { maxRecipients: 4_000 });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure();
  });

  it('stores three thousand deferred recipients and sends each of them one copy', async () => {
    await bench.sink.setRules({
      rcptTo: [
        { match: 'nobody', reply: '550 5.1.1 no such user' },
        { match: 'later', reply: '450 4.2.1 mailbox busy', times: 3_000 },
      ],
    });
    const later = Array.from({ length: 3_000 }, (_, index) => `later.recipient.${index}@example.org`);
    const id = await bench.send({ subject: 'list', to: ['first@b.c', ...later, 'nobody@b.c'] });
    await bench.queue(3);
    await bench.deliver({ retry: { delaysMs: [700], jitter: 0, giveUpAfterMs: 60_000 } });
    await eventually(async () => expect(await bench.findMessage('list')).toMatchObject({ status: 'queued', attempts: 1 }));
    expect((await bench.host.log.findOne(id))!.delivery).toMatchObject({ isTruncated: true, refused: [{ address: 'nobody@b.c' }] });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ partially_sent: 1, sent: 3 }));
    const copies = (await bench.sink.readState()).mails.filter(({ subject }) => subject === 'list');
    expect(copies.map(({ to }) => to)).toEqual([['first@b.c'], later]);
  });

  it('leaves out a reply that the database refuses, and does not delay other messages', async () => {
    await bench.query(
      kind === 'sqlite'
        ? `CREATE TRIGGER odd_words BEFORE UPDATE ON smtp_message WHEN NEW.last_reply LIKE '%odd%' BEGIN SELECT RAISE(ABORT, 'odd'); END`
        : `ALTER TABLE smtp_message ADD CONSTRAINT odd_words CHECK (last_reply NOT LIKE '%odd%')`,
    );
    try {
      await bench.sink.setRules({ body: [{ match: 'odd', reply: '250 2.0.0 odd' }], rcptTo: [{ match: 'later', reply: '450 4.2.1 odd' }] });
      await bench.send({ subject: 'odd' });
      await bench.send({ subject: 'partly', to: ['a@b.c', 'later@b.c'] });
      await bench.queue(20);
      await bench.deliver();
      await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 21, unknown: 1 }));
      expect(await bench.findMessage('odd')).toMatchObject({ status: 'sent', last_reply: null });
      expect(await bench.findMessage('partly')).toMatchObject({ status: 'unknown', last_reason: 'reply_not_stored' });
      expect((await bench.tally()).duplicates).toEqual([]);
    } finally {
      await bench.query(kind === 'sqlite' ? 'DROP TRIGGER odd_words' : 'ALTER TABLE smtp_message DROP CONSTRAINT odd_words');
    }
  });
});
