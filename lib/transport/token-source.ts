/** Gives access tokens: kept ones as long as they are good. */
export interface TokenSource {
  /**
   * @param refused a token that was not taken; it is not given again
   * @throws MailError when there is none
   */
  get(refused?: string): Promise<string>;
  /** Ends what is under way. */
  cut(): void;
}
