import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { checkIds, checkPage, MAX_IDS } from '../database/query-checks.js';
import { AccessPolicy, type Caller } from '../options/access.js';
import { MailError } from '../shared/mail-error.js';
import { type MailLogCounts } from '../shared/mail-counts.js';
import {
  type BulkReport,
  type FailingConfig,
  type MailLogAttempt,
  type MailLogEntry,
  MESSAGE_ACTIONS,
  type MessageAction,
  WAITING,
} from '../shared/mail-log.js';
import type { MailLogDetails, MailPreview } from '../shared/message-details.js';
import { SLOT_MS } from '../shared/mail-overview.js';
import { Breaker } from './breaker.js';
import { isIds, MailLogBulk, type Selection } from './mail-log.bulk.js';
import { MailLogContent } from './mail-log.content.js';
import { MailLogDetailsReader } from './mail-log.details.js';
import { type MailLogExport, MailLogExporter } from './mail-log.export.js';
import { type MailLogFile, MailLogFiles } from './mail-log.files.js';
import type { MailLogFilters, MailLogQuery } from './mail-log.query.js';
import { MailLogReader, type WaitingMessages } from './mail-log.reader.js';
import { MailLogResend, type ResendTarget } from './mail-log.resend.js';
import { MailLogRetry } from './mail-log.retry.js';
import { MailLogStore } from './mail-log.store.js';
import { previewOf } from './message-preview.js';
import { PollingDispatcher } from './polling.dispatcher.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** The limit of {@link MailLogService.count}. */
export const COUNT_LIMIT = 10_000;

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
    private readonly resender: MailLogResend,
    private readonly bulk: MailLogBulk,
    private readonly content: MailLogContent,
    private readonly detailsReader: MailLogDetailsReader,
    private readonly files: MailLogFiles,
    private readonly exporter: MailLogExporter,
    private readonly dispatcher: PollingDispatcher,
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
    return this.store.count(filters, COUNT_LIMIT, await this.reader.factsFor(filters));
  }

  /**
   * Returns counts, at most 5 s old. With `isFresh`, counts again, for callers that have just changed something.
   * @param today the start of the day that `sentToday` counts, at most 25 hours ago. @default midnight by the clock of this process
   */
  async counts(call: Caller = {}, { isFresh = false, today }: { isFresh?: boolean; today?: Date } = {}): Promise<MailLogCounts> {
    await this.access.assertCan('view', call);
    return this.reader.counts(startOfDay(today), isFresh);
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
   * Returns the ids of messages that match and whose status allows an action, after the given id in the order of creation. Serves
   * to act on many messages step by step, with progress.
   * @param limit at most {@link MAX_IDS}
   */
  async findIds(
    filters: MailLogFilters,
    { action, after = '', limit = MAX_IDS }: { action: MessageAction; after?: string; limit?: number },
    call: Caller = {},
  ): Promise<string[]> {
    await this.access.assertCan('view', call);
    checkPage({ limit });
    const applicable = this.bulk.applicable(action, filters);
    return this.store.idsAfter(applicable, after, Math.min(limit, MAX_IDS), await this.reader.factsFor(applicable));
  }

  /** Counts, for each action, the messages that match and whose status allows it, up to {@link COUNT_LIMIT}. */
  async countActions(filters: MailLogFilters, call: Caller = {}): Promise<Record<MessageAction, number>> {
    const counts = {} as Record<MessageAction, number>;
    for (const action of MESSAGE_ACTIONS) counts[action] = await this.count({ filters: this.bulk.applicable(action, filters) }, call);
    return counts;
  }

  /**
   * Returns the text and HTML of a message. Requires the permission `manage`. @throws MailError `UNAVAILABLE` if it is sensitive or
   * its body was deleted
   */
  async preview(id: string, call: Caller = {}): Promise<MailPreview> {
    await this.access.assertCan('manage', call);
    const content = await this.content.of(await this.require(id), 'shown');
    await this.trail.record({ by: call, action: 'preview', record: { type: 'message', id } });
    return previewOf(content);
  }

  /**
   * Returns the sender, the recipients and the parts of a message, as far as they are known. Of a sensitive message, only its
   * addresses are read.
   */
  async details(id: string, call: Caller = {}): Promise<MailLogDetails> {
    await this.access.assertCan('view', call);
    return this.detailsReader.of(await this.require(id));
  }

  /**
   * Returns a message in the format of `.eml` files, as its recipients get it: with the signature and the copies of its
   * configuration, and without the Bcc header. Requires the permission `manage`.
   * @throws MailError `UNAVAILABLE` if it is sensitive, its body was deleted, or its sender is not known
   */
  async eml(id: string, call: Caller = {}): Promise<MailLogFile> {
    await this.access.assertCan('manage', call);
    return this.files.eml(await this.require(id), call);
  }

  /**
   * Returns an attachment of a message. Requires the permission `manage`.
   * @param index its place among the attachments, from 0
   * @throws MailError `NOT_FOUND`; `UNAVAILABLE` if the message is sensitive or its body was deleted
   */
  async attachment(id: string, index: number, call: Caller = {}): Promise<MailLogFile> {
    await this.access.assertCan('manage', call);
    return this.files.attachment(await this.require(id), index, call);
  }

  /**
   * Exports the messages that match, the newest first, at most 100,000. Contains no content, and no subjects of
   * sensitive messages. The change history records the export before the first message is read.
   */
  async export(filters: MailLogFilters = {}, call: Caller = {}): Promise<MailLogExport> {
    await this.access.assertCan('view', call);
    return this.exporter.export(filters, call);
  }

  /**
   * Sends a message again as a new one, with its own Message-ID.
   * @throws MailError `UNAVAILABLE` if it is sensitive or its body was deleted; `VALIDATION` for an invalid address
   */
  async resend(id: string, { to }: { to: ResendTarget }, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.assertCan('manage', call);
    return this.reloadChanged(await this.resender.one(await this.require(id), to, call));
  }

  /**
   * Makes a waiting message due immediately, or queues one again that failed, expired or is unknown. If its configuration is
   * failing, the configuration is tried immediately.
   * @throws MailError `UNAVAILABLE` with a `reason` ({@link Obstacle}) if it cannot be retried
   */
  async retryNow(id: string, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.assertCan('manage', call);
    await this.retry.one(id, call);
    return this.reloadChanged(id);
  }

  /** Cancels a message that is not in flight. Returns false if it is too late. */
  async cancel(id: string, call: Caller = {}): Promise<boolean> {
    await this.access.assertCan('manage', call);
    await this.require(id);
    const { done } = await this.changeMany([id], () => this.bulk.cancel([id], call));
    return done === 1;
  }

  /** Retries many messages, by filters or ids. Returns the number of retried messages, and of the others by reason. */
  async retryMany(which: Selection, call: Caller = {}): Promise<BulkReport> {
    await this.access.assertCan('manage', call);
    return this.changeMany(which, () => this.bulk.retry(which, call));
  }

  /** Cancels many messages, by filters or ids. */
  async cancelMany(which: Selection, call: Caller = {}): Promise<BulkReport> {
    await this.access.assertCan('manage', call);
    return this.changeMany(which, () => this.bulk.cancel(which, call));
  }

  /** Sends many final messages again to their original recipients, by filters or ids. */
  async resendMany(which: Selection, call: Caller = {}): Promise<BulkReport> {
    await this.access.assertCan('manage', call);
    return this.changeMany(which, () => this.bulk.resend(which, call));
  }

  /**
   * Moves messages that wait, are held or failed to another configuration, by filters or ids. A message that some recipients have
   * keeps its sender and its remaining recipients. A sensitive message moves only to the configuration that its email type uses.
   * @param to the id of the configuration
   * @throws MailError `VALIDATION` at `to` if it does not exist or is disabled
   */
  async move(which: Selection, { to }: { to: string }, call: Caller = {}): Promise<BulkReport> {
    await this.access.assertCan('manage', call);
    return this.changeMany(which, () => this.bulk.move(which, to, call));
  }

  /** Moves all messages that wait for a configuration to another one, for example before it is deleted. See {@link move}. */
  async moveWaiting({ id }: { id: string }, { to }: { to: string }, call: Caller = {}): Promise<BulkReport> {
    await this.access.assertCan('manage', call);
    const name = await this.reader.nameOf(id);
    if (name === undefined) return { done: 0, waiting: {}, notDone: {} };
    const which: MailLogFilters = { config: name, status: WAITING };
    return this.changeMany(which, () => this.bulk.move(which, to, call, id));
  }

  /** Tries a failing configuration immediately. @throws MailError `UNAVAILABLE` if it is not failing */
  async tryConfigNow(configId: string, call: Caller = {}): Promise<void> {
    await this.access.assertCan('manage', call);
    const failing = (await this.reader.failing()).find((config) => config.configId === configId);
    if (!failing) throw new MailError('UNAVAILABLE', 'This configuration is not failing.');
    await this.retry.config(failing, call);
    this.dispatcher.nudge();
  }

  private async changeMany(which: Selection, work: () => Promise<BulkReport>): Promise<BulkReport> {
    if (isIds(which)) checkIds(which);
    const report = await work();
    this.notifyChanged();
    return report;
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

/** Returns the start of a day: the given one if it is possible in some time zone, otherwise that of this process. */
function startOfDay(given: Date | undefined): Date {
  const at = given?.getTime() ?? Number.NaN;
  // In every time zone, a day starts with a quarter of an hour. One of them may have 25 hours.
  const isPossible = at % SLOT_MS === 0 && at <= Date.now() + SLOT_MS && at > Date.now() - 25 * 3_600_000 - SLOT_MS;
  return isPossible ? new Date(at) : new Date(new Date().setHours(0, 0, 0, 0));
}
