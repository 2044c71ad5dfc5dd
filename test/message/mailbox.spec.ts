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

  it('is fast for long invalid text', () => {
    // Quadratic matching would exceed the test's time limit.
    for (const text of ['"\\'.repeat(50_000), `${'a '.repeat(50_000)}<`, '<'.repeat(100_000)])
      expect(() => parseMailbox(text, 'to')).toThrow('"to"');
  });

  it('recognizes plain addresses', () => {
    expect(isPlainAddress('a@b.c')).toBe(true);
    for (const other of ['Ann <a@b.c>', ' a@b.c', 'apikey', null, undefined, 5]) expect(isPlainAddress(other)).toBe(false);
  });
});
