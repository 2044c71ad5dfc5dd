import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import { isStorable } from '../database/conditions.js';
import { Breaker } from './breaker.js';
import { type ConfigMatch, type FilterFacts, type MailLogFilters, type MailLogQuery, statusesOf } from './mail-log.query.js';
import { MailLogStore, type Tally } from './mail-log.store.js';
import { type Situation, entryOf, obstacleOf, triedConfig } from './mail-log.view.js';
import { type Directory, activityLane, choiceOf, directoryOf, routeOf } from './lane.js';
import { SharedReads } from './shared-reads.js';
import type { SmtpMessage } from './smtp-message.entity.js';
import { type MailLogCounts, OUTCOME_STATUSES } from '../shared/mail-counts.js';
import {
  addCount,
  type BlockedReason,
  type BulkReport,
  type FailingConfig,
  type MailLogEntry,
  type MessageStatus,
} from '../shared/mail-log.js';

/** Counts of waiting messages. */
export interface WaitingMessages {
  /** Messages that choose the configuration, by name or through their activity. */
  own: number;
  /** Messages that use it as the default. */
  ofDefault: number;
}

/** The maximum age of counts, which every page requests. */
const COUNTS_AGE_MS = 5_000;

/** Reads the log, and determines why messages wait. Callers check the permission. */
@Injectable()
export class MailLogReader {
  readonly #tally = new SharedReads<Tally>(() => COUNTS_AGE_MS);
  readonly #sent = new SharedReads<number>(() => COUNTS_AGE_MS);

  constructor(
    private readonly store: MailLogStore,
    private readonly configs: SmtpConfigStore,
    private readonly breaker: Breaker,
  ) {}

  async page(query: MailLogQuery): Promise<MailLogEntry[]> {
    return this.entries(await this.store.page(query, await this.factsFor(query.filters)));
  }

  async entries(rows: SmtpMessage[]): Promise<MailLogEntry[]> {
    if (rows.length === 0) return [];
    const [bodies, situation] = await Promise.all([this.store.withBody(rows.map(({ id }) => id)), this.situation()]);
    return rows.map((row) => entryOf(row, bodies.has(row.id), situation));
  }

  /** Reads the messages that match in batches, the newest first. Determines once why they wait. */
  async *newestFirst(
    filters: MailLogFilters,
    { limit, batch, facts }: { limit: number; batch: number; facts?: FilterFacts },
  ): AsyncGenerator<MailLogEntry[]> {
    const situation = await this.situation();
    let before: string | undefined;
    for (let left = limit; left > 0;) {
      const ids = await this.store.idsBefore(filters, before, Math.min(left, batch), facts);
      if (ids.length === 0) return;
      const bodies = await this.store.withBody(ids);
      yield (await this.store.byIds(ids)).map((row) => entryOf(row, bodies.has(row.id), situation));
      before = ids.at(-1)!;
      left -= ids.length;
      // SQLite answers at once, so that nothing else would run until the end.
      await setImmediate();
    }
  }

  /** Counts messages by the reason why they still wait for something other than their time. @param each called with each of those messages */
  async waitingReasons(ids: readonly string[], each?: (entry: MailLogEntry) => void): Promise<BulkReport['waiting']> {
    const waiting: BulkReport['waiting'] = {};
    for (const entry of await this.entries(await this.store.byIds(ids))) {
      const { reason } = entry;
      if (reason === null || reason === 'scheduled' || reason === 'backoff') continue;
      addCount(waiting, reason);
      each?.(entry);
    }
    return waiting;
  }

  async counts(today: Date, isFresh = false): Promise<MailLogCounts> {
    if (isFresh) this.forgetCounts();
    const [{ byStatus, byLane }, sentToday] = await Promise.all([
      this.tally(),
      this.#sent.get(String(today.getTime()), () => this.countAll({ status: OUTCOME_STATUSES.sent, finishedFrom: today })),
    ]);
    const of = (...statuses: readonly MessageStatus[]): number => statuses.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
    const waiting = [...byLane.values()].reduce((sum, n) => sum + n, 0);
    return { waiting, held: of('held'), sentToday, today, failed: of(...OUTCOME_STATUSES.failed), unknown: of('unknown') };
  }

  async failing(): Promise<FailingConfig[]> {
    const { failing, directory } = await this.situation();
    if (failing.size === 0) return [];
    const { byLane } = await this.tally();
    const waitingFor = (id: string): number =>
      [...byLane].reduce((sum, [lane, n]) => (routeOf(lane, directory).config?.id === id ? sum + n : sum), 0);
    return [...failing.values()].map(({ configId, since, code, error, reason, values, field, nextProbeAt }) => ({
      configId,
      name: directory.byId.get(configId)!.name,
      since: new Date(since),
      code,
      error,
      reason,
      values,
      field,
      waiting: waitingFor(configId),
      nextProbeAt: new Date(nextProbeAt),
    }));
  }

