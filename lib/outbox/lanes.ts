import { Injectable, Logger } from '@nestjs/common';
import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import type { MailError } from '../smtp.errors.js';
import { groupBy } from './group-by.js';
import { Breaker, type Parked } from './breaker.js';
import { type DueLevel, OutboxStore, type Through } from './outbox.store.js';
import { DEFAULT_LANE } from './smtp-message.entity.js';

/** A configuration that may send now, and where mail waits that leaves through it. */
export interface OpenConfig extends Through {
  config: StoredConfig;
  due: DueLevel[];
}

/** Knows which lanes are open: a parked configuration closes its own, and the default one that of all other mail. */
@Injectable()
export class Lanes {
  readonly #logger = new Logger('Outbox');
  #parked = new Map<string, Parked>();

  constructor(
    private readonly configs: SmtpConfigStore,
    private readonly store: OutboxStore,
    private readonly breaker: Breaker,
  ) {}

  /** The configurations that have due mail and may send it. */
  async open(): Promise<OpenConfig[]> {
    const lanes = await this.store.lanes('queued');
    if (lanes.length === 0) return [];
    const [defaultId, parked] = await Promise.all([this.configs.defaultId(), this.breaker.parked()]);
    this.#parked = parked;
    const byConfig = groupBy(lanes, (lane) => (lane === DEFAULT_LANE ? (defaultId ?? '') : lane));
    const open: OpenConfig[] = [];
    for (const config of await this.configs.enabled([...byConfig.keys()])) {
      // Looked for after the configuration was found: what was queued before it was switched on is seen, and the urgent first.
      const due = await this.store.due(byConfig.get(config.id)!);
      if (due.length === 0) continue;
      const state = parked.get(config.id);
      // Another version than the one that failed is tried at once.
      const isProbe = state !== undefined && state.version === config.version;
      if (isProbe && !(state.isDue && (await this.breaker.winProbe(config.id)))) continue;
      open.push({ config, due, isProbe });
    }
    return open;
  }

  /** Parks a configuration that failed, and opens one again that works. */
  async report(config: StoredConfig, failure: MailError | undefined): Promise<void> {
    const parked = this.#parked.get(config.id);
    if (failure) {
      if (!parked) this.#logger.error(`Mail through "${config.name}" waits: ${failure.message}`);
      await this.breaker.park(config, failure);
    } else if (parked) {
      this.#logger.log(`Mail leaves through "${config.name}" again.`);
      this.#parked.delete(config.id);
      await this.breaker.unpark(config.id);
    }
  }

  /** Holds mail whose own configuration is missing or off, and lets go what can leave again. */
  async holdAndLetGo(): Promise<void> {
    const configs = await this.configs.all();
    const usable = new Map(configs.filter(({ enabled }) => enabled).map((config) => [config.id, config]));
    for (const lane of await this.store.lanes('queued')) {
      if (lane !== DEFAULT_LANE && !usable.has(lane)) await this.store.hold(lane);
    }
    for (const lane of await this.store.lanes('held')) {
      const config = usable.get(lane) ?? [...usable.values()].find(({ name }) => `name:${name.toLowerCase()}` === lane);
      if (config) await this.store.letGo(lane, config.id);
    }
  }
}
