import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { assertOnlyConfig } from './config/single-config.js';
import { SmtpActivityService } from './config/smtp-activity.service.js';
import type { SmtpConfig } from './config/smtp-config.entity.js';
import { SmtpConfigStore } from './config/smtp-config.store.js';
import { SmtpSender } from './config/smtp-sender.js';
import { compose } from './message/compose.js';
import { checkMessage } from './message/check-message.js';
import type { CheckedMessage, MailMessage } from './message/mail-message.js';
import { withText } from './message/text-from-html.js';
import { invalidMessage, joinInvalid } from './message/own-fields.js';
import { Breaker } from './outbox/breaker.js';
import { type CheckedMail, OutboxService, type QueuedMail } from './outbox/outbox.service.js';
import { MailError, type RejectedRecipient } from './shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from './options/options.js';

/** The number of invalid messages of a list after which the rest is not checked. */
const MAX_INVALID = 100;
/** The time to check messages before other work has its turn. */
const TURN_MS = 20;

/** A mail that a server accepted for at least one recipient. */
export interface SentMail {
  /** With angle brackets. */
  messageId: string;
  accepted: string[];
  rejected: RejectedRecipient[];
  /** The server's final reply. */
  reply: string;
  /** The name of the configuration that sent it. */
  config: string;
}

/** Sends mail through the configurations that admins manage. */
@Injectable()
export class MailService {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly store: SmtpConfigStore,
    private readonly activities: SmtpActivityService,
    private readonly sender: SmtpSender,
    private readonly breaker: Breaker,
    private readonly outbox: OutboxService,
  ) {}

  /**
   * Queues a message. With a `manager`, the message is stored in the caller's transaction and delivered after the commit.
   * @throws MailError `INVALID_MESSAGE` for bad input, before anything is stored
   */
  async send(message: MailMessage, options: { manager?: EntityManager } = {}): Promise<QueuedMail> {
    return this.outbox.enqueue(message, options.manager);
  }

  /**
   * Queues any number of messages. All of them are checked before the first is stored. With a `manager`, all of them are queued or
   * none. They are stored one after the other, so a long list takes time but does not block anything else.
   * @throws MailError `INVALID_MESSAGE` for bad input; `fields` names all of it, such as `messages[3].to[1]`
   */
  async sendMany(messages: readonly MailMessage[], options: { manager?: EntityManager } = {}): Promise<QueuedMail[]> {
    if (!Array.isArray(messages)) throw invalidMessage('messages', 'is not a list');
    const checked: CheckedMail[] = [];
    const errors: MailError[] = [];
    let turn = performance.now();
    for (const [index, message] of messages.entries()) {
      try {
        checked.push(this.outbox.check(message as MailMessage));
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        errors.push(joinInvalid([error], `messages[${index}].`));
      }
      if (errors.length > MAX_INVALID) break;
      if (performance.now() - turn < TURN_MS) continue;
      await setImmediate();
      turn = performance.now();
    }
    if (errors.length > 0) throw joinInvalid(errors);
    const queued: QueuedMail[] = [];
    for (const message of checked) queued.push(await this.outbox.store(message, options.manager));
    return queued;
  }

  /**
   * Sends a message immediately and waits for the server's reply. Stores nothing and does not retry. While the configuration is
   * failing, the call fails immediately.
   * @throws MailError `INVALID_MESSAGE` for bad input, `NOT_CONFIGURED`, `CONFIG_MISSING` or `CONFIG_DISABLED` without a usable
   * configuration, or the error of the delivery (`CONNECTION`, `AUTH`, `RECIPIENT`, …).
   */
  async sendNow(message: MailMessage): Promise<SentMail> {
    const checked = await withText(checkMessage(message, this.activities.keys, this.options.maxRecipients), this.options);
    assertOnlyConfig(this.options, checked.config);
    const config = await this.pick(checked);
    const isSensitive = this.activities.sensitiveKeys.has(checked.activity);
    return this.breaker.guard(config, async () => {
      // Before composing, so that a problem of the configuration is not attributed to the message.
      this.sender.assertAllowed(config);
      const mail = compose(checked, config, { isSensitive });
      const { accepted, rejected, reply } = await this.sender.send(config, mail);
      return { messageId: mail.messageId, accepted, rejected, reply, config: config.name };
    });
  }

  /**
   * Returns the configuration that the message names, otherwise its activity's, otherwise the default. A named one is never
   * replaced by another.
   */
  private async pick(message: CheckedMessage): Promise<SmtpConfig> {
    const { config, chosenId } = await this.store.forMail(message);
    if (message.config !== undefined) return usable(config, `The configuration "${message.config}"`);
    if (chosenId) return usable(config, `The configuration of the activity "${message.activity}"`);
    if (!config) throw new MailError('NOT_CONFIGURED', 'No default configuration is set.');
    return usable(config, 'The default configuration');
  }
}

function usable(config: SmtpConfig | null, what: string): SmtpConfig {
  if (!config) throw new MailError('CONFIG_MISSING', `${what} does not exist.`);
  if (!config.enabled) throw new MailError('CONFIG_DISABLED', `${what} is disabled.`);
  return config;
}
