import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryOutcome } from '../../../lib/outbox/delivery-outcome.js';
import { Breaker } from '../../../lib/outbox/breaker.js';
import { OutboxStore } from '../../../lib/outbox/outbox.store.js';
import { SmtpDatabase } from '../../../lib/database/database.js';
import { smtpEntities } from '../../../lib/smtp.entities.js';
import { MailError } from '../../../lib/shared/mail-error.js';
import { databases } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { FaultBench } from '../../support/fault-bench.js';

describe.each(databases)('The queue, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.reset();
    await bench.configure();
  });

  it('C2-3 sends no mail of a transaction that is rolled back, and one message of a committed one', async () => {
    await bench.deliver();
    const createBill = (subject: string, isBroken: boolean) =>
      bench.host.dataSource.transaction(async (manager) => {
        await manager.query(`INSERT INTO host_order (name) VALUES ('${subject}')`);
        await bench.host.mail.send({ to: 'a@b.c', subject, text: 'x' }, { manager });
        if (isBroken) throw new Error('no money');
      });
    await expect(createBill('never', true)).rejects.toThrow('no money');
    await createBill('kept', false);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    expect(await bench.query('SELECT name FROM host_order')).toEqual([{ name: 'kept' }]);
    expect(await bench.tally()).toEqual({ subjects: ['kept'], duplicates: [], renamed: [] });
  });

  it('C2-32 stores one row and sends one message for an idempotency key used a hundred times at once, with the same id for every caller', async () => {
    await bench.deliver();
    const message = { to: 'a@b.c', subject: 'once', text: 'x', idempotencyKey: 'order-1' };
    const alone = Array.from({ length: kind === 'sqlite' ? 100 : 50 }, () => bench.host.mail.send(message));
    const inTransactions = Array.from({ length: kind === 'sqlite' ? 0 : 50 }, () =>
      bench.host.dataSource.transaction((manager) => bench.host.mail.send(message, { manager })),
    );
    const answers = await Promise.all([...alone, ...inTransactions]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    expect(await bench.query('SELECT DISTINCT message_id FROM smtp_message_body')).toHaveLength(1);
    expect(await bench.tally()).toEqual({ subjects: ['once'], duplicates: [], renamed: [] });
  });

  it('claims nothing when the configuration has changed, is disabled, is failing or is no longer the default', async () => {
    const { configs } = bench.host;
    const [config] = await configs.find();
    const { id } = config!;
    await bench.queue(1);
    const database = new SmtpDatabase(() => bench.host.dataSource, smtpEntities);
    const store = new OutboxStore(database, new Set());
    const countClaims = async (version: number, isProbe = false) => {
      const messages = await store.claim('activity:general', 1, 1, 60_000, { config: { id, version }, isProbe });
      await store.release(messages);
      return messages.length;
    };
    expect(await countClaims(1)).toBe(1);
    await configs.update(id, { enabled: false });
    expect([await countClaims(1), await countClaims(2)]).toEqual([0, 0]);
    await configs.update(id, { enabled: true });
    expect([await countClaims(2), await countClaims(3)]).toEqual([0, 1]);
    await new Breaker(database, 60_000).trip({ id, version: 3 }, new MailError('CONNECTION', 'Gone.'));
    expect([await countClaims(3), await countClaims(3, true)]).toEqual([0, 1]);
    await configs.update(id, { description: 'changed' });
    expect(await countClaims(4)).toBe(1);
    await configs.update(id, { isDefault: false });
    expect(await countClaims(5)).toBe(0);
    await database.close();
  });
});

