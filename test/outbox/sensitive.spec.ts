import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActivityOptions, DeliveryOptions, MailMessage } from '../../lib/index.js';
import { type CountingSink, startSink } from '../support/counting-sink.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { type SmtpApp, startOn, startSmtpApp } from '../support/smtp-app.js';

const SUBJECT = 'Your code 4711';
const LINK = 'https://acme.io/reset?t=Zx81-9q';
const TABLES = ['smtp_message', 'smtp_message_body', 'smtp_message_attempt', 'smtp_config_status'];
const QUICK: DeliveryOptions = { pollEveryMs: 50, reconnectEveryMs: 100, retry: { delaysMs: [60], jitter: 0, giveUpAfterMs: 100 } };
const OPTIONS = { allowPlaintextAuth: true, allowAnonymousTls: true };
const SENSITIVE: ActivityOptions[] = [{ key: 'reset', sensitive: true }, { key: 'offer' }];
const NOT_YET: ActivityOptions[] = [{ key: 'reset' }, { key: 'offer' }];

describe.each(databases)('Sensitive mail on $name', ({ name: kind }) => {
  let host: Awaited<ReturnType<typeof startOn>>;
  let sink: CountingSink;
  let configId: string;
  const apps: SmtpApp[] = [];
  const start = async (activities: ActivityOptions[], delivery: DeliveryOptions = {}): Promise<SmtpApp> => {
    const app = await startSmtpApp(host.database, { ...OPTIONS, activities, delivery: { ...QUICK, ...delivery } });
    apps.push(app);
    return app;
  };
  const stop = () => Promise.all(apps.splice(0).map((app) => app.close()));

  const mail: MailMessage = { to: 'a@b.c', subject: SUBJECT, text: `Use ${LINK}`, activity: 'reset' };
  const later = new Date(Date.now() + 3_600_000);
  const queue = async (fields: Partial<MailMessage> = {}, through: SmtpApp = host): Promise<string> => {
    const queued = await through.mail.send({ ...mail, ...fields });
    if (queued.status !== 'queued') throw new Error(queued.reason);
    return queued.id;
  };
  const waitUntil = (id: string, state: object) => eventually(async () => expect(await host.log.findOne(id)).toMatchObject(state));
  const listRecipients = async () => (await sink.readState()).mails.map(({ to }) => to.toSorted());
  const expectNothingKept = async (): Promise<void> => {
    const kept = JSON.stringify(await Promise.all(TABLES.map((table) => host.dataSource.query(`SELECT * FROM ${table}`))));
    // A random id may contain the number.
    const words = kept.replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '');
    for (const word of ['4711', 'Your code', 'Zx81']) expect(words).not.toContain(word);
  };
  /** Sets the copied activities as a script or an older version could have left them. */
  const setCopyActivities = (...keys: string[]) =>
    host.dataSource.createQueryBuilder().update('smtp_config').set({ copyActivities: keys }).where({ id: configId }).execute();

  beforeAll(async () => {
    sink = await startSink();
    host = await startOn(kind, { ...OPTIONS, activities: SENSITIVE, delivery: { run: false } });
    ({ id: configId } = await host.configs.create({
      name: 'main',
      host: '127.0.0.1',
      port: sink.port,
      security: 'none',
      authRequired: false,
      fromAddress: 'main@acme.io',
      isDefault: true,
      cc: ['boss@acme.io'],
      bcc: ['archive@acme.io'],
    }));
  });
  afterAll(async () => {
    await host.close();
    await sink.close();
  });
  beforeEach(async () => {
    await sink.clear();
    await setCopyActivities('reset', 'offer');
  });
  afterEach(async () => {
    await stop();
    for (const table of TABLES) await host.dataSource.query(`DELETE FROM ${table}`);
  });

  it('is never copied, whatever is stored in the configuration’s row', async () => {
    await start(SENSITIVE);
    await waitUntil(await queue(), { status: 'sent' });
    await host.mail.sendNow(mail);
    expect(await listRecipients()).toEqual([['a@b.c'], ['a@b.c']]);
    await waitUntil(await queue({ activity: 'offer' }), { status: 'sent' });
    expect((await listRecipients())[2]).toEqual(['a@b.c', 'archive@acme.io', 'boss@acme.io']);
  });

  it('is sensitive in every respect when its activity becomes sensitive while it waits', async () => {
    const before = await start(NOT_YET, { run: false });
    const id = await queue({ sendAt: later }, before);
    expect(await before.log.findOne(id)).toMatchObject({ subject: SUBJECT, sensitive: false });

    expect(await host.log.findOne(id)).toMatchObject({ subject: null, sensitive: true });
    expect(await host.log.find({ filters: { subject: '4711' } })).toEqual([]);
    await expect(host.log.preview(id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(host.log.resend(id, { to: 'x@y.z' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await start(SENSITIVE);
    await host.log.retryNow(id);
    await waitUntil(id, { status: 'sent' });
    expect(await listRecipients()).toEqual([['a@b.c']]);
    await expectNothingKept();
  });

  it.each([
    { waiting: ['boss@acme.io'], first: ['a@b.c', 'archive@acme.io'], rest: [] },
    { waiting: ['a@b.c', 'archive@acme.io'], first: ['boss@acme.io'], rest: [['a@b.c']] },
  ])(
    'sends no further copies when it becomes sensitive after some recipients were accepted: $waiting deferred',
    async ({ waiting, first, rest }) => {
      const before = await start(NOT_YET, { retry: { delaysMs: [3_600_000], jitter: 0, giveUpAfterMs: 9e9 } });
      await sink.setRules({ rcptTo: waiting.map((match) => ({ match, reply: '450 4.2.1 busy' })) });
      const id = await queue({}, before);
      await eventually(async () => expect(await listRecipients()).toEqual([first]));
      await stop();
      await waitUntil(id, { status: 'queued' });
      await sink.setRules({});
      await start(SENSITIVE);
      await host.log.retryNow(id);
      await waitUntil(id, { status: 'sent' });
      expect(await listRecipients()).toEqual([first, ...rest]);
    },
  );

  it('leaves no subject in the database, whatever its final status', async () => {
    await sink.setRules({ rcptTo: [{ match: 'nobody', reply: '550 5.1.1 no such user' }] });
    const ends: [string, Partial<MailMessage>][] = [
      ['sent', {}],
      ['partially_sent', { to: ['a@b.c', 'nobody@b.c'] }],
      ['failed', { to: 'nobody@b.c' }],
      ['expired', { expiresAt: new Date(Date.now() - 1_000) }],
      ['cancelled', { sendAt: later }],
    ];
    // For each status, one message is sensitive from the start and one becomes sensitive later.
    const before = await start(NOT_YET, { run: false });
    const ids = await Promise.all(
      [host, before].map((app, which) =>
        Promise.all(ends.map(([status, fields]) => queue({ ...fields, idempotencyKey: `${which} ${status}` }, app))),
      ),
    );
    for (const some of ids) await host.log.cancel(some.at(-1)!);
    await start(SENSITIVE, { retention: { bodyMs: 86_400_000 } });
    for (const [index, [status]] of ends.entries()) for (const some of ids) await waitUntil(some[index]!, { status, subject: null });
    await eventually(expectNothingKept);
    // A hash would let a short code be guessed, so none is kept. The idempotency key still works.
    expect(await host.dataSource.query('SELECT DISTINCT content_hash AS hash FROM smtp_message')).toEqual([{ hash: '' }]);
    expect(await queue({ idempotencyKey: '0 sent' })).toBe(ids[0]![0]);
  });

  it.each([5, 4])('removes quotes of it from a server’s %dxx reply', async (digit) => {
    await sink.setRules({
      body: [{ match: '', reply: `${digit}54 ${digit}.7.1 Message "${SUBJECT}" (id=4711) links to ${LINK}, a listed site` }],
    });
    await start(SENSITIVE);
    const id = await queue();
    await waitUntil(id, { status: 'failed' });
    const { attemptList, lastReply } = (await host.log.findOne(id))!;
    const words = expect.stringMatching(new RegExp(`^${digit}54 ${digit}\\.7\\.1 Message .* links to .* listed site$`));
    expect([lastReply, attemptList[0]!.reply]).toEqual([words, words]);
    await expectNothingKept();
  });

  it('keeps quotes of other mail in a server’s reply', async () => {
    await sink.setRules({ body: [{ match: '', reply: `554 5.7.1 "${SUBJECT}" links to ${LINK}` }] });
    await start(SENSITIVE);
    const id = await queue({ activity: 'offer' });
    await waitUntil(id, { status: 'failed' });
    expect((await host.log.findOne(id))!.lastReply).toBe(`554 5.7.1 "${SUBJECT}" links to ${LINK}`);
  });
});
