import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const READ = '/api/resources/SmtpOverview/actions/read';
const PASSWORD = 'Tr0ub4dor&3-of-the-overview';
const SUBJECT = 'Your invoice 1042';

describe.each(databases)('The overview over the admin API on $name', ({ name: kind }) => {
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  let configId: string;

  beforeAll(async () => {
    app = await startAdminApp(kind, { delivery: { run: false } });
    manager = await app.signIn('admin@example.com');
    viewer = await app.signIn('viewer@example.com');
    const config = { name: 'main', host: 'localhost', port: 2525, username: 'u@acme.io', password: PASSWORD, isDefault: true };
    ({ id: configId } = await app.configs.create(config));
    await app.mail.send({ to: 'somebody@example.org', subject: SUBJECT, text: 'Words of the body' });
  });
  afterAll(() => app.close());

  it('shows a viewer the same as a manager, and returns whether changes are permitted', async () => {
    const { json } = await viewer.get(`${READ}?fresh=true`);
    expect(json.canManage).toBe(false);
    expect(json.overview).toMatchObject({
      waiting: 1,
      attention: [],
      configured: 1,
      configs: [{ id: configId, name: 'main', isDefault: true, waiting: 1, sent: 0 }],
    });
    expect(json.overview.traffic).toEqual([expect.objectContaining({ sent: 0, waiting: 1, failed: 0 })]);
    expect((await manager.get(READ)).json).toMatchObject({ canManage: true, overview: { waiting: 1 } });
  });

  it('returns no secret, no ciphertext and no content of messages', async () => {
    const [{ password_cipher: cipher }] = await app.dataSource.query('SELECT password_cipher FROM smtp_config');
    expect(cipher).toEqual(expect.any(String));
    const { raw } = await manager.get(`${READ}?fresh=true`);
    for (const word of [
      PASSWORD,
      cipher,
      '"password":',
      'Password',
      'passwordS',
      'passwordR',
      'ipher',
      SUBJECT,
      'somebody@example.org',
      'Words of the body',
    ])
      expect(raw).not.toContain(word);
  });

  it('shows nothing without a login', async () => {
    const { status, raw } = await app.nobody.get(READ);
    expect(status).toBe(302);
    expect(raw).not.toContain('main');
  });

  it('has a page and no other action', async () => {
    expect((await viewer.get('/resources/SmtpOverview')).status).toBe(200);
    expect((await viewer.get('/api/resources/SmtpOverview/actions/list')).json.records).toEqual([]);
    expect((await viewer.get('/api/resources/SmtpOverview/actions/search')).json.notice).toMatchObject({ type: 'error' });
    expect((await manager.post('/api/resources/SmtpOverview/actions/new', { id: 'x' })).json.notice).toMatchObject({ type: 'error' });
    expect((await manager.head(READ)).raw).not.toContain('overview');
  });
});

describe('The overview without permission to view', () => {
  it('is refused by the service, whatever the menu shows', async () => {
    const app = await startAdminApp('sqlite', {
      access: { view: async ({ email }) => email === 'admin@example.com' },
      delivery: { run: false },
    });
    try {
      const { json } = await (await app.signIn('viewer@example.com')).get(READ);
      expect(json.notice).toMatchObject({ type: 'error' });
      expect(json.overview).toBeUndefined();
      expect((await (await app.signIn('admin@example.com')).get(READ)).json.overview.attention).toEqual([{ kind: 'no_config' }]);
    } finally {
      await app.close();
    }
  });
});
