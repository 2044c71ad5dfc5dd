/** A secret an admin can choose: its key and words about it, never its value. */
export interface SecretChoice {
  key: string;
  label: string;
  hint?: string;
}

/** A secret as its source gave it. */
export interface ResolvedSecret {
  value: string;
  expiresAt?: Date;
}

/**
 * Where secrets are kept outside of this package's tables. A configuration stores the source's id and a key;
 * the value is read when mail is sent or tested.
 */
export interface SecretSource {
  /** Stored in rows: letters, digits, `-` and `_`; not `stored`. */
  readonly id: string;
  /** Shown to admins. */
  readonly label: string;
  /** The keys an admin may choose from. One that is not among them is refused, on save and again when resolved. */
  choices(options: { signal: AbortSignal; search?: string; limit: number }): Promise<SecretChoice[]>;
  /** Reads one secret. Rejects when it is missing, forbidden or out of reach; the reason must not hold a secret. */
  resolve(key: string, options: { signal: AbortSignal }): Promise<ResolvedSecret>;
  /** Called at shutdown. */
  close?(): Promise<void>;
}

/** The source id of secrets that are sealed in the row itself. */
export const STORED = 'stored';
