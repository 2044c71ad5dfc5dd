import type { FieldErrors } from '../../../shared/admin-responses.js';
import { SECRET_COLUMNS } from '../../../shared/config-fields.js';
import type { ScreenSettings } from '../../../shared/smtp-config.js';
import { changedFields, type FormField } from './conflict.js';
import type { Draft } from './draft.js';
import { destinationChanged } from './rules.js';
import { secretDraft, secretFields } from './secret.js';

/**
 * Applies one's own changes to newer values: fields of `mine` that differ from the common `base` are kept, except those in `given`,
 * and all others are taken from `theirs`. A secret with its source and key is one field.
 */
export function rebase(mine: Draft, base: Draft, theirs: Draft, given: readonly FormField[] = []): Draft {
  const kept = changedFields(mine, base).filter((field) => !given.includes(field));
  const secrets = SECRET_COLUMNS.filter((column) => kept.includes(column));
  const settings = kept.filter((field) => !SECRET_COLUMNS.some((column) => column === field));
  return {
    ...theirs,
    ...Object.fromEntries(settings.map((field) => [field, mine[field]])),
    ...Object.assign({}, ...secrets.map((column) => secretFields(column, secretDraft(mine, column)))),
  };
}

/**
 * Applies one's own changes, except those to the fields in `given`, to values that someone else saved. Drops a secret that was entered
 * or chosen for another destination, and asks for it again.
 */
export function rebaseOnOthers(
  mine: Draft,
  base: Draft,
  theirs: Draft,
  settings: ScreenSettings,
  given: readonly FormField[] = [],
): { draft: Draft; errors: FieldErrors } {
  const draft = rebase(mine, base, theirs, given);
  const entered = SECRET_COLUMNS.filter((column) => !given.includes(column) && (mine[column] || mine[`${column}Ref`]));
  const lost = entered.filter((column) => destinationChanged(column, draft, mine, settings));
  const emptied = lost.map((column) => secretFields(column, { ...secretDraft(draft, column), typed: '', ref: '' }));
  return {
    draft: Object.assign({}, draft, ...emptied) as Draft,
    errors: Object.fromEntries(lost.map((column) => [column, { type: 'destination_changed' }])),
  };
}
