const MINUTE_MS = 60_000;

/** When a message that was refused for now is tried again, and when it is given up. */
export interface RetryOptions {
  /** Milliseconds to the second, third, … try; the last one stands for all that follow. @default 5, 10, 20, 40, 67 minutes (Postfix: 300 s doubling to 4000 s) */
  delaysMs?: number[];
  /** Share of a delay by which it may differ, so that what failed together is not tried together. @default 0.2 */
  jitter?: number;
  /** Milliseconds a message may wait after its own refusals, all together, before it is given up. @default 3 days */
  giveUpAfterMs?: number;
}

export const RETRY_DEFAULTS: Required<RetryOptions> = {
  delaysMs: [5, 10, 20, 40, 67].map((minutes) => minutes * MINUTE_MS),
  jitter: 0.2,
  giveUpAfterMs: 3 * 24 * 60 * MINUTE_MS,
};

/** How long to wait after the given number of refusals. */
export function backoffMs(refusals: number, retry: Required<RetryOptions>, random = Math.random): number {
  return Math.round(delayMs(refusals, retry) * (1 + retry.jitter * (2 * random() - 1)));
}

/** How long a message that was refused so many times has waited when it is tried again, from its first refusal on. */
export function waitedMs(refusals: number, retry: Required<RetryOptions>): number {
  return Array.from({ length: refusals }, (_, index) => delayMs(index + 1, retry)).reduce((sum, ms) => sum + ms, 0);
}

function delayMs(refusals: number, { delaysMs }: Required<RetryOptions>): number {
  return delaysMs[Math.min(refusals, delaysMs.length) - 1] ?? 0;
}
