import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestLimits } from '../../lib/config/test-limits.js';
import type { SmtpConfigInput } from '../../lib/index.js';
import { startOn } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const one = { admin: { email: 'one@acme.io' } };
const two = { admin: { email: 'two@acme.io' } };

describe('TestLimits', () => {
  let now: number;
  let limits: TestLimits;
  const finish = async (): Promise<string> => 'done';
  /** Returns work that runs until `end` is called. */
  const holdWork = () => {
    let end!: () => void;
    const work = new Promise<void>((resolve) => (end = resolve));
    return { end, work: () => work };
  };
  beforeEach(() => {
    now = 5_000;
    limits = new TestLimits({ perMinute: 3, concurrent: 2 }, () => now);
  });

  it('limit the tests of an admin per minute, and return when the next one may start', async () => {
    for (const at of [0, 10_000, 40_000]) {
      now = at;
      await expect(limits.run(one, finish)).resolves.toBe('done');
    }
    now = 50_500;
    await expect(limits.run(one, finish)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      reason: 'tests_per_minute',
      retryAfterMs: 9_500,
      message: 'Test limit reached: 3 per minute. Try again in 10 s.',
    });
    now = 60_000;
    await expect(limits.run(one, finish)).resolves.toBe('done');
    await expect(limits.run(one, finish)).rejects.toMatchObject({ retryAfterMs: 10_000 });
  });

  it('limit the concurrent tests of an admin, whether they pass or fail', async () => {
    const first = holdWork();
    const running = limits.run(one, first.work);
    const second = limits.run(one, async () => {
      await first.work();
      throw new Error('It failed.');
    });
    await expect(limits.run(one, finish)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      reason: 'tests_at_once',
      message: expect.stringMatching(/^Test limit reached: 2 at the same time\. Wait/),
    });
    first.end();
    await running;
    await expect(second).rejects.toThrow('It failed.');
    await expect(limits.run(one, finish)).resolves.toBe('done');
  });

  it('count separately for each admin, and do not apply to the application’s own code', async () => {
    for (let count = 0; count < 3; count++) await limits.run(one, finish);
    await expect(limits.run(one, finish)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(limits.run(two, finish)).resolves.toBe('done');
    await expect(limits.run({ admin: { id: 7 } }, finish)).resolves.toBe('done');
    for (let count = 0; count < 100; count++) await expect(limits.run({}, finish)).resolves.toBe('done');
    expect(limits.size).toBe(3);
  });

  it('count admins without a name as one', async () => {
    for (let count = 0; count < 3; count++) await limits.run({ admin: { role: count } }, finish);
    await expect(limits.run({ admin: {} }, finish)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('forget an admin after a minute', async () => {
    const first = holdWork();
    const running = limits.run(one, first.work);
    for (let count = 0; count < 1_000; count++) await limits.run({ admin: { id: count } }, finish);
    now += 60_000;
    await limits.run(two, finish);
    // One test is still running.
    expect(limits.size).toBe(2);
    first.end();
    await running;
    await limits.run(two, finish);
    expect(limits.size).toBe(1);
  });
});

describe('An admin who exceeds the test limit', () => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let server: ScriptedServer;
  let fields: SmtpConfigInput;
  let id: string;
  beforeAll(async () => {
    server = await startServer();
    app = await startOn('sqlite', { tests: { perMinute: 4, concurrent: 1 }, access: { manage: () => true }, delivery: { run: false } });
    const { port } = server;
    fields = { name: 'main', host: '127.0.0.1', port, security: 'none', authRequired: false, fromAddress: 'a@acme.io' };
    ({ id } = await app.configs.create(fields));
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });

  it('is refused in every action that connects to a server, and nothing is connected to, stored or recorded', async () => {
    const { configs } = app;
    const { host, port } = fields as { host: string; port: number };
    const to = { to: 'a@b.c', checkOnly: true };
    const ways: [string, () => Promise<unknown>][] = [
      ['test', () => configs.test(id, to, one)],
      ['testDraft', () => configs.testDraft(fields, to, one)],
      ['detect', () => configs.detectSecurity({ host, port }, one)],
      ['fetch', () => configs.fetchCertificates({ host, port, security: 'starttls' }, one).catch(() => undefined)],
    ];
    for (const [, way] of ways) await way();
    const before = {
      tested: await configs.findOne(id),
      sessions: server.sessions.length,
      history: await app.dataSource.query('SELECT id FROM smtp_audit'),
    };
    for (const [, way] of ways.slice(0, 3)) await expect(way()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(configs.fetchCertificates({ host, port, security: 'starttls' }, one)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const detecting = { ...fields, security: 'auto' as const };
    await expect(configs.testDraft(detecting, to, one)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(configs.create({ ...detecting, name: 'new' }, one)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(configs.update(id, { security: 'auto' }, one)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const after = {
      tested: await configs.findOne(id),
      sessions: server.sessions.length,
      history: await app.dataSource.query('SELECT id FROM smtp_audit'),
    };
    expect(after).toEqual(before);
  });

  it('can still save, and does not prevent others from testing', async () => {
    await expect(app.configs.update(id, { description: 'New' }, one)).resolves.toMatchObject({ description: 'New' });
    await expect(app.configs.test(id, { to: 'a@b.c' }, two)).resolves.toMatchObject({ ok: true });
    await expect(app.configs.test(id, { to: 'a@b.c' })).resolves.toMatchObject({ ok: true });
  });

  it('does not use up a test with invalid input', async () => {
    const three = { admin: { email: 'three@acme.io' } };
    for (let count = 0; count < 10; count++)
      await expect(app.configs.testDraft({ ...fields, host: '' }, { to: 'a@b.c' }, three)).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(app.configs.testDraft(fields, { to: 'a@b.c' }, three)).resolves.toMatchObject({ ok: true });
  });
});
