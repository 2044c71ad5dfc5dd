import { describe, expect, it } from '@jest/globals';
import { EMPTY_DRAFT, type Draft } from '../../../lib/admin/components/model/draft.js';
import { rebase, rebaseOnOthers } from '../../../lib/admin/components/model/rebase.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

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

  it('takes a secret with its source and key from one side', () => {
    const mine = { ...base, password: 'typed' };
    const theirs = { ...base, passwordSource: 'vault', clientSecretSource: 'vault' };
    expect(rebase(mine, base, theirs)).toEqual({ ...mine, clientSecretSource: 'vault' });
    const chosen = { ...base, passwordSource: 'vault', passwordRef: 'mine' };
    expect(rebase(chosen, base, { ...base, passwordSource: 'other' })).toEqual(chosen);
  });
});

describe('rebaseOnOthers', () => {
  it('keeps a typed password as long as it goes to the same server', () => {
    const mine = { ...base, password: 'typed' };
    expect(rebaseOnOthers(mine, base, { ...base, fromName: 'Theirs' }, DEFAULT_SETTINGS)).toEqual({
      draft: { ...mine, fromName: 'Theirs' },
      errors: {},
    });
  });

  it('never hands a typed password to a server that somebody else put in', () => {
    const theirs = { ...base, host: 'evil.example' };
    const answer = rebaseOnOthers({ ...base, password: 'typed' }, base, theirs, DEFAULT_SETTINGS);
    expect(answer).toEqual({ draft: theirs, errors: { password: { type: 'destination_changed' } } });
  });

  it('nor a chosen one', () => {
    const mine = { ...base, passwordSource: 'vault', passwordRef: 'smtp-main' };
    const { draft, errors } = rebaseOnOthers(mine, base, { ...base, host: 'evil.example' }, DEFAULT_SETTINGS);
    expect(draft).toMatchObject({ host: 'evil.example', passwordSource: 'vault', passwordRef: '' });
    expect(Object.keys(errors)).toEqual(['password']);
  });
});
