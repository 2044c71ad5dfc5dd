import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IsNull } from 'typeorm';
import { SmtpConfig, type SmtpConfigInput, SmtpConfigStatus, SmtpConfigTest } from '../../lib/index.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { databases } from '../support/databases.js';
import { KEY, startOn } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const PASSWORD = 'Tr0ub4dor&3-the-secret';
const HOUR = 3_600_000;

describe.each(databases)('The tests of a configuration on $name', ({ name: kind }) => {
  let certificates: Certificates;
  let app: Awaited<ReturnType<typeof startOn>>;
  let server: ScriptedServer;
  let fields: SmtpConfigInput;

  beforeAll(async () => {
    certificates = await makeCertificates();
    app = await startOn(kind, { trustedCa: certificates.ca });
    server = await start();
    fields = { host: '127.0.0.1', port: server.port, username: 'u@example.com', password: PASSWORD };
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });
  const empty = async (): Promise<void> => {
    for (const entity of [SmtpConfig, SmtpConfigStatus, SmtpConfigTest])
      await app.dataSource.createQueryBuilder().delete().from(entity).execute();
  };
  beforeEach(empty);

  const plainLogin = (password: string): string => Buffer.from(`\0u@example.com\0${password}`).toString('base64');
  const start = (port = 0): Promise<ScriptedServer> =>
    startServer({
      port,
      tls: certificates.good,
      reply: (command) => (command.startsWith('AUTH') && !command.includes(plainLogin(PASSWORD)) ? '535 5.7.8 No.' : undefined),
    });
  const admin = { email: 'admin@example.com', role: 'ADMINISTRATION_MANAGER' };
  const testDraft = (input: SmtpConfigInput & { id?: string }, to = 'a@b.c') => app.configs.testDraft(input, { to }, { admin });
  const create = (input: SmtpConfigInput = {}) => app.configs.create({ ...fields, name: 'main', ...input });
  const rows = () => app.dataSource.getRepository(SmtpConfigTest).find();

  const ageDrafts = (ms: number) =>
    app.dataSource.getRepository(SmtpConfigTest).update({ configId: IsNull() }, { at: new Date(Date.now() - ms) });

  it('of a form count once the form is saved', async () => {
    await testDraft({ ...fields, name: 'draft' });
    const created = await create({ description: 'Decides nothing about the connection' });
    expect(created).toMatchObject({
      health: 'working',
      lastTestStatus: 'ok',
      lastTestMs: expect.any(Number),
      tlsVersion: 'TLS 1.3',
      certificateExpiresAt: expect.any(Date),
    });
    expect(await app.configs.tests(created.id)).toMatchObject([
      { ok: true, person: 'admin@example.com', recipients: ['a@b.c'], error: null },
    ]);
    expect(await rows()).toMatchObject([{ configId: created.id, fingerprint: null }]);
  });

  it('count even if they failed, and the latest one decides', async () => {
    const wrong = { ...fields, password: 'wrong' };
    await testDraft(wrong);
    expect(await app.configs.create({ ...wrong, name: 'wrong' })).toMatchObject({
      health: 'test_failed',
      lastTestError: expect.stringMatching(/password/i),
    });
    await server.close();
    await testDraft(fields);
    server = await start(fields.port!);
    await testDraft(fields);
    const { id, health } = await create();
    expect(health).toBe('working');
    expect((await app.configs.tests(id)).map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('of a form count after an update, but only for the tested values', async () => {
    const { id } = await create();
    const moved = { ...fields, host: 'localhost' };
    await testDraft({ ...moved, id });
    expect(await app.configs.findOne(id)).toMatchObject({ health: 'untested' });
    expect(await app.configs.update(id, { ...moved, fromAddress: 'other@example.com' })).toMatchObject({ health: 'untested' });
    expect(await app.configs.update(id, { ...moved, fromAddress: '' })).toMatchObject({ health: 'working', connectionVersion: 3 });
  });

  it('of a form with an unchanged connection count immediately', async () => {
    const { id } = await create();
    const { password: _, ...rest } = fields;
    await testDraft({ ...rest, id, description: 'not saved yet' });
    expect(await app.configs.findOne(id)).toMatchObject({ health: 'working', description: null });
    expect(await app.configs.tests(id)).toHaveLength(1);
  });

  it('of a form count for an hour', async () => {
    await testDraft(fields);
    await ageDrafts(59 * 60_000);
    const { id } = await create({ name: 'in_time' });
    expect((await app.configs.findOne(id))!.health).toBe('working');
    await testDraft(fields);
    await ageDrafts(HOUR);
    expect(await create({ name: 'too_late' })).toMatchObject({ health: 'untested' });
  });

  it('contain no password, and no hash from which one could be guessed', async () => {
    await testDraft({ ...fields, password: 'wrong' });
    await testDraft(fields);
    const stored = await rows();
    const { createHash, createHmac } = await import('node:crypto');
    const text = JSON.stringify(stored);
    for (const password of [PASSWORD, 'wrong']) {
      for (const secret of [password, plainLogin(password), createHash('sha256').update(password).digest('hex')])
        expect(text).not.toContain(secret);
    }
    const [one, other] = stored.map(({ fingerprint }) => fingerprint!);
    expect(one).toMatch(/^[\da-f]{64}$/);
    expect(other).not.toBe(one);
    // Without the key, nobody can tell which password was tested.
    const { KeyRing } = await import('../../lib/secret/key-ring.js');
    const ringOf = (bytes: Buffer) => new KeyRing(new Map([['k1', bytes]]), 'k1');
    const keys = [Buffer.from(KEY, 'base64'), Buffer.alloc(32, 8)];
    const [real, guessed] = keys.map((key) => ringOf(key).authenticate('test fingerprint', 'values'));
    expect(real).not.toBe(guessed);
    expect(real).not.toBe(createHmac('sha256', keys[0]!).update('values').digest('hex'));
    expect(ringOf(keys[0]!).authenticate('another purpose', 'values')).not.toBe(real);
    expect(new KeyRing(new Map(), undefined).authenticate('test fingerprint', 'values')).toBeUndefined();
  });

  it('change only their own record and the change history', async () => {
    const { id } = await create();
    const snapshot = () => app.dataSource.query('SELECT * FROM smtp_config');
    const before = await snapshot();
    await testDraft({ ...fields, host: 'localhost', id });
    await testDraft({ ...fields, name: 'new' });
    await app.configs.test(id, { to: 'a@b.c' });
    expect(await snapshot()).toEqual(before);
    expect(await app.configs.count()).toBe(1);
  });

  it('are limited to the last ten of a configuration, with their steps', async () => {
    const { id } = await create();
    for (let count = 1; count <= 12; count++) await app.configs.test(id, { to: `a${count}@b.c`, checkOnly: true });
    const tests = await app.configs.tests(id);
    expect(tests.map(({ recipients: [to] }) => to)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((count) => `a${count}@b.c`));
    expect(tests[0]).toMatchObject({ ok: true, checkOnly: true, person: null, ms: expect.any(Number) });
    expect(tests[0]!.steps.map(({ name }) => name)).toEqual(['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message']);
    expect(await rows()).toHaveLength(10);
    await app.configs.remove(id);
    expect(await rows()).toEqual([]);
  });

  it('of forms that were never saved are deleted after an hour', async () => {
    await testDraft(fields);
    await ageDrafts(HOUR);
    await testDraft({ ...fields, host: 'localhost' });
    expect(await rows()).toHaveLength(1);
  });

  it('of older settings are listed, but do not count', async () => {
    const { id } = await create();
    await app.configs.test(id, { to: 'a@b.c' });
    await app.configs.update(id, { host: 'localhost', password: PASSWORD });
    expect(await app.configs.findOne(id)).toMatchObject({ health: 'untested', lastTestAt: null });
    expect(await app.configs.tests(id)).toMatchObject([{ ok: true }]);
  });

  it('are visible only to admins with permission to view them', async () => {
    const { id } = await create();
    await expect(app.configs.tests('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const strict = await startOn(kind, { access: { view: () => false } });
    await expect(strict.configs.tests(id, { admin })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await strict.close();
  });
});
