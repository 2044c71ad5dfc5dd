import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryOptions, MailMessage, SmtpConfigInput, SmtpModuleOptions } from '../../lib/index.js';
import { type CountingSink, startSink } from '../support/counting-sink.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { type SmtpApp, startOn, startSmtpApp } from '../support/smtp-app.js';
import type { MailLogEntry } from '../../lib/shared/mail-log.js';

const QUICK: DeliveryOptions = { pollEveryMs: 50, reconnectEveryMs: 100, retry: { delaysMs: [100], jitter: 0, giveUpAfterMs: 60_000 } };
const OPTIONS: SmtpModuleOptions = { allowAnonymousTls: true, activities: [{ key: 'invoice' }, { key: 'Reset' }] };

describe.each(databases)('Choosing the configuration of a message, on $name', ({ name: kind }) => {
  let host: Awaited<ReturnType<typeof startOn>>;
  let sink: CountingSink;
  const apps: SmtpApp[] = [];
  const deliver = async (options: SmtpModuleOptions = {}): Promise<SmtpApp> => {
    const app = await startSmtpApp(host.database, { ...OPTIONS, delivery: QUICK, ...options });
    apps.push(app);
    return app;
  };
  /** Each configuration has its own sender address, by which its mail can be told apart. */
  const createConfig = async (name: string, fields: SmtpConfigInput = {}): Promise<string> => {
    const server = { host: '127.0.0.1', port: sink.port, security: 'none', authRequired: false } as const;
    return (await host.configs.create({ name, ...server, fromAddress: `${name.toLowerCase()}@acme.io`, ...fields })).id;
  };
  const queue = async (fields: Partial<MailMessage> = {}): Promise<string> => {
    const queued = await host.mail.send({ to: 'a@b.c', subject: 's', text: 't', ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  const findEntry = async (id: string): Promise<MailLogEntry> => (await host.log.findOne(id))!;
  const waitUntil = (id: string, state: Partial<MailLogEntry>) => eventually(async () => expect(await findEntry(id)).toMatchObject(state));
  /** Returns the sender and the recipients of each delivered message. */
  const listDeliveries = async () => (await sink.readState()).mails.map(({ from, to }) => `${from.split('@')[0]} > ${to.join(' ')}`);

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
    await createConfig('main', { isDefault: true });
  });
  afterEach(async () => {
    await sink.setRules({});
    await Promise.all(apps.splice(0).map((app) => app.close()));
    for (const { id } of await host.configs.find()) await host.configs.remove(id);
    for (const table of ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_activity', 'smtp_audit'])
      await host.dataSource.query(`DELETE FROM ${table}`);
  });

  describe('by its activity', () => {
    it("follows a waiting message's activity to another configuration, to the default, and back", async () => {
      const [a, b] = [await createConfig('a', { enabled: false }), await createConfig('b', { enabled: false })];
      const [invoice, reset, general] = [await queue({ activity: 'invoice' }), await queue({ activity: 'Reset' }), await queue()];
      expect(await findEntry(invoice)).toMatchObject({ status: 'queued', reason: null, configName: 'main', usesDefault: true });

      await host.activities.assign('invoice', a);
      expect(await findEntry(invoice)).toMatchObject({ reason: 'disabled', configName: 'a', configId: a, usesDefault: false });
      expect(await host.log.waitingFor({ id: a })).toEqual({ own: 1, ofDefault: 0 });
      await host.activities.assign('Reset', a);
      await host.activities.assign('general', b);
      await deliver();
      for (const id of [invoice, reset, general]) await waitUntil(id, { status: 'held', reason: 'disabled' });

      await host.activities.assign('invoice', b);
      await host.configs.update(b, { enabled: true });
      await host.activities.assign('Reset', null);
      for (const id of [invoice, reset, general]) await waitUntil(id, { status: 'sent' });
      expect((await listDeliveries()).toSorted()).toEqual(['b > a@b.c', 'b > a@b.c', 'main > a@b.c']);
    });

    it('follows the activity away from a failing server', async () => {
      const port = sink.port === 1 ? 2 : 1;
      const a = await createConfig('a', { port });
      await host.activities.assign('invoice', a);
      await deliver();
      const id = await queue({ activity: 'invoice' });
      await waitUntil(id, { status: 'queued', reason: 'failing' });
      await host.activities.assign('invoice', await createConfig('b'));
      await waitUntil(id, { status: 'sent', sentBy: 'b' });
      expect(await listDeliveries()).toEqual(['b > a@b.c']);
    });

    it('follows an activity that is reassigned while the transaction of the message is still open', async () => {
      await deliver();
      const [a, b] = [await createConfig('a'), await createConfig('b')];
      await host.activities.assign('invoice', a);
      // SQLite has one connection, so anything written meanwhile would belong to the transaction.
      const reassign = () => host.activities.assign('invoice', b);
      await host.dataSource.transaction(async (manager) => {
        await host.mail.send({ to: 'a@b.c', subject: 's', text: 't', activity: 'invoice' }, { manager });
        if (kind !== 'sqlite') await reassign();
      });
      if (kind === 'sqlite') return;
      await eventually(async () => expect(await listDeliveries()).toEqual(['b > a@b.c']));
    });

    it("holds the message when the activity's configuration is deleted, and sends it once the activity has another one", async () => {
      const a = await createConfig('a');
      await host.activities.assign('invoice', a);
      await host.activities.assign('Reset', a);
      const [invoice, reset] = [await queue({ activity: 'invoice' }), await queue({ activity: 'Reset' })];
      await host.configs.remove(a);
      await deliver();
      for (const id of [invoice, reset])
        await waitUntil(id, { status: 'held', reason: 'activity_missing', configName: null, configId: null, usesDefault: false });
      const { attention } = await host.overview.find({}, { isFresh: true });
      expect(attention).toContainEqual({ kind: 'held_activity_missing', waiting: 2 });
      // A new configuration of the same name is not chosen automatically.
      await createConfig('a');
      await host.activities.assign('Reset', null);
      await waitUntil(reset, { status: 'sent', sentBy: 'main' });
      expect(await findEntry(invoice)).toMatchObject({ status: 'held', reason: 'activity_missing' });
      await host.activities.assign('invoice', await createConfig('b'));
      await waitUntil(invoice, { status: 'sent', sentBy: 'b' });
    });

    it('sends a waiting message although the application no longer declares its activity', async () => {
      const a = await createConfig('a', { enabled: false });
      await host.activities.assign('invoice', a);
      const id = await queue({ activity: 'invoice' });
      const app = await deliver({ activities: [] });
      await waitUntil(id, { status: 'held', reason: 'disabled' });
      await app.activities.assign('invoice', await createConfig('b'));
      await waitUntil(id, { status: 'sent', sentBy: 'b' });
      expect(await listDeliveries()).toEqual(['b > a@b.c']);
    });

    it('keeps the configuration once a recipient was accepted', async () => {
      const a = await createConfig('A');
      await host.activities.assign('invoice', a);
      await sink.setRules({ rcptTo: [{ match: 'late', reply: '450 4.2.1 busy' }] });
      await deliver();
      const id = await queue({ activity: 'invoice', to: ['a@b.c', 'late@b.c'] });
      await eventually(async () => expect((await findEntry(id)).attempts).toBeGreaterThan(0));
      await host.activities.assign('invoice', await createConfig('b'));
      const { attempts } = await findEntry(id);
      await eventually(async () => expect((await findEntry(id)).attempts).toBeGreaterThan(attempts));
      expect(await findEntry(id)).toMatchObject({ configName: 'A', configId: a });

      await host.configs.remove(a);
      await waitUntil(id, { status: 'held', reason: 'missing', configName: 'A', configId: null });
      await sink.setRules({});
      // A new configuration of the same name takes over.
      await createConfig('a');
      await waitUntil(id, { status: 'sent', sentBy: 'a' });
      expect(await listDeliveries()).toEqual(['a > a@b.c', 'a > late@b.c']);
    });

    it('chooses again when the message is resent', async () => {
      const a = await createConfig('a');
      await host.activities.assign('invoice', a);
      await sink.setRules({ rcptTo: [{ match: 'late', reply: '450 4.2.1 busy', times: 1 }] });
      await deliver();
      const id = await queue({ activity: 'invoice', to: ['a@b.c', 'late@b.c'] });
      await waitUntil(id, { status: 'sent', sentBy: 'a' });
      await host.activities.assign('invoice', await createConfig('b'));
      const resent = await host.log.resend(id, { to: 'x@y.z' });
      await waitUntil(resent.id, { status: 'sent', sentBy: 'b' });
      expect((await listDeliveries()).at(-1)).toBe('b > x@y.z');
    });

    it('delivers messages in flight once and sends the rest through the new configuration', async () => {
      await host.activities.assign('invoice', await createConfig('a', { maxConnections: 2 }));
      await sink.setRules({ body: [{ match: '', reply: 'HOLD' }] });
      await deliver({ delivery: { ...QUICK, concurrency: 2 } });
      const ids = [];
      for (let index = 0; index < 30; index++) ids.push(await queue({ activity: 'invoice', to: `n${index}@b.c` }));
      await eventually(async () => expect((await sink.readState()).waiting).toBe(2));
      await host.activities.assign('invoice', await createConfig('b'));
      await sink.setRules({});
      for (const id of ids) await waitUntil(id, { status: 'sent' });
      const all = await listDeliveries();
      expect(all.map((one) => one.split(' > ')[1]!).toSorted()).toEqual(ids.map((_, index) => `n${index}@b.c`).toSorted());
      // Messages claimed ahead of a free connection count as in flight.
      expect(all.filter((one) => one.startsWith('b >')).length).toBeGreaterThanOrEqual(15);
    });
  });

  describe('by name', () => {
    it('follows a renamed configuration, even when another one takes its old name', async () => {
      const a = await createConfig('a', { enabled: false });
      const id = await queue({ config: ' A ' });
      await host.configs.update(a, { name: 'renamed' });
      await createConfig('a', { fromAddress: 'another@acme.io' });
      await deliver();
      await waitUntil(id, { status: 'held', reason: 'disabled', configName: 'renamed', configId: a });
      await host.configs.update(a, { enabled: true });
      await waitUntil(id, { status: 'sent', sentBy: 'renamed' });
      expect(await listDeliveries()).toEqual(['a > a@b.c']);
    });

    it('holds the message when the configuration is deleted, and sends it when a configuration has that name again', async () => {
      const a = await createConfig('Billing');
      const id = await queue({ config: 'Billing' });
      await host.configs.update(a, { name: 'renamed' });
      await host.configs.remove(a);
      await deliver();
      await waitUntil(id, { status: 'held', reason: 'missing', configName: 'Billing', configId: null });
      expect((await host.overview.find({}, { isFresh: true })).attention).toContainEqual({ kind: 'held_missing', waiting: 1 });
      expect(await host.log.count({ filters: { config: 'billing' } })).toBe(1);
      const again = await createConfig('BILLING', { enabled: false });
      await waitUntil(id, { status: 'held', reason: 'disabled', configId: again });
      expect(await host.log.waitingFor({ id: again })).toEqual({ own: 1, ofDefault: 0 });
      await host.configs.update(again, { enabled: true });
      await waitUntil(id, { status: 'sent', sentBy: 'BILLING' });
      expect(await listDeliveries()).toEqual(['billing > a@b.c']);
    });

    it.each(['', 'café', 'my relay', 'x'.repeat(51)])('rejects a name that no configuration can have: %j', async (config) => {
      const refusal = { code: 'INVALID_MESSAGE', fields: { config: { code: 'name_format' } } };
      await expect(queue({ config })).rejects.toMatchObject(refusal);
      await expect(host.mail.sendNow({ to: 'a@b.c', subject: 's', text: 't', config })).rejects.toMatchObject(refusal);
      expect(await host.log.count()).toBe(0);
    });

    it('holds a message for a name that never existed, whatever its activity uses', async () => {
      const [made, other] = [await queue({ config: 'Never_made', activity: 'invoice' }), await queue({ config: 'x'.repeat(50) })];
      await deliver();
      for (const id of [made, other]) await waitUntil(id, { status: 'held', reason: 'missing' });
      expect((await findEntry(made)).configName).toBe('Never_made');
      await host.activities.assign('invoice', await createConfig('cafe'));
      await createConfig('x'.repeat(49));
      await createConfig('never_MADE');
      await waitUntil(made, { status: 'sent', sentBy: 'never_MADE' });
      expect(await findEntry(other)).toMatchObject({ status: 'held', reason: 'missing' });
    });
  });

  it('names the configuration of the last attempt once the message is final', async () => {
    const a = await createConfig('a');
    await host.activities.assign('invoice', a);
    await sink.setRules({ rcptTo: [{ match: '', reply: '550 5.1.1 no such user' }] });
    await deliver();
    const id = await queue({ activity: 'invoice' });
    await waitUntil(id, { status: 'failed' });
    await host.activities.assign('invoice', await createConfig('b'));
    expect(await findEntry(id)).toMatchObject({ configName: 'a', configId: a, usesDefault: false });
    expect(await host.log.count({ filters: { config: 'a' } })).toBe(1);
    expect(await host.log.count({ filters: { config: 'b' } })).toBe(0);
    await sink.setRules({});
    await host.log.retryNow(id);
    await waitUntil(id, { status: 'sent', sentBy: 'b' });
  });

  it('sends one at a time in the order in which messages become due, whatever their configuration was chosen by', async () => {
    const main = (await host.configs.findDefault())!.id;
    await host.configs.update(main, { maxConnections: 1 });
    const kinds = [{ activity: 'invoice' }, { config: 'main' }, {}, { activity: 'Reset' }];
    for (let index = 0; index < 12; index++) await queue({ ...kinds[index % 4], subject: `n-${index}` });
    await deliver();
    await eventually(async () => expect((await sink.readState()).mails).toHaveLength(12));
    expect((await sink.readState()).mails.map(({ subject }) => subject)).toEqual(Array.from({ length: 12 }, (_, index) => `n-${index}`));
  });
});

describe.each(databases)('Choosing a configuration in single mode, on $name', ({ name: kind }) => {
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

  it('uses the only configuration or rejects the message, and resends mail of a deleted configuration', async () => {
    const server = { host: '127.0.0.1', port: sink.port, security: 'none', authRequired: false, fromName: 'Acme' } as const;
    const kept = await many.configs.create({ name: 'kept', fromAddress: 'kept@acme.io', ...server });
    const gone = await many.configs.create({ name: 'gone', fromAddress: 'gone@acme.io', ...server });
    await many.activities.assign('invoice', gone.id);
    const mail = { to: 'a@b.c', subject: 's', text: 't' };
    const send = async (fields: Partial<MailMessage>) => ((await many.mail.send({ ...mail, ...fields })) as { id: string }).id;
    const [named, lost, chosen] = [await send({ config: 'kept' }), await send({ config: 'gone' }), await send({ activity: 'invoice' })];
    await many.configs.remove(gone.id);

    single = await startSmtpApp(many.database, { ...OPTIONS, single: true, delivery: QUICK });
    const waitUntil = (id: string, state: object) => eventually(async () => expect(await many.log.findOne(id)).toMatchObject(state));
    for (const id of [named, chosen]) await waitUntil(id, { status: 'sent', sentBy: 'default' });
    await waitUntil(lost, { status: 'held', reason: 'missing', configName: 'gone' });
    const resent = await single.log.resend(lost, { to: 'original' });
    await waitUntil(resent.id, { status: 'sent', sentBy: 'default' });

    for (const refused of [single.mail.send({ ...mail, config: 'kept' }), single.mail.sendNow({ ...mail, config: 'gone' })])
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_MESSAGE', fields: { config: { code: 'only_one' } } });
    expect(await single.mail.sendNow({ ...mail, config: 'Default' })).toMatchObject({ config: 'default' });
    expect((await many.configs.findOne(kept.id))!.name).toBe('default');
  });
});
