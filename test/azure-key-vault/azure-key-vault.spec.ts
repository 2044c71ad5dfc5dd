import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AzureKeyVaultOptions, azureKeyVault } from '../../lib/azure-key-vault/index.js';
import type { SecretSource, SecretSourceError } from '../../lib/index.js';
import { type FakeKeyVault, TOKEN, buildRefusal, startKeyVault } from '../support/vaults/key-vault.js';

const signal = AbortSignal.timeout(600_000);

describe('azureKeyVault', () => {
  let vault: FakeKeyVault;
  const source = (options: Partial<AzureKeyVaultOptions> = {}): SecretSource =>
    azureKeyVault({ ...vault.options, secrets: ['smtp-main'], ...options });
  const read = (from = source()): Promise<string> => from.resolve('smtp-main', { signal }).then(({ value }) => value);
  const refused = (from = source()): Promise<SecretSourceError> =>
    read(from).then(
      () => Promise.reject(new Error('It did not fail.')),
      (error) => error as SecretSourceError,
    );
  const keys = async (from: SecretSource, search = '', limit = 100): Promise<string[]> =>
    (await from.choices({ signal, search, limit })).map(({ key }) => key);

  beforeEach(async () => {
    vault = await startKeyVault();
    vault.secrets.set('smtp-main', { value: 'the-password' });
  });
  afterEach(() => vault.stop());

  it('answers the challenge with a token for vaults, and keeps it', async () => {
    const from = source();
    expect(await read(from)).toBe('the-password');
    expect(await read(from)).toBe('the-password');
    expect(vault.scopes).toEqual(['https://vault.azure.net/.default']);
    expect(vault.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, `Bearer ${TOKEN}`, `Bearer ${TOKEN}`]);
    expect(vault.requests.map(({ url }) => url.split('?')[0])).toEqual(Array(3).fill('/secrets/smtp-main/'));
  });

  it('gives no token to a vault that asks for one of another service', async () => {
    vault.resource = 'https://graph.microsoft.com';
    expect(await refused()).toMatchObject({ reason: 'misconfigured', message: expect.stringContaining('another service') });
    expect(vault.scopes).toEqual([]);
    expect(vault.requests.filter(({ headers }) => headers.authorization)).toEqual([]);
  });

  it('asks the application for the credential only on first use', async () => {
    let asked = 0;
    const from = source({ credential: async () => ((asked += 1), vault.credential) });
    expect(from.allows('smtp-main')).toMatchObject({ key: 'smtp-main' });
    expect(asked).toBe(0);
    await Promise.all([read(from), read(from)]);
    expect(asked).toBe(1);
  });

  it('asks the application again after a failure to provide the credential', async () => {
    let asked = 0;
    const from = source({
      credential: () => {
        asked += 1;
        if (asked === 1) throw new Error('not yet');
        return vault.credential;
      },
    });
    expect(await refused(from)).toMatchObject({ reason: 'misconfigured', message: expect.not.stringContaining('not yet') });
    expect(await read(from)).toBe('the-password');
  });

  it.each<[string, () => void, object]>([
    [
      'forbids',
      () => (vault.reply = () => buildRefusal(403, 'Forbidden', 'ForbiddenByRbac')),
      { reason: 'forbidden', remedy: /Key Vault Secrets User/ },
    ],
    [
      'forbids by policy',
      () => (vault.reply = () => buildRefusal(403, 'Forbidden', 'AccessDenied')),
      { reason: 'forbidden', message: /AccessDenied/ },
    ],
    [
      'closes its firewall',
      () => (vault.reply = () => buildRefusal(403, 'Forbidden', 'ForbiddenByFirewall')),
      { reason: 'forbidden', remedy: /firewall/ },
    ],
    ['rejects the token', () => (vault.reply = () => ({ status: 401 })), { reason: 'forbidden', message: /status 401/ }],
    [
      'has the secret disabled',
      () => vault.secrets.set('smtp-main', { value: 'x', enabled: false }),
      { reason: 'forbidden', message: /disabled/ },
    ],
    ['has no such secret', () => vault.secrets.clear(), { reason: 'missing', message: /SecretNotFound/ }],
    [
      'is throttled',
      () => (vault.reply = () => ({ status: 429, headers: { 'Retry-After': '1' } })),
      { reason: 'unreachable', message: /429/ },
    ],
    [
      'is sealed',
      () => (vault.reply = () => ({ status: 503, headers: { 'Retry-After': '1' } })),
      { reason: 'unreachable', message: /503/ },
    ],
    ['fails', () => (vault.reply = () => ({ status: 500 })), { reason: 'unreachable' }],
    [
      'rejects the request',
      () => (vault.reply = () => buildRefusal(400, 'BadParameter')),
      { reason: 'misconfigured', message: /BadParameter/ },
    ],
    ['cuts the connection', () => (vault.reply = () => 'DROP'), { reason: 'unreachable', message: /cannot be reached/ }],
  ])('reports that the vault %s', async (_what, misbehave, expected) => {
    misbehave();
    const error = await refused();
    for (const [field, value] of Object.entries(expected)) {
      expect(error).toHaveProperty(field, value instanceof RegExp ? expect.stringMatching(value) : value);
    }
    expect(vault.reads).toHaveLength(1);
  });

  it('does not follow redirects', async () => {
    vault.reply = () => ({ status: 302, headers: { Location: 'https://elsewhere.example/secrets/smtp-main' } });
    expect(await refused()).toMatchObject({ reason: 'misconfigured' });
    expect(vault.requests).toHaveLength(2);
  });

  it.each([
    [
      'AuthenticationError',
      'invalid_client AADSTS7000222: expired. Secret hint: abc',
      401,
      'forbidden',
      /sign in to Azure \(AADSTS7000222\)/,
    ],
    ['CredentialUnavailableError', 'no managed identity', undefined, 'forbidden', /could not sign in/],
    ['CredentialUnavailableError', 'endpoints_resolution_error: x', undefined, 'unreachable', /sign-in cannot be reached/],
    ['AuthenticationError', 'server_error', 503, 'unreachable', /sign-in cannot be reached/],
  ])('distinguishes a refused login from an unreachable login server: %s, %s', async (name, message, statusCode, reason, words) => {
    const credential = { getToken: async () => Promise.reject(Object.assign(new Error(message), { name, statusCode })) };
    const error = await refused(source({ credential }));
    expect(error).toMatchObject({ reason, message: expect.stringMatching(words) });
    expect(error.message).not.toContain('abc');
  });

  it('returns when a secret expires', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 60;
    vault.secrets.set('smtp-main', { value: 'x', exp });
    expect((await source().resolve('smtp-main', { signal })).expiresAt).toEqual(new Date(exp * 1_000));
  });

  it('stops when it is aborted', async () => {
    vault.reply = () => null;
    const controller = new AbortController();
    const reading = source().resolve('smtp-main', { signal: controller.signal });
    controller.abort();
    await expect(reading).rejects.toMatchObject({ reason: 'unreachable' });
  });

  describe('with a prefix', () => {
    beforeEach(() => {
      for (let i = 0; i < 60; i++) vault.secrets.set(`smtp-${String(i).padStart(2, '0')}`, { value: 'x', enabled: i !== 7 });
      vault.secrets.set('database-password', { value: 'never-for-mail' });
    });

    it('A5.8 lists enabled secrets with the prefix, page by page', async () => {
      const from = source({ secrets: [{ key: 'smtp-00', label: 'Zero' }], prefix: 'smtp-' });
      const all = await keys(from);
      expect(all).toHaveLength(60);
      expect(all).not.toContain('smtp-07');
      expect(all).not.toContain('database-password');
      expect(await keys(from, '1', 3)).toEqual(['smtp-01', 'smtp-10', 'smtp-11']);
      expect(await keys(from, 'zero')).toEqual(['smtp-00']);
      // One list for all searches: the challenge and three pages.
      expect(vault.requests).toHaveLength(4);
      expect(vault.reads).toEqual([]);
    });

    it('allows a key by its prefix, but no invalid name', () => {
      const from = source({ secrets: [], prefix: ['smtp-', 'mail-'], destinations: ['smtp.acme.io'] });
      expect(from.allows('mail-x')).toEqual({ key: 'mail-x', label: 'mail-x', destinations: ['smtp.acme.io'] });
      expect(from.unbound!()).toEqual([]);
      expect(source({ secrets: ['root'], prefix: 'smtp-' }).unbound!()).toEqual(['root', 'smtp-*']);
      expect(source({ secrets: [], prefix: 'smtp-', allowOwnCa: true }).allows('smtp-x')).toMatchObject({ allowOwnCa: true });
      for (const key of [
        'database-password',
        'SMTP-main',
        'smtp-/../database-password',
        'smtp-a/b',
        'smtp-?x',
        `smtp-${'x'.repeat(130)}`,
        '',
      ])
        expect(from.allows(key)).toBeUndefined();
    });

    it('uses the configured names if it may not list', async () => {
      vault.reply = ({ url }) => (url.startsWith('/secrets?') ? buildRefusal(403, 'Forbidden', 'ForbiddenByRbac') : undefined);
      expect(await keys(source({ prefix: 'smtp-' }))).toEqual(['smtp-main']);
      await expect(keys(source({ secrets: [], prefix: 'smtp-' }))).rejects.toMatchObject({ reason: 'forbidden' });
    });
  });

  it.each<[string, Partial<AzureKeyVaultOptions>, RegExp]>([
    ['an address without TLS', { vaultUrl: 'http://acme.vault.azure.net' }, /"vaultUrl" of azureKeyVault/],
    ['the address of a secret', { vaultUrl: 'https://acme.vault.azure.net/secrets/x' }, /"vaultUrl"/],
    ['no secret at all', { secrets: [] }, /"secrets" of azureKeyVault\(\) allows nothing/],
    ['an empty prefix', { prefix: '' }, /"prefix".*is empty/],
    ['an invalid name', { secrets: ['smtp/main'] }, /"secrets\[0\]\.key".*smtp\/main/],
    ['a name twice', { secrets: ['a', 'a'] }, /twice/],
    ['invalid destinations', { destinations: ['smtp.acme.io:0'] }, /"destinations\[0\]"/],
    ['no destination', { secrets: [{ key: 'a', destinations: [] }] }, /"secrets\[0\]\.destinations"/],
    ['a misspelt option', { destination: ['smtp.acme.io'] } as never, /"destination" of azureKeyVault\(\).*Use one of id, label, secrets/s],
    ['a misspelt consent', { allowOwnCA: true } as never, /"allowOwnCA".*not an option/],
    ['a misspelt part of a key', { secrets: [{ key: 'a', destination: ['x'] } as never] }, /"secrets\[0\]\.destination".*Use one of key/s],
    ['a key without a name', { secrets: [{ label: 'Main' } as never] }, /"secrets\[0\]\.key".*undefined/],
    ['a key that is null', { secrets: [null as never] }, /"secrets\[0\]".*not an object/],
    ['keys with a hole', { secrets: Array(2) as never }, /"secrets\[0\]"/],
    ['keys that are not a list', { secrets: 'smtp-main' as never }, /"secrets".*not a list/],
    ['too many keys', { secrets: Array.from({ length: 1_001 }, (_, index) => `a${index}`) }, /"secrets".*1001 entries.*at most 1000/s],
    ['billions of holes', { secrets: Array(2 ** 32 - 1) as never }, /"secrets".*at most 1000/s],
    ['a label that is a tag', { label: '<b>' }, /"label"/],
    ['a hint of two lines', { secrets: [{ key: 'a', hint: 'a\nb' }] }, /"secrets\[0\]\.hint"/],
    ['the id of stored passwords', { id: 'stored' }, /"id" of azureKeyVault\(\) is reserved/],
    ['an invalid id', { id: 'a b' }, /"id".*letters, digits/],
    ['a prefix of an invalid name', { prefix: 'smtp/' }, /"prefix".*cannot start a key/],
    ['prefixes with a hole', { prefix: Array(1) as never }, /"prefix\[0\]"/],
    ['a prefix that is a number', { prefix: 1 as never }, /"prefix".*not a string/],
    ['destinations that are a string', { destinations: 'smtp.acme.io' as never }, /"destinations".*not a list/],
    ['a destination with a star', { destinations: ['*.acme.io'] }, /"destinations\[0\]".*not a destination/],
    ['a destination with NUL', { destinations: ['smtp.acme.io\0'] }, /"destinations\[0\]"/],
    ['no address', { vaultUrl: undefined }, /"vaultUrl"/],
    ['an address that is an object', { vaultUrl: new URL('https://acme.vault.azure.net') as never }, /"vaultUrl"/],
    ['an address with a password', { vaultUrl: 'https://a:b@acme.vault.azure.net' }, /"vaultUrl"/],
    ['an address of two lines', { vaultUrl: 'https://acme.vault\n.azure.net' }, /"vaultUrl"/],
    ['a credential that is a string', { credential: 'secret' as never }, /"credential".*TokenCredential/],
    ['a credential that is null', { credential: null as never }, /"credential"/],
    ['SDK options that are null', { client: null as never }, /"client".*not an object/],
    ['invalid policies', { client: { additionalPolicies: [{}] as never } }, /"client\.additionalPolicies\[0\]".*not a policy/],
  ])('rejects %s', (_what, options, words) => {
    expect(() => source(options)).toThrow(expect.objectContaining({ code: 'OPTIONS', message: expect.stringMatching(words) }));
  });

  it.each([undefined, null, 'https://acme.vault.azure.net', []])('rejects options that are %j', (options) => {
    expect(() => azureKeyVault(options as never)).toThrow(/^The options of azureKeyVault\(\) are .*Pass an object/);
  });

  it('rejects inherited options', () => {
    const options = Object.assign(Object.create({ destinations: ['smtp.acme.io'] }) as object, vault.options, { secrets: ['a'] });
    expect(() => azureKeyVault(options as AzureKeyVaultOptions)).toThrow(/"destinations" of azureKeyVault\(\) is inherited/);
  });
});
