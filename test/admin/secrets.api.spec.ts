import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { internalSecrets } from '../../lib/index.js';
import { azureKeyVault } from '../../lib/azure-key-vault/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { type AdminApp, type AdminClient, type Answer, startAdminApp } from '../support/admin-app.js';
import { type FakeKeyVault, TOKEN, buildRefusal, startKeyVault } from '../support/vaults/key-vault.js';
import { screenSettings } from '../../lib/admin/config/screen-settings.js';

const PASSWORD = 'Tr0ub4dor&3-of-the-vault';
const api = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;

describe('The admin API for secrets in sources', () => {
  let app: AdminApp;
  let inbox: Inbox;
  let vault: FakeKeyVault;
  let manager: AdminClient;
  let viewer: AdminClient;
  let answers: Answer[];
  let count = 0;

  const watch = (client: AdminClient): AdminClient => ({
    ...client,
    get: async (...args) => (answers.push(await client.get(...args)), answers.at(-1)!),
    post: async (...args) => (answers.push(await client.post(...args)), answers.at(-1)!),
    head: client.head,
  });
  const listChoices = async (body: object) => (await manager.post(api('secretChoices'), body)).json;
  const check = async (body: object) => (await manager.post(api('checkSecret'), { source: 'azure-key-vault', ...body })).json;
  /** Creates a secret, so that each test has its own: recent checks are not repeated. */
  const createSecret = (): string => {
    const name = `smtp-${(count += 1)}`;
    vault.secrets.set(name, { value: PASSWORD });
    return name;
  };

  beforeAll(async () => {
    inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    vault = await startKeyVault();
    vault.secrets.set('database-password', { value: 'never-for-mail' });
    const secrets = [{ key: 'smtp-main', label: 'Main relay', destinations: [`localhost:${inbox.port}`] }];
    app = await startAdminApp('sqlite', {
      secretSources: [
        azureKeyVault({ ...vault.options, secrets, prefix: 'smtp-', allowOwnCa: true }),
        azureKeyVault({ ...vault.options, id: 'unnamed', label: 'Vault without names', prefix: 'smtp-' }),
        internalSecrets({ secrets: [{ key: 'erp', label: 'ERP', value: () => PASSWORD }] }),
      ],
    });
    manager = watch(await app.signIn('admin@example.com'));
    viewer = watch(await app.signIn('viewer@example.com'));
  });
  afterAll(async () => {
    expectNothingLogged();
    await app.close();
    await vault.stop();
    await inbox.close();
  });
  const expectNothingLogged = (): void => expect(app.logged.join('\n')).not.toMatch(new RegExp(`Tr0ub4dor|${TOKEN}|never-for-mail`));

  beforeEach(() => {
    answers = [];
    vault.reply = undefined;
    vault.secrets.set('smtp-main', { value: PASSWORD });
  });

  /** Expects no value, token or text of the vault in any response. */
  const expectNoLeak = (): void => {
    const wire = answers.map(({ raw }) => raw).join('\n');
    for (const secret of [PASSWORD, TOKEN, 'never-for-mail', 'Words of the vault'])
      for (const form of [secret, Buffer.from(secret).toString('base64')]) expect(wire).not.toContain(form);
  };

  it('A5.6 returns the sources for the form', async () => {
    const { json } = await manager.get('/api/resources/SmtpConfig/actions/list');
    expect(json.notice?.type).not.toBe('error');
    expect(screenSettings(app.options).secretSources).toEqual([
      { id: 'azure-key-vault', label: 'Azure Key Vault' },
      { id: 'unnamed', label: 'Vault without names' },
      { id: 'internal', label: 'Internal secret manager' },
    ]);
  });

  it('A5.8 A5.10 lists keys and labels by search, a page at a time', async () => {
    createSecret();
    const all = await listChoices({ source: 'azure-key-vault' });
    expect(all.hasMore).toBe(false);
    expect(all.choices).toContainEqual({ key: 'smtp-main', label: 'Main relay', destinations: [`localhost:${inbox.port}`] });
    expect(all.choices.map(({ key }: { key: string }) => key)).not.toContain('database-password');
    expect(await listChoices({ source: 'azure-key-vault', search: 'relay' })).toMatchObject({
      choices: [{ key: 'smtp-main' }],
      hasMore: false,
    });
    expect(await listChoices({ source: 'azure-key-vault', limit: '1' })).toMatchObject({ choices: [{}], hasMore: true });
    expect(await listChoices({ source: 'internal', search: '' })).toEqual({ choices: [{ key: 'erp', label: 'ERP' }], hasMore: false });
    expectNoLeak();
  });

  it.each([
    [{ source: 'stored' }, 'source'],
    [{ source: 'nobody' }, 'source'],
    [{}, 'source'],
    [{ source: 'internal', limit: 101 }, 'limit'],
    [{ source: 'internal', limit: 'many' }, 'limit'],
    [{ source: 'internal', search: 'x'.repeat(201) }, 'search'],
    [{ source: 'internal', search: { $ne: '' } }, 'search'],
  ])('lists nothing for %j', async (body, field) => {
    expect(await listChoices(body)).toMatchObject({ choices: [], hasMore: false, errors: { [field]: { type: expect.any(String) } } });
  });

  it('reports why a source cannot list', async () => {
    vault.reply = () => buildRefusal(403, 'Forbidden', 'ForbiddenByRbac');
    expect(await listChoices({ source: 'unnamed' })).toEqual({
      choices: [],
      hasMore: false,
      problem: expect.stringMatching(
        /^Vault without names does not allow this application to read the list of secrets .*Forbidden.*"list"/,
      ),
    });
    expectNoLeak();
  });

  it('reports whether a secret can be read, without its value', async () => {
    expect(await check({ key: createSecret() })).toEqual({ readable: true });
    expect(await check({ key: 'smtp-none' })).toMatchObject({
      readable: false,
      reason: 'missing',
      message: expect.stringContaining('smtp-none'),
    });
    expect(await check({ key: 'database-password' })).toMatchObject({ readable: false, reason: 'not_allowed' });
    expect(vault.reads).not.toContain('database-password');
    vault.reply = () => buildRefusal(403, 'Forbidden', 'ForbiddenByRbac');
    expect(await check({ key: createSecret() })).toMatchObject({
      readable: false,
      reason: 'forbidden',
      message: expect.stringContaining('Secrets User'),
    });
    vault.reply = () => ({ status: 503 });
    expect(await check({ key: createSecret() })).toMatchObject({ readable: false, reason: 'unreachable' });
    expectNoLeak();
  });

  it('asks the vault once for several clicks', async () => {
    const key = createSecret();
    await Promise.all(Array.from({ length: 5 }, () => check({ key })));
    expect(vault.reads.filter((read) => read === key)).toHaveLength(1);
  });

  it('reports a secret that does not belong to the entered server, before anything is read', async () => {
    const before = vault.reads.length;
    for (const body of [
      { host: 'evil.example', port: inbox.port },
      { host: 'localhost', port: '25' },
      { type: 'ms_graph' },
      { field: 'clientSecret', host: 'localhost', port: inbox.port },
    ]) {
      expect(await check({ key: 'smtp-main', ...body })).toMatchObject({
        readable: false,
        reason: 'not_allowed',
        message: expect.stringContaining(`only be sent to localhost:${inbox.port}.`),
      });
    }
    expect(vault.reads).toHaveLength(before);
    expect(await check({ key: 'smtp-main', host: 'LOCALHOST', port: inbox.port })).toEqual({ readable: true });
    expect(await check({ key: 'smtp-main', host: '' })).toEqual({ readable: true });
  });

  it.each([
    [{ source: 'stored', key: 'x' }, 'source'],
    [{ key: '' }, 'key'],
    [{ key: 7 }, 'key'],
    [{ key: 'smtp-main', field: 'nameKey' }, 'field'],
  ])('checks nothing for %j', async (body, field) => {
    expect(await check(body)).toEqual({ errors: { [field]: { type: expect.any(String), message: expect.any(String) } } });
  });

  it('A5.12 stores source and key, and sends with the current secret', async () => {
    const { json } = await manager.post(api('new'), {
      name: 'main',
      host: 'localhost',
      port: inbox.port,
      caCertificate: inbox.ca,
      username: 'user@acme.io',
      passwordSource: 'azure-key-vault',
      passwordRef: 'smtp-main',
    });
    expect(json).toMatchObject({
      notice: { type: 'success' },
      record: { params: { passwordSource: 'azure-key-vault', passwordRef: 'smtp-main', hasPassword: false } },
    });
    const test = await manager.post(`/api/resources/SmtpConfig/records/${json.record.id}/test`, { to: 'a@b.c' });
    expect(test.json).toMatchObject({ report: { ok: true } });
    expect(JSON.stringify(await app.dataSource.query('SELECT * FROM smtp_config'))).not.toContain('Tr0ub4dor');
    expectNoLeak();
    await app.configs.remove(json.record.id);
  });

  it.each<[string, object, string, string]>([
    ['a key outside of the list', { passwordRef: 'database-password' }, 'passwordRef', 'not_a_choice'],
    ['a key that climbs out of the prefix', { passwordRef: 'smtp-/../database-password' }, 'passwordRef', 'not_a_choice'],
    [
      'a server that the secret does not belong to',
      { passwordRef: 'smtp-main', host: 'evil.example' },
      'passwordRef',
      'destination_not_allowed',
    ],
    ['an unknown source', { passwordSource: 'nobody', passwordRef: 'smtp-main' }, 'passwordSource', 'not_a_choice'],
  ])('rejects %s at its field, on save and on test', async (_what, forged, field, type) => {
    const before = vault.reads.length;
    const body = {
      name: 'forged',
      host: 'localhost',
      port: inbox.port,
      caCertificate: inbox.ca,
      username: 'user@acme.io',
      passwordSource: 'azure-key-vault',
      ...forged,
    };
    const saved = await manager.post(api('new'), body);
    expect(saved.json).toMatchObject({ notice: { type: 'error' }, record: { errors: { [field]: { type } } } });
    const tested = await manager.post(api('testDraft'), { ...body, to: 'a@b.c' });
    expect(tested.json).toMatchObject({ notice: { type: 'error' }, report: { ok: false, steps: [] }, errors: { [field]: { type } } });
    expect(await app.configs.count()).toBe(0);
    expect(vault.reads).toHaveLength(before);
  });

  it.each(['secretChoices', 'checkSecret'])('permits %s only to managers, by POST, and from the same site', async (action) => {
    const body = { source: 'azure-key-vault', key: createSecret() };
    const before = vault.requests.length;
    const refused = [
      await viewer.post(api(action), body),
      await manager.get(`${api(action)}?source=azure-key-vault&key=smtp-main`),
      await manager.post(api(action), body, { origin: 'https://evil.example' }),
    ];
    for (const { json } of refused) expect(json.notice.type).toBe('error');
    expect((await watch(app.nobody).post(api(action), body)).raw).not.toMatch(/readable|choices/);
    for (const { raw } of refused) expect(raw).not.toMatch(/"readable"|"choices"/);
    expect(vault.requests).toHaveLength(before);
  });
});
