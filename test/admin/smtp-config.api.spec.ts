import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmtpConfigInput } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { type AdminApp, type AdminClient, type Answer, SESSION_SECRET, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const PASSWORD = 'Tr0ub4dor&3-the-secret';
const api = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;
const recordApi = (id: string, action: string): string => `/api/resources/SmtpConfig/records/${id}/${action}`;
const searchApi = '/api/resources/SmtpConfig/search';

describe.each(databases)('The admin API on $name', ({ name: kind }) => {
  let app: AdminApp;
  let inbox: Inbox;
  let manager: AdminClient;
  let viewer: AdminClient;
  let answers: Answer[];
  let id: string;

  const watch = (client: AdminClient): AdminClient => ({
    ...client,
    get: async (...args) => (answers.push(await client.get(...args)), answers.at(-1)!),
    post: async (...args) => (answers.push(await client.post(...args)), answers.at(-1)!),
    head: async (...args) => (answers.push(await client.head(...args)), answers.at(-1)!),
  });
  const buildFields = (): SmtpConfigInput => ({
    name: 'main',
    host: 'localhost',
    port: inbox.port,
    username: inbox.username,
    password: PASSWORD,
    fromName: 'Acme',
    fromAddress: 'no-reply@acme.io',
    caCertificate: inbox.ca,
  });
  const readRows = async (): Promise<string> => JSON.stringify(await app.dataSource.query('SELECT * FROM smtp_config ORDER BY name'));
  /** Returns everything that the database holds about configurations. */
  const readState = async (): Promise<string> =>
    JSON.stringify([
      await readRows(),
      await app.dataSource.query('SELECT * FROM smtp_default'),
      await app.dataSource.query('SELECT * FROM smtp_activity'),
      await app.dataSource.query('SELECT config_id, last_test_status FROM smtp_config_status'),
    ]);

  beforeAll(async () => {
    inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    app = await startAdminApp(kind, { appName: 'Acme', activities: [{ key: 'invoice', label: 'Invoices' }] });
    manager = watch(await app.signIn('admin@example.com'));
    viewer = watch(await app.signIn('viewer@example.com'));
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(async () => {
    answers = [];
    inbox.clear();
    for (const config of await app.configs.find()) await app.configs.remove(config.id);
    ({ id } = await app.configs.create(buildFields()));
  });

  /** Expects no secret in any response or log line. */
  const expectNoLeak = async (): Promise<void> => {
    const cipher = await app.dataSource.query<{ cipher: string | null }[]>('SELECT password_cipher AS cipher FROM smtp_config');
    const everything = answers.map(({ raw }) => raw).join('\n') + app.logged.join('\n');
    for (const secret of [PASSWORD, SESSION_SECRET, 'enc:v1', ...cipher.map((row) => row.cipher ?? 'enc:v1')]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
    }
  };

  describe('for a manager', () => {
    it('A1.4 lists, shows, searches and opens a configuration without its secret', async () => {
      const list = await manager.get(api('list'));
      expect(list.json).toMatchObject({
        meta: { total: 1, hasDefault: false, configured: 1 },
        records: [{ params: { name: 'main', hasPassword: true } }],
      });
      for (const path of [recordApi(id, 'show'), recordApi(id, 'edit')]) {
        expect((await manager.get(path)).json.record.params).toMatchObject({ id, host: 'localhost', username: 'user@acme.io', version: 1 });
      }
      expect((await manager.get(`${searchApi}/mai`)).json.records).toHaveLength(1);
      expect((await manager.get(`/resources/SmtpConfig/records/${id}/edit`)).status).toBe(200);
      await expectNoLeak();
    });

    it('A1.3 A1.20 A3.2 creates, answers "saved" and returns the path of the edit form', async () => {
      const { json } = await manager.post(api('new'), {
        ...buildFields(),
        name: 'second',
        isDefault: 'true',
        port: '2500',
        'cc.0': 'a@b.c',
      });
      expect(json).toMatchObject({
        notice: { type: 'success', message: 'saved' },
        record: { errors: {}, params: { name: 'second', port: 2500, isDefault: true, hasPassword: true } },
      });
      expect(json.redirectUrl).toBe(`/admin/resources/SmtpConfig/records/${json.record.id}/edit`);
      expect((await app.configs.findOne(json.record.id))!.cc).toEqual(['a@b.c']);
      await expectNoLeak();
    });

    it('A1.11 A1.25 A3.20 updates, and keeps the password if the field is empty', async () => {
      const { json } = await manager.post(recordApi(id, 'edit'), { version: 1, description: 'Ours', password: '' });
      expect(json).toMatchObject({
        notice: { type: 'success', message: 'saved' },
        record: { params: { description: 'Ours', version: 2, hasPassword: true } },
      });
      await expectNoLeak();
    });

    it('accepts the form encoding of a browser', async () => {
      const form = new FormData();
      for (const [name, value] of Object.entries({
        version: '1',
        enabled: 'false',
        'bcc.0': 'x@y.z',
        'bcc.1': 'Z <z@y.z>',
        signature: 'a\r\nb',
      })) {
        form.append(name, value);
      }
      const cookieless = await fetch(`${app.url}/admin${recordApi(id, 'edit')}`, { method: 'POST', body: form, redirect: 'manual' });
      expect(cookieless.status).not.toBe(200);
      const { json } = await manager.post(recordApi(id, 'edit'), Object.fromEntries(form));
      expect(json.record.errors).toEqual({});
      expect(await app.configs.findOne(id)).toMatchObject({ enabled: false, bcc: ['x@y.z', 'Z <z@y.z>'], signature: 'a\nb' });
    });

    it('A1.21 returns errors by field with the input, and stores nothing', async () => {
      const before = await readState();
      const created = await manager.post(api('new'), { ...buildFields(), name: 'main', port: 'abc' });
      expect(created.json).toMatchObject({
        notice: { type: 'error' },
        record: {
          params: { name: 'main', port: 'abc', host: 'localhost' },
          errors: { name: { type: 'name_taken' }, port: { type: 'port_range' } },
        },
      });
      const edited = await manager.post(recordApi(id, 'edit'), { version: 1, host: 'no host!', password: PASSWORD });
      expect(edited.json).toMatchObject({
        notice: { type: 'error' },
        record: { id, params: { host: 'no host!' }, errors: { host: { type: 'host_format' } } },
      });
      expect(await readState()).toBe(before);
      await expectNoLeak();
    });

    it('never stores unknown or read-only fields', async () => {
      const before = await readState();
      const unknown = await manager.post(recordApi(id, 'edit'), { version: 1, passwordCipher: 'enc:v1:k1:x', nameKey: 'x' });
      expect(unknown.json.record.errors).toMatchObject({ passwordCipher: { type: 'unknown_field' }, nameKey: { type: 'unknown_field' } });
      expect(await readState()).toBe(before);
      await manager.post(recordApi(id, 'edit'), {
        version: 1,
        id: 'other',
        hasPassword: false,
        lastTestStatus: 'ok',
        createdAt: '2000-01-01',
        usedBy: ['x'],
      });
      expect(await app.configs.findOne(id)).toMatchObject({ id, hasPassword: true, lastTestStatus: null, usedBy: [] });
      expect((await app.configs.findOne(id))!.createdAt.getFullYear()).toBeGreaterThan(2000);
      answers.splice(0, 1);
      await expectNoLeak();
    });

    it.each<[string, unknown]>([
      ['an object', { host: { $gt: '' } }],
      ['a list', { host: ['localhost'] }],
      ['a number', { host: 5 }],
      ['a boolean', { username: true }],
      ['an object in a list', { cc: [{ a: 1 }] }],
      ['a string as a list', { cc: 'a@b.c' }],
      ['a reserved word', { host: '__FORM_VALUE_EMPTY_OBJECT__' }],
      ['a string as a boolean', { enabled: 'maybe' }],
      ['a very long string', { description: 'x'.repeat(100_000) }],
    ])('rejects %s in the wrong place without a crash', async (_what, payload) => {
      const before = await readState();
      const { status, json } = await manager.post(recordApi(id, 'edit'), { version: 1, password: PASSWORD, ...(payload as object) });
      expect(status).toBe(200);
      expect(json.notice.type).toBe('error');
      expect(Object.keys(json.record.errors)).toEqual(expect.arrayContaining([Object.keys(payload as object)[0]]));
      expect(await readState()).toBe(before);
      await expectNoLeak();
    });

    it('requires the version, and explains that a version is stale', async () => {
      expect((await manager.post(recordApi(id, 'edit'), { description: 'x' })).json.notice).toMatchObject({ type: 'error' });
      await app.configs.update(id, { description: 'somebody else' });
      const { json } = await manager.post(recordApi(id, 'edit'), { version: 1, description: 'me' });
      expect(json.record.errors.version).toMatchObject({ type: 'stale' });
      expect(json.record.baseError.message).toContain('while you were editing');
      expect((await app.configs.findOne(id))!.description).toBe('somebody else');
    });

    it('A3.5 A3.6 sets and clears the default', async () => {
      expect((await manager.post(recordApi(id, 'setDefault'))).json).toMatchObject({
        notice: { type: 'success' },
        record: { params: { isDefault: true } },
      });
      expect((await manager.get(api('list'))).json.meta.hasDefault).toBe(true);
      await manager.post(recordApi(id, 'edit'), { version: 1, isDefault: false });
      expect((await manager.get(api('list'))).json.meta.hasDefault).toBe(false);
    });

    it('A3.21 A3.22 A3.23 duplicates, but not without the password', async () => {
      expect((await manager.post(recordApi(id, 'duplicate'))).json.record.errors).toMatchObject({ password: { type: 'password_needed' } });
      const { json } = await manager.post(recordApi(id, 'duplicate'), { password: PASSWORD });
      expect(json).toMatchObject({ notice: { type: 'success' }, record: { params: { name: 'main_copied', isDefault: false } } });
      expect(await app.configs.find()).toHaveLength(2);
      await expectNoLeak();
    });

    it('A1.36 A2.6 A3.30 deletes', async () => {
      expect((await manager.post(recordApi(id, 'delete'))).json.notice.type).toBe('success');
      expect(await app.configs.find()).toEqual([]);
    });

    it.each([
      ['show', 'get'],
      ['edit', 'get'],
      ['edit', 'post'],
      ['delete', 'post'],
      ['test', 'post'],
      ['duplicate', 'post'],
      ['setDefault', 'post'],
    ] as const)('answers %s (%s) of an unknown configuration with an error message', async (action, method) => {
      const { status, json } = await manager[method](recordApi('2d0b1f9e-0000-4000-8000-000000000000', action));
      expect(status).toBe(200);
      expect(json.notice.type).toBe('error');
      await expectNoLeak();
    });

    it('answers an invalid id with an error message', async () => {
      for (const strange of ['%00', 'null', '..%2f..', 'x'.repeat(2000)]) {
        const { status, json } = await manager.get(recordApi(strange, 'show'));
        expect([status, json.notice.type]).toEqual([200, 'error']);
      }
      expect((await manager.get(`${api('list')}?filters.name=%00`)).json.records).toEqual([]);
      expect((await manager.post(api('testDraft'), { ...buildFields(), id: '\0', to: 'a@b.c' })).json.notice.type).toBe('error');
    });

    it('carries out no action on the wrong kind of path', async () => {
      const before = await readState();
      const bulk = (action: string): string => `/api/resources/SmtpConfig/bulk/${action}?recordIds=${id}`;
      const payload = { ...buildFields(), name: 'second', to: 'a@b.c' };
      for (const path of [
        ...['new', 'detect', 'testDraft', 'setDefault', 'edit', 'delete', 'test'].map(bulk),
        ...['new', 'detect', 'testDraft', 'secretChoices'].map((action) => recordApi(id, action)),
        ...['edit', 'delete', 'setDefault', 'test', 'usage'].map(api),
      ]) {
        expect((await manager.post(path, payload)).json.notice).toEqual({ message: 'This action does not exist.', type: 'error' });
      }
      expect(await readState()).toBe(before);
      expect(inbox.mails).toEqual([]);
    });

    it('has no bulk delete', async () => {
      const { json } = await manager.post(`/api/resources/SmtpConfig/bulk/bulkDelete?recordIds=${id}`);
      expect(json.notice.type).toBe('error');
      expect(await app.configs.find()).toHaveLength(1);
      await expectNoLeak();
    });
  });

  describe('testing', () => {
    it('A1.30 A1.31 A1.32 A3.27 A3.28 A4.8 A5.17 sends a test email from unsaved fields, and stores nothing', async () => {
      const before = await readState();
      const { json } = await manager.post(api('testDraft'), { ...buildFields(), name: undefined, to: 'someone@example.com' });
      expect(json).toMatchObject({ notice: { type: 'success', message: 'testSucceeded' }, report: { ok: true } });
      expect(json.report.steps.map(({ name }: { name: string }) => name)).toEqual([
        'dns',
        'tcp',
        'greeting',
        'tls',
        'auth',
        'sender',
        'recipient',
        'message',
      ]);
      const mail = await inbox.waitFor();
      expect(mail).toMatchObject({
        to: ['someone@example.com'],
        subject: 'Acme Email Configuration Test',
        auth: 'user@acme.io',
        tls: true,
      });
      for (const fact of ['localhost', String(inbox.port), 'Type: Generic SMTP', 'user@acme.io']) expect(mail.text).toContain(fact);
      expect(await readState()).toBe(before);
      await expectNoLeak();
    });

    it('A1.28 A2.5 sends to the admin’s own address by default, and stores the result without making a form stale', async () => {
      const { json } = await manager.post(recordApi(id, 'test'));
      expect(json).toMatchObject({ report: { ok: true }, record: { params: { lastTestStatus: 'ok', version: 1 } } });
      expect((await inbox.waitFor()).to).toEqual(['admin@example.com']);
      const renamed = await manager.post(recordApi(id, 'edit'), { version: 1, description: 'x' });
      expect(renamed.json.record.params.lastTestStatus).toBe('ok');
      const moved = await manager.post(recordApi(id, 'edit'), { version: 2, host: '127.0.0.1', password: PASSWORD });
      expect(moved.json.record.params.lastTestStatus).toBeNull();
    });

    it('A1.33 A5.19 reports the failure and its remedy, and stores them', async () => {
      await manager.post(recordApi(id, 'edit'), { version: 1, password: 'wrong' });
      const { json } = await manager.post(recordApi(id, 'test'), { to: 'a@b.c' });
      expect(json).toMatchObject({ notice: { type: 'error', message: 'testFailed' }, report: { ok: false } });
      expect(json.report.steps.at(-1)).toMatchObject({ name: 'auth', ok: false, hint: expect.stringMatching(/password/i) });
      expect(json.record.params).toMatchObject({ lastTestStatus: 'failed', lastTestError: expect.stringMatching(/password/i) });
      expect(inbox.mails).toEqual([]);
      await expectNoLeak();
    });

    it('A1.27 A3.29 refuses to test an incomplete form', async () => {
      const { json } = await manager.post(api('testDraft'), { ...buildFields(), host: '', to: 'a@b.c' });
      expect(json).toMatchObject({
        notice: { type: 'error', message: 'fillRequiredFields' },
        report: { ok: false, steps: [] },
        errors: { host: { type: 'required' } },
      });
      const recipient = await manager.post(api('testDraft'), { ...buildFields(), to: 'a@b.c, d@e.f' });
      expect(recipient.json).toMatchObject({ notice: { message: 'testRecipientInvalid' }, errors: { to: { type: 'email' } } });
      expect(inbox.mails).toEqual([]);
      await expectNoLeak();
    });

    it('tests a saved form with its stored password, and checks without sending', async () => {
      const { password: _, ...rest } = buildFields();
      const { json } = await manager.post(api('testDraft'), { ...rest, id, to: 'a@b.c', checkOnly: true });
      expect(json.report).toMatchObject({ ok: true });
      expect(inbox.mails).toEqual([]);
    });

    it('streams one line per step on request', async () => {
      const { raw } = await manager.post(api('testDraft'), { ...buildFields(), to: 'a@b.c' }, { accept: 'application/x-ndjson' });
      const [head, body] = raw.split('\n\n');
      expect(head).toContain('application/x-ndjson');
      const lines = body!
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines).toHaveLength(9);
      expect(lines[0]).toMatchObject({ name: 'dns', ok: true });
      expect(lines.at(-1)).toMatchObject({ notice: { type: 'success' }, report: { ok: true } });
      const stored = await manager.post(recordApi(id, 'test'), {}, { accept: 'application/x-ndjson' });
      expect(JSON.parse(stored.raw.trim().split('\n').at(-1)!)).toMatchObject({
        report: { ok: true },
        record: { params: { lastTestStatus: 'ok' } },
      });
      await expectNoLeak();
    });

    it('A4.7 detects the security without sending credentials', async () => {
      const { json } = await manager.post(api('detect'), { host: 'localhost', port: inbox.port, caCertificate: inbox.ca });
      expect(json.detected).toMatchObject({ security: 'starttls', port: inbox.port });
      expect((await manager.post(api('detect'), { host: '' })).json).toMatchObject({
        notice: { type: 'error' },
        errors: { host: { type: 'required' } },
      });
      const saved = await manager.post(recordApi(id, 'edit'), { version: 1, security: 'auto' });
      expect(saved.json.record.params).toMatchObject({ security: 'starttls', hasPassword: true });
      const plain = await startInbox({ security: 'none', auth: false });
      const downgraded = await manager.post(recordApi(id, 'edit'), { version: 2, security: 'auto', port: plain.port, password: PASSWORD });
      await plain.close();
      expect(downgraded.json.record.errors).toMatchObject({ security: { type: 'not_encrypted' } });
      expect(await app.configs.findOne(id)).toMatchObject({ security: 'starttls', hasPassword: true });
    });
  });

  describe('for a viewer', () => {
    it('A1.40 shows everything', async () => {
      expect((await viewer.get(api('list'))).json.records).toHaveLength(1);
      const { json } = await viewer.get(recordApi(id, 'show'));
      expect(json.record.params).toMatchObject({ name: 'main', host: 'localhost' });
      expect(json.record.recordActions.map(({ name }: { name: string }) => name)).toEqual(['show']);
      expect((await viewer.get('/resources/SmtpConfig')).status).toBe(200);
      await expectNoLeak();
    });

    it('A1.40 refuses every change and every test', async () => {
      const before = await readState();
      const refused = [
        await viewer.post(api('new'), { ...buildFields(), name: 'theirs' }),
        await viewer.post(recordApi(id, 'edit'), { version: 1, host: 'evil.example' }),
        await viewer.get(recordApi(id, 'edit')),
        await viewer.post(recordApi(id, 'delete')),
        await viewer.post(recordApi(id, 'setDefault')),
        await viewer.post(recordApi(id, 'duplicate'), { password: PASSWORD }),
        await viewer.post(recordApi(id, 'test'), { to: 'a@b.c' }),
        await viewer.post(api('testDraft'), { ...buildFields(), to: 'a@b.c' }),
        await viewer.post(api('testDraft'), { ...buildFields(), to: 'a@b.c' }, { accept: 'application/x-ndjson' }),
        await viewer.post(api('detect'), { host: 'localhost', port: inbox.port }),
        await viewer.post(`/api/resources/SmtpConfig/bulk/bulkDelete?recordIds=${id}`),
        await viewer.post('/api/resources/SmtpActivity/records/invoice/edit', { configId: id }),
      ];
      for (const { json } of refused) expect(json.notice.type).toBe('error');
      expect(await readState()).toBe(before);
      expect(inbox.mails).toEqual([]);
      await expectNoLeak();
    });
  });

  it('shows and does nothing without a login', async () => {
    const before = await readState();
    const nobody = watch(app.nobody);
    for (const path of [api('list'), recordApi(id, 'show'), `${searchApi}/main`]) {
      expect((await nobody.get(path)).raw).not.toContain('acme.io');
    }
    for (const path of [api('new'), recordApi(id, 'edit'), recordApi(id, 'delete'), recordApi(id, 'test'), api('testDraft')]) {
      expect((await nobody.post(path, buildFields())).raw).not.toContain('acme.io');
    }
    expect(await readState()).toBe(before);
    await expectNoLeak();
  });

  it('changes nothing by GET', async () => {
    const before = await readState();
    for (const action of ['edit', 'delete', 'test', 'duplicate', 'setDefault']) {
      expect((await manager.get(`${recordApi(id, action)}?host=evil.example&to=a@b.c&password=x`)).json.record.params).toMatchObject({
        host: 'localhost',
      });
    }
    for (const action of ['new', 'testDraft', 'detect']) await manager.get(`${api(action)}?name=evil&host=evil.example`);
    await manager.get(`/api/resources/SmtpConfig/bulk/bulkDelete?recordIds=${id}`);
    expect(await readState()).toBe(before);
    expect(inbox.mails).toEqual([]);
  });

  it('changes nothing by HEAD, which pages of other sites can send', async () => {
    const before = await readState();
    for (const action of ['edit', 'delete', 'test', 'duplicate', 'setDefault']) {
      await manager.head(recordApi(id, action));
      await manager.head(recordApi(id, action), { 'sec-fetch-site': 'cross-site' });
    }
    expect(await readState()).toBe(before);
    expect(inbox.mails).toEqual([]);
  });

  it.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('changes nothing for the page of another site (%j)', async (headers) => {
    const before = await readState();
    for (const action of ['edit', 'delete', 'test', 'duplicate', 'setDefault']) {
      const { json } = await manager.post(recordApi(id, action), { version: 1, description: 'evil', password: PASSWORD }, headers);
      expect(json.notice.type).toBe('error');
    }
    for (const action of ['new', 'testDraft', 'detect']) {
      expect((await manager.post(api(action), { ...buildFields(), name: 'evil', to: 'a@b.c' }, headers)).json.notice.type).toBe('error');
    }
    expect((await manager.post('/api/resources/SmtpActivity/records/invoice/edit', { configId: id }, headers)).json.notice.type).toBe(
      'error',
    );
    expect(await readState()).toBe(before);
    expect(inbox.mails).toEqual([]);
  });

  it('accepts requests of its own pages', async () => {
    const { json } = await manager.post(
      recordApi(id, 'edit'),
      { version: 1, description: 'ours' },
      { origin: app.url, 'sec-fetch-site': 'same-origin' },
    );
    expect(json.notice.type).toBe('success');
  });

  it.each([
    'password',
    'passwordCipher',
    'password_cipher',
    'nameKey',
    'clientSecretCipher',
    'proxyPasswordCipher',
    'proxyPassword',
    'clientKey',
    'clientKeyCipher',
    'hasClientKey',
    'hasPassword',
    'password.length',
    'passwordRef',
  ])('does not reveal %s through filters, search or sorting', async (field) => {
    for (const value of ['enc:v1', 'nothing-like-it', '']) {
      const { json } = await manager.get(`${api('list')}?filters.${field}=${encodeURIComponent(value)}`);
      expect(json.records).toEqual([]);
      expect(json.notice.type).toBe('error');
      const search = await manager.get(`${searchApi}/${encodeURIComponent(value || 'x')}?searchProperty=${field}`);
      expect(search.json.records).toEqual([]);
    }
    expect((await manager.get(`${api('list')}?sortBy=${field}&direction=desc`)).json.records).toHaveLength(1);
    await expectNoLeak();
  });

  it.each([
    'name',
    'type',
    'isDefault',
    'enabled',
    'fromName',
    'fromAddress',
    'host',
    'security',
    'username',
    'description',
    'search',
    'health',
  ])('filters by %s', async (field) => {
    const value = {
      name: 'MAI',
      type: 'generic',
      isDefault: 'false',
      enabled: 'true',
      fromName: 'acm',
      fromAddress: '@acme',
      host: 'local',
      security: 'starttls',
      username: 'user',
      description: '',
      search: '@ACME',
      health: 'untested',
    }[field]!;
    expect((await manager.get(`${api('list')}?filters.${field}=${encodeURIComponent(value)}`)).json.meta.total).toBe(
      field === 'description' ? 0 : 1,
    );
    const miss = { isDefault: 'true', enabled: 'false' }[field] ?? 'zzz';
    expect((await manager.get(`${api('list')}?filters.${field}=${miss}`)).json.meta.total).toBe(0);
  });

  it.each(['name', 'type', 'host', 'port', 'fromAddress', 'enabled', 'isDefault', 'lastTestAt', 'createdAt', 'cc', 'nonsense'])(
    'sorts by %s, or by the name if it cannot',
    async (field) => {
      await app.configs.create({ ...buildFields(), name: 'another' });
      const { json } = await manager.get(`${api('list')}?sortBy=${field}&direction=desc&perPage=1&page=2`);
      expect(json.records).toHaveLength(1);
      expect(json.meta.total).toBe(2);
    },
  );

  describe('activities', () => {
    const activity = '/api/resources/SmtpActivity/records/invoice/edit';

    it('lists the declared activities without rows in the table', async () => {
      const { json } = await viewer.get('/api/resources/SmtpActivity/actions/list');
      expect(json.records.map(({ params }: any) => [params.key, params.configState, params.declared])).toEqual([
        ['general', 'no_default', true],
        ['invoice', 'no_default', true],
      ]);
      expect(await app.dataSource.query('SELECT * FROM smtp_activity')).toEqual([]);
    });

    it('A3.7 assigns a configuration, and shows it as deleted later', async () => {
      expect((await manager.post(activity, { configId: id })).json).toMatchObject({
        notice: { type: 'success' },
        record: { params: { configName: 'main', configState: 'ok' } },
      });
      expect((await manager.get(recordApi(id, 'show'))).json.record.params['usedBy.0']).toBe('invoice');
      await app.configs.remove(id);
      expect((await manager.get(activity)).json.record.params).toMatchObject({ configId: id, configName: null, configState: 'deleted' });
      const other = await app.configs.create({ ...buildFields(), isDefault: true });
      await manager.post(activity, { configId: null });
      expect((await manager.get(activity)).json.record.params).toMatchObject({ configState: 'default', configName: 'main' });
      await app.configs.update(other.id, { enabled: false });
      expect((await manager.get(activity)).json.record.params.configState).toBe('default_disabled');
      expect((await manager.get(api('list'))).json.meta.defaultConfig).toEqual({ id: other.id, name: 'main', enabled: false });
    });

    it('rejects an unknown configuration, and other actions', async () => {
      expect((await manager.post(activity, {})).json.record.errors).toMatchObject({ configId: { type: 'required' } });
      expect((await manager.post(activity, { configId: 'nobody' })).json.record.errors).toMatchObject({
        configId: { type: 'not_a_choice' },
      });
      expect((await manager.post('/api/resources/SmtpActivity/actions/new', { key: 'x' })).json.notice.type).toBe('error');
      expect((await manager.post('/api/resources/SmtpActivity/records/invoice/delete')).json.notice.type).toBe('error');
      await app.dataSource.query('DELETE FROM smtp_activity');
    });

    it('marks a key that is no longer declared', async () => {
      await app.dataSource.query(`INSERT INTO smtp_activity (activity_key, config_id) VALUES ('old', '${id}')`);
      const { json } = await viewer.get('/api/resources/SmtpActivity/actions/list');
      expect(json.records.at(-1).params).toMatchObject({ key: 'old', declared: false, configName: 'main' });
      await app.dataSource.query('DELETE FROM smtp_activity');
    });
  });
});
