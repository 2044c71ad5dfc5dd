import type { SecretColumn, SecretPart } from '../../../shared/config-fields.js';

/** A secret in the form: entered, or the key of a source. */
export interface SecretDraft {
  typed: string;
  source: string;
  ref: string;
}

type Parts = { [Part in SecretPart]: string };

export const secretDraft = (draft: Parts, column: SecretColumn): SecretDraft => ({
  typed: draft[column],
  source: draft[`${column}Source`],
  ref: draft[`${column}Ref`],
});

/** Returns the form's fields for a secret. */
export function secretFields(column: SecretColumn, { typed, source, ref }: SecretDraft): Partial<Parts> {
  return { [column]: typed, [`${column}Source`]: source, [`${column}Ref`]: ref };
}
