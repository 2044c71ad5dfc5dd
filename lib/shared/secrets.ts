import type { FieldProblem } from './mail-error.js';

/** The source id of a secret that is sealed in the row itself. */
export const STORED = 'stored';

/** A secret an admin can choose: its key and words about it, never its value. */
export interface SecretChoice {
  /** Stored in rows: at most 512 characters. */
  key: string;
  /** Shown to admins. */
  label: string;
  hint?: string;
  /**
   * The only destinations of the value, or of a token made from it: `smtp.example.com` (any port),
   * `smtp.example.com:587`, `graph` (Microsoft's sign-in, Graph and the SMTP servers of the chosen cloud) or `graph:` and a
   * cloud. @default anywhere, and tokens to the SMTP servers of the chosen cloud
   */
  destinations?: readonly string[];
  /**
   * Lets the value be used where a configuration trusts CA certificates of its own. With such a certificate and a forged DNS
   * answer an admin could pose as a permitted server. @default false
   */
  allowOwnCa?: boolean;
}

/** A page of the secrets to choose from. */
export interface SecretChoices {
  choices: SecretChoice[];
  /** True when more of them hold the search text. */
  hasMore: boolean;
}

/** Why a secret cannot be read. Only while its source is `unreachable` the value last read is used on, for an hour at most. */
export type SecretFailure = 'unreachable' | 'forbidden' | 'missing' | 'misconfigured';

/** The result of reading a secret to check it. One that is not allowed has the problem of the field, too. */
export type SecretCheck =
  | { readable: true }
  | { readable: false; reason: SecretFailure | 'busy'; message: string }
  | ({ readable: false; reason: 'not_allowed' } & FieldProblem);
