/** A secret an admin can choose: its key and words about it, never its value. */
export interface SecretChoice {
  /** What rows keep: at most 512 characters. */
  key: string;
  /** Shown to admins. */
  label: string;
  hint?: string;
  /**
   * The only places that the value, or a token made from it, may be sent to: `smtp.example.com` (any port),
   * `smtp.example.com:587`, `graph` (Microsoft's sign-in, Graph and the SMTP servers of the chosen cloud) or `graph:` and a
   * cloud. @default anywhere, and tokens to the SMTP servers of the chosen cloud
   */
  destinations?: readonly string[];
  /**
   * Whether the value may be used where a configuration trusts CA certificates of its own. With one of these and a forged DNS
   * answer an admin could pose as a permitted server. @default false
   */
  allowOwnCa?: boolean;
}

/** A secret as its source gave it. */
export interface ResolvedSecret {
  value: string;
  /** From then on the value is read anew instead of being kept. */
  expiresAt?: Date;
}

/**
 * Where secrets are kept outside of this package's tables. A configuration stores the source's id and a key;
 * the value is read when mail is sent or tested, and kept in memory for five minutes.
 */
export interface SecretSource {
  /** Stored in rows: letters, digits, `-` and `_`; not `stored`. */
  readonly id: string;
  /** Shown to admins. */
  readonly label: string;
  /**
   * Whether that key may be used, by the source's own list or prefix and without asking the vault: undefined refuses it, on
   * save and again before each read, so that no admin can have the vault's other entries sent to a server of his own.
   */
  allows(key: string): SecretChoice | undefined;
  /** The keys to choose from: the first `limit` of those that hold the search text. */
  choices(options: { signal: AbortSignal; search?: string; limit: number }): Promise<SecretChoice[]>;
  /** Reads one secret. @throws {@link SecretSourceError}; of any other error nothing is shown but its code */
  resolve(key: string, options: { signal: AbortSignal }): Promise<ResolvedSecret>;
  /** Keys, or prefixes as `mail-*`, without `destinations`: they are named in a warning at start. */
  unbound?(): readonly string[];
  /** Called at shutdown. */
  close?(): Promise<void>;
}

/** Why a secret cannot be read. Only while its source is `unreachable` the value last read is used on, for an hour at most. */
export type SecretFailure = 'unreachable' | 'forbidden' | 'missing' | 'misconfigured';

/**
 * Says why a secret could not be read. Message and remedy are shown to admins and hold no secret. It takes no cause:
 * what a vault's client throws often carries the request with its token.
 */
export class SecretSourceError extends Error {
  override readonly name = 'SecretSourceError';

  constructor(
    readonly reason: SecretFailure,
    message: string,
    /** One sentence on what to change. */
    readonly remedy: string = REMEDIES[reason],
  ) {
    super(message);
  }
}

const REMEDIES: Record<SecretFailure, string> = {
  unreachable: 'Try again later; if it stays so, check the address and the network between here and there.',
  forbidden: 'Let this application read it there, or choose another one.',
  missing: 'Create it there, or choose another one.',
  misconfigured: 'Correct the set-up of the source in the application.',
};

/** The source id of secrets that are sealed in the row itself. */
export const STORED = 'stored';
