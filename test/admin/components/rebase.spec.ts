import { describe, expect, it } from '@jest/globals';
import { EMPTY_DRAFT, type Draft } from '../../../lib/admin/components/model/draft.js';
import { rebase, rebaseOnOthers } from '../../../lib/admin/components/model/rebase.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

const base: Draft = { ...EMPTY_DRAFT, name: 'main', host: 'smtp.example.com', cc: ['a@example.com'] };

describe('rebase', () => {
  it('keeps local changes and takes over all others', () => {
    const mine = { ...base, signature: 'Mine', cc: ['a@example.com', 'b@example.com'], fromName: 'Mine' };
    const theirs = { ...base, host: 'other.example.com', fromName: 'Theirs', cc: [] };
    expect(rebase(mine, base, theirs)).toEqual({ ...mine, host: 'other.example.com' });
  });

  it('takes over everything without local changes, including lists', () => {
    const theirs = { ...base, cc: ['c@example.com'], enabled: false };
    expect(rebase({ ...base, cc: [...base.cc] }, base, theirs)).toEqual(theirs);
  });

  it('takes a secret, its source and its key from the same side', () => {
    const mine = { ...base, password: 'typed' };
    const theirs = { ...base, passwordSource: 'vault', clientSecretSource: 'vault' };
    expect(rebase(mine, base, theirs)).toEqual({ ...mine, clientSecretSource: 'vault' });
    const chosen = { ...base, passwordSource: 'vault', passwordRef: 'mine' };
    expect(rebase(chosen, base, { ...base, passwordSource: 'other' })).toEqual(chosen);
  });
});

describe('rebaseOnOthers', () => {
  it('keeps an entered password while the server stays the same', () => {
    const mine = { ...base, password: 'typed' };
    expect(rebaseOnOthers(mine, base, { ...base, fromName: 'Theirs' }, DEFAULT_SETTINGS)).toEqual({
      draft: { ...mine, fromName: 'Theirs' },
      errors: {},
    });
  });

  it('drops an entered password when another admin changes the server', () => {
    const theirs = { ...base, host: 'evil.example' };
    const answer = rebaseOnOthers({ ...base, password: 'typed' }, base, theirs, DEFAULT_SETTINGS);
    expect(answer).toEqual({ draft: theirs, errors: { password: { type: 'destination_changed' } } });
  });

  it('drops a chosen secret when another admin changes the server', () => {
    const mine = { ...base, passwordSource: 'vault', passwordRef: 'smtp-main' };
    const { draft, errors } = rebaseOnOthers(mine, base, { ...base, host: 'evil.example' }, DEFAULT_SETTINGS);
    expect(draft).toMatchObject({ host: 'evil.example', passwordSource: 'vault', passwordRef: '' });
    expect(Object.keys(errors)).toEqual(['password']);
  });
});
