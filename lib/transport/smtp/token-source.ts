/** Provides access tokens, and keeps them until they expire. */
export interface TokenSource {
  /**
   * Returns a token.
   * @param refused a token that the server refused; it is not returned again
   * @throws MailError without a token
   */
  get(refused?: string): Promise<string>;
  /** Ends a running request. */
  abort(): void;
}
