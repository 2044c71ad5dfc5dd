import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { KeyRing, keyIdOf } from '../../lib/secret/key-ring.js';

const bytes = Buffer.alloc(32, 1);
const ring = new KeyRing(new Map([['k1', bytes]]), 'k1');
const context = ['smtp_config', 'id', 'password', 'host', 587, null];

describe('KeyRing', () => {
  it('decrypts its own ciphertext in the same context', () => {
    const sealed = ring.seal('päss 😀', context);
    expect(sealed).toMatch(/^enc:v1:k1:[\w-]{8}:[\w-]{16}:[\w-]+$/);
    expect(keyIdOf(sealed)).toBe('k1');
    expect(ring.open(sealed, context)).toEqual({ ok: true, plain: 'päss 😀' });
  });

  it('never encrypts the same text to the same ciphertext', () => {
    expect(ring.seal('x', context)).not.toBe(ring.seal('x', context));
  });

  it.each(context.map((_, index) => index))('does not decrypt if part %i of the context differs', (index) => {
    const sealed = ring.seal('x', context);
    expect(ring.open(sealed, context.with(index, 'other'))).toMatchObject({ ok: false, failure: 'damaged' });
  });

  it('distinguishes contexts with the same text but other parts', () => {
    expect(ring.open(ring.seal('x', ['ab', 'c']), ['a', 'bc'])).toMatchObject({ ok: false });
    expect(ring.open(ring.seal('x', [null]), ['null'])).toMatchObject({ ok: false });
  });

  it.each([5, 12, 25, 45])('does not decrypt if character %i differs', (index) => {
    const sealed = ring.seal('some longer secret', context);
    const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
    expect(ring.open(changed, context).ok).toBe(false);
  });

  it('rejects a truncated ciphertext', () => {
    const sealed = ring.seal('secret', context);
    for (let length = 0; length < sealed.length; length++) expect(ring.open(sealed.slice(0, length), context).ok).toBe(false);
  });

  it('distinguishes a missing key, another key and damaged ciphertext', () => {
    const sealed = ring.seal('x', context);
    expect(new KeyRing(new Map(), undefined).open(sealed, context)).toMatchObject({ failure: 'key_missing', keyId: 'k1' });
    expect(new KeyRing(new Map([['k1', Buffer.alloc(32, 2)]]), 'k1').open(sealed, context)).toMatchObject({ failure: 'key_differs' });
    expect(ring.open('not a cipher', context)).toMatchObject({ failure: 'damaged' });
  });

  it('does not show its keys', () => {
    expect(inspect(ring, { depth: 10, showHidden: true })).not.toContain('01 01 01');
    expect(JSON.stringify(ring)).toBe('{"currentId":"k1"}');
  });
});
