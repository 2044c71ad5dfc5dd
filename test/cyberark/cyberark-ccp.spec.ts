import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CyberArkCcpOptions, type VaultTls, cyberArkCcp } from '../../lib/cyberark/index.js';
import type { SecretSource, SecretSourceError } from '../../lib/index.js';
import { createPrivateCa } from '../../lib/testing/private-ca.js';
import { APP_ID, CLIENT, type FakeCcp, buildCcpError, startCcp } from '../support/vaults/ccp.js';

const signal = AbortSignal.timeout(600_000);

describe('cyberArkCcp', () => {
  let ccp: FakeCcp;
  const source = (options: Partial<CyberArkCcpOptions> = {}): SecretSource =>
    cyberArkCcp({ url: ccp.url, appId: APP_ID, safe: 'Mail', tls: ccp.tls, secrets: ['smtp-main'], ...options });
  const refused = (from = source()): Promise<SecretSourceError> =>
    from.resolve('smtp-main', { signal }).then(
      () => Promise.reject(new Error('It did not fail.')),
      (error) => error as SecretSourceError,
    );

  beforeEach(async () => {
    ccp = await startCcp();
    ccp.accounts.set('Mail/smtp-main', 'the-password');
  });
  afterEach(() => ccp.stop());

  it('A5.9 requests with its certificate, its application and the account of the list', async () => {
    ccp.accounts.set('Other Safe/Operating System-smtp', 'another');
    const secrets = [
      { key: 'smtp-main', label: 'Main' },
      { key: 'news', object: 'Operating System-smtp', safe: 'Other Safe', folder: 'Root' },
    ];
    const from = source({ secrets, reason: 'Sends mail' });
    expect(await from.resolve('smtp-main', { signal })).toEqual({ value: 'the-password' });
    expect(await from.resolve('news', { signal })).toEqual({ value: 'another' });
    expect(ccp.requests.map(({ method, url, client }) => ({ method, url, client }))).toEqual([
      {
        method: 'GET',
        client: CLIENT,
        url: `/AIMWebService/api/Accounts?AppID=${APP_ID}&Safe=Mail&Object=smtp-main&Reason=Sends%20mail&FailRequestOnPasswordChange=true`,
      },
      {
        method: 'GET',
        client: CLIENT,
        url: `/AIMWebService/api/Accounts?AppID=${APP_ID}&Safe=Other%20Safe&Folder=Root&Object=Operating%20System-smtp&Reason=Sends%20mail&FailRequestOnPasswordChange=true`,
      },
    ]);
  });

  it('does not request a key outside of the list', async () => {
    const from = source();
    for (const key of ['smtp-main&AppID=other', 'smtp-main;Safe=Root', 'x', ''])
      await expect(from.resolve(key, { signal })).rejects.toMatchObject({ reason: 'missing' });
    expect(ccp.requests).toEqual([]);
  });

  it('reports a missing client certificate, and one of another authority', async () => {
    const { ca } = ccp.tls;
    const foreign = await (await createPrivateCa('Foreign')).issue({ names: [CLIENT] });
    for (const tls of [{ ca }, { ca, key: foreign.key, cert: foreign.cert }])
      expect(await refused(source({ tls }))).toMatchObject({ reason: 'forbidden', remedy: expect.stringContaining('client certificate') });
    expect(ccp.requests.map(({ client }) => client)).toEqual([undefined, undefined]);
  });

  it('reports a handshake that fails without a client certificate', async () => {
    const strict = await startCcp({ strict: true });
    const error = await refused(source({ url: strict.url, tls: { ca: strict.tls.ca } }));
    expect(error).toMatchObject({ reason: 'forbidden', message: expect.stringContaining('did not accept the client certificate') });
    expect(strict.requests).toEqual([]);
    await strict.stop();
  });

  it.each<[string, () => void, object]>([
    [
      'another application',
      () => (ccp.reply = () => buildCcpError(403, 'APPAP306E')),
      { reason: 'forbidden', message: /"acme-mail".*APPAP306E/ },
    ],
    ['a missing account', () => ccp.accounts.clear(), { reason: 'missing', message: /APPAP004E/ }],
    [
      'a password that is being changed',
      () => (ccp.reply = () => buildCcpError(500, 'APPAP282E')),
      { reason: 'unreachable', message: /at the moment/ },
    ],
    ['a vault that is down', () => (ccp.reply = () => buildCcpError(400, 'APPAP007E')), { reason: 'unreachable' }],
    ['too many accounts', () => (ccp.reply = () => buildCcpError(400, 'APPAP227E')), { reason: 'misconfigured', message: /APPAP227E/ }],
    ['a failing web server', () => (ccp.reply = () => ({ status: 502, body: '<html>' })), { reason: 'unreachable', message: /502/ }],
    ['another service', () => (ccp.reply = () => ({ status: 200, body: '<html>' })), { reason: 'misconfigured', remedy: /AIMWebService/ }],
    ['a redirect', () => (ccp.reply = () => ({ status: 302, headers: { Location: 'https://x/' } })), { reason: 'misconfigured' }],
    ['an endless response', () => (ccp.reply = () => ({ status: 200, body: 'x'.repeat(2_000_000) })), { reason: 'misconfigured' }],
  ])('reports %s', async (_what, misbehave, expected) => {
    misbehave();
    const error = await refused();
    for (const [field, value] of Object.entries(expected)) {
      expect(error).toHaveProperty(field, value instanceof RegExp ? expect.stringMatching(value) : value);
    }
    expect(error.message).not.toContain('words-of-the-vault');
    expect(ccp.requests).toHaveLength(1);
  });

  it('distinguishes a missing service from a missing account', async () => {
    expect(await refused(source({ path: '/Other/api/Accounts' }))).toMatchObject({
      reason: 'misconfigured',
      remedy: expect.stringMatching(/path/),
    });
  });

  it.each<[string, Partial<CyberArkCcpOptions>, RegExp]>([
    ['an address without TLS', { url: 'http://ccp' }, /"url" of cyberArkCcp/],
    ['an address with a password', { url: 'https://a:b@ccp' }, /"url"/],
    ['no application', { appId: '' }, /"appId"/],
    ['a safe that would be another parameter', { safe: 'a&AppID=b' }, /"safe"/],
    ['an object that CyberArk cannot take', { secrets: [{ key: 'a', object: 'x;y' }] }, /"secrets\[0\]\.object"/],
    ['a key that cannot be the object', { secrets: ['a+b'] }, /"secrets\[0\]\.object"/],
    ['no account', { secrets: [] }, /allows nothing/],
    ['a misspelt option', { appID: 'x' } as never, /"appID" of cyberArkCcp\(\).*Use one of/s],
    ['a misspelt limit of an account', { secrets: [{ key: 'a', destination: [] } as never] }, /"secrets\[0\]\.destination".*Use one of/s],
    ['a prefix, since it cannot list', { prefix: 'smtp-' } as never, /"prefix".*not an option/],
    ['an application of two lines', { appId: 'a\nb' }, /"appId".*line break/],
    ['an application that is too long', { appId: 'a'.repeat(513) }, /"appId".*longer than 512/],
    ['a safe that is null', { safe: null as never }, /"safe".*not a string/],
    ['half a character in an object', { secrets: [{ key: 'a', object: '\uD800' }] }, /"secrets\[0\]\.object"/],
    ['a safe of an account that is a number', { secrets: [{ key: 'a', safe: 5 as never }] }, /"secrets\[0\]\.safe"/],
    ['an empty reason', { reason: '' }, /"reason".*is empty/],
    ['a path that names another host', { path: '@evil.example/' }, /"path" of cyberArkCcp\(\) is not a path/],
    ['a path that climbs', { path: '/AIMWebService/../x' }, /"path"/],
    ['a path with a query', { path: '/x?AppID=other' }, /"path"/],
    ['an empty path', { path: '' }, /"path"/],
    ['no TLS settings', { tls: undefined }, /"tls".*not an object/],
    ['a misspelt TLS setting', { tls: { passPhrase: 'x' } as never }, /"tls\.passPhrase".*Use one of/s],
  ])('rejects %s', (_what, options, words) => {
    expect(() => source(options)).toThrow(expect.objectContaining({ code: 'OPTIONS', message: expect.stringMatching(words) }));
  });

  it('reads its certificate and key at startup', async () => {
    const other = await ccp.authority.issue();
    const { ca, key, cert } = ccp.tls;
    const encrypted = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'correct' });
    for (const tls of [
      { ca, key, cert },
      { ca: [ca as string], key: [Buffer.from(key)], cert: Buffer.from(cert as string) },
      { key: encrypted, cert, passphrase: 'correct' },
      { key: [{ pem: encrypted, passphrase: 'correct' }], cert },
    ])
      expect(() => source({ tls })).not.toThrow();
    const refusals: [VaultTls, RegExp][] = [
      [{ key: '/run/secrets/ccp.key', cert }, /"tls\.key" of cyberArkCcp\(\) cannot be read.*not its path/],
      [{ key, cert: '/run/secrets/ccp.pem' }, /"tls\.cert".*cannot be read/],
      [{ key: other.key, cert }, /"tls\.key".*not the key of the certificate/],
      [{ key }, /"tls\.cert".*is missing/],
      [{ cert }, /"tls\.key".*is missing/],
      [{ key: encrypted, cert }, /"tls\.key".*passphrase/],
      [{ key: encrypted, cert, passphrase: 'wrong-words' }, /"tls\.key".*cannot be read/],
      [{ key: [{ pem: encrypted, passPhrase: 'correct' } as never], cert }, /"tls\.key\[0\]\.passPhrase"/],
      [{ key: Array(1) as never, cert }, /"tls\.key\[0\]"/],
      [{ key: '', cert }, /"tls\.key".*is empty/],
      [{ pfx: Buffer.from('x') }, /"tls\.pfx".*cannot be read/],
      [{ ca: '/run/secrets/ca.pem' }, /"tls\.ca".*no PEM certificate/],
      [{ ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }, /"tls\.ca"/],
      [{ ca: '-----BEGIN CERTIFICATE-----'.repeat(10_000) }, /"tls\.ca"/],
    ];
    for (const [tls, words] of refusals) {
      const error = failureOf(() => source({ tls }));
      expect(error).toMatchObject({ code: 'OPTIONS', message: expect.stringMatching(words) });
      for (const secret of [key.split('\n')[1]!, 'wrong-words', 'correct']) expect(inspect(error, { depth: 9 })).not.toContain(secret);
    }
  });
});

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}
