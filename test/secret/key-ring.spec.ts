import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { KeyRing, keyIdOf } from '../../lib/secret/key-ring.js';

const bytes = Buffer.alloc(32, 1);
const ring = new KeyRing(new Map([['k1', bytes]]), 'k1');
const context = ['smtp_config', 'id', 'password', 'host', 587, null];

describe('KeyRing', () => {
  it('opens what it sealed, in the same context', () => {
    const sealed = ring.seal('päss 😀', context);
    expect(sealed).toMatch(/^enc:v1:k1:[\w-]{8}:[\w-]{16}:[\w-]+$/);
    expect(keyIdOf(sealed)).toBe('k1');
    expect(ring.open(sealed, context)).toEqual({ ok: true, plain: 'päss 😀' });
  });

  it('never seals the same text to the same cipher', () => {
    expect(ring.seal('x', context)).not.toBe(ring.seal('x', context));
  });

  it.each(context.map((_, index) => index))('does not open when part %i of the context differs', (index) => {
    const sealed = ring.seal('x', context);
    expect(ring.open(sealed, context.with(index, 'other'))).toMatchObject({ ok: false, failure: 'damaged' });
  });

  it('keeps the borders between the parts', () => {
    expect(ring.open(ring.seal('x', ['ab', 'c']), ['a', 'bc'])).toMatchObject({ ok: false });
    expect(ring.open(ring.seal('x', [null]), ['null'])).toMatchObject({ ok: false });
  });

  it.each([5, 12, 25, 45])('does not open when character %i is another', (index) => {
    const sealed = ring.seal('some longer secret', context);
    const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
    expect(ring.open(changed, context).ok).toBe(false);
  });

  it('takes no tag that was cut short', () => {
    const sealed = ring.seal('secret', context);
    for (let length = 0; length < sealed.length; length++) expect(ring.open(sealed.slice(0, length), context).ok).toBe(false);
  });

  it('tells a missing key, another key and a damaged cipher apart', () => {
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
