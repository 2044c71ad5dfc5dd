import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AccessPolicy, type Caller } from '../options/access.js';
import { MailError } from '../shared/mail-error.js';
import { checkIds, checkPage } from '../database/query-checks.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Breaker } from './breaker.js';
import type { MailLogFilters, MailLogQuery } from './mail-log.query.js';
import { MailLogReader, type WaitingMessages } from './mail-log.reader.js';
import { MailLogMove } from './mail-log.move.js';
import { MailLogRetry } from './mail-log.retry.js';
import { MailLogStore } from './mail-log.store.js';
import { type ResendTarget, readdress, resendRow } from './mail-log.resend.js';
import { type MessageContent, contentFrom, partsOf } from './message-content.js';
import { previewOf } from './message-preview.js';
import { OutboxStore } from './outbox.store.js';
import { PollingDispatcher } from './polling.dispatcher.js';
import type { SmtpMessage } from './smtp-message.entity.js';
import {
  RETRYABLE,
  type FailingConfig,
  type MailLogAttempt,
  type MailLogCounts,
  type MailLogEntry,
  type MailPreview,
  type MessageStatus,
  type MoveReport,
  type RetryReport,
  sumMoves,
  sumReports,
  WAITING,
} from '../shared/mail-log.js';

/** The limit of {@link MailLogService.count}. */
export const COUNT_LIMIT = 10_000;
const BATCH = 200;

/**
 * The mail log: messages with their delivery status, and the actions of an admin. The change history records every change and every
 * view of a body.
 */
