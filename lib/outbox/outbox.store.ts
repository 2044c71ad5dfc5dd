import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { SmtpDatabase } from '../database/database.js';
import { NOW, Sql, type SqlStep } from '../database/sql.js';
import type { ClaimedMessage } from './claimed-message.js';
import { groupBy } from './group-by.js';
import type { DeliveryOutcome } from './delivery-outcome.js';
import type { SmtpMessage } from './smtp-message.entity.js';
import { acknowledgeOutcomes } from './sql/acknowledge.js';
import {
  type ClaimedRow,
  type ClaimFor,
  type NewLease,
  claimLocked,
  claimReturning,
  claimedRows,
  dueMessages,
  dueQuarantined,
  firstParts,
  lockDue,
} from './sql/claim.js';
import { bodyParts, insertKeyedMessage, insertMessage, messageByKey } from './sql/enqueue.js';
import { QUARANTINE_AFTER, mostLostLeases, releaseLease, renewLeases, requeueLost, setAsidePoison } from './sql/lease.js';
import { expireMessages } from './sql/retention.js';

/** Stores messages, claims them, and writes their outcomes. */
export class OutboxStore {
  /** @param sensitiveKeys activities that are currently sensitive; a row records the state when it was queued */
  constructor(
    private readonly database: SmtpDatabase,
    private readonly sensitiveKeys: ReadonlySet<string>,
  ) {}

  /** Stores a message with its body. Stores nothing if its idempotency key is taken. */
  async insert(
    message: SmtpMessage,
    parts: readonly string[],
    options: { expireAfterMs?: number; manager?: EntityManager },
  ): Promise<void> {
    const { idempotencyKey, availableAt, expiresAt } = message;
    const { expireAfterMs, manager } = options;
    const row = {
      ...message,
      createdAt: NOW,
      availableAt: availableAt ?? NOW,
      expiresAt: expiresAt ?? (expireAfterMs === undefined ? null : new Sql(`{now} + ${expireAfterMs}`)),
    };
    const isKeyed = idempotencyKey !== null;
    const steps = (isKeyed ? insertKeyedMessage : insertMessage)(this.database.schema, row, parts);
    await this.database.writeAll(steps, { manager, inOrder: isKeyed });
  }

  /** Finds the message stored under a key, including one that another transaction committed after this one began. */
  async byKey(key: string, manager?: EntityManager): Promise<{ id: string; messageId: string; contentHash: string } | undefined> {
    const step = messageByKey(this.database.schema, key, { seesOthers: manager !== undefined });
    const [row] = await this.database.query<{ id: string; messageId: string; contentHash: string }>(step, manager);
    return row;
  }

  /** Returns the parts of a message's content. */
  async parts(id: string): Promise<string[]> {
    const rows = await this.database.query<{ content: string }>(bodyParts(this.database.schema, id));
    return rows.map(({ content }) => content);
  }

  /**
   * Claims due messages of a lane and a priority, the oldest first, and commits the claim before anything is sent. Claims none if
   * the lane now leads to another configuration or the configuration was changed: a message that was queued after it was disabled,
   * or after its activity chose another one, must not be sent through it.
   */
  async claim(lane: string, priority: number, limit: number, leaseMs: number, claimFor: ClaimFor): Promise<ClaimedMessage[]> {
    const messages = await this.take(dueMessages(this.database.schema, { lane, priority, limit, claimFor }), leaseMs, false);
    const contents = await this.shortContents(messages.map(({ id }) => id));
    return messages.map((message) => ({ ...message, content: contents.get(message.id) }));
  }

  /** Claims one quarantined message of a lane. Nothing else may be in flight. */
  async claimQuarantined(lane: string, leaseMs: number, claimFor: ClaimFor): Promise<ClaimedMessage | undefined> {
    const [message] = await this.take(dueQuarantined(this.database.schema, lane, claimFor), leaseMs, true);
    return message;
  }

