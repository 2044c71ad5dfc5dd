import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Caller } from '../options/access.js';
import { MailError } from '../shared/mail-error.js';
import { Breaker } from './breaker.js';
import { MailLogReader } from './mail-log.reader.js';
import { MailLogStore } from './mail-log.store.js';
import type { MailLogEntry, WaitingReason } from './mail-log.view.js';
import type { MessageStatus } from './smtp-message.entity.js';

/** Reasons to wait that no retry does anything about. */
const BLOCKED = ['missing', 'activity_missing', 'disabled', 'no_default', 'default_disabled'] as const satisfies readonly WaitingReason[];

/**
 * Why a message was left as it is: it is being sent, final, its content is gone, it was changed or deleted meanwhile, or
 * what it waits for has to be set right first.
 */
export type RetryObstacle = 'sending' | 'ended' | 'gone' | 'changed' | (typeof BLOCKED)[number];

/** How many messages were retried, and why others were not. */
export interface RetryReport {
  /** Due now: they leave with the next free connection. */
  retried: number;
  /** Due as well, but they wait, by what they wait for. A configuration that is failing is tried at once. */
  waiting: Partial<Record<WaitingReason, number>>;
  left: Partial<Record<RetryObstacle, number>>;
}

/** What waits already. */
export const WAITING: readonly MessageStatus[] = ['queued', 'held'];
/** What can begin anew. */
export const ENDED: readonly MessageStatus[] = ['failed', 'unknown', 'expired'];

/** Retries messages, and finds out what comes of it. */
@Injectable()
export class MailLogRetry {
  constructor(
    private readonly store: MailLogStore,
    private readonly reader: MailLogReader,
    private readonly breaker: Breaker,
    private readonly trail: AuditTrail,
  ) {}

  /** @throws MailError `NOT_FOUND`, or `UNAVAILABLE` with the reason when it cannot be retried */
  async one(id: string, call: Caller): Promise<void> {
    const [entry] = await this.reader.entries(await this.store.byIds([id]));
    if (!entry) throw new MailError('NOT_FOUND', 'There is no such message.');
    const obstacle = obstacleTo(entry) ?? ((await this.begin([entry], call)).length === 0 ? 'changed' : undefined);
    if (obstacle) throw new MailError('UNAVAILABLE', `It cannot be retried: ${inWords(obstacle, entry)}`, { reason: obstacle });
    await this.outcome([id], call);
  }

  async many(ids: readonly string[], call: Caller): Promise<RetryReport> {
    const all = [...new Set(ids)];
    const left: RetryReport['left'] = {};
    const able: MailLogEntry[] = [];
    for (const entry of await this.reader.entries(await this.store.byIds(all))) {
      const obstacle = obstacleTo(entry);
      if (obstacle) count(left, obstacle);
      else able.push(entry);
    }
    const begun = await this.begin(able, call);
    count(left, 'changed', all.length - begun.length - total(left));
    const waiting = await this.outcome(begun, call);
    return { retried: begun.length - total(waiting), waiting, left };
  }

  /** Has a failing configuration tried at once. */
  async config({ configId, name }: { configId: string; name: string }, call: Caller): Promise<void> {
    await this.trail.write((em) => ({
      steps: [this.breaker.dueNow(em, configId)],
      events: [{ by: call, action: 'try_config', record: { type: 'config', id: configId, name } }],
    }));
  }

  /** Makes messages due; gives the ids of those that had not changed meanwhile. */
  private async begin(entries: readonly MailLogEntry[], call: Caller): Promise<string[]> {
    const begun: string[] = [];
    for (const statuses of [WAITING, ENDED]) {
      const ids = entries.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
      if (ids.length > 0) begun.push(...(await this.store.retry(ids, statuses, call)));
    }
    return begun;
  }

  /** What they wait for now. A failing configuration among it is tried at once. */
  private async outcome(ids: readonly string[], call: Caller): Promise<RetryReport['waiting']> {
    const waiting: RetryReport['waiting'] = {};
    const failing = new Map<string, string>();
    for (const { reason, configId, configName } of await this.reader.entries(await this.store.byIds(ids))) {
      if (reason === null || reason === 'scheduled' || reason === 'backoff') continue;
      count(waiting, reason);
      if (reason === 'failing') failing.set(configId!, configName!);
    }
    for (const [configId, name] of failing) await this.config({ configId, name }, call);
    return waiting;
  }
}

/** Adds up the reports of several calls. */
export function sumOf(one: RetryReport, other: RetryReport): RetryReport {
  const sum = <Key extends string>(a: Partial<Record<Key, number>>, b: Partial<Record<Key, number>>): Partial<Record<Key, number>> => {
    const both = { ...a };
    for (const [key, n] of Object.entries(b) as [Key, number][]) count(both, key, n);
    return both;
  };
  return { retried: one.retried + other.retried, waiting: sum(one.waiting, other.waiting), left: sum(one.left, other.left) };
}

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, n) => sum + n, 0);

function count<Key extends string>(counts: Partial<Record<Key, number>>, key: Key, n = 1): void {
  if (n > 0) counts[key] = (counts[key] ?? 0) + n;
}

function obstacleTo({ status, reason, hasBody }: MailLogEntry): RetryObstacle | undefined {
  if (status === 'sending') return 'sending';
  if (!WAITING.includes(status) && !ENDED.includes(status)) return 'ended';
  if (!hasBody) return 'gone';
  return WAITING.includes(status) ? BLOCKED.find((blocked) => blocked === reason) : undefined;
}

function inWords(obstacle: RetryObstacle, { status, configName, activity }: MailLogEntry): string {
  const leaves = 'and it leaves by itself.';
  switch (obstacle) {
    case 'sending':
      return 'it is being sent just now.';
    case 'ended':
      return `it is ${status.replace('_', ' ')}.`;
    case 'gone':
      return 'its content is no longer stored.';
    case 'changed':
      return 'it has changed in the meantime. Look at it again.';
    case 'missing':
      return `the configuration "${configName}" does not exist. Create it, ${leaves}`;
    case 'activity_missing':
      return `the configuration of the activity "${activity}" was deleted. Choose another one for it, ${leaves}`;
    case 'disabled':
      return `the configuration "${configName}" is disabled. Enable it, ${leaves}`;
    case 'no_default':
      return `no configuration is the default. Set one, ${leaves}`;
    case 'default_disabled':
      return `the default configuration "${configName}" is disabled. Enable it, ${leaves}`;
  }
}
