import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmtpConfigInput } from '../../lib/index.js';
import { type Inbox, startInbox } from '../../lib/testing/index.js';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const PASSWORD = 'Tr0ub4dor&3-the-secret';
const api = (action: string): string => `/api/resources/SmtpConfig/actions/${action}`;
const recordApi = (id: string, action: string): string => `/api/resources/SmtpConfig/records/${id}/${action}`;

describe.each(databases)('The admin API with single: true on $name', ({ name: kind }) => {
  let app: AdminApp;
  let inbox: Inbox;
  let manager: AdminClient;
  let viewer: AdminClient;
  const buildFields = (): SmtpConfigInput => ({
    host: 'localhost',
    port: inbox.port,
    username: inbox.username,
    password: PASSWORD,
    fromName: 'Acme',
    fromAddress: 'no-reply@acme.io',
    caCertificate: inbox.ca,
  });
  const createConfig = async (): Promise<string> => (await app.configs.create(buildFields())).id;
  const readRows = async (): Promise<string> => JSON.stringify(await app.dataSource.query('SELECT * FROM smtp_config'));

  beforeAll(async () => {
    inbox = await startInbox({ auth: { username: 'user@acme.io', password: PASSWORD } });
    app = await startAdminApp(kind, { appName: 'Acme', single: true, activities: [{ key: 'invoice', label: 'Invoices' }] });
    manager = await app.signIn('admin@example.com');
    viewer = await app.signIn('viewer@example.com');
  });
  afterAll(async () => {
    await app.close();
    await inbox.close();
  });
  beforeEach(async () => {
    inbox.clear();
    for (const config of await app.configs.find()) await app.configs.remove(config.id);
  });

  it('A1.1 A1.20 creates the only configuration without a name, and shows one page', async () => {
    const { json } = await manager.post(api('new'), buildFields());
    expect(json).toMatchObject({
      notice: { type: 'success', message: 'saved' },
      record: { errors: {}, params: { name: 'default', isDefault: true, hasPassword: true } },
    });
    const page = await manager.get('/resources/SmtpConfig');
    expect(page.raw).toContain('Email configuration');
    expect(page.raw).not.toContain('SmtpActivity');
  });

  it.each([{}, { name: 'default' }, { name: 'second' }])('A1.2 rejects a second configuration, as %j', async (named) => {
    const id = await createConfig();
    const before = await readRows();
    const { json } = await manager.post(api('new'), { ...buildFields(), ...named });
    expect(json).toMatchObject({ notice: { type: 'error' }, record: { errors: { name: { type: 'only_one' } } } });
    expect(await readRows()).toBe(before);
    expect((await manager.get(api('list'))).json).toMatchObject({ meta: { total: 1 }, records: [{ id }] });
  });

  it('A1.2 accepts exactly one of several racing creations', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => manager.post(api('new'), buildFields())));
    expect(answers.filter(({ json }) => json.notice.type === 'success')).toHaveLength(1);
    expect(answers.filter(({ json }) => json.record.errors.name?.type === 'only_one')).toHaveLength(4);
    expect(await app.configs.count()).toBe(1);
  });

  it.each([
    ['duplicate', { password: PASSWORD }],
    ['setDefault', {}],
  ])('A1.2 refuses the action %s', async (action, body) => {
    const id = await createConfig();
    const before = await readRows();
    expect((await manager.post(recordApi(id, action), body)).json).toMatchObject({ notice: { type: 'error' } });
    expect(await readRows()).toBe(before);
  });

  it.each([
    ['name', 'second'],
    ['isDefault', 'false'],
  ])('refuses to change its %s', async (field, value) => {
    const id = await createConfig();
    const { json } = await manager.post(recordApi(id, 'edit'), { version: 1, [field]: value });
    expect(json.record.errors).toMatchObject({ [field]: { type: 'only_one' } });
  });

  it.each(['fromName', 'fromAddress'])('A1.17 A1.18 A1.27 requires the %s on create, update and test', async (field) => {
    const refused = { [field]: { type: 'required' } };
    const lacking = { ...buildFields(), [field]: '' };
    expect((await manager.post(api('new'), lacking)).json.record.errors).toEqual({
      [field]: expect.objectContaining({ type: 'required' }),
    });
    expect((await manager.post(api('testDraft'), { ...lacking, to: 'a@example.com' })).json).toMatchObject({
      notice: { type: 'error', message: 'fillRequiredFields' },
      errors: refused,
    });
    const id = await createConfig();
    expect((await manager.post(recordApi(id, 'edit'), { version: 1, [field]: '' })).json.record.errors).toMatchObject(refused);
    expect(inbox.mails).toEqual([]);
  });

  it('A1.30 A1.31 A1.32 tests a draft with and without a configuration, and stores nothing', async () => {
    const test = { ...buildFields(), to: 'a@example.com' };
    expect((await manager.post(api('testDraft'), test)).json.report.ok).toBe(true);
    expect(await readRows()).toBe('[]');
    const id = await createConfig();
    const before = await readRows();
    expect((await manager.post(api('testDraft'), { ...test, id, fromName: 'Other' })).json.report.ok).toBe(true);
    expect(await readRows()).toBe(before);
    expect(inbox.mails).toMatchObject([{ subject: 'Acme Email Configuration Test' }, { subject: 'Acme Email Configuration Test' }]);
  });

  it('A1.34 A1.36 A1.37 deletes it and accepts another one', async () => {
    const id = await createConfig();
    expect((await manager.post(recordApi(id, 'delete'))).json.notice.type).toBe('success');
    expect(await readRows()).toBe('[]');
    expect((await manager.post(api('new'), buildFields())).json.notice).toMatchObject({ type: 'success' });
  });

  it('A1.40 shows it to a viewer without the secret, and refuses every change', async () => {
    const id = await createConfig();
    const before = await readRows();
    const shown = await viewer.get(api('list'));
    expect(shown.json.records).toMatchObject([{ params: { host: 'localhost' } }]);
    expect(shown.raw).not.toContain(PASSWORD);
    for (const path of [api('new'), api('testDraft'), recordApi(id, 'edit'), recordApi(id, 'delete'), recordApi(id, 'test')]) {
      const { status, json } = await viewer.post(path, { ...buildFields(), version: 1, to: 'a@example.com' });
      expect([path, status === 200 && json?.notice?.type !== 'error' && json?.record?.baseError == null]).toEqual([path, false]);
    }
    expect(await readRows()).toBe(before);
    expect(inbox.mails).toEqual([]);
  });

  it('has no screen to choose a configuration for an email type', async () => {
    const id = await createConfig();
    const { json } = await manager.post('/api/resources/SmtpActivity/records/invoice/edit', { configId: id });
    expect(json?.record?.params?.configId ?? null).toBeNull();
    expect(await app.dataSource.query('SELECT * FROM smtp_activity WHERE config_id IS NOT NULL')).toEqual([]);
  });
});
