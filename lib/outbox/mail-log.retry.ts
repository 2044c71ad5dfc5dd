import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../options/access.js';
import { MailError } from '../shared/mail-error.js';
import { Breaker } from './breaker.js';
import { MailLogReader } from './mail-log.reader.js';
import { MailLogStore } from './mail-log.store.js';
import {
  addCount,
  type BulkReport,
  type MailLogEntry,
  type Obstacle,
  retryObstacle,
  RETRYABLE,
  sumCounts,
  WAITING,
} from '../shared/mail-log.js';

/** Retries messages and reports the result. */
@Injectable()
export class MailLogRetry {
  constructor(
    private readonly store: MailLogStore,
    private readonly reader: MailLogReader,
    private readonly breaker: Breaker,
    private readonly trail: AuditTrail,
  ) {}

  /** Retries one message. @throws MailError `NOT_FOUND`, or `UNAVAILABLE` with the reason if it cannot be retried */
  async one(id: string, call: Caller): Promise<void> {
    const [entry] = await this.reader.entries(await this.store.byIds([id]));
    if (!entry) throw new MailError('NOT_FOUND', 'This message does not exist.');
    const obstacle = retryObstacle(entry) ?? ((await this.begin([entry], call)).length === 0 ? 'changed' : undefined);
    if (obstacle)
      throw new MailError('UNAVAILABLE', `Can’t retry this message: ${describeObstacle(obstacle, entry)}`, { reason: obstacle });
    await this.outcome([id], call);
  }

  async many(ids: readonly string[], call: Caller): Promise<BulkReport> {
    const notDone: BulkReport['notDone'] = {};
    const able: MailLogEntry[] = [];
    for (const entry of await this.reader.entries(await this.store.byIds(ids))) {
      const obstacle = retryObstacle(entry);
      if (obstacle) addCount(notDone, obstacle);
      else able.push(entry);
    }
    const begun = await this.begin(able, call);
    addCount(notDone, 'changed', ids.length - begun.length - sumCounts(notDone));
    const waiting = await this.outcome(begun, call);
    return { done: begun.length - sumCounts(waiting), waiting, notDone };
  }

  /** Makes the next probe of a failing configuration due immediately. */
  async config({ configId, name }: { configId: string; name: string }, call: Caller): Promise<void> {
    await this.trail.write(() => ({
      steps: [this.breaker.probeNow(configId)],
      events: [{ by: call, action: 'try_config', record: { type: 'config', id: configId, name } }],
    }));
  }

  /** Makes messages due. Returns the ids of those that were not changed in the meantime. */
  private async begin(entries: readonly MailLogEntry[], call: Caller): Promise<string[]> {
    const begun: string[] = [];
    for (const statuses of [WAITING, RETRYABLE]) {
      const ids = entries.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
      if (ids.length > 0) begun.push(...(await this.store.retry(ids, statuses, call)));
    }
    return begun;
  }

  /** Counts messages by the reason why they still wait, and tries failing configurations immediately. */
  private async outcome(ids: readonly string[], call: Caller): Promise<BulkReport['waiting']> {
    const failing = new Map<string, string>();
    const waiting = await this.reader.waitingReasons(ids, ({ reason, configId, configName }) => {
      if (reason === 'failing') failing.set(configId!, configName!);
    });
    for (const [configId, name] of failing) await this.config({ configId, name }, call);
    return waiting;
  }
}

function describeObstacle(obstacle: Obstacle, { status, configName, activity }: MailLogEntry): string {
  const then = 'and the message is sent automatically.';
  switch (obstacle) {
    case 'sending':
      return 'it is being sent.';
    case 'final':
      return `it is ${status.replace('_', ' ')}.`;
    case 'body_deleted':
      return 'its content is no longer stored.';
    case 'changed':
      return 'it has changed in the meantime. Reload it.';
    case 'missing':
      return `the configuration "${configName}" does not exist. Create it, ${then}`;
    case 'activity_missing':
      return `the configuration of the email type "${activity}" was deleted. Choose another one, ${then}`;
    case 'disabled':
      return `the configuration "${configName}" is disabled. Enable it, ${then}`;
    case 'no_default':
      return `no default configuration is set. Set one, ${then}`;
    case 'default_disabled':
      return `the default configuration "${configName}" is disabled. Enable it, ${then}`;
    default:
      throw new Error(`A retry has no obstacle "${obstacle}".`);
  }
}
