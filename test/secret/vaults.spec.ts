import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import type { MailError, SecretSource } from '../../lib/index.js';
import { KeyRing } from '../../lib/secret/key-ring.js';
import { SecretCache } from '../../lib/secret/secret-cache.js';
import { type SecretLocation, SecretResolver } from '../../lib/secret/secret-resolver.js';
import { createPrivateCa } from '../../lib/testing/private-ca.js';
import { catchError } from '../support/catch-error.js';
import { type Vault, vaults } from '../support/vaults/harnesses.js';

const PASSWORD = 'Tr0ub4dor&3-of-the-vault';
const MINUTE = 60_000;

describe.each(vaults)('Secrets from $name', ({ start }) => {
  let vault: Vault;
  let resolver: SecretResolver;
  let now: number;
  /** Everything that was thrown or returned. */
  let shown: unknown[];

  const resolverOf = (source: SecretSource): SecretResolver =>
    new SecretResolver(new KeyRing(new Map(), undefined), [source], new SecretCache(() => now));
  const locate = (ref: string, host = 'smtp.acme.io', port = 587): SecretLocation => ({
    source: vault.source.id,
    ref,
    cipher: null,
    context: [],
    use: { destinations: [{ kind: 'smtp', host, port }], tokenHosts: [], hasOwnCa: false },
  });
  const read = async (key = 'smtp-main'): Promise<string> => (await resolver.current(locate(key))).reveal();
  const expectRefusal = async (key = 'smtp-main', from = resolver): Promise<MailError> => {
    const error = await catchError(from.current(locate(key)));
    shown.push(error);
    expect(error.code).toBe('SECRET');
    return error;
  };

  const expectNoLeak = (): void => {
    const everything = shown
      .map((value) => inspect(value, { depth: 12, showHidden: true, getters: true }) + String(value) + (JSON.stringify(value) ?? ''))
      .join('\n');
    for (const secret of [PASSWORD, ...vault.credentials]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
    }
    expect(everything).not.toMatch(/words.of.the.vault/i);
  };

  beforeEach(async () => {
    now = 0;
    shown = [];
    vault = await start();
    vault.set('smtp-main', PASSWORD);
    vault.set('smtp-news', 'for-the-newsletters');
    resolver = resolverOf(vault.source);
  });

  afterEach(async () => {
    vault.behave('usual');
    shown.push(vault.source, resolver, await resolver.current(locate('smtp-main')).catch(() => undefined));
    expectNoLeak();
    await resolver.close();
    await vault.server.stop();
  });

  it('A5.12 are cached for five minutes', async () => {
    expect(await read()).toBe(PASSWORD);
    now = 5 * MINUTE - 1;
    vault.set('smtp-main', 'rotated');
    expect(await read()).toBe(PASSWORD);
    expect(vault.reads()).toBe(1);
    now = 5 * MINUTE;
    expect(await read()).toBe('rotated');
    expect(vault.reads()).toBe(2);
  });

  it('are read once for fifty concurrent callers', async () => {
    const values = await Promise.all(Array.from({ length: 50 }, () => read()));
    expect(new Set(values)).toEqual(new Set([PASSWORD]));
    expect(vault.reads()).toBe(1);
  });

  it('are read once more after a refused login, and not for each refusal', async () => {
    const old = await resolver.current(locate('smtp-main'));
    expect(await resolver.renew(locate('smtp-main'), old)).toBeUndefined();
    expect(vault.reads()).toBe(2);
    vault.set('smtp-main', 'rotated');
    expect(await resolver.renew(locate('smtp-main'), old)).toBeUndefined();
    expect(vault.reads()).toBe(2);
    now = 31_000;
    const renewed = await Promise.all(Array.from({ length: 50 }, () => resolver.renew(locate('smtp-main'), old)));
    expect(renewed.map((secret) => secret?.reveal())).toEqual(Array.from({ length: 50 }, () => 'rotated'));
    expect(vault.reads()).toBe(3);
  });

  it.each(['sealed', 'cut', 'stopped'] as const)('stay in use for an hour while the vault is %s', async (how) => {
    expect(await read()).toBe(PASSWORD);
    if (how === 'stopped') await vault.server.stop();
    else vault.behave(how);
    now = 5 * MINUTE;
    expect(await read()).toBe(PASSWORD);
    const before = vault.reads();
    // The vault is not asked again for each message meanwhile.
    now += 29_000;
    expect(await read()).toBe(PASSWORD);
    expect(vault.reads()).toBe(before);
    now = 60 * MINUTE;
    const error = await expectRefusal();
    expect(error.message).toMatch(how === 'sealed' ? /is temporarily unavailable \(status 503/ : /cannot be reached/);
    if (how === 'stopped') await vault.server.start();
    vault.behave('usual');
    expect(await read()).toBe(PASSWORD);
  });

  it('are no longer used if the vault refuses access', async () => {
    expect(await read()).toBe(PASSWORD);
    now = 5 * MINUTE;
    vault.behave('forbidden');
    expect((await expectRefusal()).message).toMatch(/does not (let|allow) (this|the) application/);
    // A revoked secret does not come back with the next failure.
    vault.behave('sealed');
    await expectRefusal();
  });

  it('are no longer used if they are deleted', async () => {
    expect(await read()).toBe(PASSWORD);
    now = 5 * MINUTE;
    vault.remove('smtp-main');
    expect((await expectRefusal()).message).toContain('smtp-main');
    await vault.server.stop();
    await expectRefusal();
  });

  it('time out if the vault does not answer', async () => {
    vault.behave('silent');
    expect((await expectRefusal()).message).toContain('did not respond in time');
  });

  it('are limited in size, even if the vault never stops sending', async () => {
    vault.behave('endless');
    expect((await expectRefusal()).message).toContain('TOO_LARGE');
    // Data that was read, plus data buffered between two sockets.
    expect(vault.server.flooded).toBeLessThan(32_000_000);
  });

  it('are not requested from a vault with an untrusted certificate', async () => {
    const { certificate } = await createPrivateCa('Another CA');
    const distrusting = resolverOf(vault.distrusting(certificate));
    expect((await expectRefusal('smtp-main', distrusting)).message).toMatch(/certificate of .* is not trusted/);
    expect(vault.server.requests).toEqual([]);
  });

  it('are not requested if the key is not in the list', async () => {
    expect((await expectRefusal('root-password')).message).toContain('does not offer the chosen secret');
    expect(vault.source.allows('root-password')).toBeUndefined();
    expect(resolver.refusal(vault.source.id, 'root-password', locate('root-password').use)).toMatchObject({ code: 'not_a_choice' });
    expect(await resolver.check(vault.source.id, 'root-password', locate('root-password').use)).toMatchObject({
      readable: false,
      reason: 'not_allowed',
    });
    expect(vault.server.requests).toEqual([]);
  });

  it('are sent only to their destinations', async () => {
    expect((await resolver.current(locate('smtp-news'))).reveal()).toBe('for-the-newsletters');
    const before = vault.reads();
    for (const [host, port] of [
      ['evil.example', 587],
      ['smtp.acme.io', 25],
      ['smtp.acme.io.evil.example', 587],
    ] as const) {
      const error = await catchError(resolver.current(locate('smtp-news', host, port)));
      expect(error.message).toContain('does not allow sending the chosen secret to this server');
      await expect(resolver.resolve(locate('smtp-news', host, port))).rejects.toThrow('does not allow sending');
    }
    expect((await resolver.current(locate('smtp-news', 'SMTP.acme.io'))).reveal()).toBe('for-the-newsletters');
    expect(vault.reads()).toBe(before);
  });

  it('A5.8 A5.9 are listed by search, a page at a time', async () => {
    const { id } = vault.source;
    expect(await resolver.choices(id, { limit: 20 })).toEqual({
      choices: [
        { key: 'smtp-main', label: 'Main relay', hint: 'since 2024' },
        { key: 'smtp-news', label: 'Newsletters', destinations: ['smtp.acme.io:587'] },
      ],
      hasMore: false,
    });
    expect((await resolver.choices(id, { search: 'NEWS', limit: 20 })).choices.map(({ key }) => key)).toEqual(['smtp-news']);
    expect(await resolver.choices(id, { limit: 1 })).toMatchObject({ choices: [{ key: 'smtp-main' }], hasMore: true });
    shown.push(await resolver.choices(id, { limit: 20 }));
  });

  it('can be checked, with the reason if they cannot be read', async () => {
    const check = async (key = 'smtp-main') => {
      const answer = await resolver.check(vault.source.id, key, locate(key).use);
      shown.push(answer);
      return answer;
    };
    expect(await check()).toEqual({ readable: true });
    expect(await check()).toEqual({ readable: true });
    // The result of the last seconds is returned again.
    expect(vault.reads()).toBe(1);
    vault.behave('forbidden');
    expect(await check('smtp-news')).toMatchObject({ readable: false, reason: 'forbidden', message: expect.stringContaining('smtp-news') });
    now += 5_000;
    vault.behave('sealed');
    expect(await check()).toMatchObject({ readable: false, reason: 'unreachable' });
  });

  it('are rejected as passwords if they have a line break', async () => {
    vault.set('smtp-main', `${PASSWORD}\n`);
    expect((await expectRefusal()).message).toContain('line break');
    vault.set('smtp-main', '');
    await expectRefusal();
  });
});
