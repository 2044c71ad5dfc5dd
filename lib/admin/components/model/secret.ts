import type { SecretColumn, SecretPart } from '../../../shared/config-fields.js';

/** One secret of the form: typed, or the key of a source. */
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

/** A secret as fields of the form. */
export function secretFields(column: SecretColumn, { typed, source, ref }: SecretDraft): Partial<Parts> {
  return { [column]: typed, [`${column}Source`]: source, [`${column}Ref`]: ref };
}
