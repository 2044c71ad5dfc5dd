import { describe, expect, it } from '@jest/globals';
import { EMPTY_DRAFT, type Draft } from '../../../lib/admin/components/model/draft.js';
import { rebase, rebaseOnOthers } from '../../../lib/admin/components/model/rebase.js';

const base: Draft = { ...EMPTY_DRAFT, name: 'main', host: 'smtp.example.com', cc: ['a@example.com'] };

describe('rebase', () => {
  it('keeps what was changed here and takes the rest as it is there', () => {
    const mine = { ...base, signature: 'Mine', cc: ['a@example.com', 'b@example.com'], fromName: 'Mine' };
    const theirs = { ...base, host: 'other.example.com', fromName: 'Theirs', cc: [] };
    expect(rebase(mine, base, theirs)).toEqual({ ...mine, host: 'other.example.com' });
  });

  it('takes what is there when nothing was changed here, in lists as well', () => {
    const theirs = { ...base, cc: ['c@example.com'], enabled: false };
    expect(rebase({ ...base, cc: [...base.cc] }, base, theirs)).toEqual(theirs);
  });
});

describe('rebaseOnOthers', () => {
  it('keeps a typed password as long as it goes to the same server', () => {
    const mine = { ...base, password: 'typed' };
    expect(rebaseOnOthers(mine, base, { ...base, fromName: 'Theirs' })).toEqual({ draft: { ...mine, fromName: 'Theirs' }, errors: {} });
  });

  it('never hands a typed password to a server that somebody else put in', () => {
    const theirs = { ...base, host: 'evil.example' };
    const answer = rebaseOnOthers({ ...base, password: 'typed' }, base, theirs);
    expect(answer).toEqual({ draft: theirs, errors: { password: { type: 'destination_changed' } } });
  });
});
