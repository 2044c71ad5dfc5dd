import { RETRY_DEFAULTS, type RetryOptions } from './retry.js';
import { TIMEOUT_DEFAULTS, type TimeoutOptions } from './timeouts.js';

/** How queued mail is delivered; durations in milliseconds. */
export interface DeliveryOptions {
  /** False for a process that only queues mail and leaves sending to others. @default true */
  run?: boolean;
  /** Messages being sent at once, over all configurations; each of them sends at most `maxConnections`. @default 20 */
  concurrency?: number;
  /** How long a message stays in the hands of a process that says nothing. @default 60_000 */
  leaseMs?: number;
  /** How often the table is looked at when nothing calls. @default 2_000 */
  pollEveryMs?: number;
  /** How long a stopping process waits for what it has in hand. @default 10_000 */
  graceMs?: number;
  /** How often a server that does not work is tried. @default 30_000 */
  reconnectEveryMs?: number;
  /** Backoff of messages that were refused for now. */
  retry?: RetryOptions;
  /** What becomes of a message whose connection was lost when the server had all of it: `retry` may deliver it twice, `hold` waits for a person. @default 'retry' */
  onAmbiguous?: 'retry' | 'hold';
  /** Mail without an `expiresAt` of its own is given up this long after it was queued. @default never */
  expireAfterMs?: number;
  /** How long a mail server may take over each step; also for `sendNow` and a configuration's test. */
  timeouts?: TimeoutOptions;
  retention?: RetentionOptions;
}

/** How long the mail log is kept, in milliseconds. */
export interface RetentionOptions {
  /** Everything about a message that came to its end. @default 90 days */
  metadataMs?: number;
  /** The body of a message that was sent; others keep theirs as long as their metadata. @default 7 days */
  bodyMs?: number;
}

export interface ResolvedDelivery extends Required<Omit<DeliveryOptions, 'retry' | 'timeouts' | 'retention' | 'expireAfterMs'>> {
  retry: Required<RetryOptions>;
  timeouts: Required<TimeoutOptions>;
  retention: Required<RetentionOptions>;
  expireAfterMs: number | undefined;
}

const DAY_MS = 86_400_000;

export const DELIVERY_DEFAULTS: ResolvedDelivery = {
  run: true,
  concurrency: 20,
  leaseMs: 60_000,
  pollEveryMs: 2_000,
  graceMs: 10_000,
  reconnectEveryMs: 30_000,
  retry: RETRY_DEFAULTS,
  onAmbiguous: 'retry',
  expireAfterMs: undefined,
  timeouts: TIMEOUT_DEFAULTS,
  retention: { metadataMs: 90 * DAY_MS, bodyMs: 7 * DAY_MS },
};
