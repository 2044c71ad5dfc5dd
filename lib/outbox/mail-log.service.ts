import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AccessPolicy, type Caller } from '../options/access.js';
import { MailError } from '../shared/mail-error.js';
import { checkIds, checkPage } from '../database/query-checks.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { Breaker } from './breaker.js';
import { MAIL_LOG_SORTS, type MailLogFilters, type MailLogQuery } from './mail-log.queries.js';
import { type MailLogCounts, MailLogReader, type FailingConfig, type WaitingMessages } from './mail-log.reader.js';
import { ENDED, MailLogRetry, type RetryReport, WAITING, sumOf } from './mail-log.retry.js';
import { MailLogStore } from './mail-log.store.js';
import type { MailLogAttempt, MailLogEntry } from './mail-log.view.js';
import { type ResendTarget, readdressed, resentRow } from './mail-log.resend.js';
import { type MessageContent, contentFrom, partsOf } from './message-content.js';
import { type MailPreview, previewOf } from './message-preview.js';
import { OutboxStore } from './outbox.store.js';
import { PollingDispatcher } from './polling.dispatcher.js';
import type { SmtpMessage } from './smtp-message.entity.js';

/** {@link MailLogService.count} counts no further. */
export const COUNT_LIMIT = 10_000;
const BATCH = 200;

