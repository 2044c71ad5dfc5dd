import { badOption, type Check, durationMs, options } from './option-checker.js';

/** Backoff after temporary refusals. */
export interface RetryOptions {
  /**
   * Milliseconds before the second, third, … attempt; the last delay applies to all later attempts. The default is Postfix's: 300
   * s, doubling to 4000 s. @default [300_000, 600_000, 1_200_000, 2_400_000, 4_020_000]
   */
  delaysMs?: number[];
  /** Fraction by which a delay varies, so that messages that failed together are not retried together. @default 0.2 */
  jitter?: number;
  /** Total milliseconds that a message may wait after refusals before it fails. @default 259_200_000 (3 days) */
  giveUpAfterMs?: number;
}

const MINUTE_MS = 60_000;

const delays: Check<number[]> = (value, option) => {
  if (!Array.isArray(value) || value.length === 0) throw badOption(option, 'is not a list of milliseconds', 'Pass [300_000].');
  return Array.from(value, (delay, index) => durationMs(delay, `${option}[${index}]`));
};

const share: Check<number> = (value, option) => {
  if (typeof value !== 'number' || !(value >= 0 && value < 1))
    throw badOption(option, 'is not a fraction', 'Pass a number from 0 to below 1.');
  return value;
};

/** Checks the option `delivery.retry`. */
export const retry: Check<Required<RetryOptions>> = options<Required<RetryOptions>>({
  delaysMs: [delays, [5, 10, 20, 40, 67].map((minutes) => minutes * MINUTE_MS)],
  jitter: [share, 0.2],
  giveUpAfterMs: [durationMs, 3 * 24 * 60 * MINUTE_MS],
});

/** Returns the delay after the given number of refusals. */
export function backoffMs(refusals: number, given: Required<RetryOptions>, random = Math.random): number {
  return Math.round(delayMs(refusals, given) * (1 + given.jitter * (2 * random() - 1)));
}

/** Returns how long a message has waited, from its first refusal to the next attempt. */
export function waitedMs(refusals: number, given: Required<RetryOptions>): number {
  return Array.from({ length: refusals }, (_, index) => delayMs(index + 1, given)).reduce((sum, ms) => sum + ms, 0);
}

function delayMs(refusals: number, { delaysMs }: Required<RetryOptions>): number {
  return delaysMs[Math.min(refusals, delaysMs.length) - 1] ?? 0;
}
