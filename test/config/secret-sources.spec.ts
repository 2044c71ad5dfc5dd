import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type MailError, type SecretSource, type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { createPrivateCa, startInbox } from '../../lib/testing/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startOn } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';
import { vaults } from '../support/vaults/harnesses.js';

const USER = 'user@acme.io';
const PASSWORD = 'Tr0ub4dor&3-of-the-vault';
const MAIL = { to: 'a@b.c', subject: 'Hello', text: 'Hello.' };

const failure = async (work: Promise<unknown>): Promise<MailError> =>
  work.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error) => error as MailError,
  );

describe.each(databases)('A password from a vault on $name', ({ name: kind }) => {
  it.each(vaults)('A5.12 sends real mail, and goes on after a rotation: $name', async ({ start }) => {
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
    // Sessions that are logged in already go on with the old one: now nobody is.
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

/** A mail server that counts logins. */
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
  /** The application remembers when it read a key anew: each test has a key of its own. */
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
    const other: SecretSource = { ...wrapped(source), id: 'other', label: 'Other' };
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

  /** Ends all sessions, so that the next mail has to log in. */
  const hangUp = async (): Promise<void> => {
    const sockets = mailServer.server.sessions.map(({ socket }) => socket).filter((socket) => !socket.destroyed);
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    await eventually(() => expect(mailServer.server.open).toBe(0));
  };
  const rotate = (): void => void (login.password = value = `rotated-${Math.random()}`);

  it.each(vaults)('is read once for fifty mails at once: $name', async ({ start }) => {
    const vault = await start();
    vault.set('smtp-main', value);
    // As after a start: nothing is known.
    const fresh = await startOn('sqlite', { secretSources: [vault.source], delivery: { run: false } });
    await fresh.configs.create({ ...config, passwordSource: vault.source.id, passwordRef: 'smtp-main' });
    const sent = await Promise.all(Array.from({ length: 50 }, () => fresh.mail.sendNow(MAIL)));
    expect(sent).toHaveLength(50);
    expect(vault.reads()).toBe(1);
    await fresh.close();
    await vault.server.stop();
  });

  it('is read anew once when the login is refused, and the mail leaves with what was read', async () => {
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

  it('is read once for many mails that are refused together', async () => {
    await app.mail.sendNow(MAIL);
    rotate();
    await hangUp();
    const before = mailServer.refused();
    await Promise.all(Array.from({ length: 20 }, () => app.mail.sendNow(MAIL)));
    expect(reads).toBe(2);
    // One for each connection there may be, and none for those that waited for one.
    expect(mailServer.refused() - before).toBeLessThanOrEqual(5);
  });

  it('is not asked for again and again where it is simply wrong', async () => {
    login.password = 'another one';
    const before = mailServer.refused();
    for (let i = 0; i < 5; i++) expect(await failure(app.mail.sendNow(MAIL))).toMatchObject({ code: 'AUTH' });
    expect(reads).toBe(2);
    expect(mailServer.refused() - before).toBeLessThanOrEqual(5);
    expect((await app.configs.findOne(id))!.failingError).toContain('refused the user name or password');
  });

  it('is not read anew for a failure that is not about the login', async () => {
    expect(await failure(app.mail.sendNow({ ...MAIL, to: 'a@b.c', from: 'x@y.z', config: 'nobody' }))).toMatchObject({
      code: 'CONFIG_MISSING',
    });
    await app.configs.update(id, { port: 1, passwordRef: key });
    expect(await failure(app.mail.sendNow(MAIL))).toMatchObject({ code: 'CONNECTION' });
    expect(reads).toBe(1);
  });

  it('as a test found it is used by the next mail, without a refused login', async () => {
    await app.mail.sendNow(MAIL);
    const before = mailServer.refused();
    rotate();
    await hangUp();
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    await app.mail.sendNow(MAIL);
    expect(mailServer.refused()).toBe(before);
    expect(reads).toBe(2);
  });

  it('is what a test shows as it is: a source that is out of reach fails the test', async () => {
    await app.mail.sendNow(MAIL);
    behind = Object.assign(new Error('at 10.0.0.1'), { code: 'ECONNREFUSED' });
    const report = await app.configs.test(id, { to: 'a@b.c' });
    expect(report).toMatchObject({
      ok: false,
      steps: [{ name: 'auth', ok: false, code: 'SECRET', detail: 'Internal secret manager cannot be reached (ECONNREFUSED).' }],
    });
    expect(reads).toBe(2);
    // Mail goes on with what was read before.
    await app.mail.sendNow(MAIL);
  });

  it('marks the configuration as failing while it cannot be read at all, and lets the mail leave afterwards', async () => {
    behind = new Error('sealed');
    await app.configs.test(id, { to: 'a@b.c' });
    expect(await failure(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET', message: expect.not.stringContaining('sealed') });
    expect((await app.configs.findOne(id))!.failingError).toContain('Internal secret manager failed');
    behind = undefined;
    await eventually(() => app.mail.sendNow(MAIL));
    expect((await app.configs.findOne(id))!.failingSince).toBeNull();
  });

  it.each<[string, SmtpConfigInput, Record<string, object>]>([
    ['a key that is not in the list', { passwordRef: 'root-password' }, { passwordRef: { code: 'not_a_choice' } }],
    ['a key that is no text', { passwordRef: { $ne: '' } as never }, { passwordRef: { code: 'not_a_choice' } }],
    ['no key', { passwordRef: '' }, { passwordRef: { code: 'not_a_choice' } }],
    ['a source that is not there', { passwordSource: 'nobody' }, { passwordSource: { code: 'not_a_choice' } }],
    ['a source without a key of its own', { passwordSource: 'other' }, { passwordRef: { code: 'not_a_choice' } }],
    [
      'a secret that belongs elsewhere',
      { passwordRef: 'elsewhere' },
      { passwordRef: { code: 'destination_not_allowed', message: expect.stringContaining('smtp.acme.io') } },
    ],
  ])('is refused beside its field: %s', async (_what, change, fields) => {
    for (const work of [app.configs.update(id, change), app.configs.testDraft({ id, ...change }, { to: 'a@b.c' })]) {
      const error = await failure(work);
      expect(error.code).toBe('VALIDATION');
      expect(error.fields).toEqual({ ...fields, [Object.keys(fields)[0]!]: expect.objectContaining(Object.values(fields)[0]!) });
    }
    expect((await app.configs.findOne(id))!.passwordRef).toBe(key);
    expect(reads).toBe(0);
  });

  it('goes only where it belongs, also when it is chosen again for another server', async () => {
    await app.configs.update(id, { passwordRef: 'here' });
    await app.mail.sendNow(MAIL).catch(() => undefined);
    for (const change of [{ host: '127.0.0.1' }, { port: 2526 }]) {
      const error = await failure(app.configs.update(id, { ...change, passwordRef: 'here' }));
      expect(error.fields).toMatchObject({ passwordRef: { code: 'destination_not_allowed' } });
      const drafted = await failure(app.configs.testDraft({ id, ...change, passwordRef: 'here' }, { to: 'a@b.c' }));
      expect(drafted.fields).toMatchObject({ passwordRef: { code: 'destination_not_allowed' } });
    }
  });

  it.each([
    ["password_ref = 'root-password'", 'does not offer the chosen secret'],
    ["password_ref = 'elsewhere'", 'does not allow sending the chosen secret to this server'],
    ["password_ref = 'here', host = '127.0.0.1'", 'does not allow sending the chosen secret to this server'],
    ["password_source = 'gone'", 'is no longer configured'],
  ])('is not believed of a row that was written by hand: %s', async (change, words) => {
    await app.dataSource.query(`UPDATE smtp_config SET ${change}, version = 2`);
    const before = mailServer.server.sessions.length;
    expect(await failure(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET', message: expect.stringContaining(words) });
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [{ code: 'SECRET' }] });
    expect(mailServer.server.sessions).toHaveLength(before);
    expect(reads).toBe(0);
  });

  it('forgets the last test when another secret is chosen, and only then', async () => {
    await app.configs.test(id, { to: 'a@b.c' });
    await app.configs.update(id, { description: 'x' });
    expect((await app.configs.findOne(id))!.lastTestStatus).toBe('ok');
    await app.configs.update(id, { passwordRef: 'here' });
    expect((await app.configs.findOne(id))!.lastTestStatus).toBeNull();
  });

  it('A3.22 is copied with a duplicate, being no secret', async () => {
    const copy = await app.configs.duplicate(id);
    expect(copy).toMatchObject({ name: 'main_copied', passwordSource: 'internal', passwordRef: key, hasPassword: false });
    await app.configs.remove(copy.id);
  });

  it('A5.11 takes the place of a typed one, and the reverse', async () => {
    await app.configs.update(id, { passwordSource: 'stored', password: 'typed' });
    expect(await app.configs.findOne(id)).toMatchObject({ passwordSource: 'stored', passwordRef: null, hasPassword: true });
    await app.configs.update(id, { passwordSource: 'internal', passwordRef: key });
    expect(await app.configs.findOne(id)).toMatchObject({ passwordSource: 'internal', passwordRef: key, hasPassword: false });
    const [row] = await app.dataSource.query<{ password_cipher: string | null }[]>('SELECT password_cipher FROM smtp_config');
    expect(row!.password_cipher).toBeNull();
  });

  it('is forgotten, and its source closed, when the application stops', async () => {
    const closed: string[] = [];
    const source: SecretSource = {
      ...wrapped(internalSecrets({ secrets: [{ key: 'main', value: () => value }] })),
      close: async () => void closed.push('closed'),
    };
    const brief = await startOn('sqlite', { secretSources: [source], delivery: { run: false } });
    await brief.close();
    expect(closed).toEqual(['closed']);
  });
});

/** A source whose parts can be replaced. */
function wrapped(source: SecretSource): SecretSource {
  return {
    id: source.id,
    label: source.label,
    allows: (key) => source.allows(key),
    choices: (options) => source.choices(options),
    resolve: (key, options) => source.resolve(key, options),
  };
}
