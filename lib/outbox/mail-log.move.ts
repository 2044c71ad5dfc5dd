import { Injectable } from '@nestjs/common';
import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import type { Caller } from '../options/access.js';
import { validationError } from '../shared/mail-error.js';
import {
  addCount,
  RETRYABLE,
  type MailLogEntry,
  type MoveObstacle,
  type MoveReport,
  moveObstacle,
  sumCounts,
  WAITING,
} from '../shared/mail-log.js';
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
  async target(id: string): Promise<StoredConfig> {
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
  async many(ids: readonly string[], target: StoredConfig, call: Caller, from?: string): Promise<MoveReport> {
    const unique = [...new Set(ids)];
    const entries = await this.reader.entries(await this.store.byIds(unique));
    const concerned = entries.filter(({ configId }) => from === undefined || configId === from);
    const total = from === undefined ? unique.length : concerned.length;
    const notMoved: MoveReport['notMoved'] = {};
    const able: MailLogEntry[] = [];
    for (const entry of concerned) {
      const obstacle = moveObstacle(entry, target) ?? (await this.sensitiveObstacle(entry, target));
      if (obstacle) addCount(notMoved, obstacle);
      else able.push(entry);
    }
    let moved = 0;
    for (const statuses of [WAITING, RETRYABLE]) {
      const some = able.filter(({ status }) => statuses.includes(status));
      if (some.length > 0) moved += await this.store.move(some, statuses, target, call);
    }
    addCount(notMoved, 'changed', total - moved - sumCounts(notMoved));
    return { moved, notMoved };
  }

  /** A sensitive message is sent only through the configuration that its email type uses. */
  private async sensitiveObstacle({ sensitive, activity }: MailLogEntry, { id }: StoredConfig): Promise<MoveObstacle | undefined> {
    return sensitive && (await this.reader.configOfActivity(activity))?.id !== id ? 'sensitive' : undefined;
  }
}
