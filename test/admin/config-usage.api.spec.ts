import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdminApp, type AdminClient, startAdminApp } from '../support/admin-app.js';
import { databases } from '../support/databases.js';

const mail = (config?: string, activity?: string) => ({
  to: 'a@b.c',
  subject: 'Waits',
  text: 'x',
  ...(config ? { config } : { activity }),
});

describe.each(databases)('What depends on a configuration, over the admin API on $name', ({ name: kind }) => {
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
    await app.mail.send(mail());
    await app.mail.send(mail(undefined, 'digest'));
    await app.mail.send(mail('own'));
    await app.mail.send(mail(undefined, 'invoice'));
    await app.mail.send(mail('standard'));
  });
  afterAll(() => app.close());

  const usage = async (client: AdminClient, name: string) =>
    (await client.get(`/api/resources/SmtpConfig/records/${ids[name]}/usage`)).json.usage as unknown;

  it('A3.31 counts the messages that wait by name, by activity and for the default', async () => {
    expect(await usage(manager, 'standard')).toEqual({ isDefault: true, usedBy: [], waiting: 3, waitingForDefault: 2 });
    expect(await usage(manager, 'own')).toEqual({ isDefault: false, usedBy: ['invoice'], waiting: 2, waitingForDefault: 0 });
    expect(await usage(manager, 'idle')).toEqual({ isDefault: false, usedBy: [], waiting: 0, waitingForDefault: 0 });
  });

  it('is for whoever may look, and for nobody else', async () => {
    expect(await usage(viewer, 'own')).toMatchObject({ waiting: 2 });
    const stranger = await fetch(`${app.url}/admin/api/resources/SmtpConfig/records/${ids.own}/usage`, { redirect: 'manual' });
    expect(stranger.status).not.toBe(200);
    expect((await manager.get('/api/resources/SmtpConfig/records/00000000-0000-4000-8000-000000000000/usage')).json.usage).toBeUndefined();
  });
});