  /** Counts all messages that match, without a limit. */
  async countAll(filters: MailLogFilters): Promise<number> {
    return this.store.count(filters, undefined, await this.factsFor(filters));
  }

  /** Returns the facts that filters need. */
  async factsFor(filters: MailLogFilters = {}): Promise<FilterFacts> {
    const { config, reason, finishedFrom } = filters;
    const isOnlySent = statusesOf(filters)?.every((status) => OUTCOME_STATUSES.sent.some((sent) => sent === status));
    return {
      ...(config !== undefined && isStorable(config) && { config: await this.configMatch(config) }),
      ...(reason === 'backoff' && { obstructedLanes: await this.obstructedLanes() }),
      ...(reason && reason !== 'backoff' && { blockedLanes: await this.blockedLanes(reason) }),
      ...(finishedFrom && isOnlySent && { firstFinished: await this.store.firstFinished(finishedFrom) }),
    };
  }

  private async blockedLanes(reason: BlockedReason): Promise<string[]> {
    const [directory, lanes] = await Promise.all([this.directory(), this.store.lanes(OUTCOME_STATUSES.waiting)]);
    return lanes.filter((lane) => obstacleOf(routeOf(lane, directory)) === reason);
  }

  /** Returns the lanes for whose messages that reason is shown before their time has come. */
  private async obstructedLanes(): Promise<string[]> {
    const [directory, lanes] = await Promise.all([this.directory(), this.store.lanes(OUTCOME_STATUSES.waiting)]);
    return lanes.filter((lane) => {
      const route = routeOf(lane, directory);
      return route.by !== 'default' && obstacleOf(route) !== undefined;
    });
  }

  private async configMatch(name: string): Promise<ConfigMatch> {
    const [directory, lanes] = await Promise.all([this.directory(), this.store.lanes()]);
    const key = name.toLowerCase();
    const isItsLane = (lane: string): boolean => {
      const { config } = routeOf(lane, directory);
      const choice = choiceOf(lane);
      return config ? config.name.toLowerCase() === key : choice.by === 'name' && choice.name === key;
    };
    return { name: directory.byName.get(key)?.name ?? name, lanes: lanes.filter(isItsLane) };
  }

  /** Counts the messages that currently wait for a configuration. */
  async waitingFor(configId: string): Promise<WaitingMessages> {
    const [directory, lanes] = await Promise.all([this.directory(), this.store.lanes(OUTCOME_STATUSES.waiting)]);
    const routed = lanes.map((lane) => ({ lane, ...routeOf(lane, directory) })).filter(({ config }) => config?.id === configId);
    const waiting = await this.store.waitingIn(routed.map(({ lane }) => lane));
    const sum = (isOfDefault: boolean): number =>
      routed.filter(({ by }) => (by === 'default') === isOfDefault).reduce((total, { lane }) => total + (waiting.get(lane) ?? 0), 0);
    return { own: sum(false), ofDefault: sum(true) };
  }

  /** Returns the name of a configuration. */
  async nameOf(configId: string): Promise<string | undefined> {
    return (await this.directory()).byId.get(configId)?.name;
  }

  /** Returns the configuration that sent a message or last tried to, or the one that it waits for; undefined if it does not exist. */
  async configOf(row: SmtpMessage): Promise<SmtpConfig | undefined> {
    const directory = await this.directory();
    const tried = row.sentBy ?? triedConfig(row);
    return tried === null ? routeOf(row.lane, directory).config : directory.byName.get(tried.toLowerCase());
  }

  /** Returns the configurations that send the mail of activities now, by activity. */
  async configsOfActivities(keys: readonly string[]): Promise<ReadonlyMap<string, SmtpConfig | undefined>> {
    if (keys.length === 0) return new Map();
    const directory = await this.directory();
    return new Map(keys.map((key) => [key, routeOf(activityLane(key), directory).config]));
  }

  /** Clears the cached counts after a change. */
  forgetCounts(): void {
    this.#tally.clear();
    this.#sent.clear();
  }

  private async situation(): Promise<Situation> {
    const [now, directory, failing] = await Promise.all([this.store.now(), this.directory(), this.breaker.failing()]);
    const still = [...failing].filter(([id, { version }]) => {
      const config = directory.byId.get(id);
      return config?.enabled && config.version === version;
    });
    return { now, directory, failing: new Map(still) };
  }

  private async directory(): Promise<Directory<SmtpConfig>> {
    const [configs, choices] = await Promise.all([this.configs.all(), this.configs.choices()]);
    return directoryOf(configs, choices);
  }

  private async tally(): Promise<Tally> {
    return this.#tally.get('', () => this.store.tally());
  }
}
