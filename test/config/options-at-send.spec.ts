import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type SmtpConfigInput, type SmtpModuleOptions, internalSecrets, smtpEntities, smtpMigrations } from '../../lib/index.js';
import { catchError } from '../support/catch-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { type OpenDatabase, databases, openDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { CLIENT_ID, CLIENT_SECRET, type FakeMicrosoft, TENANT, USER, USER_PASSWORD, startMicrosoft } from '../support/microsoft/index.js';
import { type SmtpApp, startSmtpApp } from '../support/smtp-app.js';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

const PASSWORD = 'Tr0ub4dor&3-never-in-clear';
const MAIL = { to: 'a@b.c', subject: 'Hello', text: 'Hello.' };

/** A row that was valid when it was saved. */
interface Case {
  what: string;
  config?: SmtpConfigInput;
  /** A manual change of the row. */
  edit?: string;
  /** The options at the time of sending. The row is saved under options that allow everything. */
  options?: SmtpModuleOptions;
  reason: string;
  /** Text of the error. */
  words: string;
  field?: string;
}

describe.each(databases)('The options at the time of sending, on $name', ({ name: kind }) => {
  let database: OpenDatabase;
  let microsoft: FakeMicrosoft;
  let certificates: Certificates;
  let server: ScriptedServer;
  let lax: SmtpApp;
  let strict: SmtpApp | undefined;
  let reads: number;
  let logged: string[];

  const logger = {
    log: () => undefined,
    warn: (words: string) => void logged.push(`WARN ${words}`),
    error: (words: string) => void logged.push(`ERROR ${words}`),
  };
  const buildOptions = (): SmtpModuleOptions => ({
    secretSources: [
      internalSecrets({
        secrets: [{ key: 'relay', value: () => ((reads += 1), PASSWORD), destinations: ['127.0.0.1'], allowOwnCa: true }],
      }),
    ],
    trustedCa: [microsoft.ca, certificates.ca],
  });
  const start = async (options: SmtpModuleOptions = {}): Promise<SmtpApp> =>
    (strict = await startSmtpApp(
      database.options,
      { ...buildOptions(), graph: { clouds: { fake: microsoft.cloud } }, delivery: QUICK, ...options },
      logger,
    ));

  beforeAll(async () => {
    [database, microsoft, certificates] = await Promise.all([
      openDatabase(kind, { entities: smtpEntities, migrations: smtpMigrations }),
      startMicrosoft(),
      makeCertificates(),
    ]);
    lax = await startSmtpApp(database.options, {
      ...buildOptions(),
      allowPlaintextAuth: true,
      allowAnonymousTls: true,
      graph: { allowPasswordGrant: true, clouds: { fake: microsoft.cloud } },
      delivery: { run: false },
    });
  });
  afterAll(async () => {
    await lax.close();
    await Promise.all([microsoft.close(), database.drop()]);
  });
  beforeEach(async () => {
    reads = 0;
    logged = [];
    microsoft.reset();
    // The server offers encryption and accepts every login.
    server = await startServer({ tls: certificates.good });
  });
  afterEach(async () => {
    await strict?.close();
    strict = undefined;
    await server.close();
    for (const { id } of await lax.configs.find()) await lax.configs.remove(id);
    await database.dataSource.query('DELETE FROM smtp_message');
  });

  const buildInput = (): SmtpConfigInput => ({
    name: 'main',
    isDefault: true,
    host: '127.0.0.1',
    port: server.port,
    username: 'user@acme.io',
    passwordSource: 'internal',
    passwordRef: 'relay',
  });
  const plain: SmtpConfigInput = { security: 'none', authRequired: true };
  const typed: SmtpConfigInput = { passwordSource: 'stored', passwordRef: undefined, password: PASSWORD };
  const graph: SmtpConfigInput = {
    ...typed,
    type: 'ms_graph',
    username: USER,
    tenantId: TENANT,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    password: USER_PASSWORD,
  };
  const allowPlaintext = false;

  const cases: Case[] = [
    {
      what: 'a stored password without encryption',
      config: { ...plain, ...typed },
      reason: 'plaintext_auth_forbidden',
      words: 'allowPlaintextAuth',
      field: 'security',
    },
    {
      what: 'a key of a source without encryption',
      config: plain,
      reason: 'plaintext_auth_forbidden',
      words: 'allowPlaintextAuth',
      field: 'security',
    },
    {
      what: 'a key of a source without encryption after a manual change',
      edit: "security = 'none'",
      reason: 'plaintext_auth_forbidden',
      words: 'allowPlaintextAuth',
      field: 'security',
    },
    {
      what: 'mail without encryption',
      config: { security: 'none', authRequired: false, fromAddress: 'a@b.c' },
      options: { allowPlaintext },
      reason: 'plaintext_forbidden',
      words: 'allowPlaintext',
      field: 'security',
    },
    {
      what: 'mail without encryption even if a login is permitted',
      config: plain,
      options: { allowPlaintext, allowPlaintextAuth: true },
      reason: 'plaintext_forbidden',
      words: 'allowPlaintext',
      field: 'security',
    },
    {
      what: 'no login',
      config: { authRequired: false, fromAddress: 'a@b.c' },
      reason: 'anonymous_tls_forbidden',
      words: 'allowAnonymousTls',
      field: 'authRequired',
    },
    {
      what: 'no login after a manual change',
      edit: 'auth_required = {false}',
      reason: 'anonymous_tls_forbidden',
      words: 'allowAnonymousTls',
      field: 'authRequired',
    },
    ...['STARTTLS', 'auto', 'ssl', ''].map((value): Case => ({
      what: `security "${value}"`,
      edit: `security = '${value}'`,
      reason: 'unknown_security',
      words: `"${value}"`,
      field: 'security',
    })),
    { what: 'no security', edit: 'security = NULL', reason: 'unknown_security', words: 'security', field: 'security' },
    {
      what: 'an unknown login method',
      edit: "auth_method = 'plain'",
      reason: 'unknown_auth_method',
      words: '"plain"',
      field: 'authMethod',
    },
    { what: 'an unknown type', edit: "type = 'smtp'", reason: 'unknown_type', words: '"smtp"', field: 'type' },
    ...['hello', '-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----'].map((pem): Case => ({
      what: `the CA "${pem}"`,
      edit: `ca_certificate = '${pem}'`,
      reason: 'damaged_ca',
      words: 'private CA',
      field: 'caCertificate',
    })),
    ...['0', '-1', '51'].map((value): Case => ({
      what: `${value} connections`,
      edit: `max_connections = ${value}`,
      reason: 'bad_connections',
      words: `"${value}"`,
      field: 'maxConnections',
    })),
    ...['web 1', 'a.example\r\nMAIL FROM:<x@y.z>', '127.0.0.1'].map((name): Case => ({
      what: `the EHLO name ${JSON.stringify(name)}`,
      edit: `ehlo_name = '${name}'`,
      reason: 'bad_setting',
      words: `"${name.replace('\r\n', ' ')}"`,
      field: 'ehloName',
    })),
    ...['NTLM', 'XOAUTH2', 'plain'].map((mechanism): Case => ({
      what: `the login mechanism ${mechanism}`,
      edit: `auth_mechanism = '${mechanism}'`,
      reason: 'bad_setting',
      words: `"${mechanism}"`,
      field: 'authMechanism',
    })),
    ...['192.0.2.1', 'a b'].map((name): Case => ({
      what: `the TLS server name ${name}`,
      edit: `tls_server_name = '${name}'`,
      reason: 'bad_setting',
      words: `"${name}"`,
      field: 'tlsServerName',
    })),
    ...['0', '11'].map((scale): Case => ({
      what: `the time limit factor ${scale}`,
      edit: `timeout_scale = ${scale}`,
      reason: 'bad_setting',
      words: `"${scale}"`,
      field: 'timeoutScale',
    })),
    {
      what: 'a local address that is a name',
      edit: "local_address = 'localhost'",
      reason: 'bad_setting',
      words: '"localhost"',
      field: 'localAddress',
    },
    ...['http://proxy.example.com', 'ftp://proxy.example.com:21', 'http://user:word@proxy.example.com:3128'].map((url): Case => ({
      what: `the proxy URL ${url}`,
      edit: `proxy_url = '${url}'`,
      reason: 'bad_setting',
      words: url,
      field: 'proxyUrl',
    })),
    { what: 'no host', edit: 'host = NULL', reason: 'no_server', words: 'host', field: 'host' },
    { what: 'an invalid host', edit: "host = 'a b'", reason: 'no_server', words: 'host', field: 'host' },
    ...[
      ["from_address = 'nobody'", '"nobody"'],
      ["from_address = 'a@b.c\r\nBcc: x@y.z'", '"a@b.c Bcc: x@y.z"'],
      ["from_name = 'Acme\r\nBcc: x@y.z'", '"Acme Bcc: x@y.z"'],
      ["reply_to = 'nobody'", '"nobody"'],
      [`cc = '["nobody"]'`, '"nobody"'],
      [`bcc = '["a@b.c"'`, '"["a@b.c""'],
      [`bcc = '[7]'`, '"7"'],
    ].map(([change = '', words = '']): Case => ({ what: change, edit: change, reason: 'bad_address', words, field: 'fromAddress' })),
    ...['username = NULL', "username = ''", "username = 'a\r\nb'"].map((change): Case => ({
      what: `a login with ${change}`,
      config: { fromAddress: 'a@b.c' },
      edit: change,
      reason: 'no_login',
      words: 'user name',
      field: 'username',
    })),
    ...['username = NULL', "username = 'ann'", 'tenant_id = NULL', "tenant_id = 'a/b'", 'client_id = NULL', "client_id = '../x'"].map(
      (change): Case => ({
        what: `MS Graph with ${change}`,
        config: { ...graph, fromAddress: 'a@b.c' },
        edit: change,
        reason: 'no_login',
        words: 'tenant',
        field: 'username',
      }),
    ),
    { what: 'port 0', edit: 'port = 0', reason: 'no_server', words: 'port', field: 'host' },
    {
      what: 'a user’s password for MS Graph',
      config: { ...graph, authMethod: 'password' },
      reason: 'password_grant_forbidden',
      words: 'graph.allowPasswordGrant',
      field: 'authMethod',
    },
    {
      what: 'an unknown cloud for MS Graph',
      config: graph,
      edit: "graph_cloud = 'china'",
      reason: 'unknown_cloud',
      words: 'graph.clouds',
      field: 'graphCloud',
    },
    {
      what: 'an unknown cloud for OAuth2',
      config: { ...graph, type: 'generic', authMethod: 'oauth2' },
      edit: "graph_cloud = 'china'",
      reason: 'unknown_cloud',
      words: 'graph.clouds',
      field: 'graphCloud',
    },
  ];
  const edit = (change: string): Promise<unknown> => {
    const no = kind === 'postgres' ? 'FALSE' : '0';
    return database.dataSource.query(`UPDATE smtp_config SET ${change.replace('{false}', no)}, version = version + 1`);
  };
  const expectNothingSent = (): void => {
    expect({ reads, sessions: server.sessions, requests: microsoft.entra.requests }).toEqual({ reads: 0, sessions: [], requests: [] });
    for (const secret of [PASSWORD, USER_PASSWORD, CLIENT_SECRET])
      for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(`\0user@acme.io\0${secret}`).toString('base64')])
        expect(server.clearText).not.toContain(form);
  };

  it.each(cases)('refuse $what in every way of sending', async ({ config, edit: change, options, reason, words, field }) => {
    const { id } = await lax.configs.create({ ...buildInput(), ...config });
    const app = await start(options);
    // The row is changed while the application runs, so startup does not report it.
    if (change) await edit(change);

    const refused = { code: 'CONFIG_INVALID', fault: 'config', message: expect.stringContaining(words) };
    expect(await catchError(app.mail.sendNow({ ...MAIL, config: 'main' }))).toMatchObject(refused);
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [{ code: 'CONFIG_INVALID', reason, field }] });
    expect(await app.configs.test(id, { to: 'a@b.c', checkOnly: true })).toMatchObject({ ok: false, steps: [{ reason }] });
    expect(await catchError(app.configs.testDraft({ id }, { to: 'a@b.c' }))).toMatchObject({ code: 'VALIDATION' });
    await app.mail.send(MAIL);
    await eventually(async () => {
      expect(await app.log.find()).toMatchObject([{ status: 'queued', attempts: 0, lastCode: 'CONFIG_INVALID' }]);
      expect(await app.configs.findOne(id)).toMatchObject({ failingSince: expect.any(Date), failingError: expect.stringContaining(words) });
    });
    expectNothingSent();
  });

  it('refuse a second configuration in single mode', async () => {
    await lax.configs.create({ ...buildInput(), name: 'default' });
    const app = await start({ single: true });
    const second = await lax.configs.create({ ...buildInput(), name: 'second', isDefault: true });
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'CONFIG_INVALID', reason: 'not_the_only_one' });
    expect(await app.configs.test(second.id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [{ reason: 'not_the_only_one' }] });
    await app.mail.send(MAIL);
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'queued', lastCode: 'CONFIG_INVALID' }]));
    expectNothingSent();
  });

  it('report rows that they forbid at startup, and show them as failing until they are permitted', async () => {
    const { id } = await lax.configs.create({ ...buildInput(), ...plain });
    await lax.configs.create({ ...buildInput(), ...plain, name: 'disabled', isDefault: false, enabled: false });
    await lax.configs.create({ ...buildInput(), name: 'good', isDefault: false });
    await (await start()).close();
    expect(logged).toEqual([expect.stringMatching(/^ERROR The configuration "main" is not used: .*"allowPlaintextAuth".*Choose STARTTLS/)]);
    const failing = { name: 'main', failingError: expect.stringContaining('Choose STARTTLS') };
    expect(await lax.configs.find({ filters: { health: 'failing' } })).toMatchObject([failing]);
    expect((await lax.overview.find()).attention).toContainEqual(expect.objectContaining({ kind: 'failing', error: failing.failingError }));

    const app = await start({ allowPlaintextAuth: true });
    expect((await app.configs.findOne(id))!.failingSince).toBeNull();
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: ['a@b.c'] });
  });

  it('report a server that the application may not connect to', async () => {
    const { id } = await lax.configs.create(buildInput());
    await (await start({ egress: { ports: [587] } })).close();
    expect(logged).toEqual([
      expect.stringMatching(/^ERROR The configuration "main" is not used: .*may not connect to 127\.0\.0\.1:.*"egress"/),
    ]);
    expect((await lax.configs.findOne(id))!.failingSince).not.toBeNull();
    await start();
    expect((await lax.configs.findOne(id))!.failingSince).toBeNull();
  });

  it('report a key that its source no longer offers for that server', async () => {
    await lax.configs.create(buildInput());
    const moved = internalSecrets({ secrets: [{ key: 'relay', value: () => PASSWORD, destinations: ['smtp.acme.io'] }] });
    await start({ secretSources: [moved] });
    expect(logged).toEqual([
      expect.stringMatching(/^ERROR The configuration "main" is not used: .*does not allow sending the chosen secret to this server/),
    ]);
    expect(await lax.configs.find({ filters: { health: 'failing' } })).toHaveLength(1);
  });

  it('let waiting mail leave once the row is corrected', async () => {
    const { id } = await lax.configs.create(buildInput());
    const app = await start();
    await edit("security = 'STARTTLS'");
    await app.mail.send(MAIL);
    await eventually(async () => expect((await app.configs.findOne(id))!.failingSince).not.toBeNull());
    await app.configs.update(id, { security: 'starttls', passwordRef: 'relay' });
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'sent' }]));
    expect(server.bodies).toHaveLength(1);
    expect(server.clearText).not.toContain('AUTH');
    expect((await app.configs.findOne(id))!.failingSince).toBeNull();
  });
});