describe.each(databases.filter(({ name }) => name !== 'mariadb'))('Waiting mail and changes, on $name', ({ name: kind }) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.open(kind);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.reset());

  it('C2-30 never sends mail that expires while the server is down', async () => {
    await bench.configure();
    await bench.sink.refuse();
    await bench.queue(5, { expiresAt: new Date(Date.now() + 700) }, 'code');
    await bench.queue(5);
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ expired: 5, queued: 5 }));
    await bench.sink.listen();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ expired: 5, sent: 5 }));
    expect((await bench.tally()).subjects.every((subject) => subject.startsWith('n-'))).toBe(true);
  });

  it('C2-31 sendAt: sends once, and not before its time', async () => {
    await bench.configure();
    await bench.deliver();
    const sendAt = new Date(Date.now() + 800);
    await bench.queue(3, { sendAt });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 3 }));
    const { mails } = await bench.sink.readState();
    expect(mails).toHaveLength(3);
    for (const { at } of mails) expect(at).toBeGreaterThanOrEqual(sendAt.getTime());
  });

  it('sends high priority before normal, and normal before low', async () => {
    await bench.configure({ maxConnections: 1 });
    for (const priority of ['low', 'normal', 'high'] as const) await bench.queue(3, { priority }, priority);
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 9 }));
    expect((await bench.sink.readState()).mails.map(({ subject }) => subject)).toEqual(
      ['high', 'normal', 'low'].flatMap((priority) => [0, 1, 2].map((index) => `${priority}-${index}`)),
    );
  });

  it('A4.17 maxConnections 1: sends one at a time, in order, even with two processes', async () => {
    await bench.configure({ maxConnections: 1 });
    await bench.queue(40);
    await Promise.all([bench.startWorker(), bench.startWorker()]);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 40 }));
    const { mails } = await bench.sink.readState();
    expect(mails.map(({ subject }) => subject)).toEqual(Array.from({ length: 40 }, (_, index) => `n-${index}`));
  });

  it('C2-33 cancels without a copy, or refuses to cancel and sends one, when a cancellation races the delivery', async () => {
    await bench.configure({ maxConnections: 2 });
    // Slow enough that not all messages are in flight at once.
    await bench.sink.setRules({ delayMs: 30 });
    const ids = await bench.queue(30);
    await bench.sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
    await bench.deliver();
    await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(2));
    const cancelled = new Set<string>();
    const cancel = async (id: string) => {
      if (await bench.host.log.cancel(id)) cancelled.add(id);
    };
    // The messages in flight are held, so that some are left to race for.
    await cancel(ids.pop()!);
    expect(cancelled.size).toBe(1);
    await bench.sink.setRules({});
    for (const id of ids.toReversed()) await cancel(id);
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ cancelled: cancelled.size, sent: 30 - cancelled.size }));
    const rows = await bench.query<{ id: string }>("SELECT id FROM smtp_message WHERE status = 'cancelled'");
    expect(new Set(rows.map(({ id }) => id))).toEqual(cancelled);
    const { subjects, duplicates } = await bench.tally();
    const others = ids.flatMap((id, index) => (cancelled.has(id) ? [] : [`n-${index}`]));
    expect(subjects.toSorted()).toEqual(others.toSorted());
    expect(duplicates).toEqual([]);
  });

  it('C2-41 sends at the next poll after a lost nudge, and sends once after many nudges', async () => {
    await bench.configure();
    const app = await bench.deliver();
    // The message is queued by another process, so nothing nudges this one.
    await bench.send({ subject: 'unheard' });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 1 }));
    const send = (index: number) => app.mail.send({ to: 'a@b.c', subject: `heard-${index}`, text: 'x' });
    await Promise.all(Array.from({ length: 50 }, (_, index) => send(index)));
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 51 }));
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(51);
    expect(duplicates).toEqual([]);
  });

  it('C2-40 writes the other acknowledgements when one of several comes after its lease', async () => {
    const config = await bench.configure();
    await bench.queue(3);
    const store = new OutboxStore(new SmtpDatabase(() => bench.host.dataSource, smtpEntities), new Set());
    const messages = await store.claim('activity:general', 1, 3, 60_000, { config, isProbe: false });
    await bench.query(`UPDATE smtp_message SET lease_token = 'another' WHERE id = '${messages[1]!.id}'`);
    const sent = messages.map((message): DeliveryOutcome => ({
      message,
      status: 'sent',
      attempts: 0,
      code: null,
      reply: '250 ok',
      failure: null,
      frozen: null,
      configName: 'main',
      attempt: { outcome: 'accepted', ms: 1 },
      wipesBody: false,
    }));
    await store.acknowledge(sent);
    expect(await bench.query('SELECT subject, status FROM smtp_message ORDER BY id')).toEqual([
      { subject: 'n-0', status: 'sent' },
      { subject: 'n-1', status: 'sending' },
      { subject: 'n-2', status: 'sent' },
    ]);
  });

  it('returns lost messages to the queue, but never those that the process itself still has, however late it renews', async () => {
    const config = await bench.configure();
    await bench.queue(4);
    const store = new OutboxStore(new SmtpDatabase(() => bench.host.dataSource, smtpEntities), new Set());
    const through = { config, isProbe: false };
    const [own] = await store.claim('activity:general', 1, 2, -1, through);
    await store.claim('activity:general', 1, 2, -1, through);
    await eventually(async () => {
      await store.returnLost([own!.leaseToken]);
      expect(await bench.countStatuses()).toEqual({ sending: 2, queued: 2 });
    });
    expect(await bench.query('SELECT subject, status FROM smtp_message ORDER BY id')).toEqual([
      { subject: 'n-0', status: 'sending' },
      { subject: 'n-1', status: 'sending' },
      { subject: 'n-2', status: 'queued' },
      { subject: 'n-3', status: 'queued' },
    ]);
  });

  it('C2-35 C2-36 loses and duplicates nothing when the configuration changes five times while mail is sent, and closes old sessions', async () => {
    const { id } = await bench.configure({ maxConnections: 3 });
    await bench.queue(300);
    // Each change comes while three messages are in flight, a few messages after the previous one.
    const holdAfterFifteen = () => [
      { match: '', reply: '250 2.0.0 taken', times: 15 },
      { match: '', reply: 'HOLD' },
    ];
    await bench.sink.setRules({ body: holdAfterFifteen() });
    await bench.deliver();
    for (let change = 1; change <= 5; change++) {
      await eventually(async () => expect((await bench.sink.readState()).waiting).toBe(3));
      await bench.host.configs.update(id, { fromAddress: `from-${change}@acme.io` });
      await bench.sink.setRules(change < 5 ? { body: holdAfterFifteen() } : {});
    }
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 300 }));
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(300);
    expect(duplicates).toEqual([]);
    const { mostOpen, open } = await bench.sink.readState();
    expect(mostOpen).toBeLessThanOrEqual(3);
    expect(open).toBeLessThanOrEqual(3);
  });

  it('A4.2 A4.18 holds mail while its configuration is disabled, and sends it once it is enabled', async () => {
    await bench.configure({ name: 'other' });
    const { id } = await bench.configure({ name: 'own', isDefault: false });
    await bench.queue(5, { config: 'own' });
    await bench.host.configs.update(id, { enabled: false });
    await bench.deliver();
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ held: 5 }));
    await bench.host.configs.update(id, { enabled: true, name: 'renamed' });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 5 }));
    expect((await bench.tally()).duplicates).toEqual([]);
  });

  it('C2-38 purges old mail while new mail is sent: bodies of sent mail first, then every final message', async () => {
    await bench.configure();
    await bench.sink.setRules({ rcptTo: [{ match: 'nobody', reply: '550 5.1.1 no such user' }] });
    await bench.queue(20, {}, 'old');
    const failed = await bench.send({ subject: 'failed', to: 'nobody@b.c' });
    const first = await bench.deliver({ retention: { bodyMs: 1 } });
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 20, failed: 1 }));
    await first.close();

    await bench.queue(100, {}, 'new');
    const second = await bench.deliver();
    const bodies =
      "SELECT DISTINCT body.message_id FROM smtp_message_body body JOIN smtp_message m ON m.id = body.message_id WHERE m.subject NOT LIKE 'new-%'";
    await eventually(async () => expect(await bench.query(bodies)).toEqual([{ message_id: failed }]));
    await eventually(async () => expect(await bench.countStatuses()).toEqual({ sent: 120, failed: 1 }));
    await second.close();

    await bench.queue(100, {}, 'newest');
    await bench.deliver({ retention: { metadataMs: 1 } });
    await eventually(async () => expect(await bench.query("SELECT id FROM smtp_message WHERE subject NOT LIKE 'newest-%'")).toEqual([]));
    await eventually(async () => expect((await bench.sink.readState()).mails).toHaveLength(220));
    const { subjects, duplicates } = await bench.tally();
    expect(subjects).toHaveLength(220);
    expect(duplicates).toEqual([]);
  });
});
