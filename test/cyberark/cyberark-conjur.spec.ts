import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CyberArkConjurOptions, cyberArkConjur } from '../../lib/cyberark/index.js';
import type { SecretSource, SecretSourceError } from '../../lib/index.js';
import { ACCOUNT, API_KEY, type FakeConjur, LOGIN, startConjur } from '../support/vaults/conjur.js';

const signal = AbortSignal.timeout(600_000);
const ID = 'prod/smtp/main relay';

describe('cyberArkConjur', () => {
  let conjur: FakeConjur;
  const source = (options: Partial<CyberArkConjurOptions> = {}): SecretSource =>
    cyberArkConjur({
      url: conjur.url,
      account: ACCOUNT,
      login: LOGIN,
      apiKey: API_KEY,
      tls: { ca: conjur.ca },
      prefix: 'prod/smtp/',
      ...options,
    });
  const read = (from: SecretSource, key = ID): Promise<string> => from.resolve(key, { signal }).then(({ value }) => value);
  const refused = (from: SecretSource, key = ID): Promise<SecretSourceError> =>
    read(from, key).then(
      () => Promise.reject(new Error('It did not fail.')),
      (error) => error as SecretSourceError,
    );

  beforeEach(async () => {
    conjur = await startConjur();
    conjur.variables.set(ID, 'the-password');
    conjur.variables.set('prod/smtp/news', 'for-the-newsletters');
    conjur.variables.set('prod/smtp/empty', null);
    conjur.variables.set('prod/database/password', 'never-for-mail');
  });
  afterEach(() => conjur.stop());

  it('exchanges its API key for a token and the token for a value, and keeps the token', async () => {
    const from = source();
    expect(await Promise.all([read(from), read(from)])).toEqual(['the-password', 'the-password']);
    expect(await read(from, 'prod/smtp/news')).toBe('for-the-newsletters');
    expect(conjur.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /authn/${ACCOUNT}/host%2Fmail%2Fapp/authenticate`,
      `GET /secrets/${ACCOUNT}/variable/prod%2Fsmtp%2Fmain%20relay`,
      `GET /secrets/${ACCOUNT}/variable/prod%2Fsmtp%2Fmain%20relay`,
      `GET /secrets/${ACCOUNT}/variable/prod%2Fsmtp%2Fnews`,
    ]);
  });

  it('logs in once more when the token is refused', async () => {
    const from = source();
    await read(from);
    conjur.expireTokens();
    expect(await read(from)).toBe('the-password');
    expect(conjur.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
    conjur.reply = () => ({ status: 401 });
    expect(await refused(from)).toMatchObject({ reason: 'forbidden' });
    expect(conjur.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
  });

  it('asks the application for the API key at each login', async () => {
    const keys = [API_KEY, 'wrong', API_KEY];
    const from = source({ apiKey: async () => keys.shift()! });
    expect(await read(from)).toBe('the-password');
    conjur.expireTokens();
    expect(await refused(from)).toMatchObject({
      reason: 'forbidden',
      message: expect.stringContaining('login'),
      remedy: /API key/ as never,
    });
    expect(await read(from)).toBe('the-password');
  });

  it('A5.9 lists the permitted variables with its prefix', async () => {
    const choices = await source({ secrets: [{ key: 'prod/smtp/news', label: 'Newsletters' }] }).choices({ signal, limit: 10 });
    expect(choices.map(({ key }) => key)).toEqual(['prod/smtp/news', 'prod/smtp/empty', ID]);
    expect(conjur.requests.at(-1)!.url).toBe(`/resources/${ACCOUNT}?kind=variable&limit=1000`);
    conjur.reply = () => ({ status: 403 });
    await expect(source().choices({ signal, limit: 10 })).rejects.toMatchObject({ reason: 'forbidden' });
    expect(await source({ secrets: ['prod/smtp/news'] }).choices({ signal, limit: 10 })).toHaveLength(1);
  });

  it('allows nothing outside of its prefix', () => {
    const from = source();
    expect(from.allows(ID)).toMatchObject({ key: ID });
    for (const key of [
      'prod/smtp/../database/password',
      'prod/smtp/%2e%2e/database',
      'prod/smtp/./x',
      'prod/smtp//x',
      'prod/smtp/x?version=1',
      'prod/smtp/x#y',
      'prod\\smtp\\x',
      'prod/smtp/a\nb',
      'prod/database/password',
    ])
      expect(from.allows(key)).toBeUndefined();
  });

  it.each<[string, (conjur: FakeConjur) => void, string, RegExp]>([
    ['a variable without a value', () => undefined, 'missing', /has no value for "prod\/smtp\/empty"/],
    ['a missing permission', (fake) => (fake.reply = () => ({ status: 403 })), 'forbidden', /status 403/],
    ['a failing server', (fake) => (fake.reply = () => ({ status: 502 })), 'unreachable', /502/],
    ['another service', (fake) => (fake.reply = () => ({ status: 302, headers: { Location: 'https://x/' } })), 'misconfigured', /302/],
  ])('reports %s', async (_what, misbehave, reason, words) => {
    misbehave(conjur);
    expect(await refused(source(), 'prod/smtp/empty')).toMatchObject({ reason, message: expect.stringMatching(words) });
  });

  it.each<[string, Partial<CyberArkConjurOptions>, RegExp]>([
    ['an address without TLS', { url: 'http://conjur' }, /"url" of cyberArkConjur/],
    ['no account', { account: '' }, /"account"/],
    ['no login', { login: ' ' }, /"login"/],
    ['no API key', { apiKey: '' }, /"apiKey"/],
    ['an empty prefix', { prefix: ['prod/smtp/', ' '] }, /"prefix\[1\]".*is empty/],
    ['nothing allowed', { prefix: undefined }, /allows nothing/],
    ['a misspelt option', { destination: ['x'] } as never, /"destination" of cyberArkConjur\(\).*Use one of/s],
    ['a misspelt consent of a key', { secrets: [{ key: 'a', allowOwnCA: true } as never] }, /"secrets\[0\]\.allowOwnCA".*Use one of/s],
    ['a key that climbs', { secrets: ['prod/../root'] }, /"secrets\[0\]\.key"/],
    ['half a character in a key', { secrets: ['a\uD800'] }, /"secrets\[0\]\.key"/],
    ['half a character in the account', { account: 'a\uD800' }, /"account".*control character/],
    ['a prefix that climbs', { prefix: 'prod/../' }, /"prefix".*cannot start a key/],
    ['an address with a query', { url: 'https://conjur?x=1' }, /"url"/],
    ['an address with an empty fragment', { url: 'https://conjur#' }, /"url"/],
    ['an address that is too long', { url: `https://conjur/${'/'.repeat(100_000)}x` }, /"url"/],
    ['no address', { url: undefined }, /"url"/],
    ['an API key with the end of its line', { apiKey: `${API_KEY}\n` }, /"apiKey".*line break/],
    ['an API key that is a number', { apiKey: 5 as never }, /"apiKey".*not a string/],
    ['an API key that is null', { apiKey: null as never }, /"apiKey"/],
    ['TLS settings that are null', { tls: null as never }, /"tls".*not an object/],
    ['TLS settings of Node', { tls: { rejectUnauthorized: false } as never }, /"tls\.rejectUnauthorized".*Use one of ca/s],
    ['an empty list of CAs', { tls: { ca: [] } }, /"tls\.ca".*is empty/],
    ['an invalid agent', { tls: { agent: {} as never } }, /"tls\.agent"/],
  ])('rejects %s', (_what, options, words) => {
    expect(() => source(options)).toThrow(expect.objectContaining({ code: 'OPTIONS', message: expect.stringMatching(words) }));
    expect(() => source(options)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(API_KEY.slice(0, 12)) }));
  });
});
