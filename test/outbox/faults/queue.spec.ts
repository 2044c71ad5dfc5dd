import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../../lib/outbox/outcome.js';
import { Breaker } from '../../../lib/outbox/breaker.js';
import { OutboxStore } from '../../../lib/outbox/outbox.store.js';
import { SmtpDatabase } from '../../../lib/database/database.js';
import { smtpEntities } from '../../../lib/smtp.entities.js';
import { MailError } from '../../../lib/shared/mail-error.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

describe.each(databases)('What is queued, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure();
  });

  it('C2-3 a transaction rolled back leaves no mail, a committed one exactly one', async () => {
    await bench.deliver();
    const bill = (subject: string, isBroken: boolean) =>
      bench.host.dataSource.transaction(async (manager) => {
        await manager.query(`INSERT INTO host_order (name) VALUES ('${subject}')`);
        await bench.host.mail.send({ to: 'a@b.c', subject, text: 'x' }, { manager });
        if (isBroken) throw new Error('no money');
      });
    await expect(bill('never', true)).rejects.toThrow('no money');
    await bill('kept', false);
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect(await bench.rows('SELECT name FROM host_order')).toEqual([{ name: 'kept' }]);
    expect(await bench.tally()).toEqual({ subjects: ['kept'], duplicates: [], renamed: [] });
  });

  it('C2-32 an idempotency key used a hundred times at once: one row, one mail, the same id for all', async () => {
    await bench.deliver();
    const message = { to: 'a@b.c', subject: 'once', text: 'x', idempotencyKey: 'order-1' };
    const alone = Array.from({ length: kind === 'sqlite' ? 100 : 50 }, () => bench.host.mail.send(message));
    const inTransactions = Array.from({ length: kind === 'sqlite' ? 0 : 50 }, () =>
      bench.host.dataSource.transaction((manager) => bench.host.mail.send(message, { manager })),
    );
    const answers = await Promise.all([...alone, ...inTransactions]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
    expect(await bench.rows('SELECT DISTINCT message_id FROM smtp_message_body')).toHaveLength(1);
    expect(await bench.tally()).toEqual({ subjects: ['once'], duplicates: [], renamed: [] });
  });

  it('nothing is claimed for a configuration that is another one than it was found: changed, off, failing, not the default', async () => {
    const { configs } = bench.host;
    const [config] = await configs.find();
    const { id } = config!;
    await bench.queue(1);
    const database = new SmtpDatabase(() => bench.host.dataSource, smtpEntities);
    const store = new OutboxStore(database, new Set());
    const claims = async (version: number, isProbe = false) => {
      const messages = await store.claim('activity:general', 1, 1, 60_000, { config: { id, version }, isProbe });
      await store.release(messages);
      return messages.length;
    };
    expect(await claims(1)).toBe(1);
    await configs.update(id, { enabled: false });
    expect([await claims(1), await claims(2)]).toEqual([0, 0]);
    await configs.update(id, { enabled: true });
    expect([await claims(2), await claims(3)]).toEqual([0, 1]);
    await new Breaker(database, 60_000).trip({ id, version: 3 }, new MailError('CONNECTION', 'Gone.'));
    expect([await claims(3), await claims(3, true)]).toEqual([0, 1]);
    await configs.update(id, { description: 'changed' });
    expect(await claims(4)).toBe(1);
    await configs.update(id, { isDefault: false });
    expect(await claims(5)).toBe(0);
    await database.close();
  });
});

