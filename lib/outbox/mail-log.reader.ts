import { Injectable } from '@nestjs/common';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import { Breaker } from './breaker.js';
import { type ConfigMatch, type MailLogFilters, type MailLogQuery, holdsNul } from './mail-log.queries.js';
import { MailLogStore, type Tally } from './mail-log.store.js';
import { type MailLogEntry, type Situation, entryOf } from './mail-log.view.js';
import { DEFAULT_LANE, type MessageStatus, type SmtpMessage } from './smtp-message.entity.js';

/** How many messages there are. `queued` are waiting; `sentToday` is since midnight by the clock of this process. */
export type MailLogCounts = Record<'queued' | 'sending' | 'sentToday' | 'failed' | 'held' | 'unknown', number>;

/** A configuration that is parked, and what that means. */
export interface ParkedConfig {
  configId: string;
  name: string;
  since: Date;
  /** A key of MAIL_ERRORS. */
  code: string;
  error: string;
  /** How many messages wait for it. */
  waiting: number;
  nextProbeAt: Date;
}

/** How old counts may be: they are asked for with every page. */
const COUNTS_AGE_MS = 5_000;

/** Reads the log and says what its messages wait for. Whoever calls has asked whether that is allowed. */
@Injectable()
export class MailLogReader {
  #tally: { at: number; tally: Promise<Tally> } | undefined;

  constructor(
    private readonly store: MailLogStore,
    private readonly configs: SmtpConfigStore,
    private readonly breaker: Breaker,
  ) {}

  async page(query: MailLogQuery): Promise<MailLogEntry[]> {
    return this.entries(await this.store.page(query, await this.configMatch(query.filters)));
  }

  async entries(rows: SmtpMessage[]): Promise<MailLogEntry[]> {
    if (rows.length === 0) return [];
    const [bodies, situation] = await Promise.all([this.store.withBody(rows.map(({ id }) => id)), this.situation()]);
    return rows.map((row) => entryOf(row, bodies.has(row.id), situation));
  }

  async counts(isFresh = false): Promise<MailLogCounts> {
    if (isFresh) this.forgetCounts();
    const { byStatus, byLane, sentToday } = await this.tally();
    const of = (status: MessageStatus): number => byStatus.get(status) ?? 0;
    const queued = [...byLane.values()].reduce((sum, n) => sum + n, 0);
    return { queued, sending: of('sending'), sentToday, failed: of('failed'), held: of('held'), unknown: of('unknown') };
  }

  async parked(): Promise<ParkedConfig[]> {
    const { parked, configs, defaultId } = await this.situation();
    if (parked.size === 0) return [];
    const { byLane } = await this.tally();
    return [...parked.values()].map(({ configId, since, code, error, nextProbeAt }) => ({
      configId,
      name: configs.get(configId)!.name,
      since: new Date(since),
      code,
      error,
      waiting: (byLane.get(configId) ?? 0) + (configId === defaultId ? (byLane.get(DEFAULT_LANE) ?? 0) : 0),
      nextProbeAt: new Date(nextProbeAt),
    }));
  }

  /** What a filter by a configuration's name looks for. */
  async configMatch({ config: name }: MailLogFilters = {}): Promise<ConfigMatch | undefined> {
    if (name === undefined || holdsNul(name)) return undefined;
    const [config, defaultId] = await Promise.all([this.configs.stored({ name }), this.configs.defaultId()]);
    return { name: config?.name ?? name, id: config?.id ?? null, isDefault: config !== null && config.id === defaultId };
  }

  /** Something was changed: what was counted before does not hold any more. */
  forgetCounts(): void {
    this.#tally = undefined;
  }

  private async situation(): Promise<Situation> {
    const [now, all, defaultId, parked] = await Promise.all([
      this.store.now(),
      this.configs.all(),
      this.configs.defaultId(),
      this.breaker.parked(),
    ]);
    const configs = new Map(all.map((config) => [config.id, config]));
    const still = [...parked].filter(([id, { version }]) => configs.get(id)?.enabled && configs.get(id)!.version === version);
    return { now, configs, defaultId, parked: new Map(still) };
  }

  private async tally(): Promise<Tally> {
    if (!this.#tally || Date.now() - this.#tally.at > COUNTS_AGE_MS) {
      const tally = this.store.tally(new Date(new Date().setHours(0, 0, 0, 0)));
      this.#tally = { at: Date.now(), tally };
      // A failure is not kept.
      tally.catch(() => (this.#tally = undefined));
    }
    return this.#tally.tally;
  }
}
