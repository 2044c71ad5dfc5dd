import { beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { type ResolvedSecret, type SecretSource, SecretSourceError } from '../../lib/index.js';
import { KeyRing } from '../../lib/secret/key-ring.js';
import { SecretCache } from '../../lib/secret/secret-cache.js';
import { SecretResolver } from '../../lib/secret/secret-resolver.js';
import type { SecretUse } from '../../lib/secret/secret-use.js';

/** Without a server there is nothing to compare. */
const NOWHERE: SecretUse = { destinations: [], tokenHosts: [], hasOwnCa: false };

describe('SecretCache', () => {
  let now: number;
  let cache: SecretCache;
  let reads: number;
  const sourceOf = (resolve: (signal: AbortSignal) => Promise<ResolvedSecret>, id = 'host'): SecretSource => ({
    id,
    label: 'The host',
    allows: (key) => ({ key, label: key }),
    choices: async () => [],
    resolve: (_key, { signal }) => ((reads += 1), resolve(signal)),
  });

  beforeEach(() => {
    now = 0;
    reads = 0;
    cache = new SecretCache(() => now);
  });

  it('keeps the same key of two sources apart', async () => {
    const one = sourceOf(async () => ({ value: 'one' }), 'one');
    const two = sourceOf(async () => ({ value: 'two' }), 'two');
    expect((await cache.get(one, 'key')).reveal()).toBe('one');
    expect((await cache.get(two, 'key')).reveal()).toBe('two');
  });

  it('increments the revision only when the value changes', async () => {
    let value = 'old';
    const source = sourceOf(async () => ({ value }));
    const first = await cache.read(source, 'key');
    expect(await cache.read(source, 'key')).toBe(first);
    value = 'new';
    expect((await cache.read(source, 'key')).revision).toBeGreaterThan(first.revision);
  });

  it('caches a value until it expires, and an expired value for the default time', async () => {
    const buildExpiring = (leftMs: number) => sourceOf(async () => ({ value: 'x', expiresAt: new Date(Date.now() + leftMs) }));
    const soon = buildExpiring(60_000);
    await cache.get(soon, 'key');
    now = 60_001;
    await cache.get(soon, 'key');
    expect(reads).toBe(2);
    const past = buildExpiring(-60_000);
    await cache.get(past, 'past');
    now += 299_000;
    await cache.get(past, 'past');
    expect(reads).toBe(3);
  });

  it('gives up on an unresponsive source after five seconds, and then reads again', async () => {
    const source = sourceOf(() => new Promise(() => undefined));
    await expect(cache.get(source, 'key')).rejects.toMatchObject({
      reason: 'unreachable',
      message: 'The host did not respond in time.',
    });
    const other = sourceOf(async () => ({ value: 'there again' }));
    expect((await cache.get(other, 'key')).reveal()).toBe('there again');
  });

  it.each<[unknown, object]>([
    [new SecretSourceError('forbidden', 'No.', 'Ask.'), { reason: 'forbidden', message: 'No.', remedy: 'Ask.' }],
    [Object.assign(new Error('password=hunter2'), { code: 'EWEIRD' }), { reason: 'misconfigured', message: 'The host failed (EWEIRD).' }],
    [new Error('password=hunter2'), { reason: 'misconfigured', message: 'The host failed.' }],
    [Object.assign(new Error('hunter2'), { cause: { code: 'ECONNREFUSED' } }), { reason: 'unreachable' }],
    [Object.assign(new Error('hunter2'), { code: 'hunter2 is the password' }), { reason: 'misconfigured', message: 'The host failed.' }],
    [Object.assign(new Error('hunter2'), { name: 'AbortError' }), { reason: 'unreachable' }],
    ['hunter2', { reason: 'misconfigured' }],
    [undefined, { reason: 'misconfigured' }],
  ])('explains the failure without repeating %s', async (thrown, expected) => {
    const error = await cache
      .get(
        sourceOf(async () => Promise.reject(thrown as Error)),
        'key',
      )
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject(expected);
    expect(inspect(error, { depth: 12, showHidden: true })).not.toContain('hunter2');
  });

  it.each<[string, unknown, string]>([
    ['no result', undefined, 'missing'],
    ['an empty value', { value: '' }, 'missing'],
    ['a number', { value: 7 }, 'missing'],
    ['two lines', { value: 'a\nb' }, 'misconfigured'],
    ['a very long value', { value: 'x'.repeat(5_000) }, 'misconfigured'],
  ])('rejects %s as a value', async (_what, resolved, reason) => {
    await expect(
      cache.get(
        sourceOf(async () => resolved as ResolvedSecret),
        'key',
      ),
    ).rejects.toMatchObject({ reason });
  });

  it('keeps nothing once it is closed, even from reads in flight', async () => {
    const source = sourceOf(async () => ({ value: 'x' }));
    await cache.get(source, 'key');
    const underWay = cache.read(source, 'key');
    cache.close();
    expect((await underWay).reveal()).toBe('x');
    await cache.get(source, 'key');
    expect(reads).toBe(3);
  });

  it('does not show the value in any way of printing it', async () => {
    const secret = await cache.get(
      sourceOf(async () => ({ value: 'hunter2' })),
      'key',
    );
    const looks = [inspect({ secret, cache }, { depth: 9, showHidden: true, getters: true }), JSON.stringify({ secret }), String(secret)];
    expect(looks.join()).not.toContain('hunter2');
    expect(looks[1]).toBe('{"secret":"[secret]"}');
  });
});

describe('SecretResolver', () => {
  const buildSources = (...closes: (() => Promise<void>)[]): SecretSource[] =>
    closes.map((close, index) => ({
      id: `s${index}`,
      label: `Source ${index}`,
      allows: (key) => ({ key, label: key }),
      choices: async () => [],
      resolve: async () => ({ value: 'x' }),
      close,
    }));

  it('closes every source even if one fails', async () => {
    const closed: string[] = [];
    const resolver = new SecretResolver(
      new KeyRing(new Map(), undefined),
      buildSources(
        async () => Promise.reject(new Error('no')),
        async () => void closed.push('second'),
      ),
    );
    await resolver.close();
    expect(closed).toEqual(['second']);
  });

  it('limits how many keys one caller can check', async () => {
    let now = 0;
    const resolver = new SecretResolver(
      new KeyRing(new Map(), undefined),
      buildSources(async () => undefined),
      new SecretCache(() => now),
    );
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => resolver.check('s0', `key-${index}`, NOWHERE)));
    expect(answers.filter(({ readable }) => readable)).toHaveLength(30);
    expect(answers.at(-1)).toMatchObject({ readable: false, reason: 'busy' });
    expect(await resolver.check('s0', 'key-0', NOWHERE)).toEqual({ readable: true });
    now = 60_001;
    expect(await resolver.check('s0', 'key-39', NOWHERE)).toEqual({ readable: true });
  });

  it('rejects invalid keys and unknown sources', async () => {
    const resolver = new SecretResolver(
      new KeyRing(new Map(), undefined),
      buildSources(async () => undefined),
    );
    for (const key of [7, null, {}, 'x'.repeat(513)]) expect(resolver.refusal('s0', key, NOWHERE)).toMatchObject({ code: 'not_a_choice' });
    expect(resolver.refusal('nobody', 'key', NOWHERE)).toMatchObject({ code: 'not_a_choice' });
    await expect(resolver.choices('nobody', { limit: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
