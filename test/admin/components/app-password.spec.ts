import { describe, expect, it } from '@jest/globals';
import { cleanAppPassword } from '../../../lib/admin/components/model/app-password.js';

describe('cleanAppPassword', () => {
  it.each([
    'abcd efgh ijkl mnop',
    'abcd\u00A0efgh\u00A0ijkl\u00A0mnop',
    '\u200Babcd\u200Befgh\u2060ijkl\uFEFFmnop ',
    'abcd\u2009efgh\u202Fijkl\tmnop\r\n',
    'abcdefghijklmnop',
  ])('returns the 16 letters of %j', (pasted) => {
    expect(cleanAppPassword(pasted)).toBe('abcdefghijklmnop');
  });

  it.each([
    'abcd efgh ijkl mno',
    'abcd efgh ijkl mnopq',
    'abcd efgh ijkl mno1',
    'abcd-efgh-ijkl-mnop',
    ' secret ',
    'äbcd efgh ijkl mnop',
    '',
  ])('leaves %j as it is', (pasted) => {
    expect(cleanAppPassword(pasted)).toBe(pasted);
  });
});
