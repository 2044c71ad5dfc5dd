import { CONFIG_FIELDS } from '../../../shared/config-fields.js';
import { kindOf } from '../form/kinds/index.js';
import type { Draft } from './draft.js';

const { maxLength } = CONFIG_FIELDS.name;

/** Returns a name for the draft from its provider or host, in the characters that a name may have; empty if it has neither. */
export const suggestedName = (draft: Draft): string =>
  kindOf(draft.type)
    .suggestName(draft)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, maxLength);

/** Returns the suggestion, or the first of `<suggestion>_2`, `<suggestion>_3`… that is not taken. */
export function freeName(suggestion: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  let name = suggestion;
  for (let count = 2; used.has(name); count++) {
    const end = `_${count}`;
    name = suggestion.slice(0, maxLength - end.length) + end;
  }
  return name;
}
