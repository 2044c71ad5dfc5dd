import { describe, expect, it } from '@jest/globals';
import { addMailboxes, isAddress, isMailbox, splitMailboxes } from '../../../lib/admin/components/model/mailboxes.js';

describe('mailboxes', () => {
  it('A5.13 splits a pasted list at commas, semicolons and line breaks, but not inside names', () => {
    expect(splitMailboxes('a@b.c, "Last, First" <x@y.z>; d@e.f\r\nName <g@h.i>,')).toEqual([
      'a@b.c',
      '"Last, First" <x@y.z>',
      'd@e.f',
      'Name <g@h.i>',
    ]);
  });

  it('adds each address once', () => {
    const list = ['a@b.c'];
    expect(addMailboxes(list, 'A@b.c, d@e.f, d@e.f')).toEqual(['a@b.c', 'd@e.f']);
    expect(addMailboxes(list, ' a@b.c ')).toBe(list);
  });

  it.each(['a@b.c', 'Name <a@b.c>', '"Last, First" <a@b.c>', 'root@localhost', 'a..b@c.d', 'Ann (HR) [x] <"j d"@c.d>', 'a@[127.0.0.1]'])(
    'accepts %s',
    (text) => {
      expect(isMailbox(text)).toBe(true);
    },
  );

  it.each(['', 'abc', 'a@b.c, d@e.f', 'Name <a@b.c', 'a b@c.d', '<a@b.c>, x', 'Name a@b.c', 'a\u200B@b.c', '"a@b"@c.d', 'team: a@b.c;'])(
    'rejects %p',
    (text) => {
      expect(isMailbox(text)).toBe(false);
    },
  );

  it('accepts only an address in a field without names', () => {
    expect([isAddress('a@b.c'), isAddress('Name <a@b.c>')]).toEqual([true, false]);
  });
});
