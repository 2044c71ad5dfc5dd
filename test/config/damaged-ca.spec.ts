import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpConfig, type SmtpConfigInput, internalSecrets, smtpEntities, smtpMigrations } from '../../lib/index.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { type OpenDatabase, databases, openDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { type SmtpApp, startSmtpApp } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const PASSWORD = 'Tr0ub4dor&3-behind-a-ca';
const MAIL = { to: 'a@b.c', subject: 'Hello', text: 'Hello.' };
const END = '-----END CERTIFICATE-----';
/** The error in plain words. Those of OpenSSL are numbers and function names. */
const WORDS = 'The configuration’s private CA is damaged and can’t be read. Paste the certificate again and save the configuration.';

/** Damage that an editor, a script or a column that is too short can cause. */
const DAMAGE: [what: string, damaged: (ca: string, key: string) => string][] = [
  ['text', () => 'hello'],
  ['truncated base64', (ca) => `${ca.slice(0, 200)}\n${END}`],
  ['base64 with a missing line', (ca) => ca.replace(`${ca.split('\n')[3]!}\n`, '')],
  ['base64 with a changed letter', (ca) => ca.replace(/(BEGIN CERTIFICATE-----\n)./, '$1A')],
  ['no end', (ca) => ca.replace(END, '')],
  ['no certificate between the BEGIN and END lines', () => `-----BEGIN CERTIFICATE-----\n${END}`],
  [
    'a public key',
    () => '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n',
  ],
  ['a private key', (_ca, key) => key],
  ['a revocation list', (ca) => ca.replaceAll('CERTIFICATE', 'X509 CRL')],
  [
    'a public key labelled as a certificate',
    () => `-----BEGIN CERTIFICATE-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n${END}`,
  ],
  ['a truncated second certificate', (ca) => `${ca}${ca.slice(0, 300)}`],
  ['more than the maximum length', (ca) => ca.padEnd(60_001, '#')],
];

