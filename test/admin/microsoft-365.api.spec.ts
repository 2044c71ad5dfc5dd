import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmtpConfigInput } from '../../lib/index.js';
import { type AdminApp, type AdminClient, type Answer, startAdminApp } from '../support/admin-app.js';
import { CLIENT_ID, CLIENT_SECRET, type FakeMicrosoft, TENANT, USER, startMicrosoft } from '../support/microsoft/index.js';
import { screenSettings } from '../../lib/admin/config/screen-settings.js';

const api = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;
const recordApi = (id: string, action: string): string => `/api/resources/SmtpConfig/records/${id}/${action}`;
const graph: SmtpConfigInput = {
  name: 'graph',
  type: 'ms_graph',
  username: USER,
  tenantId: TENANT,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
};

describe('The admin API for Microsoft 365', () => {
  let microsoft: FakeMicrosoft;
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  let answers: Answer[];
  let id: string;

  beforeAll(async () => {
    microsoft = await startMicrosoft();
    app = await startAdminApp('sqlite', { trustedCa: microsoft.ca, graph: { clouds: { fake: microsoft.cloud } } });
    const watch = (client: AdminClient): AdminClient => ({
      ...client,
      get: async (...args) => (answers.push(await client.get(...args)), answers.at(-1)!),
      post: async (...args) => (answers.push(await client.post(...args)), answers.at(-1)!),
      head: client.head,
    });
    manager = watch(await app.signIn('admin@example.com'));
    viewer = watch(await app.signIn('viewer@example.com'));
  });
  afterAll(async () => {
    await app.close();
    await microsoft.close();
  });
  beforeEach(async () => {
    answers = [];
    microsoft.reset();
    for (const config of await app.configs.find()) await app.configs.remove(config.id);
    ({ id } = await app.configs.create(graph));
  });

  /** Expects no client secret, ciphertext or token in any response or log line. */
  const expectNoLeak = async (): Promise<void> => {
    const [row] = await app.dataSource.query<{ cipher: string | null }[]>('SELECT client_secret_cipher AS cipher FROM smtp_config');
    const everything = answers.map(({ raw }) => raw).join('\n') + app.logged.join('\n');
    const tokens = microsoft.entra.issued.map(({ token }) => token);
    for (const secret of [CLIENT_SECRET, 'enc:v1', ...tokens, ...(row?.cipher ? [row.cipher] : [])]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
    }
  };

  it('creates, lists, shows and edits, and never returns the secret', async () => {
    const form = { ...graph, name: 'second', host: '', port: '', authRequired: 'true', maxConnections: '4' };
    const created = await manager.post(api('new'), form);
    expect(created.json).toMatchObject({
      notice: { type: 'success' },
      record: {
        errors: {},
        params: { type: 'ms_graph', tenantId: TENANT, clientId: CLIENT_ID, graphCloud: 'fake', hasClientSecret: true, host: null },
      },
    });
    for (const path of [api('list'), recordApi(id, 'show'), recordApi(id, 'edit')]) await manager.get(path);
    const edited = await manager.post(recordApi(id, 'edit'), { version: 1, description: 'Ours', clientSecret: '' });
    expect(edited.json.record.params).toMatchObject({ description: 'Ours', version: 2, hasClientSecret: true });
    await expectNoLeak();
  });

  it('reports invalid fields, and does not return an entered secret', async () => {
    const { json } = await manager.post(api('new'), { ...graph, name: 'second', tenantId: 'common', clientId: 'x', clientSecretRef: 'y' });
    expect(json.record.errors).toMatchObject({ tenantId: { type: 'tenant_format' }, clientId: { type: 'client_format' } });
    expect(json.record.params).toMatchObject({ tenantId: 'common', clientId: 'x' });
    const moved = await manager.post(recordApi(id, 'edit'), { version: 1, username: 'shared@contoso.com' });
    expect(moved.json.record.errors).toMatchObject({ clientSecret: { type: 'destination_changed' } });
    await expectNoLeak();
  });

  it('returns the name and label of a cloud, and accepts no host from the form', async () => {
    expect(screenSettings(app.options).graphClouds).toEqual([{ id: 'fake', label: 'Fake' }]);
    const hosts = { authority: 'evil.example', graph: 'evil.example', graphClouds: 'x' };
    const { json } = await manager.post(recordApi(id, 'edit'), { version: 1, ...hosts });
    expect(Object.keys(json.record.errors).toSorted()).toEqual(['authority', 'graph', 'graphClouds']);
  });

  it('tests a saved configuration and a draft, with one line per step on request', async () => {
    const tested = await manager.post(recordApi(id, 'test'), { to: 'me@example.org' });
    expect(tested.json).toMatchObject({ report: { ok: true, steps: [{ name: 'token' }, { name: 'mailbox' }, { name: 'message' }] } });
    const streamed = await manager.post(
      api('testDraft'),
      { id, to: 'me@example.org', checkOnly: 'true' },
      { accept: 'application/x-ndjson' },
    );
    const lines = streamed.raw
      .split('\n\n')[1]!
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.slice(0, 3)).toMatchObject([{ name: 'token' }, { name: 'mailbox' }, { name: 'message', detail: 'Nothing was sent.' }]);
    const wrong = await manager.post(api('testDraft'), { id, clientSecret: 'a wrong secret', to: 'me@example.org' });
    expect(wrong.json.report).toMatchObject({
      ok: false,
      steps: [{ name: 'token', ok: false, code: 'AUTH', hint: expect.stringContaining('value') }],
    });
    expect(microsoft.graph.sent).toHaveLength(1);
    await expectNoLeak();
  });

  it('A3.22 A3.23 duplicates if the client secret is entered again', async () => {
    const refused = await manager.post(recordApi(id, 'duplicate'), {});
    expect(refused.json.record.errors).toMatchObject({ clientSecret: { type: 'password_needed' } });
    const copied = await manager.post(recordApi(id, 'duplicate'), { clientSecret: CLIENT_SECRET });
    expect(copied.json.record.params).toMatchObject({ name: 'graph_copied', type: 'ms_graph', hasClientSecret: true });
    await expectNoLeak();
  });

  it('does not let a viewer test or change anything', async () => {
    for (const [action, body] of [
      ['test', { to: 'me@example.org' }],
      ['edit', { version: 1, clientSecret: 'x' }],
      ['duplicate', { clientSecret: 'x' }],
    ] as const) {
      expect((await viewer.post(recordApi(id, action), body)).json).toMatchObject({ notice: { type: 'error' } });
    }
    expect(microsoft.entra.requests).toEqual([]);
    expect(await app.configs.find()).toMatchObject([{ version: 1 }]);
    await expectNoLeak();
  });
});
