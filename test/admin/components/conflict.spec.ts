import { describe, expect, it } from '@jest/globals';
import { conflictOf } from '../../../lib/admin/components/model/conflict.js';
import { EMPTY_DRAFT, type Draft } from '../../../lib/admin/components/model/draft.js';
import { rebase, rebaseOnOthers } from '../../../lib/admin/components/model/rebase.js';
import { DEFAULT_SETTINGS } from '../../../lib/admin/components/model/types.js';

const base: Draft = { ...EMPTY_DRAFT, name: 'main', host: 'smtp.example.com', port: '25', cc: ['a@example.com'] };
const changed = (field: string) => ({ [field]: { before: null, after: 'changed' } });

describe('an edit conflict', () => {
  it('names the fields that both changed, and those that only the others changed', () => {
    const mine = { ...base, port: '587', signature: 'Mine', fromName: 'Same' };
    const theirs = { ...base, port: '465', host: 'other.example.com', fromName: 'Same' };
    expect(conflictOf(mine, base, theirs)).toMatchObject({ both: ['port'], others: ['host'] });
  });

  it('is none where both entered the same value, or only one changed anything', () => {
    expect(conflictOf({ ...base, port: '587' }, base, { ...base, port: '587' })).toMatchObject({ both: [], others: [] });
    expect(conflictOf({ ...base, port: '587' }, base, base)).toMatchObject({ both: [], others: [] });
    expect(conflictOf(base, base, { ...base, cc: [] })).toMatchObject({ both: [], others: ['cc'] });
  });

  it('knows who changed a field last', () => {
    const entries = [
      { person: 'maria@acme.io', changes: changed('port') },
      { person: 'tom@acme.io', changes: { ...changed('port'), ...changed('cc.0') } },
      { person: null, changes: changed('host') },
    ];
    const { people, everybody } = conflictOf(base, base, base, entries);
    expect(people).toEqual({ port: 'maria@acme.io', cc: 'tom@acme.io' });
    expect(everybody).toEqual(['maria@acme.io', 'tom@acme.io']);
  });

  it('knows from the history that a secret was entered again, although its value is never shown', () => {
    const mine = { ...base, password: 'typed' };
    const entries = [{ person: 'maria@acme.io', changes: changed('password') }];
    expect(conflictOf(mine, base, base, entries).both).toEqual(['password']);
    expect(conflictOf(mine, base, base).both).toEqual([]);
    expect(conflictOf(base, base, base, entries).others).toEqual(['password']);
  });

  it('takes the chosen values of the others, and keeps all other changes', () => {
    const mine = { ...base, port: '587', fromName: 'Mine', signature: 'Mine', password: 'typed' };
    const theirs = { ...base, port: '465', fromName: 'Theirs', host: 'other.example.com' };
    expect(rebase(mine, base, theirs, ['port', 'password'])).toEqual({ ...theirs, fromName: 'Mine', signature: 'Mine' });
    expect(rebase(mine, base, theirs, [])).toEqual({ ...mine, host: 'other.example.com' });
  });

  it('does not ask again for a secret that was given up for theirs', () => {
    const mine = { ...base, password: 'typed' };
    const theirs = { ...base, host: 'other.example.com' };
    expect(rebaseOnOthers(mine, base, theirs, DEFAULT_SETTINGS, ['password'])).toEqual({ draft: theirs, errors: {} });
    expect(Object.keys(rebaseOnOthers(mine, base, theirs, DEFAULT_SETTINGS).errors)).toEqual(['password']);
  });
});
