import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type MailError, type SmtpConfigInput, internalSecrets } from '../../lib/index.js';
import { databases } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { QUICK } from '../support/fault-bench.js';
import { type FakeExchange, startExchange } from '../support/microsoft/fake-exchange.js';
import { CLIENT_ID, CLIENT_SECRET, type FakeMicrosoft, TENANT, USER, startMicrosoft } from '../support/microsoft/index.js';
import { type SmtpApp, startOn } from '../support/smtp-app.js';

const MAIL = { to: 'to@example.org', subject: 'Hello', text: 'Hello.' };
/** The fake cloud’s own SMTP server is `localhost`: by this name the same machine is anybody’s. */
const ELSEWHERE = '127.0.0.1';

const failure = (work: Promise<unknown>): Promise<MailError> =>
  work.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error) => error as MailError,
  );

describe.each(databases)('A token made with a client secret on $name', ({ name: kind }) => {
  let microsoft: FakeMicrosoft;
  let exchange: FakeExchange;
  let app: SmtpApp;
  let reads: number;

  beforeAll(async () => {
    microsoft = await startMicrosoft();
    exchange = await startExchange(microsoft);
    const value = (): string => ((reads += 1), CLIENT_SECRET);
    const key = (name: string, destinations?: string[]) => ({ key: name, value, ...(destinations && { destinations }) });
    app = await startOn(kind, {
      secretSources: [
        internalSecrets({
          secrets: [
            key('for-the-cloud', ['graph:fake']),
            key('for-any-cloud', ['graph']),
            key('for-anything'),
            key('for-a-relay', ['graph', ELSEWHERE]),
            key('for-another-port', ['graph', `${ELSEWHERE}:1`]),
            key('for-a-relay-alone', [ELSEWHERE]),
            key('for-another-cloud', ['graph:other', 'localhost']),
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

  const oauth2 = (clientSecretRef: string, config: SmtpConfigInput = {}): SmtpConfigInput => ({
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
  const nothingMade = (): void => {
    expect({ reads, requests: microsoft.entra.requests, logins: exchange.logins, sessions: exchange.sessions }).toEqual({
      reads: 0,
      requests: [],
      logins: [],
      sessions: [],
    });
  };

  it.each(['for-the-cloud', 'for-any-cloud', 'for-anything'])('goes to the SMTP servers of its cloud: %s', async (key) => {
    await app.configs.create(oauth2(key));
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: [MAIL.to] });
  });

  it('goes to a server that the key names', async () => {
    await app.configs.create(oauth2('for-a-relay', { host: ELSEWHERE }));
    expect(await app.mail.sendNow(MAIL)).toMatchObject({ accepted: [MAIL.to] });
  });

  it.each([
    ['for-the-cloud', 'token_not_allowed'],
    ['for-any-cloud', 'token_not_allowed'],
    ['for-anything', 'token_not_allowed'],
    ['for-another-port', 'token_not_allowed'],
    ['for-a-relay-alone', 'destination_not_allowed'],
    ['for-another-cloud', 'destination_not_allowed'],
  ])('goes to no other: %s is refused on save, in a draft’s test and by the check', async (key, code) => {
    const config = oauth2(key, { host: ELSEWHERE });
    for (const work of [() => app.configs.create(config), () => app.configs.testDraft(config, { to: 'me@example.org' })]) {
      expect(await failure(work())).toMatchObject({
        code: 'VALIDATION',
        fields: { clientSecretRef: { code, message: expect.any(String) } },
      });
    }
    const { clientSecretSource: source = '', clientSecretRef: _, ...fields } = config;
    expect(await app.configs.checkSecret({ ...fields, source, key, field: 'clientSecret' })).toMatchObject({ reason: 'not_allowed' });
    nothingMade();
  });

  it('the refusal names where it may go', async () => {
    const { fields } = await failure(app.configs.create(oauth2('for-another-port', { host: ELSEWHERE })));
    expect(fields!.clientSecretRef!.message).toContain('only be sent to localhost, 127.0.0.1:1. Change the host or choose another secret.');
  });

  it('asks for the host only once one is typed', async () => {
    const question = { source: 'internal', key: 'for-the-cloud', field: 'clientSecret', authMethod: 'oauth2', graphCloud: 'fake' } as const;
    expect(await app.configs.checkSecret(question)).toEqual({ readable: true });
  });

  it('does not go to a server that was put into the row by hand, whatever sends', async () => {
    const { id } = await app.configs.create(oauth2('for-the-cloud'));
    await app.dataSource.query(`UPDATE smtp_config SET host = '${ELSEWHERE}', version = 2`);
    expect(await failure(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET', message: expect.stringContaining('token') });
    expect(await app.configs.test(id, { to: 'me@example.org' })).toMatchObject({ ok: false, steps: [{ code: 'SECRET' }] });
    expect(await failure(app.configs.testDraft({ id }, { to: 'me@example.org' }))).toMatchObject({ code: 'VALIDATION' });
    expect(await failure(app.configs.duplicate(id))).toMatchObject({ code: 'VALIDATION' });
    await app.mail.send(MAIL);
    await eventually(async () => expect(await app.log.find()).toMatchObject([{ status: 'queued', lastCode: 'SECRET' }]));
    nothingMade();
    await app.dataSource.query('DELETE FROM smtp_message');
  });

  it('that was typed goes to the server it was typed for, and to none that was put into the row by hand', async () => {
    const typed = { clientSecretSource: 'stored', clientSecretRef: undefined, clientSecret: CLIENT_SECRET };
    await app.configs.create(oauth2('', { ...typed, host: ELSEWHERE }));
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
      expect(await failure(app.mail.sendNow(MAIL))).toMatchObject({ code: 'SECRET' });
      expect([...microsoft.entra.requests, ...exchange.logins]).toEqual([]);
    }
  });
});
