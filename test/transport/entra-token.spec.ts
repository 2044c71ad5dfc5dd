import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { MailError } from '../../lib/shared/mail-error.js';
import { EntraTokens, type EntraSettings } from '../../lib/transport/graph/entra-token.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  EXCHANGE,
  EXPIRED_SECRET,
  type FakeMicrosoft,
  TENANT,
  TENANT_DOMAIN,
  USER,
  USER_PASSWORD,
  startMicrosoft,
} from '../support/microsoft/index.js';

describe('EntraTokens', () => {
  let microsoft: FakeMicrosoft;
  beforeAll(async () => {
    microsoft = await startMicrosoft();
  });
  afterAll(() => microsoft.close());
  afterEach(() => microsoft.reset());

  const buildSettings = (overrides: Partial<EntraSettings> = {}): EntraSettings => ({
    authority: microsoft.entra.host,
    tenantId: TENANT,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    scope: `https://${microsoft.graph.host}/.default`,
    ca: [microsoft.ca],
    ...overrides,
  });
  const user = { username: USER, password: USER_PASSWORD };

  const catchFailure = async (overrides: Partial<EntraSettings>): Promise<MailError> => {
    const error = await new EntraTokens(buildSettings(overrides)).get().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailError);
    const failure = error as MailError;
    expect(inspect(failure, { depth: 12, showHidden: true })).not.toContain(overrides.clientSecret ?? CLIENT_SECRET);
    expect(inspect(failure, { depth: 12, showHidden: true })).not.toContain(overrides.user?.password ?? USER_PASSWORD);
    return failure;
  };

  it.each([TENANT, TENANT_DOMAIN, TENANT.toUpperCase()])('signs in as the app of the tenant %s', async (tenantId) => {
    const token = await new EntraTokens(buildSettings({ tenantId })).get();
    expect(token).toBe(microsoft.entra.issued[0]!.token);
    expect(Object.fromEntries(microsoft.entra.signIns[0]!)).toMatchObject({
      grant_type: 'client_credentials',
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      scope: expect.stringContaining(`https://${microsoft.graph.host}/.default`),
    });
  });

  it('requests a token for the SMTP server', async () => {
    await new EntraTokens(buildSettings({ scope: `https://${EXCHANGE}/.default` })).get();
    expect(microsoft.entra.issued).toMatchObject([{ scope: `https://${EXCHANGE}/.default` }]);
  });

  it('signs in as a user through the app, with the client secret', async () => {
    await new EntraTokens(buildSettings({ user })).get();
    expect(microsoft.entra.issued).toMatchObject([{ grant: 'password' }]);
    expect(Object.fromEntries(microsoft.entra.signIns[0]!)).toMatchObject({
      username: USER,
      password: USER_PASSWORD,
      client_secret: CLIENT_SECRET,
    });
  });

  it.each([undefined, user])('makes one request for concurrent callers and caches the token (%#)', async (given) => {
    const tokens = new EntraTokens(buildSettings({ user: given }));
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => tokens.get()));
    expect(new Set([...all, await tokens.get()]).size).toBe(1);
    expect(microsoft.entra.signIns).toHaveLength(1);
  });

  it('replaces a refused token, once for concurrent callers', async () => {
    const tokens = new EntraTokens(buildSettings());
    const refused = await tokens.get();
    const others = await Promise.all([tokens.get(refused), tokens.get(refused), tokens.get(refused)]);
    expect(new Set(others).size).toBe(1);
    expect(others[0]).not.toBe(refused);
    expect(await tokens.get(refused)).toBe(others[0]);
    expect(microsoft.entra.signIns).toHaveLength(2);
  });

  describe('over time', () => {
    let later = 0;
    const createTokens = () => new EntraTokens(buildSettings(), () => Date.now() + later);
    afterEach(() => {
      later = 0;
    });

    it('renews a token before it expires', async () => {
      const tokens = createTokens();
      const first = await tokens.get();
      later = 3_200_000;
      expect(await tokens.get()).toBe(first);
      later = 3_310_000;
      expect(await tokens.get()).not.toBe(first);
      expect(microsoft.entra.signIns).toHaveLength(2);
    });

    it('keeps using the token while a renewal fails, without a request each time', async () => {
      const tokens = createTokens();
      const first = await tokens.get();
      microsoft.entra.requests.splice(0);
      microsoft.entra.script = () => ({ status: 500, body: 'down' });
      later = 3_310_000;
      for (let i = 0; i < 5; i++) expect(await tokens.get()).toBe(first);
      expect(microsoft.entra.requests).toHaveLength(1);
      later = 3_345_000;
      expect(await tokens.get()).toBe(first);
      expect(microsoft.entra.requests).toHaveLength(2);
      later = 3_600_000;
      await expect(tokens.get()).rejects.toMatchObject({ code: 'CONNECTION' });
    });

    it('makes no request before the time that Microsoft asks for', async () => {
      const tokens = createTokens();
      microsoft.entra.script = () => ({ status: 429, headers: { 'retry-after': '100' }, body: '' });
      for (let i = 0; i < 3; i++) await expect(tokens.get()).rejects.toMatchObject({ code: 'CONNECTION', retryAfterMs: 100_000 });
      expect(microsoft.entra.requests).toHaveLength(1);
      microsoft.entra.script = () => undefined;
      later = 101_000;
      expect(await tokens.get()).toBe(microsoft.entra.issued[0]!.token);
    });
  });

  it.each<[string, Partial<EntraSettings>, RegExp, RegExp]>([
    ['a wrong secret', { clientSecret: 'not-the-secret' }, /refused the client secret/, /AADSTS7000215/],
    ['an expired secret', { clientSecret: EXPIRED_SECRET }, /has expired/, /AADSTS7000222/],
    ['an unknown app', { clientId: TENANT }, /no app with this client ID/, /AADSTS700016/],
    ['an unknown tenant', { tenantId: 'nobody.onmicrosoft.com' }, /tenant does not exist/, /AADSTS90002/],
    ['a resource of another cloud', { scope: 'https://graph.microsoft.us/.default' }, /not available under this name/, /AADSTS500011/],
    ['a wrong password', { user: { username: USER, password: 'wrong-password' } }, /user name or password/, /AADSTS50126/],
  ])('explains %s', async (_what, overrides, summary, response) => {
    const failure = await catchFailure(overrides);
    expect(failure).toMatchObject({ code: 'AUTH', fault: 'server', phase: 'token', retryable: true });
    expect(failure.summary).toMatch(summary);
    expect(failure.reply).toMatch(response);
    expect(failure.remedy).not.toBe('');
  });

  it('reports that multi-factor authentication is required, with an alternative', async () => {
    microsoft.entra.needsMfa = true;
    expect(await catchFailure({ user })).toMatchObject({
      code: 'AUTH',
      summary: expect.stringMatching(/multi-factor authentication/),
      remedy: expect.stringMatching(/app/),
    });
  });

  it('reports missing consent', async () => {
    microsoft.entra.hasConsent = false;
    expect(await catchFailure({ user })).toMatchObject({ code: 'AUTH', summary: expect.stringMatching(/consent/) });
  });

  it.each([
    [50055, /expired/],
    [50057, /disabled/],
    [53003, /Conditional Access/],
    [65001, /consent/],
    [7000112, /disabled in this tenant/],
  ])('explains AADSTS%d', async (number, summary) => {
    microsoft.entra.script = ({ method }) =>
      method === 'POST' ? { status: 400, body: { error: 'invalid_grant', error_description: `AADSTS${number}: x` } } : undefined;
    expect(await catchFailure({})).toMatchObject({ code: 'AUTH', summary: expect.stringMatching(summary) });
  });

  it('reports an unknown refusal with Microsoft’s words', async () => {
    microsoft.entra.script = ({ method }) =>
      method === 'POST' ? { status: 400, body: { error: 'invalid_grant', error_description: 'AADSTS999999: Something new.' } } : undefined;
    expect(await catchFailure({})).toMatchObject({ code: 'AUTH', reply: 'invalid_grant: AADSTS999999: Something new.' });
  });

  it.each([
    ['500', { status: 500, body: 'oops' }],
    ['503', { status: 503, body: '' }],
    ['the page of another site', { status: 200, body: '<html>Sign in to the hotel</html>' }],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' }],
    ['a hang-up', 'DROP' as const],
  ])('reports %s as a server failure', async (_what, answer) => {
    microsoft.entra.script = () => answer;
    for (const given of [undefined, user]) {
      expect(await catchFailure({ user: given })).toMatchObject({ code: 'CONNECTION', phase: 'token', retryable: true });
    }
  });

  it('distinguishes DNS, certificate and connection failures', async () => {
    expect(await catchFailure({ authority: 'login.example.invalid' })).toMatchObject({ code: 'DNS', phase: 'token' });
    expect(await catchFailure({ ca: [] })).toMatchObject({ code: 'CERTIFICATE', remedy: expect.stringContaining('trustedCa') });
    expect(await catchFailure({ authority: 'localhost:1' })).toMatchObject({ code: 'CONNECTION' });
  });

  it('does not follow the discovery document to another host', async () => {
    const elsewhere = microsoft.graph.host;
    microsoft.entra.script = ({ method, path }) =>
      method === 'GET'
        ? {
            status: 200,
            body: {
              token_endpoint: `https://${elsewhere}${path}`,
              authorization_endpoint: `https://${elsewhere}/a`,
              issuer: `https://${elsewhere}/`,
              jwks_uri: `https://${elsewhere}/k`,
            },
          }
        : undefined;
    await catchFailure({});
    expect(microsoft.graph.requests).toEqual([]);
  });

  it('redacts secrets that Microsoft’s response repeats', async () => {
    microsoft.entra.script = ({ body }) => ({
      status: 401,
      body: { error: 'invalid_client', error_description: `You sent ${body.toString()} and ${CLIENT_SECRET}` },
    });
    const failure = await catchFailure({ user });
    expect(failure.reply).toContain('You sent');
    expect(failure.reply).not.toContain(encodeURIComponent(CLIENT_SECRET));
  });

  it('shows no secret when it is inspected', async () => {
    const tokens = new EntraTokens(buildSettings({ user }));
    const token = await tokens.get();
    const shown = inspect(tokens, { depth: 12, showHidden: true });
    for (const secret of [CLIENT_SECRET, USER_PASSWORD, token]) expect(shown).not.toContain(secret);
  });
});
