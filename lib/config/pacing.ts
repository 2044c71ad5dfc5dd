import { MailError } from '../shared/mail-error.js';
import { domainsOf, grownRate } from './learned-rate.js';
import { FIRST_PAUSE_MS, newPace, type Pace } from './pace.js';
import type { PaceRow, SharedPace, Turn } from './pace.sql.js';
import type { SmtpConfig } from './smtp-config.entity.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Two refusals within this time measure the rate in between, unless one is known. Meanwhile, only one process sends. */
const MEASURED_MS = 120_000;
/** The time for which only one process sends after the server refused a process its only connection. */
const CONNECTIONS_MS = 600_000;
/** The share of a learned rate that remains after another refusal. */
const DECREASE = 0.85;
/** The lowest rate that is kept, as messages a second: refusals of a few recipients must not bring all mail to a standstill. */
const MIN_RATE = 0.5;
/** The part of a second's messages that may be sent at once. */
const BURST = 0.1;
/** The part of a second's messages that a process may send in its turn, which takes as long, before another process has one. */
const TURN = 0.5;
/** The turn of the only process that sends. It is renewed halfway, and another process takes over when it ends. */
const SOLE_TURN_MS = 5_000;
/** The time for which a process may use the messages of its turn: a slow connection may not be free earlier. */
const TURN_ENDS_MS = 5_000;

type ConfigVersion = Pick<SmtpConfig, 'id' | 'version'>;

/**
 * Adapts the mail of a configuration to a server that limits the rate. After a refusal, mail pauses: for a second at first, then twice as
 * long each time until the server accepts a message. The number of messages accepted between two refusals is the rate that is kept from
 * then on. It grows slowly, and falls when the server refuses again. While a server limits the rate, processes take turns, each with some
 * of its messages; until the rate is known, only one process sends.
 */
export class Pacing {
  readonly #paces = new Map<string, Pace>();

