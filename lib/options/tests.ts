import { type Check, options, wholeNumber } from './option-checker.js';

/** Limits on an admin's tests. Every action that connects to a server counts: Test, Detect and "Fetch from server". */
export interface TestsOptions {
  /** Tests that an admin may start within a minute, in each process. @default 20 */
  perMinute?: number;
  /** Tests of an admin that may run at the same time, in each process. @default 2 */
  concurrent?: number;
}

export type ResolvedTests = Required<TestsOptions>;

/** The upper limit, because the start time of each test is kept for a minute. */
const MAX_TESTS = 10_000;

/** Checks the option `tests`. */
export const tests: Check<ResolvedTests> = options<ResolvedTests>({
  perMinute: [wholeNumber(MAX_TESTS), 20],
  concurrent: [wholeNumber(MAX_TESTS), 2],
});
