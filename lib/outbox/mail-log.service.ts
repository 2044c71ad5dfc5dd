import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AccessPolicy, type Caller } from '../smtp.access.js';
import { MailError } from '../smtp.errors.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../smtp.options.js';
import { Breaker } from './breaker.js';
import type { MailLogFilters, MailLogQuery } from './mail-log.queries.js';
import { type MailLogCounts, MailLogReader, type ParkedConfig } from './mail-log.reader.js';
import { MailLogStore } from './mail-log.store.js';
import type { MailLogAttempt, MailLogEntry } from './mail-log.view.js';
import { type ResendTarget, readdressed, resentRow } from './mail-log.resend.js';
import { type MessageContent, contentFrom, partsOf } from './message-content.js';
import { type MailPreview, previewOf } from './message-preview.js';
import { OutboxStore } from './outbox.store.js';
import { PollingDispatcher } from './polling.dispatcher.js';
import { DEFAULT_LANE, type MessageStatus, type SmtpMessage } from './smtp-message.entity.js';

/** {@link MailLogService.count} counts no further. */
export const COUNT_LIMIT = 10_000;
const BATCH = 200;
/** Messages that have not left yet. */
export interface WaitingMessages {
  /** Those that name the configuration, by themselves or through their activity. */
  own: number;
  /** Those that name none, and leave through whichever is the default. */
  ofDefault: number;
}

const WAITING: MessageStatus[] = ['queued', 'held'];
/** What can begin anew. */
const ENDED: MessageStatus[] = ['failed', 'unknown', 'expired'];

/** What was queued and what became of it, and the ways to mend it. Every look at a body and every change stands in the change history. */
@Injectable()
export class MailLogService {
  constructor(
    private readonly access: AccessPolicy,
    private readonly store: MailLogStore,
    private readonly trail: AuditTrail,
    private readonly reader: MailLogReader,
    private readonly breaker: Breaker,
    private readonly outbox: OutboxStore,
    private readonly dispatcher: PollingDispatcher,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /** A page of the log, the newest first unless asked otherwise. */
  async find(query: MailLogQuery = {}, call: Caller = {}): Promise<MailLogEntry[]> {
    await this.access.demand('view', call);
    return this.reader.page(query);
  }

  /** How many messages match, counting to {@link COUNT_LIMIT} at most. */
  async count({ filters = {} }: Pick<MailLogQuery, 'filters'> = {}, call: Caller = {}): Promise<number> {
    await this.access.demand('view', call);
    return this.store.count(filters, COUNT_LIMIT, await this.reader.configMatch(filters));
  }

  /** Counts by status, at most 5 s old; `isFresh` counts anew, for whoever has just changed something, in whichever process. */
  async counts(call: Caller = {}, { isFresh = false }: { isFresh?: boolean } = {}): Promise<MailLogCounts> {
    await this.access.demand('view', call);
    return this.reader.counts(isFresh);
  }

  /** How many messages wait for a configuration, counted now: those that name it, and those that leave through the default one. */
  async waitingFor({ id, name }: { id: string; name: string }, call: Caller = {}): Promise<WaitingMessages> {
    await this.access.demand('view', call);
    const own = [id, `name:${name.toLowerCase()}`];
    const waiting = await this.store.waitingIn([...own, DEFAULT_LANE]);
    return { own: own.reduce((sum, lane) => sum + (waiting.get(lane) ?? 0), 0), ofDefault: waiting.get(DEFAULT_LANE) ?? 0 };
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
    await this.access.demand('view', call);
    return this.reader.entries(await this.store.byIds(ids));
  }

  /** The configurations whose mail waits because their server or login fails. */
  async parked(call: Caller = {}): Promise<ParkedConfig[]> {
    await this.access.demand('view', call);
    return this.reader.parked();
  }

  /** The text and HTML of a message, for managers. @throws MailError `UNAVAILABLE` when it is sensitive or its body is gone */
  async preview(id: string, call: Caller = {}): Promise<MailPreview> {
    await this.access.demand('manage', call);
    const content = await this.contentOf(await this.require(id), 'shown');
    await this.trail.record({ by: call, action: 'preview', record: { type: 'message', id } });
    return previewOf(content);
  }

  /**
   * Sends a message again as a new one, with its own Message-ID.
   * @throws MailError `UNAVAILABLE` when it is sensitive or its body is gone; `VALIDATION` for a bad address
   */
  async resend(id: string, { to }: { to: ResendTarget }, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.demand('manage', call);
    const original = await this.require(id);
    const content = readdressed(await this.contentOf(original, 'sent again'), to, call.admin);
    const row = resentRow(original, content);
    const event = { by: call, action: 'resend', record: { type: 'message', id }, details: { resent: row.id, to } } as const;
    await this.store.insert(row, partsOf(content), event, this.options.delivery.expireAfterMs);
    return this.changed(row.id);
  }

  /**
   * Makes a waiting message due at once, and queues one anew that failed, expired or is unknown.
   * @throws MailError `UNAVAILABLE` for any other, and when the body is gone
   */
  async retryNow(id: string, call: Caller = {}): Promise<MailLogEntry> {
    await this.access.demand('manage', call);
    const { status } = await this.require(id);
    if (!WAITING.includes(status) && !ENDED.includes(status)) throw unavailable(`It cannot be tried again: it is ${inWords(status)}.`);
    if (!(await this.store.withBody([id])).has(id)) throw unavailable('It cannot be tried again: its content is no longer stored.');
    if ((await this.store.retry([id], [status], call)) === 0) throw unavailable('It has changed in the meantime. Look at it again.');
    return this.changed(id);
  }

  /** The same for many; those it cannot be done for are left out. Resolves to how many it was done for. */
  async retryMany(which: MailLogFilters | readonly string[], call: Caller = {}): Promise<number> {
    await this.access.demand('manage', call);
    let retried = 0;
    for await (const ids of this.batches(which)) {
      const bodies = await this.store.withBody(ids);
      const rows = (await this.store.byIds(ids)).filter(({ id }) => bodies.has(id));
      for (const statuses of [WAITING, ENDED]) {
        const some = rows.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
        if (some.length > 0) retried += await this.store.retry(some, statuses, call);
      }
    }
    this.changedMany();
    return retried;
  }

  /** Cancels a message that is not in hand yet. Resolves to false when it was too late. */
  async cancel(id: string, call: Caller = {}): Promise<boolean> {
    await this.access.demand('manage', call);
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

  /** Tries a parked configuration at once. @throws MailError `UNAVAILABLE` when it is not parked */
  async tryConfigNow(configId: string, call: Caller = {}): Promise<void> {
    await this.access.demand('manage', call);
    const parked = (await this.reader.parked()).find((config) => config.configId === configId);
    if (!parked) throw unavailable('It is not parked.');
    await this.trail.write((em) => ({
      steps: [this.breaker.dueNow(em, configId)],
      events: [{ by: call, action: 'try_config', record: { type: 'config', id: configId, name: parked.name } }],
    }));
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

function inWords(status: MessageStatus): string {
  return status === 'sending' ? 'being sent just now' : status.replace('_', ' ');
}

function isIds(which: MailLogFilters | readonly string[]): which is readonly string[] {
  return Array.isArray(which);
}