  /** @param maxPauseMs the longest pause */
  constructor(
    private readonly maxPauseMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns the number of messages that may start now: `Infinity` while no limit is known. */
  capacity(config: ConfigVersion): number {
    const pace = this.#known(config);
    if (!pace) return Infinity;
    if (pace.pausedUntil > this.now()) return 0;
    return this.#isLimited(pace) ? Math.floor(Math.min(this.#allowedOf(pace), this.#grantedOf(pace))) : Infinity;
  }

  /** Returns the messages a second that a server takes; undefined while no limit is known. */
  rateOf(config: ConfigVersion): number | undefined {
    const pace = this.#known(config);
    return pace && this.#rateOf(pace);
  }

  /** Returns the milliseconds until the next configuration that has to wait may send: `Infinity` if none has to. */
  waitMs(): number {
    const waits = [...this.#paces.values()].map((pace) => this.#waitOf(pace)).filter((ms) => ms > 0);
    return Math.min(...waits);
  }

  /** True if the database has what is known of a configuration. */
  isShared(config: ConfigVersion): boolean {
    return this.#known(config)?.revision !== undefined;
  }

  /** Returns the turn that this process needs before it may send; undefined if it needs none now. */
  neededTurn(config: ConfigVersion): Turn | undefined {
    const pace = this.#known(config);
    const now = this.now();
    if (!pace || pace.pausedUntil > now || !this.#isLimited(pace)) return undefined;
    if (pace.soleUntil > now) {
      const hasTurn = this.#isTaken(pace) || pace.grantedUntil - now > SOLE_TURN_MS / 2;
      return hasTurn ? undefined : { ms: SOLE_TURN_MS, isSole: true };
    }
    if (this.#grantedOf(pace) >= 1 || pace.turnUntil > now) return undefined;
    const rate = this.#rateOf(pace)!;
    const messages = Math.max(1, Math.floor(rate * TURN));
    return { ms: Math.round((messages / rate) * SECOND_MS), isSole: false, messages };
  }

  /** Begins a turn of this process, which it asked for at `askedAt`. */
  beginTurn(config: ConfigVersion, { ms, messages = Infinity }: Turn, askedAt: number): void {
    const pace = this.#known(config);
    if (!pace) return;
    pace.granted = messages;
    pace.grantedUntil = askedAt + (messages === Infinity ? ms : Math.max(ms, TURN_ENDS_MS));
    pace.turnUntil = askedAt + ms;
    pace.isOthersTurn = false;
  }

  /** Records that another process has just begun a turn. */
  recordTaken(config: ConfigVersion, { ms }: Turn): void {
    const pace = this.#known(config);
    if (!pace) return;
    pace.turnUntil = Math.max(pace.turnUntil, this.now() + Math.min(ms, SECOND_MS));
    pace.isOthersTurn = true;
    pace.granted = 0;
  }

  /** True while another process is the only one to send. */
  isLeftToOther(config: ConfigVersion): boolean {
    const pace = this.#known(config);
    return pace !== undefined && pace.soleUntil > this.now() && this.#isTaken(pace);
  }

  /** Returns the connections that the server accepted from the process that sent last; undefined if it limits none. */
  connectionsOf(config: ConfigVersion): number | undefined {
    return this.#known(config)?.connections;
  }

  /** Records that a message starts. */
  recordStart(config: ConfigVersion): void {
    const pace = this.#known(config);
    if (pace?.learned === undefined) return;
    pace.allowed = Math.max(0, this.#allowedOf(pace) - 1);
    pace.countedAt = this.now();
    pace.granted = Math.max(0, pace.granted - 1);
  }

  /** Records that the server accepted a message. */
  recordAccepted(config: ConfigVersion): void {
    const pace = this.#known(config);
    if (!pace) return;
    pace.accepted += 1;
    pace.nextPauseMs = FIRST_PAUSE_MS;
  }

  /**
   * Records that the server refused a message because of the rate. Returns the error with the time to wait, and what the other processes
   * have to know: undefined if they know it already.
   * @param recipients the addresses of the envelope
   */
  recordRefused(config: ConfigVersion, error: MailError, recipients: readonly string[]): { error: MailError; shared?: SharedPace } {
    const now = this.now();
    const { code, summary, remedy, reply, rejected, phase, reason, values, cause } = error;
    // A limit for a recipient or a message says little about other mail, which is tried first, after the pause.
    const isLast = phase === 'recipient' || phase === 'message';
    const known = this.#known(config);
    const pace = known ?? this.#begin(config);
    const since = known?.since;
    // Messages that were in flight when the server refused the first one neither prolong the pause nor count as another refusal.
    const isNew = pace.pausedUntil <= now;
    if (isNew) {
      const pauseMs = Math.min(pace.nextPauseMs, this.maxPauseMs);
      pace.pausedUntil = now + pauseMs;
      pace.nextPauseMs = 2 * pauseMs;
      if (reason === 'too_many_connections') pace.soleUntil = Math.max(pace.soleUntil, pace.pausedUntil + CONNECTIONS_MS);
      else this.#learn(pace, isLast ? domainsOf(recipients) : undefined);
      pace.granted = 0;
      pace.grantedUntil = 0;
      pace.turnUntil = 0;
    }
    const retryAfterMs = Math.ceil((isLast ? 2 : 1) * (pace.pausedUntil - now));
    return {
      error: new MailError(code, summary, { remedy, reply, rejected, phase, reason, values, cause, retryAfterMs }),
      shared: isNew ? this.#sharedOf(pace, known === undefined || pace.since !== since) : undefined,
    };
  }

  /** Adopts what the processes share about a configuration. @param isOwn true if this process has just stored it */
  adopt({ configId: id, ...row }: PaceRow, isOwn = false): void {
    const pace = this.#known({ id, version: row.version }) ?? this.#begin({ id, version: row.version });
    if (pace.version > row.version) return;
    const now = this.now();
    // The database's clock may have been set back.
    const until = (time: number | null, maxMs: number): number => (time === null ? 0 : now + Math.min(time - row.now, maxMs));
    pace.turnUntil = until(row.turnEndsAt, SOLE_TURN_MS);
    pace.isOthersTurn = row.isOthersTurn;
    pace.connections = row.connections ?? undefined;
    if (pace.revision === row.revision) return;
    pace.revision = row.revision;
    const isMeasured = pace.sharedSince === row.sinceRevision;
    pace.sharedSince = row.sinceRevision;
    if (isOwn) return;
    pace.pausedUntil = until(row.pausedUntil, this.maxPauseMs);
    pace.nextPauseMs = 2 * row.pauseMs;
    pace.soleUntil = until(row.soleUntil, CONNECTIONS_MS);
    pace.domains = row.domains ?? undefined;
    pace.granted = 0;
    pace.grantedUntil = 0;
    if (isMeasured) return;
    pace.since = row.since === null ? undefined : until(row.since, 0);
    pace.learned = row.perMinute === null ? undefined : (row.perMinute / MINUTE_MS) * SECOND_MS;
    pace.accepted = 0;
    pace.allowed = 0;
    pace.countedAt = now;
  }

  #sharedOf(pace: Pace, isMeasured: boolean): SharedPace {
    const now = this.now();
    const { version, pausedUntil, soleUntil, domains = null, learned } = pace;
    const pauseMs = pausedUntil - now;
    const measured = { sinceNow: pace.since !== undefined, perMinute: learned === undefined ? null : Math.round(learned * 60) };
    return { version, pauseMs, soleMs: Math.max(0, soleUntil - now), domains, measured: isMeasured ? measured : undefined };
  }

  #learn(pace: Pace, domains: string | undefined): void {
    const { since, accepted } = pace;
    // The limit may be that of one domain, such as a large provider behind a relay.
    const isOfSameDomains = domains !== undefined && domains === pace.domains;
    pace.domains = domains;
    if (isOfSameDomains) return;
    const now = this.now();
    if (pace.learned === undefined) pace.soleUntil = Math.max(pace.soleUntil, pace.pausedUntil + MEASURED_MS);
    // Without an accepted message in between, it is still the same refusal.
    if (since !== undefined && accepted === 0) return;
    // While another process has the turn, most of the mail is its own.
    if (since !== undefined && !this.#isTaken(pace)) pace.learned = this.#rateAfter(pace, accepted, now - since);
    if (pace.learned !== undefined) pace.soleUntil = 0;
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

  #isLimited(pace: Pace): boolean {
    return pace.soleUntil > this.now() || this.#rateOf(pace) !== undefined;
  }

  #rateOf({ learned, since = 0 }: Pace): number | undefined {
    return learned === undefined ? undefined : grownRate(learned, this.now() - since);
  }

  #allowedOf(pace: Pace): number {
    const rate = this.#rateOf(pace);
    if (rate === undefined) return Infinity;
    const earned = ((this.now() - pace.countedAt) / SECOND_MS) * rate;
    return Math.min(Math.max(1, rate * BURST), pace.allowed + earned);
  }

  #grantedOf({ granted, grantedUntil }: Pace): number {
    return grantedUntil > this.now() ? granted : 0;
  }

  #isTaken({ isOthersTurn, turnUntil }: Pace): boolean {
    return isOthersTurn && turnUntil > this.now();
  }

  #waitOf(pace: Pace): number {
    const now = this.now();
    if (pace.pausedUntil > now) return pace.pausedUntil - now;
    if (!this.#isLimited(pace)) return 0;
    if (this.#grantedOf(pace) < 1) return pace.turnUntil - now;
    const rate = this.#rateOf(pace);
    const missing = 1 - this.#allowedOf(pace);
    if (rate !== undefined && missing > 0) return (missing / rate) * SECOND_MS;
    // Renews the turn before it ends.
    return pace.soleUntil > now ? pace.grantedUntil - SOLE_TURN_MS / 2 - now : 0;
  }

  /** Returns what is known of a configuration. A change of it may lead to another server. */
  #known({ id, version }: ConfigVersion): Pace | undefined {
    const pace = this.#paces.get(id);
    return pace && pace.version >= version ? pace : undefined;
  }

  #begin({ id, version }: ConfigVersion): Pace {
    const pace = newPace(version);
    this.#paces.set(id, pace);
    return pace;
  }
}
