import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const buildMail = (config?: string, activity?: string) => ({
  to: 'a@b.c',
  subject: 'Waits',
  text: 'x',
  ...(config ? { config } : { activity }),
});

describe.each(databases)('The usage of a configuration over the admin API on $name', ({ name: kind }) => {
  let app: AdminApp;
  let manager: AdminClient;
  let viewer: AdminClient;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    app = await startAdminApp(kind, { activities: [{ key: 'invoice' }, { key: 'digest' }], delivery: { run: false } });
    manager = await app.signIn('admin@example.com');
    viewer = await app.signIn('viewer@example.com');
    for (const name of ['standard', 'own', 'idle']) {
      const fields = { name, host: 'smtp.example.com', username: 'u@example.com', password: 'p', fromName: 'A', fromAddress: 'a@b.c' };
      ids[name] = (await app.configs.create({ ...fields, isDefault: name === 'standard' })).id;
    }
    await manager.post('/api/resources/SmtpActivity/records/invoice/edit', { configId: ids.own });
    await app.mail.send(buildMail());
    await app.mail.send(buildMail(undefined, 'digest'));
    await app.mail.send(buildMail('own'));
    await app.mail.send(buildMail(undefined, 'invoice'));
    await app.mail.send(buildMail('standard'));
  });
  afterAll(() => app.close());

  const readUsage = async (client: AdminClient, name: string) =>
    (await client.get(`/api/resources/SmtpConfig/records/${ids[name]}/usage`)).json.usage as unknown;

  it('A3.31 counts messages that wait by name, by activity and for the default', async () => {
    expect(await readUsage(manager, 'standard')).toEqual({ isDefault: true, usedBy: [], waiting: 3, waitingForDefault: 2 });
    expect(await readUsage(manager, 'own')).toEqual({ isDefault: false, usedBy: ['invoice'], waiting: 2, waitingForDefault: 0 });
    expect(await readUsage(manager, 'idle')).toEqual({ isDefault: false, usedBy: [], waiting: 0, waitingForDefault: 0 });
  });

  it('requires permission to view', async () => {
    expect(await readUsage(viewer, 'own')).toMatchObject({ waiting: 2 });
    const stranger = await fetch(`${app.url}/admin/api/resources/SmtpConfig/records/${ids.own}/usage`, { redirect: 'manual' });
    expect(stranger.status).not.toBe(200);
    expect((await manager.get('/api/resources/SmtpConfig/records/00000000-0000-4000-8000-000000000000/usage')).json.usage).toBeUndefined();
  });
});
