import type { FieldErrors } from '../../../shared/admin-responses.js';
import { SECRET_COLUMNS } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import type { Draft } from './draft.js';
import { destinationChanged } from './rules.js';
import { secretDraft, secretFields } from './secret.js';

/**
 * Applies one's own changes to newer values: fields of `mine` that differ from the common `base` are kept, and all others are taken
 * from `theirs`. A secret with its source and key is one field.
 */
export function rebase(mine: Draft, base: Draft, theirs: Draft): Draft {
  const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
  const fields = (Object.keys(mine) as (keyof Draft)[]).filter((field) => differs(mine[field], base[field]));
  const secrets = SECRET_COLUMNS.filter((column) => differs(secretDraft(mine, column), secretDraft(base, column)));
  return {
    ...theirs,
    ...Object.fromEntries(fields.map((field) => [field, mine[field]])),
    ...Object.assign({}, ...secrets.map((column) => secretFields(column, secretDraft(mine, column)))),
  };
}

/**
 * Applies one's own changes to values that someone else saved. Drops a secret that was entered or chosen for another destination,
 * and asks for it again.
 */
export function rebaseOnOthers(mine: Draft, base: Draft, theirs: Draft, settings: ScreenSettings): { draft: Draft; errors: FieldErrors } {
  const draft = rebase(mine, base, theirs);
  const lost = SECRET_COLUMNS.filter((column) => mine[column] || mine[`${column}Ref`]);
  if (lost.length === 0 || !destinationChanged(draft, mine, settings)) return { draft, errors: {} };
  const emptied = lost.map((column) => secretFields(column, { ...secretDraft(draft, column), typed: '', ref: '' }));
  return {
    draft: Object.assign({}, draft, ...emptied) as Draft,
    errors: Object.fromEntries(lost.map((column) => [column, { type: 'destination_changed' }])),
  };
}
