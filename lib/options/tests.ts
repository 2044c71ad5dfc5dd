/** How often an admin may test: what connects to a server counts, which is Test, Detect and "Fetch from the server". */
export interface TestsOptions {
  /** Tests an admin may begin within a minute, in each process. @default 20 */
  perMinute?: number;
  /** Tests of an admin that may run at once, in each process. @default 2 */
  concurrent?: number;
}

export type ResolvedTests = Required<TestsOptions>;

export const TESTS_DEFAULTS: ResolvedTests = { perMinute: 20, concurrent: 2 };
