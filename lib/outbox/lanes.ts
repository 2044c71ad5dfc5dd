import { Injectable, Logger } from '@nestjs/common';
import { SharedPacing } from '../config/shared-pacing.js';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import type { MailError } from '../shared/mail-error.js';
import { Breaker, type FailingState } from './breaker.js';
import { type Directory, choiceOf, directoryOf, isHeld, routeOf } from './lane.js';
import { type DueLevel, LaneStore } from './lane.store.js';
import type { ClaimFor } from './sql/claim.js';

/** A configuration that may send now, with the lanes and priorities of its due messages, the first due first. */
export interface OpenConfig extends ClaimFor {
  config: SmtpConfig;
  due: DueLevel[];
}

/** Finds the open lanes, which lead to a working configuration. */
@Injectable()
export class Lanes {
  readonly #logger = new Logger('Outbox');
  #failing = new Map<string, FailingState>();

  constructor(
    private readonly configs: SmtpConfigStore,
    private readonly store: LaneStore,
    private readonly breaker: Breaker,
    private readonly pacing: SharedPacing,
  ) {}

  /** Returns the configurations that have due messages and may send them. */
  async open(): Promise<OpenConfig[]> {
    const lanes = await this.store.lanes('queued');
    if (lanes.length === 0) return [];
    const [directory, { failing, rows }] = await Promise.all([this.directory(lanes), this.breaker.states()]);
    this.#failing = failing;
    this.pacing.adopt(rows);
    const routed = lanes.map((lane) => ({ lane, config: routeOf(lane, directory).config })).filter(({ config }) => config?.enabled);
    // Read after the configurations, to find messages that were queued before one was enabled, urgent ones first.
    const due = await this.store.due(routed.map(({ lane }) => lane));
    const open: OpenConfig[] = [];
    for (const config of new Set(routed.map((one) => one.config!))) {
      const lanesOfIt = new Set(routed.filter((one) => one.config === config).map(({ lane }) => lane));
      const levels = due.filter(({ lane }) => lanesOfIt.has(lane));
      if (levels.length === 0) continue;
      const state = failing.get(config.id);
      // A version other than the one that failed is tried immediately.
      const isProbe = state !== undefined && state.version === config.version;
      if (isProbe && !(state.isDue && (await this.breaker.tryAcquireProbe(config.id)))) continue;
      open.push({ config, due: levels, isProbe });
    }
    return open;
  }

  /** Trips the breaker of a configuration that failed, or resets the breaker of one that works again. */
  async report(config: SmtpConfig, failure: MailError | undefined): Promise<void> {
    const failing = this.#failing.get(config.id);
    if (failure) {
      if (!failing) this.#logger.error(`Mail for "${config.name}" is waiting: ${failure.message}`);
      await this.breaker.trip(config, failure);
    } else if (failing) {
      this.#logger.log(`"${config.name}" is sending mail again.`);
      this.#failing.delete(config.id);
      await this.breaker.reset(config.id);
    }
  }

  /** Holds messages whose own configuration is missing or disabled, and returns messages to the queue that can be sent again. */
  async reconcileHeld(): Promise<void> {
    const queued = await this.store.lanes('queued');
    const held = await this.store.lanes('held');
    if (queued.length + held.length === 0) return;
    const directory = await this.directory([...queued, ...held]);
    for (const lane of queued) if (isHeld(routeOf(lane, directory))) await this.store.hold(lane);
    for (const lane of held) if (!isHeld(routeOf(lane, directory))) await this.store.releaseHeld(lane);
  }

  /** Returns the configurations that these lanes lead to. */
  private async directory(lanes: readonly string[]): Promise<Directory<SmtpConfig>> {
    const choices = await this.configs.choices();
    const named = lanes.map(choiceOf).filter((choice) => choice.by === 'name');
    const ids = [choices.defaultId, ...choices.activities.values(), ...named.map(({ id }) => id)].filter((id): id is string => Boolean(id));
    return directoryOf(await this.configs.which({ ids, names: named.map(({ name }) => name) }), choices);
  }
}
