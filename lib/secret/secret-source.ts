import type { SecretChoice, SecretFailure } from '../shared/secrets.js';
/** A secret as its source returned it. */
export interface ResolvedSecret {
  value: string;
  /** The value is read again after this time. */
  expiresAt?: Date;
}

/**
 * A store of secrets outside this package's tables. A configuration stores the source's id and a key; the value is read when mail
 * is sent or tested, and kept in memory for five minutes.
 */
export interface SecretSource {
  /** Stored in rows: letters, digits, `-` and `_`; not `stored`. */
  readonly id: string;
  /** Shown to admins. */
  readonly label: string;
  /**
   * Describes how a key may be used, based on the source's own list or prefix and without querying the vault. Return undefined to
   * reject the key, on save and before each read; otherwise an admin could have other entries of the vault sent to a server of
   * their choice.
   */
  allows(key: string): SecretChoice | undefined;
  /** Returns the keys to choose from: the first `limit` that contain the search text. */
  choices(options: { signal: AbortSignal; search?: string; limit: number }): Promise<SecretChoice[]>;
  /** Reads one secret. @throws {@link SecretSourceError}. Of any other error, only the code is shown. */
  resolve(key: string, options: { signal: AbortSignal }): Promise<ResolvedSecret>;
  /** Returns the keys, or prefixes such as `mail-*`, without `destinations`. A warning at startup lists them. */
  unbound?(): readonly string[];
  /** Called at shutdown. */
  close?(): Promise<void>;
}

/**
 * The error for a secret that cannot be read. Message and remedy are shown to admins and contain no secret. It has no `cause`,
 * because the errors of vault clients often contain the request with its token.
 */
export class SecretSourceError extends Error {
  override readonly name = 'SecretSourceError';

  constructor(
    readonly reason: SecretFailure,
    message: string,
    /** One sentence that says what to change. */
    readonly remedy: string = REMEDIES[reason],
  ) {
    super(message);
  }
}

/** The remedy of each failure, unless its source knows a better one. */
export const REMEDIES: Record<SecretFailure, string> = {
  unreachable: 'Try again later. If it keeps happening, check the address and the network.',
  forbidden: 'Give this application access to the secret, or choose another one.',
  missing: 'Create the secret, or choose another one.',
  misconfigured: 'Correct the source’s options in the application.',
};