describe('Keys without destinations', () => {
  it('are named at startup, with one warning per source', async () => {
    const database = await openDatabase('sqlite', { entities: smtpEntities, migrations: smtpMigrations });
    const getValue = (): string => PASSWORD;
    const many = Array.from({ length: 25 }, (_, index) => ({ key: `key-${index}`, value: getValue }));
    const buildSource = (id: string, destinations?: string[]) => ({
      id,
      label: 'Own',
      allows: (key: string) => ({ key, label: key, destinations }),
      choices: async () => [],
      resolve: async () => ({ value: PASSWORD }),
    });
    const secretSources = [
      internalSecrets({
        secrets: [
          { key: 'bound', value: getValue, destinations: ['smtp.acme.io'] },
          { key: 'free', value: getValue },
          { key: 'open', value: getValue },
        ],
      }),
      internalSecrets({ id: 'many', secrets: many }),
      internalSecrets({ id: 'all-bound', secrets: many, destinations: ['graph'] }),
      buildSource('own'),
      buildSource('own-bound', ['smtp.acme.io']),
    ];
    const warned: string[] = [];
    const logger = { log: () => undefined, error: () => undefined, warn: (words: string) => void warned.push(words) };
    const config = { host: 'smtp.acme.io', username: 'user@acme.io', passwordRef: 'in-use' };
    const first = await startSmtpApp(database.options, { secretSources });
    for (const passwordSource of ['own', 'own-bound'])
      await first.configs.create({ ...config, name: passwordSource.replace('-', '_'), passwordSource });
    await first.close();
    await (await startSmtpApp(database.options, { secretSources }, logger)).close();
    expect(warned).toEqual([
      expect.stringMatching(/"internal" .*: free, open\. Set "destinations" for them/),
      expect.stringMatching(/"many" .*: key-0, .*, key-19 and 5 more\. /),
      expect.stringMatching(/"own" .*: in-use\. /),
    ]);
    await database.drop();
  });
});