describe.each(databases.filter(({ name }) => name !== 'mariadb'))(
  'What waits and what is changed meanwhile, on $name',
  ({ name: kind }) => {
    let bench: FaultBench;
    beforeAll(async () => {
      bench = await FaultBench.open(kind);
    });
    afterAll(() => bench.close());
    beforeEach(() => bench.reset());

    it('C2-30 mail whose time ran out while the server was down is never sent', async () => {
      await bench.configure();
      await bench.sink.refuse();
      await bench.queue(5, { expiresAt: new Date(Date.now() + 700) }, 'code');
      await bench.queue(5);
      await bench.deliver();
      await eventually(async () => expect(await bench.statuses()).toEqual({ expired: 5, queued: 5 }));
      await bench.sink.listen();
      await eventually(async () => expect(await bench.statuses()).toEqual({ expired: 5, sent: 5 }));
      expect((await bench.tally()).subjects.every((subject) => subject.startsWith('n-'))).toBe(true);
    });

    it('C2-31 sendAt: not before its time, then once', async () => {
      await bench.configure();
      await bench.deliver();
      const sendAt = new Date(Date.now() + 800);
      await bench.queue(3, { sendAt });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 3 }));
      const { mails } = await bench.sink.state();
      expect(mails).toHaveLength(3);
      for (const { at } of mails) expect(at).toBeGreaterThanOrEqual(sendAt.getTime());
    });

    it('high priority overtakes normal, normal overtakes low', async () => {
      await bench.configure({ maxConnections: 1 });
      for (const priority of ['low', 'normal', 'high'] as const) await bench.queue(3, { priority }, priority);
      await bench.deliver();
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 9 }));
      expect((await bench.sink.state()).mails.map(({ subject }) => subject)).toEqual(
        ['high', 'normal', 'low'].flatMap((priority) => [0, 1, 2].map((index) => `${priority}-${index}`)),
      );
    });

    it('A4.17 maxConnections 1 sends one by one in order, also with two processes', async () => {
      await bench.configure({ maxConnections: 1 });
      await bench.queue(40);
      await Promise.all([bench.worker(), bench.worker()]);
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 40 }));
      const { mails } = await bench.sink.state();
      expect(mails.map(({ subject }) => subject)).toEqual(Array.from({ length: 40 }, (_, index) => `n-${index}`));
    });

    it('C2-33 cancel racing the delivery: cancelled and no copy, or refused and one', async () => {
      await bench.configure({ maxConnections: 2 });
      // So slow that not all of it is in hand at once.
      await bench.sink.rules({ delayMs: 30 });
      const ids = await bench.queue(30);
      await bench.sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
      await bench.deliver();
      await eventually(async () => expect((await bench.sink.state()).waiting).toBe(2));
      const cancelled = new Set<string>();
      const cancel = async (id: string) => {
        if (await bench.host.log.cancel(id)) cancelled.add(id);
      };
      // Those in flight are held, so that there is something left to race for.
      await cancel(ids.pop()!);
      expect(cancelled.size).toBe(1);
      await bench.sink.rules({});
      for (const id of ids.toReversed()) await cancel(id);
      await eventually(async () => expect(await bench.statuses()).toEqual({ cancelled: cancelled.size, sent: 30 - cancelled.size }));
      const rows = await bench.rows<{ id: string }>("SELECT id FROM smtp_message WHERE status = 'cancelled'");
      expect(new Set(rows.map(({ id }) => id))).toEqual(cancelled);
      const { subjects, duplicates } = await bench.tally();
      const others = ids.flatMap((id, index) => (cancelled.has(id) ? [] : [`n-${index}`]));
      expect(subjects.toSorted()).toEqual(others.toSorted());
      expect(duplicates).toEqual([]);
    });

    it('C2-41 a lost nudge is made good by the next look; many nudges send once', async () => {
      await bench.configure();
      const app = await bench.deliver();
      // Queued by another process: nobody calls this one.
      await bench.send({ subject: 'unheard' });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 1 }));
      const send = (index: number) => app.mail.send({ to: 'a@b.c', subject: `heard-${index}`, text: 'x' });
      await Promise.all(Array.from({ length: 50 }, (_, index) => send(index)));
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 51 }));
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(51);
      expect(duplicates).toEqual([]);
    });

    it('C2-40 an acknowledgement of several with one lease that is over: the others are written', async () => {
      const config = await bench.configure();
      await bench.queue(3);
      const store = new OutboxStore(new SmtpDatabase(() => bench.host.dataSource, smtpEntities), new Set());
      const messages = await store.claim('activity:general', 1, 3, 60_000, { config, isProbe: false });
      await bench.rows(`UPDATE smtp_message SET lease_token = 'another' WHERE id = '${messages[1]!.id}'`);
      const sent = messages.map((message): Outcome => ({
        message,
        status: 'sent',
        attempts: 0,
        code: null,
        reply: '250 ok',
        error: null,
        frozen: null,
        configName: 'main',
        attempt: { outcome: 'accepted', ms: 1 },
        wipesBody: false,
      }));
      await store.acknowledge(sent);
      expect(await bench.rows('SELECT subject, status FROM smtp_message ORDER BY id')).toEqual([
        { subject: 'n-0', status: 'sent' },
        { subject: 'n-1', status: 'sending' },
        { subject: 'n-2', status: 'sent' },
      ]);
    });

    it('lost messages are returned, but never those that a process has in hand itself, however late its renewal is', async () => {
      const config = await bench.configure();
      await bench.queue(4);
      const store = new OutboxStore(new SmtpDatabase(() => bench.host.dataSource, smtpEntities), new Set());
      const through = { config, isProbe: false };
      const [own] = await store.claim('activity:general', 1, 2, -1, through);
      await store.claim('activity:general', 1, 2, -1, through);
      await eventually(async () => {
        await store.returnLost([own!.leaseToken]);
        expect(await bench.statuses()).toEqual({ sending: 2, queued: 2 });
      });
      expect(await bench.rows('SELECT subject, status FROM smtp_message ORDER BY id')).toEqual([
        { subject: 'n-0', status: 'sending' },
        { subject: 'n-1', status: 'sending' },
        { subject: 'n-2', status: 'queued' },
        { subject: 'n-3', status: 'queued' },
      ]);
    });

    it('C2-35 C2-36 a configuration changed five times while mail leaves: nothing lost, nothing twice, old sessions closed', async () => {
      const { id } = await bench.configure({ maxConnections: 3 });
      await bench.queue(300);
      // Each change comes while three are in flight, and the same again a few messages later.
      const few = () => [
        { match: '', reply: '250 2.0.0 taken', times: 15 },
        { match: '', reply: 'HOLD' },
      ];
      await bench.sink.rules({ body: few() });
      await bench.deliver();
      for (let change = 1; change <= 5; change++) {
        await eventually(async () => expect((await bench.sink.state()).waiting).toBe(3));
        await bench.host.configs.update(id, { fromAddress: `from-${change}@acme.io` });
        await bench.sink.rules(change < 5 ? { body: few() } : {});
      }
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 300 }));
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(300);
      expect(duplicates).toEqual([]);
      const { mostOpen, open } = await bench.sink.state();
      expect(mostOpen).toBeLessThanOrEqual(3);
      expect(open).toBeLessThanOrEqual(3);
    });

    it('A4.2 A4.18 mail of a configuration that is switched off waits and leaves when it is on again', async () => {
      await bench.configure({ name: 'other' });
      const { id } = await bench.configure({ name: 'own', isDefault: false });
      await bench.queue(5, { config: 'own' });
      await bench.host.configs.update(id, { enabled: false });
      await bench.deliver();
      await eventually(async () => expect(await bench.statuses()).toEqual({ held: 5 }));
      await bench.host.configs.update(id, { enabled: true, name: 'renamed' });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 5 }));
      expect((await bench.tally()).duplicates).toEqual([]);
    });

    it('C2-38 old mail is purged while new mail leaves: bodies of what was sent first, then everything that came to its end', async () => {
      await bench.configure();
      await bench.sink.rules({ rcptTo: [{ match: 'nobody', reply: '550 5.1.1 no such user' }] });
      await bench.queue(20, {}, 'old');
      const failed = await bench.send({ subject: 'failed', to: 'nobody@b.c' });
      const first = await bench.deliver({ retention: { bodyMs: 1 } });
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 20, failed: 1 }));
      await first.close();

      await bench.queue(100, {}, 'new');
      const second = await bench.deliver();
      const bodies =
        "SELECT DISTINCT body.message_id FROM smtp_message_body body JOIN smtp_message m ON m.id = body.message_id WHERE m.subject NOT LIKE 'new-%'";
      await eventually(async () => expect(await bench.rows(bodies)).toEqual([{ message_id: failed }]));
      await eventually(async () => expect(await bench.statuses()).toEqual({ sent: 120, failed: 1 }));
      await second.close();

      await bench.queue(100, {}, 'newest');
      await bench.deliver({ retention: { metadataMs: 1 } });
      await eventually(async () => expect(await bench.rows("SELECT id FROM smtp_message WHERE subject NOT LIKE 'newest-%'")).toEqual([]));
      await eventually(async () => expect((await bench.sink.state()).mails).toHaveLength(220));
      const { subjects, duplicates } = await bench.tally();
      expect(subjects).toHaveLength(220);
      expect(duplicates).toEqual([]);
    });
  },
);
