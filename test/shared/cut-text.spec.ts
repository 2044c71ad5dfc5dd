import { describe, expect, it } from '@jest/globals';
import { cutText } from '../../lib/shared/cut-text.js';

describe('cutText', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['abc😀de', 5, 'abc…'],
    ['abc😀de', 6, 'abc😀…'],
  ])('cuts %j to %d', (text, max, cut) => {
    expect(cutText(text, max)).toBe(cut);
  });
});
