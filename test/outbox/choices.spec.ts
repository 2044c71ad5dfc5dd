import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryOptions, MailMessage, SmtpConfigInput, SmtpModuleOptions } from '../../lib/index.js';
import { type CountingSink, startSink } from '../support/counting-sink.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { type SmtpApp, startOn, startSmtpApp } from '../support/smtp-app.js';
import type { MailLogEntry } from '../../lib/shared/mail-log.js';

const QUICK: DeliveryOptions = { pollEveryMs: 50, reconnectEveryMs: 100, retry: { delaysMs: [100], jitter: 0, giveUpAfterMs: 60_000 } };
const OPTIONS: SmtpModuleOptions = { allowAnonymousTls: true, activities: [{ key: 'invoice' }, { key: 'Reset' }] };

describe.each(databases)('What a message chose, on $name', ({ name: kind }) => {
  let host: Awaited<ReturnType<typeof startOn>>;
  let sink: CountingSink;
  const apps: SmtpApp[] = [];
  const deliver = async (options: SmtpModuleOptions = {}): Promise<SmtpApp> => {
    const app = await startSmtpApp(host.database, { ...OPTIONS, delivery: QUICK, ...options });
    apps.push(app);
    return app;
  };
  /** What it sends can be told by its sender. */
  const create = async (name: string, fields: SmtpConfigInput = {}): Promise<string> => {
    const server = { host: '127.0.0.1', port: sink.port, security: 'none', authRequired: false } as const;
    return (await host.configs.create({ name, ...server, fromAddress: `${name.toLowerCase()}@acme.io`, ...fields })).id;
  };
  const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
    const queued = await host.mail.send({ to: 'a@b.c', subject: 's', text: 't', ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  const entry = async (id: string): Promise<MailLogEntry> => (await host.log.findOne(id))!;
  const until = (id: string, state: Partial<MailLogEntry>) => eventually(async () => expect(await entry(id)).toMatchObject(state));
  /** By which sender each mail left, and to whom. */
  const left = async () => (await sink.state()).mails.map(({ from, to }) => `${from.split('@')[0]} > ${to.join(' ')}`);

  beforeAll(async () => {
    sink = await startSink();
    host = await startOn(kind, { ...OPTIONS, delivery: { run: false } });
  });
  afterAll(async () => {
    await host.close();
    await sink.close();
  });
  beforeEach(async () => {
    await sink.clear();
    await create('main', { isDefault: true });
  });
  afterEach(async () => {
    await sink.rules({});
    await Promise.all(apps.splice(0).map((app) => app.close()));
    for (const { id } of await host.configs.find()) await host.configs.remove(id);
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_activity', 'smtp_audit'])
      await host.dataSource.query(`DELETE FROM ${table}`);
  });

  describe('by its activity', () => {
    it('follows the activity while it waits: to another configuration, to the default, and from there', async () => {
      const [a, b] = [await create('a', { enabled: false }), await create('b', { enabled: false })];
      const [invoice, reset, general] = [await queue({ activity: 'invoice' }), await queue({ activity: 'Reset' }), await queue()];
      expect(await entry(invoice)).toMatchObject({ status: 'queued', reason: null, configName: 'main', usesDefault: true });

      await host.activities.assign('invoice', a);
      expect(await entry(invoice)).toMatchObject({ reason: 'disabled', configName: 'a', configId: a, usesDefault: false });
      expect(await host.log.waitingFor({ id: a })).toEqual({ own: 1, ofDefault: 0 });
      await host.activities.assign('Reset', a);
      await host.activities.assign('general', b);
      await deliver();
      for (const id of [invoice, reset, general]) await until(id, { status: 'held', reason: 'disabled' });

      await host.activities.assign('invoice', b);
      await host.configs.update(b, { enabled: true });
      await host.activities.assign('Reset', null);
      for (const id of [invoice, reset, general]) await until(id, { status: 'sent' });
      expect((await left()).toSorted()).toEqual(['b > a@b.c', 'b > a@b.c', 'main > a@b.c']);
    });

    it('follows it away from a server that fails', async () => {
      const port = sink.port === 1 ? 2 : 1;
      const a = await create('a', { port });
      await host.activities.assign('invoice', a);
      await deliver();
      const id = await queue({ activity: 'invoice' });
      await until(id, { status: 'queued', reason: 'failing' });
      await host.activities.assign('invoice', await create('b'));
      await until(id, { status: 'sent', sentBy: 'b' });
      expect(await left()).toEqual(['b > a@b.c']);
    });

    it('follows what was chosen while its own transaction was still open', async () => {
      await deliver();
      const [a, b] = [await create('a'), await create('b')];
      await host.activities.assign('invoice', a);
      // On SQLite there is one connection: what is written meanwhile belongs to the transaction.
      const meanwhile = () => host.activities.assign('invoice', b);
      await host.dataSource.transaction(async (manager) => {
        await host.mail.send({ to: 'a@b.c', subject: 's', text: 't', activity: 'invoice' }, { manager });
        if (kind !== 'sqlite') await meanwhile();
      });
      if (kind === 'sqlite') return;
      await eventually(async () => expect(await left()).toEqual(['b > a@b.c']));
    });

    it('waits when the chosen configuration is deleted, says so, and goes where the activity is sent next', async () => {
      const a = await create('a');
      await host.activities.assign('invoice', a);
      await host.activities.assign('Reset', a);
      const [invoice, reset] = [await queue({ activity: 'invoice' }), await queue({ activity: 'Reset' })];
      await host.configs.remove(a);
      await deliver();
      for (const id of [invoice, reset])
        await until(id, { status: 'held', reason: 'activity_missing', configName: null, configId: null, usesDefault: false });
      const { attention } = await host.overview.find({}, { isFresh: true });
      expect(attention).toContainEqual({ kind: 'held_activity_missing', waiting: 2 });
      // One of that name is another one: nobody chose it.
      await create('a');
      await host.activities.assign('Reset', null);
      await until(reset, { status: 'sent', sentBy: 'main' });
      expect(await entry(invoice)).toMatchObject({ status: 'held', reason: 'activity_missing' });
      await host.activities.assign('invoice', await create('b'));
      await until(invoice, { status: 'sent', sentBy: 'b' });
    });

    it('goes on when the application does not declare the activity any more', async () => {
      const a = await create('a', { enabled: false });
      await host.activities.assign('invoice', a);
      const id = await queue({ activity: 'invoice' });
      const app = await deliver({ activities: [] });
      await until(id, { status: 'held', reason: 'disabled' });
      await app.activities.assign('invoice', await create('b'));
      await until(id, { status: 'sent', sentBy: 'b' });
      expect(await left()).toEqual(['b > a@b.c']);
    });

    it('stays with its configuration once a recipient was accepted', async () => {
      const a = await create('A');
      await host.activities.assign('invoice', a);
      await sink.rules({ rcptTo: [{ match: 'late', reply: '450 4.2.1 busy' }] });
      await deliver();
      const id = await queue({ activity: 'invoice', to: ['a@b.c', 'late@b.c'] });
      await eventually(async () => expect((await entry(id)).attempts).toBeGreaterThan(0));
      await host.activities.assign('invoice', await create('b'));
      const { attempts } = await entry(id);
      await eventually(async () => expect((await entry(id)).attempts).toBeGreaterThan(attempts));
      expect(await entry(id)).toMatchObject({ configName: 'A', configId: a });

      await host.configs.remove(a);
      await until(id, { status: 'held', reason: 'missing', configName: 'A', configId: null });
      await sink.rules({});
      // Whoever makes one of that name again means it.
      await create('a');
      await until(id, { status: 'sent', sentBy: 'a' });
      expect(await left()).toEqual(['a > a@b.c', 'a > late@b.c']);
    });

    it('sent again, chooses again', async () => {
      const a = await create('a');
      await host.activities.assign('invoice', a);
      await sink.rules({ rcptTo: [{ match: 'late', reply: '450 4.2.1 busy', times: 1 }] });
      await deliver();
      const id = await queue({ activity: 'invoice', to: ['a@b.c', 'late@b.c'] });
      await until(id, { status: 'sent', sentBy: 'a' });
      await host.activities.assign('invoice', await create('b'));
      const resent = await host.log.resend(id, { to: 'x@y.z' });
      await until(resent.id, { status: 'sent', sentBy: 'b' });
      expect((await left()).at(-1)).toBe('b > x@y.z');
    });

    it('leaves what is in flight alone: it arrives once, the rest goes elsewhere', async () => {
      await host.activities.assign('invoice', await create('a', { maxConnections: 2 }));
      await sink.rules({ body: [{ match: '', reply: 'HOLD' }] });
      await deliver({ delivery: { ...QUICK, concurrency: 2 } });
      const ids = [];
      for (let index = 0; index < 30; index++) ids.push(await queue({ activity: 'invoice', to: `n${index}@b.c` }));
      await eventually(async () => expect((await sink.state()).waiting).toBe(2));
      await host.activities.assign('invoice', await create('b'));
      await sink.rules({});
      for (const id of ids) await until(id, { status: 'sent' });
      const all = await left();
      expect(all.map((one) => one.split(' > ')[1]!).toSorted()).toEqual(ids.map((_, index) => `n${index}@b.c`).toSorted());
      // What was claimed ahead of its connection counts as in flight.
      expect(all.filter((one) => one.startsWith('b >')).length).toBeGreaterThanOrEqual(15);
    });
  });

  describe('by name', () => {
    it('is kept by a configuration that is renamed, also when another one takes the name', async () => {
      const a = await create('a', { enabled: false });
      const id = await queue({ config: ' A ' });
      await host.configs.update(a, { name: 'renamed' });
      await create('a', { fromAddress: 'another@acme.io' });
      await deliver();
      await until(id, { status: 'held', reason: 'disabled', configName: 'renamed', configId: a });
      await host.configs.update(a, { enabled: true });
      await until(id, { status: 'sent', sentBy: 'renamed' });
      expect(await left()).toEqual(['a > a@b.c']);
    });

    it('waits for the name when the configuration is deleted, and leaves when there is one again', async () => {
      const a = await create('Billing');
      const id = await queue({ config: 'Billing' });
      await host.configs.update(a, { name: 'renamed' });
      await host.configs.remove(a);
      await deliver();
      await until(id, { status: 'held', reason: 'missing', configName: 'Billing', configId: null });
      expect((await host.overview.find({}, { isFresh: true })).attention).toContainEqual({ kind: 'held_missing', waiting: 1 });
      expect(await host.log.count({ filters: { config: 'billing' } })).toBe(1);
      const again = await create('BILLING', { enabled: false });
      await until(id, { status: 'held', reason: 'disabled', configId: again });
      expect(await host.log.waitingFor({ id: again })).toEqual({ own: 1, ofDefault: 0 });
      await host.configs.update(again, { enabled: true });
      await until(id, { status: 'sent', sentBy: 'BILLING' });
      expect(await left()).toEqual(['billing > a@b.c']);
    });

    it.each(['', 'café', 'my relay', 'x'.repeat(51)])('is refused for a name that nobody could create: %j', async (config) => {
      const refusal = { code: 'INVALID_MESSAGE', fields: { config: { code: 'name_format' } } };
      await expect(queue({ config })).rejects.toMatchObject(refusal);
      await expect(host.mail.sendNow({ to: 'a@b.c', subject: 's', text: 't', config })).rejects.toMatchObject(refusal);
      expect(await host.log.count()).toBe(0);
    });

    it('waits for a name that there never was, whatever its activity uses', async () => {
      const [made, other] = [await queue({ config: 'Never_made', activity: 'invoice' }), await queue({ config: 'x'.repeat(50) })];
      await deliver();
      for (const id of [made, other]) await until(id, { status: 'held', reason: 'missing' });
      expect((await entry(made)).configName).toBe('Never_made');
      await host.activities.assign('invoice', await create('cafe'));
      await create('x'.repeat(49));
      await create('never_MADE');
      await until(made, { status: 'sent', sentBy: 'never_MADE' });
      expect(await entry(other)).toMatchObject({ status: 'held', reason: 'missing' });
    });
  });

  it('names the configuration that was tried, once nothing waits any more', async () => {
    const a = await create('a');
    await host.activities.assign('invoice', a);
    await sink.rules({ rcptTo: [{ match: '', reply: '550 5.1.1 no such user' }] });
    await deliver();
    const id = await queue({ activity: 'invoice' });
    await until(id, { status: 'failed' });
    await host.activities.assign('invoice', await create('b'));
    expect(await entry(id)).toMatchObject({ configName: 'a', configId: a, usesDefault: false });
    expect(await host.log.count({ filters: { config: 'a' } })).toBe(1);
    expect(await host.log.count({ filters: { config: 'b' } })).toBe(0);
    await sink.rules({});
    await host.log.retryNow(id);
    await until(id, { status: 'sent', sentBy: 'b' });
  });

  it('is taken in the order in which it became due, whatever it chose, one by one', async () => {
    const main = (await host.configs.findDefault())!.id;
    await host.configs.update(main, { maxConnections: 1 });
    const kinds = [{ activity: 'invoice' }, { config: 'main' }, {}, { activity: 'Reset' }];
    for (let index = 0; index < 12; index++) await queue({ ...kinds[index % 4], subject: `n-${index}` });
    await deliver();
    await eventually(async () => expect((await sink.state()).mails).toHaveLength(12));
    expect((await sink.state()).mails.map(({ subject }) => subject)).toEqual(Array.from({ length: 12 }, (_, index) => `n-${index}`));
  });
});

describe.each(databases)('What a message chose where there is one configuration, on $name', ({ name: kind }) => {
  let many: Awaited<ReturnType<typeof startOn>>;
  let sink: CountingSink;
  let single: SmtpApp | undefined;
  beforeAll(async () => {
    sink = await startSink();
    many = await startOn(kind, { ...OPTIONS, delivery: { run: false } });
  });
  afterAll(async () => {
    await single?.close();
    await many.close();
    await sink.close();
  });

  it('leads to that one, or is refused; what waits for one that is gone can be sent again', async () => {
    const server = { host: '127.0.0.1', port: sink.port, security: 'none', authRequired: false, fromName: 'Acme' } as const;
    const kept = await many.configs.create({ name: 'kept', fromAddress: 'kept@acme.io', ...server });
    const gone = await many.configs.create({ name: 'gone', fromAddress: 'gone@acme.io', ...server });
    await many.activities.assign('invoice', gone.id);
    const mail = { to: 'a@b.c', subject: 's', text: 't' };
    const send = async (fields: Partial<MailMessage>) => ((await many.mail.send({ ...mail, ...fields })) as { id: string }).id;
    const [named, lost, chosen] = [await send({ config: 'kept' }), await send({ config: 'gone' }), await send({ activity: 'invoice' })];
    await many.configs.remove(gone.id);

    single = await startSmtpApp(many.database, { ...OPTIONS, single: true, delivery: QUICK });
    const until = (id: string, state: object) => eventually(async () => expect(await many.log.findOne(id)).toMatchObject(state));
    for (const id of [named, chosen]) await until(id, { status: 'sent', sentBy: 'default' });
    await until(lost, { status: 'held', reason: 'missing', configName: 'gone' });
    const resent = await single.log.resend(lost, { to: 'original' });
    await until(resent.id, { status: 'sent', sentBy: 'default' });

    for (const refused of [single.mail.send({ ...mail, config: 'kept' }), single.mail.sendNow({ ...mail, config: 'gone' })])
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_MESSAGE', fields: { config: { code: 'only_one' } } });
    expect(await single.mail.sendNow({ ...mail, config: 'Default' })).toMatchObject({ config: 'default' });
    expect((await many.configs.findOne(kept.id))!.name).toBe('default');
  });
});
