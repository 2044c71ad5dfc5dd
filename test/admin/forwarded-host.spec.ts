// Must come first, because AdminJS reads the environment when it is imported.
import '../support/admin-environment.js';
import { ExpressLoader } from '@adminjs/nestjs';
import { describe, expect, it } from '@jest/globals';
import { startAdminApp } from '../support/admin-app.js';

class BehindProxy extends ExpressLoader {
  override async register(...[admin, adapter, options]: Parameters<ExpressLoader['register']>): Promise<void> {
    adapter.getInstance().set('trust proxy', 'loopback');
    await super.register(admin, adapter, options);
  }
}

describe('X-Forwarded-Host', () => {
  it.each<[string, typeof BehindProxy | undefined, boolean]>([
    ['does not count where the host trusts no proxy', undefined, false],
    ['counts where the host trusts its proxy', BehindProxy, true],
  ])('%s', async (_what, customLoader, counts) => {
    const app = await startAdminApp('sqlite', {}, { customLoader });
    const manager = await app.signIn('admin@example.com');
    const created = async (name: string, headers: Record<string, string>): Promise<boolean> => {
      const fields = { name, host: 'localhost', fromAddress: 'a@b.c', username: 'u', password: 'p' };
      await manager.post('/api/resources/SmtpConfig/actions/new', fields, headers);
      return (await app.configs.find()).some((config) => config.name === name);
    };
    const { host } = new URL(app.url);
    expect(await created('forwarded', { 'x-forwarded-host': 'admin.acme.io, inner', origin: 'https://admin.acme.io' })).toBe(counts);
    expect(await created('elsewhere', { 'x-forwarded-host': 'admin.acme.io', origin: 'https://evil.io' })).toBe(false);
    expect(await created('direct', { origin: `http://${host}` })).toBe(true);
    await app.close();
  });
});