@Injectable()
export class MailLogService {
  constructor(
    private readonly access: AccessPolicy,
    private readonly store: MailLogStore,
    private readonly trail: AuditTrail,
    private readonly reader: MailLogReader,
    private readonly breaker: Breaker,
    private readonly retry: MailLogRetry,
    private readonly mover: MailLogMove,
    private readonly outbox: OutboxStore,
    private readonly dispatcher: PollingDispatcher,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /** Returns a page of the log, the newest message first by default. */
  async find(query: MailLogQuery = {}, call: Caller = {}): Promise<MailLogEntry[]> {
    await this.access.assertCan('view', call);
    checkPage(query);
    return this.reader.page(query);
  }

  /** Counts the messages that match, up to {@link COUNT_LIMIT}. */
  async count({ filters = {} }: Pick<MailLogQuery, 'filters'> = {}, call: Caller = {}): Promise<number> {
    await this.access.assertCan('view', call);
    return this.store.count(filters, COUNT_LIMIT, await this.reader.configMatch(filters));
  }

  /** Returns counts by status, at most 5 s old. With `isFresh`, counts again, for callers that have just changed something. */
  async counts(call: Caller = {}, { isFresh = false }: { isFresh?: boolean } = {}): Promise<MailLogCounts> {
    await this.access.assertCan('view', call);
    return this.reader.counts(isFresh);
  }

  /** Counts the messages that currently wait for a configuration. */
  async waitingFor({ id }: { id: string }, call: Caller = {}): Promise<WaitingMessages> {
    await this.access.assertCan('view', call);
    return this.reader.waitingFor(id);
  }

  /** Returns a message with its attempts, the oldest first; null if it does not exist. */
  async findOne(id: string, call: Caller = {}): Promise<(MailLogEntry & { attemptList: MailLogAttempt[] }) | null> {
    const [entry] = await this.findMany([id], call);
    if (!entry) return null;
    const attemptList = (await this.store.attempts(id)).map(({ at, configName, outcome, code, reply, ms }) => ({
      at,
      configName,
      outcome,
      code,
      reply,
      ms,
    }));
    return { ...entry, attemptList };
  }

  /** Returns the messages of these ids, in their order. */
  async findMany(ids: string[], call: Caller = {}): Promise<MailLogEntry[]> {
    await this.access.assertCan('view', call);
    checkIds(ids);
    return this.reader.entries(await this.store.byIds(ids));
  }

  /** Returns the configurations whose server or login fails. */
  async failing(call: Caller = {}): Promise<FailingConfig[]> {
    await this.access.assertCan('view', call);
    return this.reader.failing();
  }

  /**
   * Returns the text and HTML of a message. Requires the permission `manage`. @throws MailError `UNAVAILABLE` if it is sensitive or
   * its body was deleted
   */
  async preview(id: string, call: Caller = {}): Promise<MailPreview> {
    await this.access.assertCan('manage', call);
    const content = await this.contentOf(await this.require(id), 'shown');
    await this.trail.record({ by: call, action: 'preview', record: { type: 'message', id } });
    return previewOf(content);
  }

  /**
   * Sends a message again as a new one, with its own Message-ID.
   * @throws MailError `UNAVAILABLE` if it is sensitive or its body was deleted; `VALIDATION` for an invalid address
   */
  async resend(id: string, { to }: { to: ResendTarget }, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.assertCan('manage', call);
    const original = await this.require(id);
    const content = readdress(await this.contentOf(original, 'sent again'), to, call.admin);
    const row = resendRow(original, content, this.options);
    const event = { by: call, action: 'resend', record: { type: 'message', id }, details: { resent: row.id, to } } as const;
    await this.store.insert(row, partsOf(content), event, this.options.delivery.expireAfterMs);
    return this.reloadChanged(row.id);
  }

  /**
   * Makes a waiting message due immediately, or queues one again that failed, expired or is unknown. If its configuration is
   * failing, the configuration is tried immediately.
   * @throws MailError `UNAVAILABLE` with a `reason` ({@link RetryObstacle}) if it cannot be retried
   */
  async retryNow(id: string, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.assertCan('manage', call);
    await this.retry.one(id, call);
    return this.reloadChanged(id);
  }

  /** Retries many messages, by filters or ids. Returns the number of retried messages, and of the others by reason. */
  async retryMany(which: MailLogFilters | readonly string[], call: Caller = {}): Promise<RetryReport> {
    await this.access.assertCan('manage', call);
    if (isIds(which)) checkIds(which);
    let report: RetryReport = { retried: 0, waiting: {}, notRetried: {} };
    for await (const ids of this.batches(which)) report = sumReports([report, await this.retry.many(ids, call)]);
    this.notifyChanged();
    return report;
  }

  /**
   * Moves messages that wait, are held or failed to another configuration, by filters or ids. A message that some recipients have
   * keeps its sender and its remaining recipients.
   * @param to the id of the configuration
   * @throws MailError `VALIDATION` at `to` if it does not exist or is disabled
   */
  async move(which: MailLogFilters | readonly string[], { to }: { to: string }, call: Caller = {}): Promise<MoveReport> {
    await this.access.assertCan('manage', call);
    if (isIds(which)) checkIds(which);
    return this.moveAll(this.batches(which), to, call);
  }

  /** Moves all messages that wait for a configuration to another one, for example before it is deleted. See {@link move}. */
  async moveWaiting({ id }: { id: string }, { to }: { to: string }, call: Caller = {}): Promise<MoveReport> {
    await this.access.assertCan('manage', call);
    const name = await this.reader.nameOf(id);
    return name === undefined ? { moved: 0, notMoved: {} } : this.moveAll(this.batches({ config: name }, WAITING), to, call, id);
  }

  /** Cancels a message that is not in flight. Returns false if it is too late. */
  async cancel(id: string, call: Caller = {}): Promise<boolean> {
    await this.access.assertCan('manage', call);
    const row = await this.require(id);
    const late = unavailable('It is too late to cancel this message.');
    try {
      await this.store.cancel(row, call, () => late);
    } catch (error) {
      if (error === late) return false;
      throw error;
    }
    this.notifyChanged();
    return true;
  }

  /** Tries a failing configuration immediately. @throws MailError `UNAVAILABLE` if it is not failing */
  async tryConfigNow(configId: string, call: Caller = {}): Promise<void> {
    await this.access.assertCan('manage', call);
    const failing = (await this.reader.failing()).find((config) => config.configId === configId);
    if (!failing) throw unavailable('This configuration is not failing.');
    await this.retry.config(failing, call);
    this.dispatcher.nudge();
  }

  private async moveAll(batches: AsyncIterable<string[]>, to: string, call: Caller, from?: string): Promise<MoveReport> {
    const target = await this.mover.target(to);
    const reports: MoveReport[] = [];
    for await (const ids of batches) reports.push(await this.mover.many(ids, target, call, from));
    this.notifyChanged();
    return sumMoves(reports);
  }

  private async *batches(
    which: MailLogFilters | readonly string[],
    statuses: readonly MessageStatus[] = [...WAITING, ...RETRYABLE],
  ): AsyncGenerator<string[]> {
    if (isIds(which)) {
      for (let start = 0; start < which.length; start += BATCH) yield which.slice(start, start + BATCH);
      return;
    }
    const config = await this.reader.configMatch(which);
    for (let after = ''; ;) {
      const ids = await this.store.idsAfter(which, statuses, after, BATCH, config);
      if (ids.length === 0) return;
      yield ids;
      after = ids.at(-1)!;
    }
  }

  private async contentOf({ id, sensitive }: SmtpMessage, what: string): Promise<MessageContent> {
    if (sensitive) throw unavailable(`This message is sensitive. Its content is never ${what}.`);
    const parts = await this.outbox.parts(id);
    if (parts.length === 0) throw unavailable(`This message can’t be ${what}: its content is no longer stored.`);
    try {
      return contentFrom(parts);
    } catch (error) {
      throw error instanceof MailError ? unavailable(error.message) : error;
    }
  }

  private async require(id: string): Promise<SmtpMessage> {
    const [row] = await this.store.byIds([id]);
    if (!row) throw new MailError('NOT_FOUND', 'This message does not exist.');
    return row;
  }

  private async reloadChanged(id: string): Promise<MailLogEntry> {
    this.notifyChanged();
    const [entry] = await this.reader.entries(await this.store.byIds([id]));
    if (!entry) throw new MailError('NOT_FOUND', 'This message does not exist.');
    return entry;
  }

  private notifyChanged(): void {
    this.reader.forgetCounts();
    this.dispatcher.nudge();
  }
}

function unavailable(words: string): MailError {
  return new MailError('UNAVAILABLE', words);
}

function isIds(which: MailLogFilters | readonly string[]): which is readonly string[] {
  return Array.isArray(which);
}
