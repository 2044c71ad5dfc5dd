import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type SecretSource, type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { createPrivateCa, startInbox } from '../../lib/testing/index.js';
import { catchError } from '../support/catch-error.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startOn } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';
import { vaults } from '../support/vaults/harnesses.js';

const USER = 'user@acme.io';
const PASSWORD = 'Tr0ub4dor&3-of-the-vault';
const MAIL = { to: 'a@b.c', subject: 'Hello', text: 'Hello.' };

describe.each(databases)('A password from a vault on $name', ({ name: kind }) => {
  it.each(vaults)('A5.12 sends real mail, also after a rotation: $name', async ({ start }) => {
    const auth = { username: USER, password: PASSWORD };
    const inbox = await startInbox({ auth });
    const vault = await start();
    vault.set('smtp-main', PASSWORD);
    const app = await startOn(kind, { secretSources: [vault.source], encryption: undefined, delivery: { pollEveryMs: 50 } });
    const { id } = await app.configs.create({
      name: 'main',
      isDefault: true,
      host: 'localhost',
      port: inbox.port,
      caCertificate: inbox.ca,
      username: USER,
      passwordSource: vault.source.id,
      passwordRef: 'smtp-main',
    });
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    const read = vault.reads();
    expect(await app.mail.sendNow({ ...MAIL, subject: 'at once' })).toMatchObject({ accepted: ['a@b.c'] });
    await app.mail.send({ ...MAIL, subject: 'queued' });
    expect(await inbox.waitFor(({ subject }) => subject === 'queued')).toMatchObject({ auth: USER });
    expect(vault.reads()).toBe(read);

    vault.set('smtp-main', 'rotated');
    auth.password = 'rotated';
    // Sessions that are already logged in would continue with the old password, so they are ended.
    await inbox.stop();
    await inbox.start();
    await app.mail.send({ ...MAIL, subject: 'after the rotation' });
    await inbox.waitFor(({ subject }) => subject === 'after the rotation');
    expect(vault.reads()).toBe(read + 1);
    expect((await app.configs.findOne(id))!.failingSince).toBeNull();

    const rows = JSON.stringify([
      await app.dataSource.query('SELECT * FROM smtp_config'),
      await app.dataSource.query('SELECT * FROM smtp_config_status'),
      await app.dataSource.query('SELECT * FROM smtp_config_test'),
      await app.dataSource.query('SELECT * FROM smtp_message'),
    ]);
    expect(rows).toContain('smtp-main');
    expect(rows).not.toMatch(/Tr0ub4dor|rotated"|enc:v1/);
    await app.close();
    await vault.server.stop();
    await inbox.close();
  });
});

/** Starts a mail server that counts refused logins. */
async function startCountingServer(login: { password: string }): Promise<{ server: ScriptedServer; ca: string; refused: () => number }> {
  const authority = await createPrivateCa();
  let refused = 0;
  const server = await startServer({
    tls: await authority.issue(),
    reply: (command) => {
      if (!command.startsWith('AUTH PLAIN ')) return undefined;
      const isRight = Buffer.from(command.slice(11), 'base64').toString() === `\0${USER}\0${login.password}`;
      if (!isRight) refused += 1;
      return isRight ? '235 2.7.0 accepted' : '535 5.7.8 Authentication credentials invalid';
    },
  });
  return { server, ca: authority.certificate, refused: () => refused };
}

describe('A password from a source', () => {
  const login = { password: PASSWORD };
  let value: string;
  let reads: number;
  let behind: Error | undefined;
  let mailServer: Awaited<ReturnType<typeof startCountingServer>>;
  let app: Awaited<ReturnType<typeof startOn>>;
  let config: SmtpConfigInput;
  let id: string;
  /** Each test has its own key, because the application remembers when it last renewed a key. */
  let key = '';
  const keys = Array.from({ length: 40 }, (_, index) => `main-${index}`);

  beforeAll(async () => {
    mailServer = await startCountingServer(login);
    const source = internalSecrets({
      allowOwnCa: true,
      secrets: [
        ...keys.map((name) => ({ key: name, value: () => ((reads += 1), behind ? Promise.reject(behind) : value) })),
        { key: 'here', value: () => PASSWORD, destinations: [`localhost:${mailServer.server.port}`] },
        { key: 'elsewhere', value: () => PASSWORD, destinations: ['smtp.acme.io'] },
      ],
    });
    const other: SecretSource = { ...copySource(source), id: 'other', label: 'Other' };
    app = await startOn('sqlite', { secretSources: [source, other], delivery: { run: false, reconnectEveryMs: 1 } });
  });
  afterAll(async () => {
    await app.close();
    await mailServer.server.close();
  });
  beforeEach(async () => {
    login.password = value = `${PASSWORD}-${Math.random()}`;
    behind = undefined;
    key = keys.shift()!;
    config = {
      name: 'main',
      isDefault: true,
      host: 'localhost',
      port: mailServer.server.port,
      caCertificate: mailServer.ca,
      username: USER,
      passwordSource: 'internal',
      passwordRef: key,
    };
    ({ id } = await app.configs.create(config));
    reads = 0;
  });
  afterEach(() => app.configs.remove(id));

  /** Ends all sessions, so that the next message requires a login. */
  const hangUp = async (): Promise<void> => {
    const sockets = mailServer.server.sessions.map(({ socket }) => socket).filter((socket) => !socket.destroyed);
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    await eventually(() => expect(mailServer.server.open).toBe(0));
  };
  const rotate = (): void => void (login.password = value = `rotated-${Math.random()}`);

  it.each(vaults)('is read once for fifty concurrent messages: $name', async ({ start }) => {
    const vault = await start();
    vault.set('smtp-main', value);
    // A new application has no cached secret.
    const fresh = await startOn('sqlite', { secretSources: [vault.source], delivery: { run: false } });
    await fresh.configs.create({ ...config, passwordSource: vault.source.id, passwordRef: 'smtp-main' });
    const sent = await Promise.all(Array.from({ length: 50 }, () => fresh.mail.sendNow(MAIL)));
    expect(sent).toHaveLength(50);
    expect(vault.reads()).toBe(1);
    await fresh.close();
    await vault.server.stop();
  });

  it('is read once more when the login is refused, and the message is sent with the new value', async () => {
    await app.mail.sendNow(MAIL);
    const before = mailServer.refused();
    rotate();
    await hangUp();
    await app.mail.sendNow(MAIL);
    expect(reads).toBe(2);
    expect(mailServer.refused()).toBe(before + 1);
    await app.mail.sendNow(MAIL);
    expect(reads).toBe(2);
  });

  it('is read once for many messages that are refused together', async () => {
    await app.mail.sendNow(MAIL);
    rotate();
    await hangUp();
    const before = mailServer.refused();
    await Promise.all(Array.from({ length: 20 }, () => app.mail.sendNow(MAIL)));
    expect(reads).toBe(2);
    // One refusal per connection, and none for messages that waited for a connection.
    expect(mailServer.refused() - before).toBeLessThanOrEqual(5);
  });

  it('is not read repeatedly if it is wrong', async () => {
    login.password = 'another one';
    const before = mailServer.refused();
    for (let i = 0; i < 5; i++) expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'AUTH' });
    expect(reads).toBe(2);
    expect(mailServer.refused() - before).toBeLessThanOrEqual(5);
    expect((await app.configs.findOne(id))!.failingError).toContain('refused the user name or password');
  });

  it('is not read again after a failure unrelated to the login', async () => {
    expect(await catchError(app.mail.sendNow({ ...MAIL, to: 'a@b.c', from: 'x@y.z', config: 'nobody' }))).toMatchObject({
      code: 'CONFIG_MISSING',
    });
    await app.configs.update(id, { port: 1, passwordRef: key });
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'CONNECTION' });
    expect(reads).toBe(1);
  });

  it('is renewed by a test, so that the next message has no refused login', async () => {
    await app.mail.sendNow(MAIL);
    const before = mailServer.refused();
    rotate();
    await hangUp();
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    await app.mail.sendNow(MAIL);
    expect(mailServer.refused()).toBe(before);
    expect(reads).toBe(2);
  });

  it('is read without the cache by a test, which fails if the source is unreachable', async () => {
    await app.mail.sendNow(MAIL);
    behind = Object.assign(new Error('at 10.0.0.1'), { code: 'ECONNREFUSED' });
    const report = await app.configs.test(id, { to: 'a@b.c' });
    expect(report).toMatchObject({
      ok: false,
      steps: [{ name: 'auth', ok: false, code: 'SECRET', detail: 'Internal secret manager cannot be reached (ECONNREFUSED).' }],
    });
    expect(reads).toBe(2);
    // Sending continues with the cached value.
    await app.mail.sendNow(MAIL);
  });

  it('makes the configuration failing while it cannot be read at all, and mail is sent afterwards', async () => {
    behind = new Error('sealed');
    await app.configs.test(id, { to: 'a@b.c' });
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET', message: expect.not.stringContaining('sealed') });
    expect((await app.configs.findOne(id))!.failingError).toContain('Internal secret manager failed');
    behind = undefined;
    await eventually(() => app.mail.sendNow(MAIL));
    expect((await app.configs.findOne(id))!.failingSince).toBeNull();
  });

  it.each<[string, SmtpConfigInput, Record<string, object>]>([
    ['a key that is not in the list', { passwordRef: 'root-password' }, { passwordRef: { code: 'not_a_choice' } }],
    ['a key that is not a string', { passwordRef: { $ne: '' } as never }, { passwordRef: { code: 'not_a_choice' } }],
    ['no key', { passwordRef: '' }, { passwordRef: { code: 'not_a_choice' } }],
    ['an unknown source', { passwordSource: 'nobody' }, { passwordSource: { code: 'not_a_choice' } }],
    ['another source without a key', { passwordSource: 'other' }, { passwordRef: { code: 'not_a_choice' } }],
    [
      'a secret for another destination',
      { passwordRef: 'elsewhere' },
      { passwordRef: { code: 'destination_not_allowed', message: expect.stringContaining('smtp.acme.io') } },
    ],
  ])('is rejected at its field: %s', async (_what, change, fields) => {
    for (const work of [app.configs.update(id, change), app.configs.testDraft({ id, ...change }, { to: 'a@b.c' })]) {
      const error = await catchError(work);
      expect(error.code).toBe('VALIDATION');
      expect(error.fields).toEqual({ ...fields, [Object.keys(fields)[0]!]: expect.objectContaining(Object.values(fields)[0]!) });
    }
    expect((await app.configs.findOne(id))!.passwordRef).toBe(key);
    expect(reads).toBe(0);
  });

  it('is sent only to its destinations, even if it is chosen again for another server', async () => {
    await app.configs.update(id, { passwordRef: 'here' });
    await app.mail.sendNow(MAIL).catch(() => undefined);
    for (const change of [
      { host: '127.0.0.1' },
      { port: 2526 },
      { tlsServerName: 'smtp.acme.io' },
      { proxyUrl: 'http://127.0.0.1:3128' },
    ]) {
      const error = await catchError(app.configs.update(id, { ...change, passwordRef: 'here' }));
      expect(error.fields).toMatchObject({ passwordRef: { code: 'destination_not_allowed' } });
      const drafted = await catchError(app.configs.testDraft({ id, ...change, passwordRef: 'here' }, { to: 'a@b.c' }));
      expect(drafted.fields).toMatchObject({ passwordRef: { code: 'destination_not_allowed' } });
    }
  });

  it.each([
    ["password_ref = 'root-password'", 'does not offer the chosen secret'],
    ["password_ref = 'elsewhere'", 'does not allow sending the chosen secret to this server'],
    ["password_ref = 'here', host = '127.0.0.1'", 'does not allow sending the chosen secret to this server'],
    ["password_source = 'gone'", 'is no longer configured'],
  ])('is refused after a manual change of the row: %s', async (change, words) => {
    await app.dataSource.query(`UPDATE smtp_config SET ${change}, version = 2`);
    const before = mailServer.server.sessions.length;
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET', message: expect.stringContaining(words) });
    const step = { code: 'SECRET', reason: expect.stringMatching(/^secret_/), field: 'password' };
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [step] });
    expect(mailServer.server.sessions).toHaveLength(before);
    expect(reads).toBe(0);
  });

  it('clears the last test when another secret is chosen, and only then', async () => {
    await app.configs.test(id, { to: 'a@b.c' });
    await app.configs.update(id, { description: 'x' });
    expect((await app.configs.findOne(id))!.lastTestStatus).toBe('ok');
    await app.configs.update(id, { passwordRef: 'here' });
    expect((await app.configs.findOne(id))!.lastTestStatus).toBeNull();
  });

  it('A3.22 is copied when the configuration is duplicated, because a reference is not a secret', async () => {
    const copy = await app.configs.duplicate(id);
    expect(copy).toMatchObject({ name: 'main_copied', passwordSource: 'internal', passwordRef: key, hasPassword: false });
    await app.configs.remove(copy.id);
  });

  it('A5.11 replaces a stored password, and a stored password replaces it', async () => {
    await app.configs.update(id, { passwordSource: 'stored', password: 'typed' });
    expect(await app.configs.findOne(id)).toMatchObject({ passwordSource: 'stored', passwordRef: null, hasPassword: true });
    await app.configs.update(id, { passwordSource: 'internal', passwordRef: key });
    expect(await app.configs.findOne(id)).toMatchObject({ passwordSource: 'internal', passwordRef: key, hasPassword: false });
    const [row] = await app.dataSource.query<{ password_cipher: string | null }[]>('SELECT password_cipher FROM smtp_config');
    expect(row!.password_cipher).toBeNull();
  });

  it('is discarded when the application stops, and its source is closed', async () => {
    const closed: string[] = [];
    const source: SecretSource = {
      ...copySource(internalSecrets({ secrets: [{ key: 'main', value: () => value }] })),
      close: async () => void closed.push('closed'),
    };
    const brief = await startOn('sqlite', { secretSources: [source], delivery: { run: false } });
    await brief.close();
    expect(closed).toEqual(['closed']);
  });
});

/** Copies a source, so that parts of it can be replaced. */
function copySource(source: SecretSource): SecretSource {
  return {
    id: source.id,
    label: source.label,
    allows: (key) => source.allows(key),
    choices: (options) => source.choices(options),
    resolve: (key, options) => source.resolve(key, options),
  };
}
