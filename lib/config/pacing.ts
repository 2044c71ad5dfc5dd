import { domainOf } from '../message/mailbox.js';
import { MailError } from '../shared/mail-error.js';
import type { SmtpConfig } from './smtp-config.entity.js';

const SECOND_MS = 1_000;
/** The first pause; each further one is twice as long, until the server accepts a message. */
const FIRST_PAUSE_MS = 1_000;
/** Two refusals within this time measure the rate in between, unless one is known. */
const MEASURED_MS = 120_000;
/** The time in which the learned rate doubles while the server does not refuse it. */
const DOUBLES_MS = 600_000;
/** The time after which a rate that the server never refused is forgotten. */
const FORGOTTEN_MS = 3_600_000;
/** The share of a learned rate that remains after another refusal. */
const DECREASE = 0.85;
/** The lowest rate that is kept, as messages a second: refusals of a few recipients must not bring all mail to a standstill. */
const MIN_RATE = 0.5;
/** The part of a second's messages that may be sent at once. */
const BURST = 0.1;

/** The pace of a configuration. All times are by `performance.now()`. */
interface Pace {
  version: number;
  pausedUntil: number;
  nextPauseMs: number;
  /** The start of the measurement: the last refusal before which the server had accepted mail, or the first one. */
  since?: number;
  /** The messages that it accepted since then. */
  accepted: number;
  /** The domains of the recipients in the last refusal that was about recipients or content. */
  domains?: string;
  /** Messages a second at `since`; undefined while it is unknown. */
  learned?: number;
  /** The messages that may start at `countedAt`. */
  allowed: number;
  countedAt: number;
}

/**
 * Adapts the mail of a configuration, in this process, to a server that limits the rate. After a refusal, mail pauses: for a second at
 * first, then twice as long each time until the server accepts a message. The number of messages accepted between two refusals is the
 * rate that is kept from then on. It grows slowly, and falls when the server refuses again.
 */
export class Pacing {
  readonly #paces = new Map<string, Pace>();

  /** @param maxPauseMs the longest pause */
  constructor(
    private readonly maxPauseMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns the number of messages that may start now: `Infinity` while no limit is known. */
  capacity(config: Pick<SmtpConfig, 'id' | 'version'>): number {
    const pace = this.#known(config);
    if (!pace) return Infinity;
    return pace.pausedUntil > this.now() ? 0 : Math.floor(this.#allowedOf(pace));
  }

  /** Returns the messages a second that a server takes; undefined while no limit is known. */
  rateOf(config: Pick<SmtpConfig, 'id' | 'version'>): number | undefined {
    const pace = this.#known(config);
    return pace && this.#rateOf(pace);
  }

  /** Returns the milliseconds until the next configuration that has to wait may send: `Infinity` if none has to. */
  waitMs(): number {
    const waits = [...this.#paces.values()].map((pace) => this.#waitOf(pace)).filter((ms) => ms > 0);
    return Math.min(...waits);
  }

  /** Records that a message starts. */
  recordStart(config: Pick<SmtpConfig, 'id' | 'version'>): void {
    const pace = this.#known(config);
    if (pace?.learned === undefined) return;
    pace.allowed = Math.max(0, this.#allowedOf(pace) - 1);
    pace.countedAt = this.now();
  }

  /** Records that the server accepted a message. */
  recordAccepted(config: Pick<SmtpConfig, 'id' | 'version'>): void {
    const pace = this.#known(config);
    if (!pace) return;
    pace.accepted += 1;
    pace.nextPauseMs = FIRST_PAUSE_MS;
  }

  /**
   * Records that the server refused a message because of the rate. Returns the error with the time to wait.
   * @param recipients the addresses of the envelope
   */
  recordRefused(config: Pick<SmtpConfig, 'id' | 'version'>, error: MailError, recipients: readonly string[]): MailError {
    const now = this.now();
    const { code, summary, remedy, reply, rejected, phase, reason, values, cause } = error;
    // A limit for a recipient or a message says little about other mail, which is tried first, after the pause.
    const isLast = phase === 'recipient' || phase === 'message';
    const pace = this.#known(config) ?? this.#begin(config);
    // Messages that were in flight when the server refused the first one neither prolong the pause nor count as another refusal.
    if (pace.pausedUntil <= now) {
      this.#learn(pace, isLast ? domainsOf(recipients) : undefined);
      const pauseMs = Math.min(pace.nextPauseMs, this.maxPauseMs);
      pace.pausedUntil = now + pauseMs;
      pace.nextPauseMs = 2 * pauseMs;
    }
    const retryAfterMs = Math.ceil((isLast ? 2 : 1) * (pace.pausedUntil - now));
    return new MailError(code, summary, { remedy, reply, rejected, phase, reason, values, cause, retryAfterMs });
  }

  #learn(pace: Pace, domains: string | undefined): void {
    const { since, accepted } = pace;
    // The limit may be that of one domain, such as a large provider behind a relay.
    const isOfSameDomains = domains !== undefined && domains === pace.domains;
    pace.domains = domains;
    if (isOfSameDomains) return;
    const now = this.now();
    // Without an accepted message in between, it is still the same refusal.
    if (since !== undefined && accepted === 0) return;
    if (since !== undefined) pace.learned = this.#rateAfter(pace, accepted, now - since);
    pace.since = now;
    pace.accepted = 0;
    pace.allowed = 0;
    pace.countedAt = now;
  }

  /** Returns the rate to keep after another refusal. */
  #rateAfter(pace: Pace, accepted: number, elapsedMs: number): number | undefined {
    const current = this.#rateOf(pace);
    if (current !== undefined) return Math.max(MIN_RATE, current * DECREASE);
    return elapsedMs > MEASURED_MS ? undefined : Math.max(MIN_RATE, (accepted / elapsedMs) * SECOND_MS);
  }

  #rateOf({ learned, since = 0 }: Pace): number | undefined {
    const elapsedMs = this.now() - since;
    return learned === undefined || elapsedMs > FORGOTTEN_MS ? undefined : learned * (1 + elapsedMs / DOUBLES_MS);
  }

  #allowedOf(pace: Pace): number {
    const rate = this.#rateOf(pace);
    if (rate === undefined) return Infinity;
    const earned = ((this.now() - pace.countedAt) / SECOND_MS) * rate;
    return Math.min(Math.max(1, rate * BURST), pace.allowed + earned);
  }

  #waitOf(pace: Pace): number {
    const pauseMs = pace.pausedUntil - this.now();
    if (pauseMs > 0) return pauseMs;
    const rate = this.#rateOf(pace);
    const missing = 1 - this.#allowedOf(pace);
    return rate !== undefined && missing > 0 ? (missing / rate) * SECOND_MS : 0;
  }

  /** Returns what is known of a configuration. A change of it may lead to another server. */
  #known({ id, version }: Pick<SmtpConfig, 'id' | 'version'>): Pace | undefined {
    const pace = this.#paces.get(id);
    return pace && pace.version >= version ? pace : undefined;
  }

  #begin({ id, version }: Pick<SmtpConfig, 'id' | 'version'>): Pace {
    const pace = { version, pausedUntil: 0, nextPauseMs: FIRST_PAUSE_MS, accepted: 0, allowed: 0, countedAt: 0 };
    this.#paces.set(id, pace);
    return pace;
  }
}

const domainsOf = (addresses: readonly string[]): string => [...new Set(addresses.map(domainOf))].toSorted().join(' ');
