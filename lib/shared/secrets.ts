import type { FieldProblem } from './mail-error.js';

/** The source id of a secret that is sealed in the row itself. */
export const STORED = 'stored';

/** A secret that an admin can choose: its key and a description, never its value. */
export interface SecretChoice {
  /** Stored in rows: at most 512 characters. */
  key: string;
  /** Shown to admins. */
  label: string;
  hint?: string;
  /**
   * The only destinations for the value, or for a token made from it: `smtp.example.com` (any port), `smtp.example.com:587`,
   * `graph` (Microsoft's sign-in, Graph and the SMTP servers of the chosen cloud) or `graph:<cloud>`. @default anywhere, and tokens
   * to the SMTP servers of the chosen cloud
   */
  destinations?: readonly string[];
  /**
   * Lets a configuration with a private CA or a pinned certificate use the value. With such a certificate and a forged DNS answer an admin could pose as a
   * permitted server. @default false
   */
  allowOwnCa?: boolean;
}

/** A page of the secrets to choose from. */
export interface SecretChoices {
  choices: SecretChoice[];
  /** True if more secrets match the search. */
  hasMore: boolean;
}

/** The reason why a secret cannot be read. Only while its source is `unreachable`, the last value stays in use, for at most an hour. */
export type SecretFailure = 'unreachable' | 'forbidden' | 'missing' | 'misconfigured';

/** The result of checking that a secret can be read. If it is not allowed, the result includes the problem of the field. */
export type SecretCheck =
  | { readable: true }
  | { readable: false; reason: SecretFailure | 'busy'; message: string }
  | ({ readable: false; reason: 'not_allowed' } & FieldProblem);
