import { badOption, type Check, durationMs, flag, oneOf, optional, options, timerMs, wholeNumber } from './option-checker.js';
import { retry, type RetryOptions } from './retry.js';
import { timeouts, type TimeoutOptions } from './timeouts.js';

/** Delivery of queued mail; durations in milliseconds. */
export interface DeliveryOptions {
  /** Sends mail in this process. Set it to false in processes that only queue mail. @default true */
  run?: boolean;
  /** Messages in flight for all configurations together; each configuration sends at most `maxConnections` at a time. @default 20 */
  concurrency?: number;
  /**
   * Messages that a connection sends before the server's reply to the first of them, to servers with CHUNKING: 1, or 4 to 8. With more
   * than 1, mail over a distant network is several times as fast, but as many messages per connection may arrive twice after a crash or
   * a cut. A configuration with a single connection sends one message at a time. @default 1
   */
  pipelineDepth?: number;
  /** Time for which a process may hold a message without renewing its lease. @default 60_000 */
  leaseMs?: number;
  /** Interval at which the outbox is polled. Mail that this process queues does not wait for it. @default 2_000 */
  pollEveryMs?: number;
  /** Time for which a stopping process waits for messages in flight. @default 10_000 */
  graceMs?: number;
  /** Interval at which a failing server is tried again. @default 30_000 */
  reconnectEveryMs?: number;
  /** Backoff after temporary refusals. */
  retry?: RetryOptions;
  /**
   * Action for a message whose connection was lost after the server had received all of it: `retry` may deliver it twice, `hold`
   * leaves the decision to an admin. @default 'retry'
   */
  onAmbiguous?: 'retry' | 'hold';
  /** Time after which a queued message expires, unless it has its own `expiresAt`. @default never */
  expireAfterMs?: number;
  /** Deadlines for mail servers, also for `sendNow` and tests. */
  timeouts?: TimeoutOptions;
  /** Retention of the mail log. */
  retention?: RetentionOptions;
}

/** Retention of the mail log, in milliseconds. */
export interface RetentionOptions {
  /** Time for which everything about a message is kept after it was queued, once its status is final. @default 7_776_000_000 (90 days) */
  metadataMs?: number;
  /** Time for which the body of a sent message is kept. Other bodies are kept as long as the metadata. @default 604_800_000 (7 days) */
  bodyMs?: number;
}

export interface ResolvedDelivery extends Required<Omit<DeliveryOptions, 'retry' | 'timeouts' | 'retention' | 'expireAfterMs'>> {
  retry: Required<RetryOptions>;
  timeouts: Required<TimeoutOptions>;
  retention: Required<RetentionOptions>;
  expireAfterMs: number | undefined;
}

/** A higher value would only use memory: a configuration has at most 50 connections. */
const MAX_CONCURRENCY = 10_000;
const DAY_MS = 86_400_000;

/** Two or three are slower than one: servers delay the replies (measured with Postfix). */
const pipelineDepth: Check<number> = (value, option) => {
  const depth = wholeNumber(8)(value, option);
  if (depth === 2 || depth === 3) throw badOption(option, `is ${depth}`, 'Pass 1, or 4 to 8.');
  return depth;
};

const retention = options<Required<RetentionOptions>>({
  metadataMs: [durationMs, 90 * DAY_MS],
  bodyMs: [durationMs, 7 * DAY_MS],
});

/** Checks the option `delivery`. */
export const delivery: Check<ResolvedDelivery> = options<ResolvedDelivery>({
  run: [flag, true],
  concurrency: [wholeNumber(MAX_CONCURRENCY), 20],
  pipelineDepth: [pipelineDepth, 1],
  leaseMs: [timerMs, 60_000],
  pollEveryMs: [timerMs, 2_000],
  graceMs: [timerMs, 10_000],
  reconnectEveryMs: [timerMs, 30_000],
  retry: [retry, {}],
  onAmbiguous: [oneOf('retry', 'hold'), 'retry'],
  expireAfterMs: [optional(durationMs), undefined],
  timeouts: [timeouts, {}],
  retention: [retention, {}],
});