describe.each(databases)('A private CA that was damaged in the database, on $name', ({ name: kind }) => {
  let database: OpenDatabase;
  let certificates: Certificates;
  let server: ScriptedServer;
  let app: SmtpApp;
  let logged: string[];

  const logger = {
    log: () => undefined,
    warn: (words: string) => void logged.push(`WARN ${words}`),
    error: (words: string) => void logged.push(`ERROR ${words}`),
  };
  const secretSources = [
    internalSecrets({ secrets: [{ key: 'relay', value: () => PASSWORD, destinations: ['127.0.0.1'], allowOwnCa: true }] }),
  ];
  const start = (): Promise<SmtpApp> => startSmtpApp(database.options, { secretSources, delivery: QUICK, allowAnonymousTls: true }, logger);

  beforeAll(async () => {
    [database, certificates] = await Promise.all([
      openDatabase(kind, { entities: smtpEntities, migrations: smtpMigrations }),
      makeCertificates(),
    ]);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    logged = [];
    server = await startServer({ tls: certificates.good });
    app = await start();
  });
  afterEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
    await app.dataSource.query('DELETE FROM smtp_message');
    await app.close();
    await server.close();
  });

  const buildInput = (): SmtpConfigInput => ({
    name: 'main',
    isDefault: true,
    host: '127.0.0.1',
    port: server.port,
    username: 'user@acme.io',
    password: PASSWORD,
    caCertificate: certificates.ca,
  });
  const logins: [string, SmtpConfigInput][] = [
    ['a stored password', {}],
    ['a key of a source', { password: undefined, passwordSource: 'internal', passwordRef: 'relay' }],
    ['no login', { password: undefined, authRequired: false, fromAddress: 'a@b.c' }],
  ];
  const edit = (id: string, caCertificate: string): Promise<unknown> =>
    database.dataSource.getRepository(SmtpConfig).update({ id }, { caCertificate, version: () => 'version + 1' });
  const waitUntilFailing = (id: string): Promise<void> =>
    eventually(async () => {
      expect(await app.log.find()).toMatchObject([{ status: 'queued', attempts: 0, lastCode: 'CONFIG_INVALID', reason: 'failing' }]);
      expect(await app.configs.findOne(id)).toMatchObject({ failingSince: expect.any(Date), failingError: WORDS });
    });

  it.each(DAMAGE)('makes only its configuration failing: %s', async (_what, damaged) => {
    const { id } = await app.configs.create(buildInput());
    await app.configs.create({ ...buildInput(), name: 'other', isDefault: false });
    const pem = damaged(certificates.ca, certificates.good.key);
    await edit(id, pem);

    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({
      code: 'CONFIG_INVALID',
      fault: 'config',
      reason: 'damaged_ca',
      message: WORDS,
    });
    const step = {
      ok: false,
      code: 'CONFIG_INVALID',
      reason: 'damaged_ca',
      field: 'caCertificate',
      hint: expect.stringContaining('Paste the certificate again'),
    };
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [step] });
    await app.mail.send(MAIL);
    await waitUntilFailing(id);
    // The form reports the damage at the field, and no action accepts the damaged certificate.
    for (const work of [
      app.configs.testDraft({ id }, { to: 'a@b.c' }),
      app.configs.update(id, { description: 'x' }),
      app.configs.duplicate(id, { password: PASSWORD }),
    ]) {
      expect((await catchError(work)).fields).toHaveProperty('caCertificate');
    }
    expect(server.sessions).toEqual([]);
    // The list, the overview and the mail of other configurations still work.
    expect(await app.configs.find()).toMatchObject([{ name: 'main' }, { name: 'other' }]);
    expect((await app.overview.find({}, { isFresh: true })).attention).toContainEqual(
      expect.objectContaining({ kind: 'failing', error: WORDS }),
    );
    expect(await app.mail.sendNow({ ...MAIL, config: 'other' })).toMatchObject({ accepted: ['a@b.c'] });
    expect(JSON.stringify([await app.configs.findOne(id), logged])).not.toMatch(/openssl|PEM routines|0906/i);
  });

  it.each(logins)('is reported at startup, which continues, and can be replaced in the panel: with %s', async (_what, fields) => {
    const { id } = await app.configs.create({ ...buildInput(), ...fields });
    await edit(id, certificates.ca.slice(0, 300));
    await app.mail.send(MAIL);
    await app.close();
    logged = [];
    app = await start();
    expect(logged).toEqual([`ERROR The configuration "main" is not used: ${WORDS}`]);
    expect(await app.configs.find({ filters: { health: 'failing' } })).toMatchObject([{ id, failingError: WORDS }]);
    await waitUntilFailing(id);
    const { passwordRef, password } = { ...buildInput(), ...fields };
    const mended = { caCertificate: certificates.ca, password, passwordRef };
    // A certificate is part of the destination, so the password has to be entered again.
    if (fields.authRequired !== false)
      expect((await catchError(app.configs.update(id, { caCertificate: certificates.ca }))).code).toBe('VALIDATION');
    await app.configs.update(id, mended);
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'sent' }]));
    expect(await app.configs.findOne(id)).toMatchObject({ failingSince: null, failingError: null });
  });

  it('no longer matters once the row is restored', async () => {
    const { id } = await app.configs.create(buildInput());
    await edit(id, 'hello');
    await app.close();
    app = await start();
    await edit(id, certificates.ca);
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
    expect(await app.configs.findOne(id)).toMatchObject({ failingSince: null, lastTestStatus: null, lastTestError: null });
  });

  it('does not prevent making the configuration the default, changing the encryption key or deleting the configuration', async () => {
    const { id } = await app.configs.create(buildInput());
    await edit(id, 'hello');
    expect(await app.configs.setDefault(id)).toMatchObject({ isDefault: true });
    expect(await app.configs.reencryptSecrets()).toEqual({ moved: 0, unreadable: [] });
    await app.configs.remove(id);
    expect((await app.history.find({ record: { type: 'config', id } }))[0]).toMatchObject({
      action: 'delete',
      changes: { caCertificate: { before: ['(unreadable)'], after: null } },
    });
  });
});
