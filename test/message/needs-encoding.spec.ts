import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { needsEncoding } from '../../lib/message/needs-encoding.js';
import { configureFuzzing } from '../support/fuzz.js';

/** The same in one expression, which takes six times as long. */
const NEEDS_ENCODING = /[^\t\r\n -~]|^.{999}|[\t ]$|\r(?!\n)/m;

describe('needsEncoding', () => {
  it.each([
    ['', false],
    ['one\r\ntwo\nthree', false],
    ['one \r\ntwo', true],
    ['one\t', true],
    ['one\rtwo', true],
    ['one\r\r\n', true],
    ['one\r', true],
    ['\r', true],
    [' ', true],
    ['öne', true],
    ['x'.repeat(998), false],
    [`${'x'.repeat(998)}\r\n${'x'.repeat(998)}\n`, false],
    ['x'.repeat(999), true],
    [`x\n${'x'.repeat(999)}\r\n`, true],
  ])('%j', (text, expected) => {
    expect(needsEncoding(text)).toBe(expected);
    expect(NEEDS_ENCODING.test(text)).toBe(expected);
  });

  it('agrees with the expression on any text', () => {
    const piece = fc.constantFrom('a', ' ', '\t', '\r', '\n', '\r\n', '.', 'x'.repeat(997), 'x'.repeat(998), 'é', '\0');
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (value) => expect(needsEncoding(value)).toBe(NEEDS_ENCODING.test(value))),
      configureFuzzing(2_000),
    );
  });
});
