import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { catchError } from '../support/catch-error.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { type FakeExchange, startExchange } from '../support/microsoft/fake-exchange.js';
import { CLIENT_ID, CLIENT_SECRET, type FakeMicrosoft, TENANT, USER, startMicrosoft } from '../support/microsoft/index.js';
import { type SmtpApp, startOn } from '../support/smtp-app.js';

const MAIL = { to: 'to@example.org', subject: 'Hello', text: 'Hello.' };
/** The fake cloud's SMTP server is `localhost`. Under this address, the same machine is another server. */
const ELSEWHERE = '127.0.0.1';

describe.each(databases)('A token made with a client secret on $name', ({ name: kind }) => {
  let microsoft: FakeMicrosoft;
  let exchange: FakeExchange;
  let app: SmtpApp;
  let reads: number;

  beforeAll(async () => {
    microsoft = await startMicrosoft();
    exchange = await startExchange(microsoft);
    const getValue = (): string => ((reads += 1), CLIENT_SECRET);
    const buildKey = (name: string, destinations?: string[]) => ({ key: name, value: getValue, ...(destinations && { destinations }) });
    app = await startOn(kind, {
      secretSources: [
        internalSecrets({
          secrets: [
            buildKey('for-the-cloud', ['graph:fake']),
            buildKey('for-any-cloud', ['graph']),
            buildKey('for-anything'),
            buildKey('for-a-relay', ['graph', ELSEWHERE]),
            buildKey('for-another-port', ['graph', `${ELSEWHERE}:1`]),
            buildKey('for-a-relay-alone', [ELSEWHERE]),
            buildKey('for-another-cloud', ['graph:other', 'localhost']),
          ],
        }),
      ],
      trustedCa: microsoft.ca,
      graph: { clouds: { fake: microsoft.cloud, other: { ...microsoft.cloud, smtp: ['smtp.other.example'] } } },
      delivery: QUICK,
    });
  });
  afterAll(async () => {
    await app.close();
    await exchange.close();
    await microsoft.close();
  });
  beforeEach(() => {
    reads = 0;
    microsoft.reset();
    exchange.logins.splice(0);
    exchange.sessions.splice(0);
  });
  afterEach(async () => {
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
  });

  const buildInput = (clientSecretRef: string, config: SmtpConfigInput = {}): SmtpConfigInput => ({
    name: 'main',
    isDefault: true,
    authMethod: 'oauth2',
    host: 'localhost',
    port: exchange.port,
    username: USER,
    tenantId: TENANT,
    clientId: CLIENT_ID,
    clientSecretSource: 'internal',
    clientSecretRef,
    ...config,
  });
  const expectNothingRequested = (): void => {
    expect({ reads, requests: microsoft.entra.requests, logins: exchange.logins, sessions: exchange.sessions }).toEqual({
      reads: 0,
      requests: [],
      logins: [],
      sessions: [],
    });
  };

  it.each(['for-the-cloud', 'for-any-cloud', 'for-anything'])('is sent to the SMTP servers of its cloud: %s', async (key) => {
    await app.configs.create(buildInput(key));
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: [MAIL.to] });
  });

  it('is sent to a server that the key names', async () => {
    await app.configs.create(buildInput('for-a-relay', { host: ELSEWHERE }));
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: [MAIL.to] });
  });

  it.each([
    ['for-the-cloud', 'token_not_allowed'],
    ['for-any-cloud', 'token_not_allowed'],
    ['for-anything', 'token_not_allowed'],
    ['for-another-port', 'token_not_allowed'],
    ['for-a-relay-alone', 'destination_not_allowed'],
    ['for-another-cloud', 'destination_not_allowed'],
  ])('is not sent to another server: %s is rejected on save, in a draft’s test and by the check', async (key, code) => {
    const config = buildInput(key, { host: ELSEWHERE });
    for (const work of [() => app.configs.create(config), () => app.configs.testDraft(config, { to: 'me@example.org' })]) {
      expect(await catchError(work())).toMatchObject({
        code: 'VALIDATION',
        fields: { clientSecretRef: { code, message: expect.any(String) } },
      });
    }
    const { clientSecretSource: source = '', clientSecretRef: _, ...fields } = config;
    expect(await app.configs.checkSecret({ ...fields, source, key, field: 'clientSecret' })).toMatchObject({ reason: 'not_allowed' });
    expectNothingRequested();
  });

  it('is rejected with the names of its permitted servers', async () => {
    const { fields } = await catchError(app.configs.create(buildInput('for-another-port', { host: ELSEWHERE })));
    expect(fields!.clientSecretRef!.message).toContain('only be sent to localhost, 127.0.0.1:1. Change the host or choose another secret.');
  });

  it('is checked against the host only once a host is entered', async () => {
    const question = { source: 'internal', key: 'for-the-cloud', field: 'clientSecret', authMethod: 'oauth2', graphCloud: 'fake' } as const;
    expect(await app.configs.checkSecret(question)).toEqual({ readable: true });
  });

  it('is not sent to a server after a manual change of the row, in any way of sending', async () => {
    const { id } = await app.configs.create(buildInput('for-the-cloud'));
    await app.dataSource.query(`UPDATE smtp_config SET host = '${ELSEWHERE}', version = 2`);
    expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET', message: expect.stringContaining('token') });
    expect(await app.configs.test(id, { to: 'me@example.org' })).toMatchObject({ ok: false, steps: [{ code: 'SECRET' }] });
    expect(await catchError(app.configs.testDraft({ id }, { to: 'me@example.org' }))).toMatchObject({ code: 'VALIDATION' });
    expect(await catchError(app.configs.duplicate(id))).toMatchObject({ code: 'VALIDATION' });
    await app.mail.send(MAIL);
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'queued', lastCode: 'SECRET' }]));
    expectNothingRequested();
    await app.dataSource.query('DELETE FROM smtp_message');
  });

  it('is sent to the server for which its secret was entered, and to none after a manual change of the row', async () => {
    const typed = { clientSecretSource: 'stored', clientSecretRef: undefined, clientSecret: CLIENT_SECRET };
    await app.configs.create(buildInput('', { ...typed, host: ELSEWHERE }));
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: [MAIL.to] });
    for (const change of [
      "host = 'localhost'",
      'port = 1',
      "graph_cloud = 'other'",
      "username = 'other@contoso.com'",
      "auth_method = 'password'",
    ]) {
      microsoft.reset();
      exchange.logins.splice(0);
      await app.dataSource.query(`UPDATE smtp_config SET ${change}, version = version + 1`);
      expect(await catchError(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET' });
      expect([...microsoft.entra.requests, ...exchange.logins]).toEqual([]);
    }
  });
});
