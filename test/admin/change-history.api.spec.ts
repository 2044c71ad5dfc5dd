import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpAudit, type SmtpAuditEntry, SmtpConfigStatus } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { eventually } from '../support/eventually.js';

const PASSWORD = 'never-in-the-history';
const config = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;
const configRecord = (id: string, action: string): string => `/api/resources/SmtpConfig/records/${id}/${action}`;
const messageRecord = (id: string, action: string): string => `/api/resources/SmtpMessage/records/${id}/${action}`;

describe('The change history of actions in the panel', () => {
  let app: AdminApp;
  let inbox: Inbox;
  let manager: AdminClient;
  let id: string;
  let message: string;
  const told: SmtpAuditEntry[] = [];

  const buildFields = () => ({
    name: 'main',
    host: 'localhost',
    port: inbox.port,
    username: inbox.username,
    password: PASSWORD,
    fromAddress: 'no-reply@acme.io',
    caCertificate: inbox.ca,
  });
  const readHistory = async (): Promise<SmtpAuditEntry[]> => (await app.history.find()).toReversed();
  const clearHistory = () => app.dataSource.getRepository(SmtpAudit).createQueryBuilder().delete().execute();

  beforeAll(async () => {
    inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    const source = {
      id: 'vault',
      label: 'Vault',
      allows: (key: string) => ({ key, label: key }),
      choices: async () => [],
      resolve: async () => ({ value: PASSWORD }),
    };
    app = await startAdminApp('sqlite', {
      activities: [{ key: 'invoice', label: 'Invoices' }],
      secretSources: [source],
      delivery: { run: false },
      audit: {
        onEntry: (entry) => {
          told.push(entry);
          if (entry.action === 'create') throw new Error('words of the hook');
        },
      },
    });
    manager = await app.signIn('admin@example.com');
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(async () => {
    for (const row of await app.configs.find()) await app.configs.remove(row.id);
    ({ id } = await app.configs.create({ ...buildFields(), isDefault: true }));
    const queued = await app.mail.send({ to: 'a@b.c', subject: 's', text: 't' });
    message = queued.status === 'queued' ? queued.id : '';
    await clearHistory();
  });

  const buildEdit = async () => ({ version: 1, description: 'new' });
  const actions: [string, () => Promise<{ path: string; body?: object }>][] = [
    ['create', async () => ({ path: config('new'), body: { ...buildFields(), name: 'new' } })],
    ['update', async () => ({ path: configRecord(id, 'edit'), body: await buildEdit() })],
    ['delete', async () => ({ path: configRecord(id, 'delete') })],
    ['duplicate', async () => ({ path: configRecord(id, 'duplicate'), body: { password: PASSWORD } })],
    [
      'set_default',
      async () => ({
        path: configRecord((await app.configs.duplicate(id, { password: 'p' })).id, 'setDefault'),
        body: (await clearHistory(), {}),
      }),
    ],
    ['test', async () => ({ path: configRecord(id, 'test'), body: { to: 'a@b.c' } })],
    ['test_draft', async () => ({ path: config('testDraft'), body: { ...buildFields(), to: 'a@b.c' } })],
    ['detect', async () => ({ path: config('detect'), body: buildFields() })],
    ['fetch_certificates', async () => ({ path: config('fetchCertificates'), body: { ...buildFields(), security: 'starttls' } })],
    ['check_secret', async () => ({ path: config('checkSecret'), body: { source: 'vault', key: 'main' } })],
    ['assign', async () => ({ path: '/api/resources/SmtpActivity/records/invoice/edit', body: { configId: id } })],
    ['preview', async () => ({ path: messageRecord(message, 'preview') })],
    ['resend', async () => ({ path: messageRecord(message, 'resend'), body: { to: 'me' } })],
    ['retry', async () => ({ path: messageRecord(message, 'retryNow') })],
    ['retry', async () => ({ path: `/api/resources/SmtpMessage/bulk/retryNow?recordIds=${message}` })],
    ['cancel', async () => ({ path: messageRecord(message, 'cancel') })],
    [
      'try_config',
      async () => {
        const since = new Date(1);
        const failing = { failingSince: since, failingVersion: 1, failingCode: 'AUTH', failingError: 'Refused.', nextProbeAt: since };
        await app.dataSource.getRepository(SmtpConfigStatus).insert({ configId: id, ...failing });
        return { path: '/api/resources/SmtpMessage/actions/tryNow', body: { configId: id } };
      },
    ],
  ];

  it.each(actions)('records the admin and the address for "%s"', async (action, prepare) => {
    const { path, body = {} } = await prepare();
    const answer = await manager.post(path, body);
    expect(answer.json.notice?.type).not.toBe('error');
    const by = { action, caller: 'admin', person: 'admin@example.com', address: expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$/) };
    expect(await readHistory()).toMatchObject([by]);
    await eventually(async () => expect(told.at(-1)).toEqual((await readHistory())[0]));
    expect(JSON.stringify(await app.dataSource.query('SELECT * FROM smtp_audit'))).not.toMatch(
      new RegExp(`${PASSWORD}|enc:v1|ADMINISTRATION_MANAGER`),
    );
  });

  it('records neither opened pages nor refused actions', async () => {
    for (const [, prepare] of actions.filter(([action]) => action !== 'set_default' && action !== 'try_config')) {
      const { path } = await prepare();
      await manager.get(path);
      await (await app.signIn('viewer@example.com')).post(path, {});
      await manager.post(path, {}, { 'sec-fetch-site': 'cross-site' });
    }
    expect(await readHistory()).toEqual([]);
  });

  it('uses the address from a proxy only if the application trusts the proxy', async () => {
    const readAddress = async (forwarded: string): Promise<string | null> => {
      await clearHistory();
      await manager.post(config('detect'), buildFields(), { 'x-forwarded-for': forwarded });
      return (await readHistory())[0]!.address;
    };
    expect(await readAddress('203.0.113.9')).toContain('127.0.0.1');
    app.trustProxy(true);
    expect(await readAddress('203.0.113.9, 10.0.0.1')).toBe('203.0.113.9');
    expect(await readAddress('x'.repeat(500))).toBe('x'.repeat(64));
    app.trustProxy(false);
  });

  it('logs the error of the application’s hook', async () => {
    await manager.post(config('new'), { ...buildFields(), name: 'hooked' });
    await eventually(() => expect(app.logged.join('\n')).toMatch(/"audit\.onEntry" failed for the entry [\w-]+: words of the hook/));
  });
});