/** What was queued and what became of it, and the ways to mend it. Every look at a body and every change stands in the change history. */
@Injectable()
export class MailLogService {
  constructor(
    private readonly access: AccessPolicy,
    private readonly store: MailLogStore,
    private readonly trail: AuditTrail,
    private readonly reader: MailLogReader,
    private readonly breaker: Breaker,
    private readonly retry: MailLogRetry,
    private readonly outbox: OutboxStore,
    private readonly dispatcher: PollingDispatcher,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /** A page of the log, the newest first unless asked otherwise. */
  async find(query: MailLogQuery = {}, call: Caller = {}): Promise<MailLogEntry[]> {
    await this.access.assertCan('view', call);
    checkPage(query, MAIL_LOG_SORTS);
    return this.reader.page(query);
  }

  /** How many messages match, counting to {@link COUNT_LIMIT} at most. */
  async count({ filters = {} }: Pick<MailLogQuery, 'filters'> = {}, call: Caller = {}): Promise<number> {
    await this.access.assertCan('view', call);
    return this.store.count(filters, COUNT_LIMIT, await this.reader.configMatch(filters));
  }

  /** Counts by status, at most 5 s old; `isFresh` counts anew, for whoever has just changed something, in whichever process. */
  async counts(call: Caller = {}, { isFresh = false }: { isFresh?: boolean } = {}): Promise<MailLogCounts> {
    await this.access.assertCan('view', call);
    return this.reader.counts(isFresh);
  }

  /** How many messages wait for a configuration, counted now. */
  async waitingFor({ id }: { id: string }, call: Caller = {}): Promise<WaitingMessages> {
    await this.access.assertCan('view', call);
    return this.reader.waitingFor(id);
  }

  /** One message with its attempts, the oldest first; null when there is none. */
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

  async findMany(ids: string[], call: Caller = {}): Promise<MailLogEntry[]> {
    await this.access.assertCan('view', call);
    checkIds(ids);
    return this.reader.entries(await this.store.byIds(ids));
  }

  /** The configurations whose mail waits because their server or login fails. */
  async failing(call: Caller = {}): Promise<FailingConfig[]> {
    await this.access.assertCan('view', call);
    return this.reader.failing();
  }

  /** The text and HTML of a message, for managers. @throws MailError `UNAVAILABLE` when it is sensitive or its body is gone */
  async preview(id: string, call: Caller = {}): Promise<MailPreview> {
    await this.access.assertCan('manage', call);
    const content = await this.contentOf(await this.require(id), 'shown');
    await this.trail.record({ by: call, action: 'preview', record: { type: 'message', id } });
    return previewOf(content);
  }

  /**
   * Sends a message again as a new one, with its own Message-ID.
   * @throws MailError `UNAVAILABLE` when it is sensitive or its body is gone; `VALIDATION` for a bad address
   */
  async resend(id: string, { to }: { to: ResendTarget }, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.assertCan('manage', call);
    const original = await this.require(id);
    const content = readdressed(await this.contentOf(original, 'sent again'), to, call.admin);
    const row = resentRow(original, content, this.options);
    const event = { by: call, action: 'resend', record: { type: 'message', id }, details: { resent: row.id, to } } as const;
    await this.store.insert(row, partsOf(content), event, this.options.delivery.expireAfterMs);
    return this.changed(row.id);
  }

  /**
   * Makes a waiting message due at once, and queues one anew that failed, expired or is unknown. A failing configuration that it
   * waits for is tried at once.
   * @throws MailError `UNAVAILABLE` with a `reason` ({@link RetryObstacle}) when it cannot be retried
   */
  async retryNow(id: string, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.assertCan('manage', call);
    await this.retry.one(id, call);
    return this.changed(id);
  }

  /** The same for many. Resolves to what was done about how many, and why not about the others. */
  async retryMany(which: MailLogFilters | readonly string[], call: Caller = {}): Promise<RetryReport> {
    await this.access.assertCan('manage', call);
    if (isIds(which)) checkIds(which);
    let report: RetryReport = { retried: 0, waiting: {}, left: {} };
    for await (const ids of this.batches(which)) report = sumOf(report, await this.retry.many(ids, call));
    this.changedMany();
    return report;
  }

  /** Cancels a message that is not in hand yet. Resolves to false when it was too late. */
  async cancel(id: string, call: Caller = {}): Promise<boolean> {
    await this.access.assertCan('manage', call);
    const row = await this.require(id);
    const late = unavailable('It is too late to cancel it.');
    try {
      await this.store.cancel(row, call, () => late);
    } catch (error) {
      if (error === late) return false;
      throw error;
    }
    this.changedMany();
    return true;
  }

  /** Tries a failing configuration at once. @throws MailError `UNAVAILABLE` when it is not failing */
  async tryConfigNow(configId: string, call: Caller = {}): Promise<void> {
    await this.access.assertCan('manage', call);
    const failing = (await this.reader.failing()).find((config) => config.configId === configId);
    if (!failing) throw unavailable('It is not failing.');
    await this.retry.config(failing, call);
    this.dispatcher.nudge();
  }

  private async *batches(which: MailLogFilters | readonly string[]): AsyncGenerator<string[]> {
    if (isIds(which)) {
      for (let start = 0; start < which.length; start += BATCH) yield which.slice(start, start + BATCH);
      return;
    }
    const config = await this.reader.configMatch(which);
    for (let after = ''; ;) {
      const ids = await this.store.idsAfter(which, [...WAITING, ...ENDED], after, BATCH, config);
      if (ids.length === 0) return;
      yield ids;
      after = ids.at(-1)!;
    }
  }

  private async contentOf({ id, sensitive }: SmtpMessage, what: string): Promise<MessageContent> {
    if (sensitive) throw unavailable(`It is sensitive: its content is never ${what}.`);
    const parts = await this.outbox.parts(id);
    if (parts.length === 0) throw unavailable(`It cannot be ${what}: its content is no longer stored.`);
    try {
      return contentFrom(parts);
    } catch (error) {
      throw error instanceof MailError ? unavailable(error.message) : error;
    }
  }

  private async require(id: string): Promise<SmtpMessage> {
    const [row] = await this.store.byIds([id]);
    if (!row) throw new MailError('NOT_FOUND', 'There is no such message.');
    return row;
  }

  private async changed(id: string): Promise<MailLogEntry> {
    this.changedMany();
    const [entry] = await this.reader.entries(await this.store.byIds([id]));
    if (!entry) throw new MailError('NOT_FOUND', 'There is no such message.');
    return entry;
  }

  private changedMany(): void {
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
