import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmtpConfigInput } from '../../lib/index.js';
import { findKind } from '../../lib/config/kinds/kinds.js';
import { catchError } from '../support/catch-error.js';
import { databases } from '../support/databases.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type FakeMicrosoft,
  TENANT,
  TENANT_DOMAIN,
  USER,
  USER_PASSWORD,
  startMicrosoft,
} from '../support/microsoft/index.js';
import { encryption, startOn, startSmtpApp } from '../support/smtp-app.js';
import { screenSettings } from '../../lib/admin/config/screen-settings.js';

const graph: SmtpConfigInput = {
  name: 'graph',
  type: 'ms_graph',
  username: USER,
  tenantId: TENANT,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
};
const smtp: SmtpConfigInput = { name: 'smtp', host: 'smtp.example.com', username: USER, password: 'a password' };
const oauth2: SmtpConfigInput = { ...graph, name: 'oauth2', type: 'generic', authMethod: 'oauth2', host: 'smtp.office365.com' };

describe.each(databases)('Configurations of Microsoft 365 on $name', ({ name: kind }) => {
  let app: Awaited<ReturnType<typeof startOn>>;
  let microsoft: FakeMicrosoft;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
    const clouds = { fake: microsoft.cloud, other: { ...microsoft.cloud, label: 'Other' } };
    app = await startOn(kind, { trustedCa: microsoft.ca, graph: { allowPasswordGrant: true, clouds }, allowPlaintextAuth: true });
  });
  afterAll(async () => {
    await app.close();
    await microsoft.close();
  });
  beforeEach(async () => {
    microsoft.reset();
    for (const { id } of await app.configs.find()) await app.configs.remove(id);
  });
  const readRow = async () => (await app.dataSource.query<Record<string, unknown>[]>('SELECT * FROM smtp_config'))[0]!;

  it('A3.18 A3.19 requires only mailbox, tenant, client and secret for MS Graph', async () => {
    const created = await app.configs.create(graph);
    expect(created).toMatchObject({
      type: 'ms_graph',
      username: USER,
      tenantId: TENANT,
      clientId: CLIENT_ID,
      graphCloud: 'fake',
      authRequired: true,
      authMethod: 'oauth2',
      hasClientSecret: true,
      hasPassword: false,
      host: null,
      port: null,
      security: null,
    });
    expect(JSON.stringify(created)).not.toMatch(/Zx8|enc:v1/);
    expect((await readRow()).client_secret_cipher).toMatch(/^enc:v1:k1:/);
  });

  it('clears fields that do not apply: host, security and CA for Graph, tenant and client for a password', async () => {
    const others = {
      host: 'smtp.example.com',
      port: 25,
      security: 'none',
      authRequired: false,
      caCertificate: microsoft.ca,
      password: 'x',
    } as const;
    expect(await app.configs.create({ ...graph, ...others })).toMatchObject({
      host: null,
      port: null,
      security: null,
      caCertificate: null,
      authRequired: true,
      hasPassword: false,
    });
    expect(
      await app.configs.create({ ...smtp, tenantId: TENANT, clientId: CLIENT_ID, graphCloud: 'fake', clientSecret: 'x' }),
    ).toMatchObject({
      tenantId: null,
      clientId: null,
      graphCloud: null,
      hasClientSecret: false,
      hasPassword: true,
    });
  });

  it.each<[string, SmtpConfigInput, string, string]>([
    ['no mailbox', { username: '' }, 'username', 'required'],
    ['a mailbox that is not an address', { username: 'billing' }, 'username', 'user_mailbox'],
    ['a mailbox with a path', { username: '../../me/sendMail' }, 'username', 'user_mailbox'],
    ['no tenant', { tenantId: ' ' }, 'tenantId', 'required'],
    ['a tenant that is a word', { tenantId: 'common' }, 'tenantId', 'tenant_format'],
    ['a tenant with a path', { tenantId: `${TENANT}/x` }, 'tenantId', 'tenant_format'],
    ['a tenant that is a URL', { tenantId: 'https://contoso.com' }, 'tenantId', 'tenant_format'],
    ['no client', { clientId: null }, 'clientId', 'required'],
    ['a client that is not a GUID', { clientId: 'my app' }, 'clientId', 'client_format'],
    ['a client that is an object', { clientId: {} as never }, 'clientId', 'client_format'],
    ['no secret', { clientSecret: '' }, 'clientSecret', 'required'],
    ['a secret of two lines', { clientSecret: 'a\nb' }, 'clientSecret', 'control_characters'],
    ['a secret that is not a string', { clientSecret: 7 as never }, 'clientSecret', 'not_text'],
    ['a cloud that is not set up', { graphCloud: 'global' }, 'graphCloud', 'not_a_choice'],
    ['an unknown login method', { authMethod: 'magic' as never }, 'authMethod', 'not_a_choice'],
    ['an unknown source of the secret', { clientSecretSource: 'nowhere', clientSecretRef: 'x' }, 'clientSecretSource', 'not_a_choice'],
    ['a password grant without a password', { authMethod: 'password' }, 'password', 'required'],
  ])('rejects %s', async (_what, input, field, code) => {
    for (const base of input.authMethod === 'password' ? [graph] : [graph, oauth2]) {
      const error = await catchError(app.configs.create({ ...base, ...input }));
      expect(error).toMatchObject({ code: 'VALIDATION', fields: { [field]: { code, message: expect.any(String) } } });
      expect(error.message).not.toContain(CLIENT_SECRET);
    }
    expect(await app.configs.find()).toEqual([]);
  });

  it('accepts a domain as the tenant, in one spelling', async () => {
    const { id } = await app.configs.create({ ...graph, tenantId: ` ${TENANT_DOMAIN.toUpperCase()} `, clientId: CLIENT_ID.toUpperCase() });
    expect(await app.configs.findOne(id)).toMatchObject({ tenantId: TENANT_DOMAIN, clientId: CLIENT_ID });
    expect(await app.configs.update(id, { tenantId: TENANT_DOMAIN.toUpperCase() })).toMatchObject({ hasClientSecret: true, version: 2 });
  });

  it('A3.18 stores both secrets for a password grant, and rejects and stops using it without the option', async () => {
    const { id } = await app.configs.create({ ...graph, authMethod: 'password', password: USER_PASSWORD });
    expect(await app.configs.findOne(id)).toMatchObject({ hasPassword: true, hasClientSecret: true });
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    expect(microsoft.entra.issued).toMatchObject([{ grant: 'password' }]);
    const strict = await startSmtpApp(app.database, { trustedCa: microsoft.ca, graph: { clouds: { fake: microsoft.cloud } } });
    const error = await catchError(strict.configs.update(id, { description: 'x' }));
    expect(error.fields).toMatchObject({
      authMethod: { code: 'password_grant_forbidden', message: expect.stringContaining('allowPasswordGrant') },
    });
    expect(await strict.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: false, steps: [{ name: 'token', code: 'CONFIG_INVALID' }] });
    expect(microsoft.entra.issued).toHaveLength(1);
    await strict.close();
  });

  it('does not replace a cloud that is no longer set up', async () => {
    const { id } = await app.configs.create(graph);
    const moved = await startSmtpApp(app.database, { trustedCa: microsoft.ca, graph: { clouds: { other: microsoft.cloud } } });
    expect(await moved.configs.test(id, { to: 'a@b.c' })).toMatchObject({
      ok: false,
      steps: [{ name: 'token', code: 'CONFIG_INVALID', detail: expect.stringContaining('"fake"'), field: 'graphCloud' }],
    });
    expect(microsoft.entra.requests).toEqual([]);
    await moved.close();
  });

  it('deletes secrets that no longer apply when the type changes', async () => {
    const { id } = await app.configs.create(smtp);
    const toGraph = { type: 'ms_graph', tenantId: TENANT, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } as const;
    expect(await app.configs.update(id, toGraph)).toMatchObject({
      hasPassword: false,
      hasClientSecret: true,
      authMethod: 'oauth2',
      host: null,
    });
    expect((await readRow()).password_cipher).toBeNull();
    const back = await app.configs.update(id, { type: 'generic', host: 'smtp.example.com', password: 'b' });
    expect(back).toMatchObject({ hasPassword: true, hasClientSecret: false, authMethod: 'password', tenantId: null, clientId: null });
    expect(back).toMatchObject({ security: 'starttls', port: 587, graphCloud: null });
    expect((await readRow()).client_secret_cipher).toBeNull();
  });

  it('deletes them when the login method changes or authentication is turned off', async () => {
    const { id } = await app.configs.create(oauth2);
    expect(await app.configs.update(id, { authMethod: 'password', password: 'p' })).toMatchObject({
      hasPassword: true,
      hasClientSecret: false,
      tenantId: null,
    });
    const again = { authMethod: 'oauth2', tenantId: TENANT, clientId: CLIENT_ID, clientSecret: 's' } as const;
    expect(await app.configs.update(id, again)).toMatchObject({ hasPassword: false, hasClientSecret: true });
    expect(await app.configs.update(id, { security: 'none', port: 25, authRequired: false, fromAddress: USER })).toMatchObject({
      hasClientSecret: false,
      authMethod: 'password',
    });
    expect(await readRow()).toMatchObject({ password_cipher: null, client_secret_cipher: null, tenant_id: null });
  });

  const moves: [string, SmtpConfigInput, SmtpConfigInput][] = [
    ['the mailbox', graph, { username: 'shared@contoso.com' }],
    ['the tenant', graph, { tenantId: TENANT_DOMAIN }],
    ['the client', graph, { clientId: TENANT }],
    ['the cloud', graph, { graphCloud: 'other' }],
    ['the type', graph, { type: 'generic', host: 'smtp.office365.com', authMethod: 'oauth2' }],
    ['the host', oauth2, { host: 'smtp.elsewhere.example' }],
    ['the port', oauth2, { port: 2525 }],
    ['the security', oauth2, { security: 'tls' }],
    ['the type of an SMTP configuration', oauth2, { type: 'ms_graph' }],
  ];
  it.each(moves)('binds a client secret to its destination: %s', async (_what, base, change) => {
    const { id } = await app.configs.create(base);
    const before = await readRow();
    for (const work of [app.configs.update(id, change), app.configs.testDraft({ id, ...change }, { to: 'a@b.c' })]) {
      expect((await catchError(work)).fields).toMatchObject({ clientSecret: { code: 'destination_changed' } });
    }
    expect(await readRow()).toEqual(before);
    expect(microsoft.entra.requests).toEqual([]);
    expect(await app.configs.update(id, { ...change, clientSecret: CLIENT_SECRET })).toMatchObject({ hasClientSecret: true, version: 2 });
  });

  it.each([
    ['tenant_id', `'${TENANT_DOMAIN}'`],
    ['client_id', `'${TENANT}'`],
    ['graph_cloud', "'other'"],
    ['username', "'shared@contoso.com'"],
  ])('does not decrypt a client secret after a manual change of %s', async (column, value) => {
    const { id } = await app.configs.create(graph);
    await app.dataSource.query(`UPDATE smtp_config SET ${column} = ${value}`);
    expect(await app.configs.test(id, { to: 'a@b.c' })).toMatchObject({
      ok: false,
      steps: [{ name: 'token', code: 'SECRET', detail: expect.stringContaining('can’t be read') }],
    });
    expect(microsoft.entra.requests).toEqual([]);
  });

  it('A3.22 A3.23 asks for the client secret again to duplicate, and copies a reference', async () => {
    const { id } = await app.configs.create(graph);
    expect((await catchError(app.configs.duplicate(id))).fields).toEqual({
      clientSecret: expect.objectContaining({ code: 'password_needed' }),
    });
    expect(await app.configs.duplicate(id, { clientSecret: CLIENT_SECRET })).toMatchObject({
      name: 'graph_copied',
      type: 'ms_graph',
      tenantId: TENANT,
      graphCloud: 'fake',
      hasClientSecret: true,
    });
  });

  it('reencrypts the client secret with the others, and asks for it again if the option says so', async () => {
    const { id } = await app.configs.create(graph);
    const other = Buffer.alloc(32, 9).toString('base64');
    const moved = await startSmtpApp(app.database, {
      encryption: { current: 'k2', keys: { ...encryption.keys, k2: other } },
      graph: { clouds: { fake: microsoft.cloud } },
      passwordOnUpdate: 'retype',
    });
    expect(await moved.configs.reencryptSecrets()).toEqual({ moved: 1, unreadable: [] });
    expect((await readRow()).client_secret_cipher).toMatch(/^enc:v1:k2:/);
    expect((await catchError(moved.configs.update(id, { description: 'x' }))).fields).toMatchObject({
      clientSecret: { code: 'password_retype' },
    });
    await moved.close();
  });

  it('accepts a client secret from a source, which has to be chosen again for another destination', async () => {
    const asked: string[] = [];
    const source = {
      id: 'vault',
      label: 'Vault',
      choices: async () => [{ key: 'graph/app', label: 'App' }],
      allows: (key: string) => (key === 'graph/app' ? { key, label: 'App' } : undefined),
      resolve: async (key: string) => (asked.push(key), { value: CLIENT_SECRET }),
    };
    const withVault = await startSmtpApp(app.database, {
      secretSources: [source],
      trustedCa: microsoft.ca,
      graph: { clouds: { fake: microsoft.cloud } },
    });
    const reference = { ...graph, clientSecret: undefined, clientSecretSource: 'vault' };
    expect((await catchError(withVault.configs.create({ ...reference, clientSecretRef: 'root' }))).fields).toMatchObject({
      clientSecretRef: { code: 'not_a_choice' },
    });
    const { id } = await withVault.configs.create({ ...reference, clientSecretRef: 'graph/app' });
    expect(await withVault.configs.findOne(id)).toMatchObject({
      clientSecretSource: 'vault',
      clientSecretRef: 'graph/app',
      hasClientSecret: false,
    });
    expect(await withVault.configs.test(id, { to: 'a@b.c' })).toMatchObject({ ok: true });
    expect(asked).toEqual(['graph/app']);
    expect((await catchError(withVault.configs.update(id, { tenantId: TENANT_DOMAIN }))).fields).toMatchObject({
      clientSecretRef: { code: 'destination_changed' },
    });
    expect(await withVault.configs.duplicate(id)).toMatchObject({ clientSecretSource: 'vault', clientSecretRef: 'graph/app' });
    await withVault.close();
  });

  it('warns of a password for Microsoft’s servers only', async () => {
    const warned = await app.configs.create({ ...smtp, host: 'SMTP.Office365.com' });
    expect(warned.loginWarning).toBe('microsoft_password');
    for (const input of [smtp, oauth2, graph]) {
      expect((await app.configs.create({ ...input, name: `${input.name}_2` })).loginWarning).toBeNull();
    }
    expect(screenSettings(app.options).microsoftSmtpHosts).toContain('smtp-mail.outlook.com');
    const login = { authRequired: true, authMethod: 'password' as const, proxyUser: null };
    const getLoginWarning = (settings: typeof login & { host: string }) => findKind('generic')!.loginWarning!(settings);
    for (const host of screenSettings(app.options).microsoftSmtpHosts)
      expect(getLoginWarning({ ...login, host })).toBe('microsoft_password');
    expect(getLoginWarning({ ...login, host: 'smtp.office365.com.attacker.example' })).toBeNull();
    expect(getLoginWarning({ ...login, host: 'smtp.office365.com', authRequired: false })).toBeNull();
  });
});
