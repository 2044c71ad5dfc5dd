import { describe, expect, it } from '@jest/globals';
import { isPlainAddress, parseMailbox } from '../../lib/message/mailbox.js';
import type { Mailbox } from '../../lib/message/mail-message.js';

describe('parseMailbox', () => {
  it.each<[Mailbox, string, string]>([
    ['a@b.c', '', 'a@b.c'],
    ['  a@b.c ', '', 'a@b.c'],
    ['Ann <a@b.c>', 'Ann', 'a@b.c'],
    ['"Doe, John" <john@doe.org>', 'Doe, John', 'john@doe.org'],
    ['"The \\"Boss\\"" <a@b.c>', 'The "Boss"', 'a@b.c'],
    ['Zoë 😀 <zoe@example.com>', 'Zoë 😀', 'zoe@example.com'],
    ['<a@b.c>', '', 'a@b.c'],
    ['ops@localhost', '', 'ops@localhost'],
    ['a@münchen.de', '', 'a@münchen.de'],
    ['a@[127.0.0.1]', '', 'a@[127.0.0.1]'],
    ['a+tag@b.c', '', 'a+tag@b.c'],
    [{ address: 'a@b.c' }, '', 'a@b.c'],
    [{ name: 'x@y.z', address: 'a@b.c' }, 'x@y.z', 'a@b.c'],
    ['a..b@example.jp', '', 'a..b@example.jp'],
    ['a.@example.jp', '', 'a.@example.jp'],
    ['Ann <.a@example.jp>', 'Ann', '.a@example.jp'],
    [`${'a'.repeat(100)}@b.c`, '', `${'a'.repeat(100)}@b.c`],
    ['"a..b"@example.jp', '', 'a..b@example.jp'],
    ['"ann"@b.c', '', 'ann@b.c'],
    ['"john doe"@b.c', '', '"john doe"@b.c'],
    ['John <"john, doe"@b.c>', 'John', '"john, doe"@b.c'],
    ['"john\\"doe"@b.c', '', '"john\\"doe"@b.c'],
    ['Ann (Accounts) <a@b.c>', 'Ann (Accounts)', 'a@b.c'],
    ['"Acme: Support" <a@b.c>', 'Acme: Support', 'a@b.c'],
    ['Acme: Support <a@b.c>', 'Acme: Support', 'a@b.c'],
    ['[ACME] Team <a@b.c>', '[ACME] Team', 'a@b.c'],
    ['John "Johnny" Doe <a@b.c>', 'John "Johnny" Doe', 'a@b.c'],
    ['Ann < a@b.c >', 'Ann', 'a@b.c'],
    ['\r\n Ann <a@b.c>\r\n', 'Ann', 'a@b.c'],
    ['a@b.c\n', '', 'a@b.c'],
    ['\u00A0a@b.c\u2028', '', 'a@b.c'],
    ['Ann\tLee\t<a@b.c>', 'Ann Lee', 'a@b.c'],
    [{ name: ' Ann\tLee\n', address: '\ta@b.c\r\n' }, 'Ann Lee', 'a@b.c'],
    [{ name: 'Ann', address: '"john doe"@b.c' }, 'Ann', '"john doe"@b.c'],
  ])('reads %j', (input, name, address) => {
    expect(parseMailbox(input, 'to')).toEqual({ name, address });
  });

  it.each<[string, unknown]>([
    ['two addresses', 'a@b.c, d@e.f'],
    ['two addresses with a semicolon', 'a@b.c;d@e.f'],
    ['a group', 'team: a@b.c, d@e.f;'],
    ['a group of one', 'team: a@b.c;'],
    ['an address as the name of another', 'victim@b.c <attacker@x.y>'],
    ['a command', 'a@b.c\r\nRCPT TO:<evil@x.y>'],
    ['a header', 'a@b.c\nBcc: evil@x.y'],
    ['a line separator', 'Ann\u2028 <a@b.c>'],
    ['a null', 'a@b.c\0'],
    ['a name with a line break', { name: 'Ann\r\nBcc: evil@x.y', address: 'a@b.c' }],
    ['an address with a line break', { address: 'a@b.c\r\nx' }],
    ['a quoted local part with an @', '"a@b"@c.d'],
    ['a quoted local part with an angle bracket', '"a>b"@c.d'],
    ['a command in a quoted local part', '"a\r\nRCPT TO:<evil@x.y>"@c.d'],
    ['an escaped line break in a quoted local part', '"a\\\nb"@c.d'],
    ['a quote inside a local part', 'a"b@c.d'],
    ['a local part of dots', '..@b.c'],
    ['a space inside an address', 'a b@c.d'],
    ['a tab inside an address', 'a\tb@c.d'],
    ['an address as an unquoted name', 'Ann, evil@x.y <a@b.c>'],
    ['an unquoted name with a semicolon', 'Ann; Bob <a@b.c>'],
    ['a quote that is not closed', '"Ann <a@b.c>'],
    ['two addresses in angle brackets', 'Ann <a@b.c,d@e.f>'],
    ['nothing', ''],
    ['a name only', 'Ann'],
    ['two angles', 'Ann <a@b.c> <d@e.f>'],
    ['a comment', 'a@b.c (Ann)'],
    ['a source route', '<@relay:a@b.c>'],
    ['321 characters', `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(12)}`],
    ['half a character', 'a@b.c\ud800'],
    ['a huge entry', `${'a '.repeat(600)}<a@b.c>`],
    ['a huge name', { name: 'x'.repeat(1000), address: 'a@b.c' }],
    ['a number', 5],
    ['null', null],
    ['a list', ['a@b.c']],
    ['an address that is an object', { address: { toString: () => 'a@b.c' } }],
  ])('rejects %s', (_what, input) => {
    expect(() => parseMailbox(input as Mailbox, 'cc[2]')).toThrow(
      expect.objectContaining({
        code: 'INVALID_MESSAGE',
        message: expect.stringContaining('"cc[2]"'),
        fields: { 'cc[2]': expect.anything() },
      }),
    );
  });

  it.each<[Mailbox, string]>([
    ['ann\u200B@b.c', 'U+200B "zero width space"'],
    ['ann@b.c\u200B', 'U+200B "zero width space"'],
    ['Ann <ann@b\u00A0.c>', 'U+00A0 "no-break space"'],
    [{ address: '\u202Eann@b.c' }, 'U+202E "right-to-left override"'],
    ['"a\u00ADb"@b.c', 'U+00AD "soft hyphen"'],
  ])('names the invisible character of %j', (input, name) => {
    expect(() => parseMailbox(input, 'to')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`"to" contains the invisible character ${name}.`),
        fields: { to: expect.objectContaining({ code: 'invisible_character' }) },
      }),
    );
  });

  it('is fast for long invalid text', () => {
    // Quadratic matching would exceed the test's time limit.
    for (const text of ['"\\'.repeat(50_000), `${'a '.repeat(50_000)}<`, '<'.repeat(100_000)])
      expect(() => parseMailbox(text, 'to')).toThrow('"to"');
  });

  it('recognizes plain addresses', () => {
    expect(isPlainAddress('a@b.c')).toBe(true);
    for (const one of ['a..b@b.c', '"john doe"@b.c', `${'a'.repeat(65)}@b.c`]) expect(isPlainAddress(one)).toBe(true);
    for (const other of ['a\u200B@b.c', '"a@b"@c.d', 'Ann <a@b.c>', ' a@b.c', 'apikey', null, undefined, 5])
      expect(isPlainAddress(other)).toBe(false);
  });
});