  private async take(due: SqlStep, leaseMs: number, isQuarantined: boolean): Promise<ClaimedMessage[]> {
    const { schema } = this.database;
    const lease: NewLease = { token: randomUUID(), ms: leaseMs, isQuarantined };
    const claimedAt = performance.now();
    const toClaimedMessages = (rows: ClaimedRow[]): ClaimedMessage[] => this.claimed(rows, lease.token, claimedAt);
    if (schema.dialect.name !== 'mysql')
      return toClaimedMessages(await this.database.query<ClaimedRow>(claimReturning(schema, due, lease)));
    return this.database.transaction(async (manager) => {
      const rows = await this.database.query<{ id: string }>(lockDue(schema, due), manager);
      if (rows.length === 0) return [];
      const ids = rows.map(({ id }) => id);
      await this.database.query(claimLocked(schema, ids, lease), manager);
      return toClaimedMessages(await this.database.query<ClaimedRow>(claimedRows(schema, ids), manager));
    });
  }

  /** Reads the contents that consist of one part, by message. */
  private async shortContents(ids: readonly string[]): Promise<Map<string, string>> {
    const contents = new Map<string, string>();
    if (ids.length === 0) return contents;
    const step = firstParts(this.database.schema, ids);
    for (const { messageId, part, content } of await this.database.query<{ messageId: string; part: number; content: string }>(step)) {
      if (part === 0) contents.set(messageId, content);
      else contents.delete(messageId);
    }
    return contents;
  }

  /** Renews leases that are still valid. */
  async renew(tokens: readonly string[], leaseMs: number): Promise<void> {
    if (tokens.length > 0) await this.database.query(renewLeases(this.database.schema, tokens, leaseMs));
  }

  /** Returns claimed messages to the queue whose delivery has not started. */
  async release(messages: readonly ClaimedMessage[]): Promise<void> {
    for (const [token, held] of groupBy(messages, ({ leaseToken }) => leaseToken)) {
      const ids = held.map(({ id }) => id);
      await this.database.query(releaseLease(this.database.schema, token, ids));
    }
  }

  /** Writes outcomes in one transaction, each only if its lease is still valid. */
  async acknowledge(outcomes: readonly DeliveryOutcome[]): Promise<void> {
    // The statuses must be written first, because they decide which bodies are deleted.
    const inOrder = outcomes.some(({ wipesBody }) => wipesBody);
    await this.database.writeAll(acknowledgeOutcomes(this.database.schema, outcomes), { inOrder });
  }

  /**
   * Returns the messages of lost processes to the queue, and sets aside those that ended several processes while in quarantine.
   * Returns true if a message is now quarantined.
   * @param own tokens of this process, which is still sending their messages even if it could not renew the leases in time
   */
  async returnLost(own: readonly string[]): Promise<boolean> {
    const { schema } = this.database;
    // On SQLite, even a write that finds nothing would block other writers.
    const [most] = await this.database.query<{ lost: number | null }>(mostLostLeases(schema, own));
    if (most === undefined || most.lost === null) return false;
    await this.database.query(setAsidePoison(schema, own));
    // A crash while other messages were in flight says nothing about a quarantined message, so it is only requeued.
    await this.database.query(requeueLost(schema, own));
    return Number(most.lost) + 1 >= QUARANTINE_AFTER;
  }

  /** Marks messages past their expiry as expired. */
  async expire(): Promise<void> {
    await this.database.query(expireMessages(this.database.schema, [...this.sensitiveKeys]));
  }

  private claimed(rows: ClaimedRow[], leaseToken: string, claimedAt: number): ClaimedMessage[] {
    return rows
      .toSorted((a, b) => Number(a.availableAt) - Number(b.availableAt) || (a.id < b.id ? -1 : 1))
      .map((row) => ({
        id: row.id,
        lane: row.lane,
        priority: row.priority,
        activity: row.activity,
        messageId: row.messageId,
        sensitive: Boolean(row.sensitive) || this.sensitiveKeys.has(row.activity),
        attempts: row.attempts,
        expiresAt: row.expiresAt === null ? null : Number(row.expiresAt),
        frozen: row.frozen,
        leaseToken,
        now: Number(row.now_ms),
        claimedAt,
      }));
  }
}
