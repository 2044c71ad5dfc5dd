import type { Draft } from './draft.js';
import { destinationChanged } from './rules.js';
import type { FieldErrors } from './types.js';

/**
 * Lays one's own changes over newer values: a field that differs from `base`, which both sides started from, stays as it is
 * in `mine`, the others become `theirs`.
 */
export function rebase(mine: Draft, base: Draft, theirs: Draft): Draft {
  const fields = Object.keys(mine) as (keyof Draft)[];
  const kept = fields.filter((field) => JSON.stringify(mine[field]) !== JSON.stringify(base[field]));
  return { ...theirs, ...Object.fromEntries(kept.map((field) => [field, mine[field]])) };
}

/**
 * The same, over what somebody else saved. A password that was typed for another destination is dropped, and asked for again:
 * it was not meant for the one that stands there now.
 */
export function rebaseOnOthers(mine: Draft, base: Draft, theirs: Draft): { draft: Draft; errors: FieldErrors } {
  const draft = rebase(mine, base, theirs);
  if (!mine.password || !destinationChanged(draft, mine)) return { draft, errors: {} };
  return { draft: { ...draft, password: '' }, errors: { password: { type: 'destination_changed' } } };
}
