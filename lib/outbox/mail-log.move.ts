import { Injectable } from '@nestjs/common';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import type { Caller } from '../options/access.js';
import { validationError } from '../shared/mail-error.js';
import { addCount, type BulkReport, type MailLogEntry, moveObstacle, RETRYABLE, sumCounts, WAITING } from '../shared/mail-log.js';
import { MailLogReader } from './mail-log.reader.js';
import { MailLogStore } from './mail-log.store.js';

/** Moves messages to another configuration and reports the result. */
@Injectable()
export class MailLogMove {
  constructor(
    private readonly store: MailLogStore,
    private readonly reader: MailLogReader,
    private readonly configs: SmtpConfigStore,
  ) {}

  /** Returns the configuration that messages are moved to. @throws MailError `VALIDATION` at `to` if it does not exist or is disabled */
  async target(id: string): Promise<SmtpConfig> {
    const config = await this.configs.stored({ id });
    if (!config) throw validationError({ to: { code: 'required', message: 'Choose a configuration.' } });
    if (!config.enabled) {
      throw validationError({
        to: { code: 'disabled', message: `"${config.name}" is disabled. Enable it or choose another configuration.` },
      });
    }
    return config;
  }

  /**
   * Moves messages: those that wait are due at once unless they are scheduled, those that had failed are queued anew.
   * @param from moves only messages that wait for the configuration of this id
   */
  async many(ids: readonly string[], target: SmtpConfig, call: Caller, from?: string): Promise<BulkReport> {
    const entries = await this.reader.entries(await this.store.byIds(ids));
    const concerned = entries.filter(({ configId }) => from === undefined || configId === from);
    const total = from === undefined ? ids.length : concerned.length;
    const notDone: BulkReport['notDone'] = {};
    const able: MailLogEntry[] = [];
    const sensitive = concerned.filter((entry) => entry.sensitive);
    const ownConfigs = await this.reader.configsOfActivities(sensitive.map(({ activity }) => activity));
    for (const entry of concerned) {
      // A sensitive message is sent only through the configuration that its email type uses.
      const isForbidden = entry.sensitive && ownConfigs.get(entry.activity)?.id !== target.id;
      const obstacle = moveObstacle(entry, target.id) ?? (isForbidden ? 'sensitive' : undefined);
      if (obstacle) addCount(notDone, obstacle);
      else able.push(entry);
    }
    const moved: string[] = [];
    for (const statuses of [WAITING, RETRYABLE]) {
      const some = able.filter(({ status }) => statuses.includes(status));
      moved.push(...(await this.store.move(some, statuses, target, call)));
    }
    addCount(notDone, 'changed', total - moved.length - sumCounts(notDone));
    const waiting = await this.reader.waitingReasons(moved);
    return { done: moved.length - sumCounts(waiting), waiting, notDone };
  }
}
