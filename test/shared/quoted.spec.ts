import { describe, expect, it } from '@jest/globals';
import { quote } from '../../lib/shared/quoted.js';

describe('quoted', () => {
  it.each<[string, string, string]>([
    ['text', 'Zoë', '"Zoë"'],
    ['quotes and lines', 'a"\r\nb', String.raw`"a\"\r\nb"`],
    ['terminal control characters', '\u009B31m\u007F', String.raw`"\u009b31m\u007f"`],
    ['direction characters', 'a\u202Eb\u2066', String.raw`"a\u202eb\u2066"`],
    ['other line separators', '\u2028\u2029\u0085', String.raw`"\u2028\u2029\u0085"`],
    ['half a character', '\uD83D', String.raw`"\ud83d"`],
  ])('quotes %s', (_what, text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  it('shortens long text', () => {
    expect(quote('x'.repeat(1_000), 3)).toBe('"xxx…"');
    expect(quote('x'.repeat(1_000))).toHaveLength(83);
  });
});
