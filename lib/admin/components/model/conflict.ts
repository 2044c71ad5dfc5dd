import { SECRET_COLUMNS, SETTING_NAMES, fieldOf, type SecretColumn, type SettingName } from '../../../shared/config-fields.js';
import type { SmtpAuditEntry } from '../../../shared/audit.js';
import type { Wire } from '../../../shared/wire.js';
import type { Draft } from './draft.js';
import { secretDraft } from './secret.js';

/** A field of the form; a secret with its source and its key is one field. */
export type FormField = SettingName | SecretColumn;

const FIELDS: readonly FormField[] = [...SETTING_NAMES, ...SECRET_COLUMNS];

const isSecret = (field: FormField): field is SecretColumn => SECRET_COLUMNS.some((column) => column === field);

/** Returns the value of a field, for comparing it. */
const valueOf = (draft: Draft, field: FormField): string => JSON.stringify(isSecret(field) ? secretDraft(draft, field) : draft[field]);

/** Returns the fields in which two drafts differ, in the order of the field table. */
export const changedFields = (one: Draft, other: Draft): FormField[] =>
  FIELDS.filter((field) => valueOf(one, field) !== valueOf(other, field));

/** The last person who changed a field, by field; without an entry, nothing is known about it. */
export type People = Partial<Record<string, string>>;

/** An edit conflict: what another admin saved while this form was edited. */
export interface Conflict {
  /** The fields that both changed, to different values. */
  both: FormField[];
  /** The fields that only the others changed. */
  others: FormField[];
  people: People;
  /** Everybody who saved in the meantime, the latest first. */
  everybody: string[];
}

/** Compares one's own changes with those of the others, by the common `base`. A secret's new value is only known from the history. */
export function conflictOf(
  mine: Draft,
  base: Draft,
  theirs: Draft,
  entries: readonly Pick<Wire<SmtpAuditEntry>, 'person' | 'changes'>[] = [],
): Conflict {
  const people: People = {};
  for (const { person, changes } of entries) for (const field of Object.keys(changes).map(fieldOf)) if (person) people[field] ??= person;
  const own = changedFields(mine, base);
  const foreign = FIELDS.filter((field) => valueOf(theirs, field) !== valueOf(base, field) || (isSecret(field) && field in people));
  const both = own.filter((field) => foreign.includes(field) && (isSecret(field) || valueOf(mine, field) !== valueOf(theirs, field)));
  return {
    both,
    others: foreign.filter((field) => !own.includes(field)),
    people,
    everybody: [...new Set(entries.flatMap(({ person }) => person ?? []))],
  };
}
