import type { AuthMethod, ConfigType } from './types.js';

/** The source id of a secret that is sealed in the row itself. */
export const STORED = 'stored';

/** The secrets a configuration can have. */
export type SecretColumn = 'password' | 'clientSecret';
export const SECRET_COLUMNS: readonly SecretColumn[] = ['password', 'clientSecret'];

/** A secret that can be chosen: a source's key and words about it. */
export interface SecretChoice {
  key: string;
  label: string;
  hint?: string;
  /** The only places it may be sent to. */
  destinations?: string[];
}

/** What stands in the form of one secret: typed, or the key of a source. */
export interface SecretDraft {
  typed: string;
  source: string;
  ref: string;
}

type Fields = { [C in SecretColumn as C | `${C}Source` | `${C}Ref`]: string };

export const secretDraft = (draft: Fields, column: SecretColumn): SecretDraft => ({
  typed: draft[column],
  source: draft[`${column}Source`],
  ref: draft[`${column}Ref`],
});

/** A secret as fields of the form. */
export function secretFields(column: SecretColumn, { typed, source, ref }: SecretDraft): Partial<Fields> {
  return { [column]: typed, [`${column}Source`]: source, [`${column}Ref`]: ref };
}

/** The secrets this way of signing in needs, as the server counts them; `auth` is whether there is a login at all. */
export function secretsOf({ type, authMethod }: { type: ConfigType; authMethod: AuthMethod }, auth: boolean): SecretColumn[] {
  if (type === 'ms_graph') return authMethod === 'password' ? ['password', 'clientSecret'] : ['clientSecret'];
  if (!auth) return [];
  return authMethod === 'oauth2' ? ['clientSecret'] : ['password'];
}
