import { domainToASCII } from 'node:url';
import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { assertOnlyConfig } from '../config/single-config.js';
import { SmtpActivityService } from '../config/smtp-activity.service.js';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import { checkDelivery, checkMessage } from '../message/check-message.js';
import { withText } from '../message/text-from-html.js';
import { domainOf, isPlainAddress } from '../message/mailbox.js';
import type { CheckedDelivery, CheckedMessage, MailMessage } from '../message/mail-message.js';
import { SmtpDatabase } from '../database/database.js';
import { cutText } from '../shared/cut-text.js';
import { MailError } from '../shared/mail-error.js';
import { recipientColumns } from './mail-log.recipients.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { contentOf, hashOf, partsOf, sha256 } from './message-content.js';
import { OutboxStore } from './outbox.store.js';
import { PollingDispatcher } from './polling.dispatcher.js';
import { activityLane, namedLane } from './lane.js';
import type { SmtpMessage } from './smtp-message.entity.js';
import { uuid7 } from '../database/uuid7.js';

/** The length of the column. */
const SUBJECT_LENGTH = 998;

/** The result of queueing a message. */
export type QueuedMail =
  | { status: 'queued'; id: string; messageId: string }
  /** Nothing was stored: no configuration exists, or all are disabled. */
  | { status: 'skipped'; reason: 'not_configured' | 'disabled' };

/** A message that passed the checks. */
export interface CheckedMail {
  checked: CheckedMessage;
  delivery: CheckedDelivery;
}

/** Stores messages in the outbox. */
@Injectable()
export class OutboxService {
  #hasWarned = false;
  readonly #logger = new Logger('MailService');

  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly configs: SmtpConfigStore,
    private readonly activities: SmtpActivityService,
    private readonly rows: OutboxStore,
    private readonly dispatcher: PollingDispatcher,
    private readonly database: SmtpDatabase,
  ) {}

  /** Stores a message, in the caller's transaction if one is given. Rejects invalid input before anything is stored. */
  async enqueue(message: MailMessage, manager?: EntityManager): Promise<QueuedMail> {
    return this.store(this.check(message), manager);
  }

  /** Checks a message, but does not read its attachments. @throws MailError `INVALID_MESSAGE` */
  check(message: MailMessage): CheckedMail {
    const checked = checkMessage(message, this.activities.keys, this.options.maxRecipients);
    assertOnlyConfig(this.options, checked.config);
    return { checked, delivery: checkDelivery(message) };
  }

  /** Stores a message that was checked. */
  async store({ checked, delivery }: CheckedMail, manager?: EntityManager): Promise<QueuedMail> {
    const content = await contentOf(await withText(checked, this.options));
    const target = await this.target(checked, manager);
    // If its own configuration is not enabled, perhaps none is.
    const reason = target.isEnabled ? undefined : await this.skipReason(manager);
    if (reason) return this.skip(reason);
    const sensitive = this.activities.sensitiveKeys.has(checked.activity);
    const row = {
      id: uuid7(),
      status: target.isHeld ? 'held' : 'queued',
      lane: target.lane,
      priority: delivery.priority,
      availableAt: delivery.sendAt,
      expiresAt: delivery.expiresAt ?? null,
      activity: checked.activity,
      configName: target.name,
      ...recipientColumns(checked),
      // Never shown. The subject is also in the content, which is deleted when the message is final.
      subject: sensitive ? '' : cutText(checked.subject, SUBJECT_LENGTH),
      messageId: `<${randomUUID()}@${target.domain}>`,
      sensitive,
      idempotencyKey: delivery.idempotencyKey === undefined ? null : sha256(delivery.idempotencyKey),
      contentHash: delivery.idempotencyKey === undefined ? '' : hashOf(content),
      attempts: 0,
      lostLeases: 0,
      isQuarantined: false,
    } as SmtpMessage;
    await this.rows.insert(row, partsOf(content), { manager, expireAfterMs: this.options.delivery.expireAfterMs });
    this.database.afterCommit(manager, () => this.dispatcher.nudge());
    return row.idempotencyKey === null ? queuedMail(row) : this.holderOfKey(row, manager);
  }

  /** Returns the message that has the key: this one, or an identical one that was queued earlier. */
  private async holderOfKey(row: SmtpMessage, manager?: EntityManager): Promise<QueuedMail> {
    const stored = await this.rows.byKey(row.idempotencyKey!, manager);
    if (!stored) return queuedMail(row);
    // A final sensitive message has no content left to compare with.
    if (stored.contentHash === '' || stored.contentHash === row.contentHash) return queuedMail(stored);
    const problem = { code: 'key_taken', message: 'Another message was already queued with this key.' };
    throw new MailError('INVALID_MESSAGE', '"idempotencyKey" was already used for a message with different content.', {
      fields: { idempotencyKey: problem },
      remedy: '',
    });
  }

  private async skipReason(manager?: EntityManager): Promise<'not_configured' | 'disabled' | undefined> {
    if ((await this.configs.count({ filters: { enabled: true } }, manager)) > 0) return undefined;
    return (await this.configs.count({}, manager)) > 0 ? 'disabled' : 'not_configured';
  }

  private skip(reason: 'not_configured' | 'disabled'): QueuedMail {
    if (!this.#hasWarned)
      this.#logger.warn(
        reason === 'disabled' ? 'Mail is not sent: every configuration is disabled.' : 'Mail is not sent: no configuration exists.',
      );
    this.#hasWarned = true;
    return { status: 'skipped', reason };
  }

  /** Returns the choice of a message, and the state of the chosen configuration. */
  private async target(message: CheckedMessage, manager?: EntityManager) {
    const { config: name } = message;
    const { config, chosenId } = await this.configs.forMail(message, manager);
    const isOwn = name !== undefined || chosenId !== null;
    const from = message.from?.address ?? config?.fromAddress ?? (isPlainAddress(config?.username) ? config.username : '');
    return {
      lane: name === undefined ? activityLane(message.activity) : namedLane(name, config?.id),
      name: name ?? null,
      isEnabled: config?.enabled === true,
      isHeld: isOwn && !config?.enabled,
      domain: domainToASCII(domainOf(from)) || 'localhost',
    };
  }
}

function queuedMail({ id, messageId }: { id: string; messageId: string }): QueuedMail {
  return { status: 'queued', id, messageId };
}
