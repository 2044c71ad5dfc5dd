import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { type SmtpConfigInput, type SmtpModuleOptions } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { type ServerCertificate, createPrivateCa } from '../../lib/testing/private-ca.js';
import { splitCertificates } from '../../lib/options/certificates.js';
import { catchError } from '../support/catch-error.js';
import { databases, openDatabase, type OpenDatabase } from '../support/databases.js';
import { KEY, startOn, startSmtpApp } from '../support/smtp-app.js';
import { smtpEntities, smtpMigrations } from '../../lib/index.js';
import { screenSettings } from '../../lib/admin/config/screen-settings.js';

/** Starts a server that greets when `release` is called. */
async function startServerThatWaits() {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  let reach!: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const server = createServer((socket) => {
    reach();
    socket.on('error', () => undefined);
    void released.then(() => socket.end('421 not now\r\n'));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, reached, release };
}

const OTHER_KEY = Buffer.alloc(32, 9).toString('base64');
const PASSWORD = 'only-for-this-server';

describe.each(databases)('Stored secrets on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let inbox: Inbox;
  let otherCa: string;
  let issued: ServerCertificate;
  let id: string;
  const buildFields = (): SmtpConfigInput => ({
    name: 'main',
    host: 'localhost',
    port: inbox.port,
    username: 'user@acme.io',
    password: PASSWORD,
    caCertificate: inbox.ca,
  });

  beforeAll(async () => {
    inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    const authority = await createPrivateCa();
    otherCa = authority.certificate;
    issued = await authority.issue();
    app = await startOn(kind, { allowPlaintextAuth: true });
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(async () => {
    for (const config of await app.configs.find()) await app.configs.remove(config.id);
    ({ id } = await app.configs.create(buildFields()));
  });

  /** Another value for each field that is part of the destination. */
  const changes: [string, () => SmtpConfigInput][] = [
    ['host', () => ({ host: '127.0.0.1' })],
    ['port', () => ({ port: 2525 })],
    ['security', () => ({ security: 'tls' })],
    ['security to none', () => ({ security: 'none' })],
    ['tlsServerName', () => ({ tlsServerName: 'smtp.acme.io' })],
    ['username', () => ({ username: 'other@acme.io' })],
    ['proxyUrl', () => ({ proxyUrl: 'http://127.0.0.1:3128' })],
    ['caCertificate', () => ({ caCertificate: otherCa })],
    ['caCertificate with one more', () => ({ caCertificate: `${inbox.ca}\n${otherCa}` })],
    ['no caCertificate', () => ({ caCertificate: null })],
    ['pinnedCertificate', () => ({ pinnedCertificate: issued.cert })],
    ['clientCertificate', () => ({ clientCertificate: issued.cert, clientKey: issued.key })],
  ];

  it.each(changes)('rejects a changed %s without the password, on save', async (_field, change) => {
    const before = await app.dataSource.query('SELECT * FROM smtp_config');
    const error = await catchError(app.configs.update(id, change()));
    expect(error.fields).toMatchObject({ password: { code: 'destination_changed' } });
    expect(await app.dataSource.query('SELECT * FROM smtp_config')).toEqual(before);
  });

  it.each(changes)('rejects a changed %s without the password, on test', async (_field, change) => {
    const error = await catchError(app.configs.testDraft({ id, ...change() }, { to: 'a@b.c' }));
    expect(error.fields).toMatchObject({ password: { code: 'destination_changed' } });
  });

  it.each(changes)('accepts a changed %s with the password', async (_field, change) => {
    expect(await app.configs.update(id, { ...change(), password: 'another' })).toMatchObject({ hasPassword: true, version: 2 });
  });

  it('keeps the password when only the spelling of the destination changes', async () => {
    const reordered = `a comment\n${inbox.ca.replaceAll('\n', '\r\n')}\r\n`;
    expect(await app.configs.update(id, { host: ' LOCALHOST ', port: inbox.port, caCertificate: reordered })).toMatchObject({
      hasPassword: true,
      version: 2,
    });
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
  });

  it('does not trust a certificate hidden in the text of the trusted one', async () => {
    const relabel = (pem: string): string => pem.replaceAll('CERTIFICATE-----', 'X509 CERTIFICATE-----');
    const smuggled = `-----BEGIN CERTIFICATE-----x\n${relabel(inbox.ca)}\n${relabel(otherCa)}\n-----END CERTIFICATE-----`;
    const outcome = await app.configs.update(id, { caCertificate: smuggled }).then(
      () => 'taken',
      () => 'refused',
    );
    expect(['taken', 'refused']).toContain(outcome);
    for (const pem of splitCertificates(smuggled)) expect(pem).toBe(new X509Certificate(inbox.ca).toString());
  });

  it.each<[string, () => Promise<unknown>]>([
    ['changed', () => app.configs.update(id, { host: '127.0.0.1' })],
    ['deleted', () => app.configs.remove(id)],
  ])('records no result for a configuration that was %s during its test', async (_what, change) => {
    const { server, port, reached, release } = await startServerThatWaits();
    await app.configs.update(id, { port, security: 'none', authRequired: false, fromAddress: 'a@b.c' });
    const testing = app.configs.test(id, { to: 'a@b.c' });
    await reached;
    await change();
    release();
    expect(await testing).toMatchObject({ ok: false });
    expect(await app.dataSource.query('SELECT * FROM smtp_config_status')).toEqual([]);
    server.close();
  });

  it.each([
    ['host', "'elsewhere.example'"],
    ['port', '2526'],
    ['security', "'tls'"],
    ['tls_server_name', "'smtp.acme.io'"],
    ['username', "'other@acme.io'"],
    ['ca_certificate', 'NULL'],
    ['tenant_id', "'tenant'"],
    ['client_id', "'client'"],
    ['graph_cloud', "'china'"],
    ['id', "'2d0b1f9e-0000-4000-8000-000000000000'"],
  ])('are not decrypted after a manual change of %s', async (column, value) => {
    await app.dataSource.query(`UPDATE smtp_config SET ${column} = ${value}`);
    const [{ id: now }] = await app.dataSource.query('SELECT id FROM smtp_config');
    const report = await app.configs.test(now as string, { to: 'a@b.c' });
    expect(report).toMatchObject({ ok: false, steps: [{ name: 'auth', ok: false, detail: expect.stringContaining('can’t be read') }] });
  });

  const GUID = '72f988bf-86f1-41af-91ab-2d7cd011db47';
  const APP = `tenant_id = '${GUID}', client_id = '${GUID}'`;
  it.each([
    ['type', `'ms_graph', auth_method = 'oauth2', graph_cloud = 'global', ${APP}`, 'token', 'No password is stored'],
    ['auth_method', `'oauth2', graph_cloud = 'global', ${APP}`, 'auth', 'No password is stored'],
  ])('are not decrypted after a manual change of %s', async (column, value, name, words) => {
    await app.dataSource.query(`UPDATE smtp_config SET ${column} = ${value}`);
    const report = await app.configs.test(id, { to: 'a@b.c' });
    expect(report).toMatchObject({ ok: false, steps: [{ name, ok: false, detail: expect.stringContaining(words) }] });
  });

  it('are not decrypted in another row', async () => {
    const other = await app.configs.create({ ...buildFields(), name: 'other', password: 'different' });
    const [{ cipher }] = await app.dataSource.query(`SELECT password_cipher AS cipher FROM smtp_config WHERE id = '${id}'`);
    await app.dataSource.query(`UPDATE smtp_config SET password_cipher = '${cipher as string}' WHERE id = '${other.id}'`);
    expect(await app.configs.test(other.id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [{ name: 'auth' }] });
  });

  it('appear in no error and no inspected object', async () => {
    const error = await catchError(app.configs.update(id, { host: 'elsewhere.example' }));
    const wrong = await catchError(app.mail.sendNow({ to: 'a@b.c', subject: 's', text: 't', config: 'nobody' }));
    for (const value of [error, wrong, app.configs, app.mail])
      expect(inspect(value, { depth: 12, showHidden: true })).not.toMatch(new RegExp(`${PASSWORD}|enc:v1:k1:`));
  });
});

describe.each(databases)('The keys at startup on $name', ({ name: kind }) => {
  let database: OpenDatabase;
  beforeAll(async () => {
    database = await openDatabase(kind, { entities: smtpEntities, migrations: smtpMigrations });
  });
  afterAll(() => database.drop());
  afterEach(() => database.dataSource.query('DELETE FROM smtp_config'));

  const seal = async (
    names: string[],
    encryption: SmtpModuleOptions['encryption'] = { current: 'k1', keys: { k1: KEY } },
  ): Promise<void> => {
    const app = await startSmtpApp(database.options, { encryption });
    for (const name of names) await app.configs.create({ name, host: 'localhost', username: 'a@b.c', password: 'p' });
    await app.close();
  };
  const start = (encryption: SmtpModuleOptions['encryption']) => startSmtpApp(database.options, { encryption });

  it('may be missing while nothing is encrypted, and then no password is stored', async () => {
    const app = await start(undefined);
    expect(screenSettings(app.options).storedSecrets).toBe(false);
    const error = await catchError(app.configs.create({ name: 'x', host: 'localhost', username: 'a@b.c', password: 'p' }));
    expect(error.fields).toMatchObject({ password: { code: 'stored_secrets_disabled', message: expect.stringContaining('encryption') } });
    expect(await app.configs.create({ name: 'open', host: 'localhost', security: 'none', fromAddress: 'a@b.c' })).toMatchObject({
      hasPassword: false,
    });
    await app.close();
  });

  it('count as absent if they are undefined', async () => {
    const app = await start({ current: 'k1', keys: { k1: undefined } });
    expect(screenSettings(app.options).storedSecrets).toBe(false);
    await app.close();
  });

  it('fail startup if encrypted rows need a missing key, with its name and the number of rows', async () => {
    await seal(['one', 'two']);
    await expect(start(undefined)).rejects.toThrow(/"k1" is missing, and 2 stored passwords/);
    await expect(start({ current: 'k2', keys: { k2: OTHER_KEY } })).rejects.toThrow(/"k1" is missing, and 2 stored passwords/);
  });

  it('fail startup if a key decrypts none of its rows, even a single one', async () => {
    await seal(['one']);
    await expect(start({ current: 'k1', keys: { k1: OTHER_KEY } })).rejects.toThrow(/"k1" is a different one: 1 stored password is sealed/);
  });

  it.each([[['one', 'two', 'three']], [['one']]])('allow one damaged row among %j, which marks only its configuration', async (names) => {
    await seal(names);
    await database.dataSource.query("UPDATE smtp_config SET host = 'moved.example' WHERE name = 'one'");
    const app = await start({ current: 'k1', keys: { k1: KEY } });
    const marked = (await app.configs.find()).filter(({ lastTestStatus }) => lastTestStatus === 'failed');
    const error = expect.stringContaining('enter the password again');
    expect(marked).toMatchObject([
      { name: 'one', lastTestError: error, lastTestReason: 'secret_damaged', lastTestValues: { field: 'password' } },
    ]);
    await app.close();
  });

  it('move every row to the current key, after which the old key can be removed', async () => {
    const names = Array.from({ length: 250 }, (_, i) => `c${i}`);
    await seal(names.slice(0, 2));
    const [row] = await database.dataSource.query("SELECT * FROM smtp_config WHERE name = 'c0'");
    expect(row.password_cipher).toMatch(/^enc:v1:k1:/);
    const both = await start({ current: 'k2', keys: { k1: KEY, k2: OTHER_KEY } });
    for (const name of names.slice(2)) await both.configs.create({ name, host: 'localhost', username: 'a@b.c', password: 'p' });
    const versions = (await both.configs.find()).map(({ version }) => version);
    expect(await both.configs.reencryptSecrets()).toEqual({ moved: 2, unreadable: [] });
    expect(await both.configs.reencryptSecrets()).toEqual({ moved: 0, unreadable: [] });
    expect((await both.configs.find()).map(({ version }) => version)).toEqual(versions);
    await both.close();
    const after = await start({ current: 'k2', keys: { k2: OTHER_KEY } });
    await after.close();
  });

  it('name the rows that could not be moved', async () => {
    await seal(['one', 'two']);
    const app = await start({ current: 'k2', keys: { k1: KEY, k2: OTHER_KEY } });
    await database.dataSource.query("UPDATE smtp_config SET port = 1 WHERE name = 'one'");
    expect(await app.configs.reencryptSecrets()).toEqual({ moved: 1, unreadable: ['one'] });
    await app.close();
  });

  it('A1.22 A1.23 require the password on every update if the option says so', async () => {
    const app = await startSmtpApp(database.options, { passwordOnUpdate: 'retype' });
    const { id } = await app.configs.create({ name: 'x', host: 'localhost', username: 'a@b.c', password: 'p' });
    expect((await catchError(app.configs.update(id, { description: 'new' }))).fields).toMatchObject({
      password: { code: 'password_retype' },
    });
    expect((await catchError(app.configs.testDraft({ id }, { to: 'a@b.c' }))).fields).toMatchObject({
      password: { code: 'password_retype' },
    });
    expect((await app.configs.findOne(id))!.description).toBeNull();
    expect(await app.configs.update(id, { description: 'new', password: 'p' })).toMatchObject({ description: 'new' });
    await app.close();
  });
});

describe('A secret source', () => {
  it('provides the password for a test, and only for a key that it offers', async () => {
    const inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    const asked: string[] = [];
    const source = {
      id: 'vault',
      label: 'Vault',
      allows: (key: string) => (key === 'smtp/main' ? { key, label: 'Main', allowOwnCa: true } : undefined),
      choices: async () => [{ key: 'smtp/main', label: 'Main' }],
      resolve: async (key: string) => (asked.push(key), { value: PASSWORD }),
    };
    const app = await startOn('sqlite', { secretSources: [source], encryption: undefined });
    const config = {
      name: 'x',
      host: 'localhost',
      port: inbox.port,
      caCertificate: inbox.ca,
      username: 'user@acme.io',
      passwordSource: 'vault',
    };
    expect((await catchError(app.configs.create({ ...config, passwordRef: 'smtp/other' }))).fields).toMatchObject({
      passwordRef: { code: 'not_a_choice' },
    });
    const created = await app.configs.create({ ...config, passwordRef: 'smtp/main' });
    expect(created).toMatchObject({ passwordSource: 'vault', passwordRef: 'smtp/main', hasPassword: false });
    expect(await app.configs.test(created.id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    expect(asked).toEqual(['smtp/main']);
    expect((await catchError(app.configs.update(created.id, { host: '127.0.0.1' }))).fields).toMatchObject({
      passwordRef: { code: 'destination_changed' },
    });
    expect((await catchError(app.configs.testDraft({ id: created.id, username: 'other' }, { to: 'a@b.c' }))).fields).toMatchObject({
      passwordRef: { code: 'destination_changed' },
    });
    expect(asked).toEqual(['smtp/main']);
    await app.dataSource.query("UPDATE smtp_config SET password_ref = 'root/secret'");
    expect(await app.configs.test(created.id, { to: 'a@b.c' })).toMatchObject({
      ok: false,
      steps: [{ detail: 'Vault does not offer the chosen secret.' }],
    });
    expect(asked).toEqual(['smtp/main']);
    await app.close();
    await inbox.close();
  });
});
