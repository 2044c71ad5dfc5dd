import { describe, expect, it } from '@jest/globals';
import { canonicalLocalPart, invisibleCharacter, splitList, standardLocalPart } from '../../lib/shared/addresses.js';

describe('addresses', () => {
  it.each([
    ['ann', 'ann', 'ann'],
    ['"ann"', 'ann', 'ann'],
    ['a..b', 'a..b', '"a..b"'],
    ['"a..b"', 'a..b', '"a..b"'],
    ['a.', 'a.', '"a."'],
    ['.a', '.a', '".a"'],
    ['"john doe"', '"john doe"', '"john doe"'],
    [String.raw`"j\ohn\"doe\\"`, String.raw`"john\"doe\\"`, String.raw`"john\"doe\\"`],
    ['jörg', 'jörg', 'jörg'],
    ["o'brien+x", "o'brien+x", "o'brien+x"],
  ])('writes the local part %s without needless quotes, and on the wire as RFC 5321 does', (local, canonical, standard) => {
    expect(canonicalLocalPart(local)).toBe(canonical);
    expect(standardLocalPart(canonical)).toBe(standard);
    expect(canonicalLocalPart(standard)).toBe(canonical);
  });

  it.each([
    '',
    '.',
    '..',
    '""',
    'john doe',
    'a"b',
    '"a',
    '"a"b"',
    '"a@b"',
    '"a<b"',
    '"a>b"',
    String.raw`"a\>b"`,
    'a,b',
    'a;b',
    'a:b',
    'a\\b',
    '"a\\"',
  ])('takes %s for no local part', (local) => {
    expect(canonicalLocalPart(local)).toBeUndefined();
  });

  it.each<[string, string | undefined]>([
    ['a\u200Bb', 'U+200B "zero width space"'],
    ['a\u202Eb', 'U+202E "right-to-left override"'],
    ['a\u00A0b', 'U+00A0 "no-break space"'],
    ['\uFEFFa', 'U+FEFF "zero width no-break space"'],
    ['a\u2003b', 'U+2003'],
    ['a\uFE0Fb', 'U+FE0F'],
    ['a\u3164b', 'U+3164'],
    ['a\u{E0001}b', 'U+E0001'],
    ['a b', undefined],
    ['jörg漢字', undefined],
  ])('finds the invisible character of %j', (text, found) => {
    expect(invisibleCharacter(text)).toBe(found);
  });

  it('splits a list at commas outside of quotes', () => {
    expect(splitList(String.raw`a@b.c, "x, \"y"@b.c, d@e.f`)).toEqual(['a@b.c', String.raw`"x, \"y"@b.c`, 'd@e.f']);
    expect(splitList('a@b.c, "cut, off')).toEqual(['a@b.c', '"cut', 'off']);
    expect(splitList('')).toEqual(['']);
  });
});
