import { Inject, Injectable } from '@nestjs/common';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import type { SmtpConfig } from '../config/smtp-config.entity.js';
import { SmtpSender } from '../config/smtp-sender.js';
import { type ComposedMail, type SenderSettings, compose, ownSenderOf } from '../message/compose.js';
import { storedFailure } from '../config/stored-failure.js';
import { isPermanent, MailError, type RejectedRecipient, type StoredFailure } from '../shared/mail-error.js';
import { diagnosedError, DIAGNOSES, type FailureReason } from '../transport/failures/diagnoses.js';
import { backoffMs, waitedMs } from '../options/retry.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { DeliveryOutcome } from './delivery-outcome.js';
import { isServerFailure } from './breaker.js';
import { frozenText, readFrozen, remainingOf } from './frozen.js';
import { contentFrom, messageOf } from './message-content.js';
import type { ClaimedMessage } from './claimed-message.js';
import { namedLane } from './lane.js';
import { OutboxStore } from './outbox.store.js';
import { senderOf } from './sender-settings.js';
import { withoutContent } from './without-content.js';

/** The result of a delivery: the outcome of the message, and a failure of the server, if any. */
export interface Delivered {
  outcome: DeliveryOutcome;
  serverFailure?: MailError;
}

/** Delivers one claimed message. Does not depend on the queue around it. */
@Injectable()
export class Deliverer {
  constructor(
    private readonly configs: SmtpConfigStore,
    private readonly sender: SmtpSender,
    private readonly store: OutboxStore,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /**
   * Composes a short message while it waits for its connection, so that composing costs no time between messages (bench, row
   * `outbox-postgres-c5`).
   */
  prepare(message: ClaimedMessage, config: SmtpConfig): void {
    if (message.content === undefined || message.frozen !== null) return;
    try {
      message.mail = composeParts([message.content], message, senderOf(config));
      this.sender.prepare(config, message.mail);
    } catch {
      // The delivery runs into the same error and reports it.
    }
  }

  async deliver(message: ClaimedMessage, config: SmtpConfig): Promise<Delivered> {
    if (message.expiresAt !== null && message.expiresAt <= message.now) {
      return { outcome: this.outcome(message, 'expired', { failure: storedFailure(diagnosedError('message_expired')) }) };
    }
    const started = performance.now();
    const elapsed = (): number => Math.round(performance.now() - started);
    const frozen = message.frozen === null ? undefined : readFrozen(message.frozen);
    if (message.frozen !== null && !frozen) return this.damagedOutcome(message);
    const sender = frozen?.sender ?? senderOf(config);
    let { mail } = message;
    let record: DeliveryRecord | undefined;
    try {
      // Before composing, so that a problem of the configuration is not attributed to the message.
      this.sender.assertAllowed(config);
      const parts = mail ? [] : message.content === undefined ? await this.store.parts(message.id) : [message.content];
      mail ??= composeParts(parts, message, sender);
      let all = mail.envelope.to;
      if (frozen) {
        // The message may have become sensitive in the meantime; the frozen record refers to its recipients at that time.
        if (message.sensitive) all = composeParts(parts, { ...message, sensitive: false }, sender).envelope.to;
        const remaining = remainingOf(frozen, all);
        if (!remaining) return this.damagedOutcome(message);
        const own = new Set(mail.envelope.to);
        mail.envelope.to = remaining.filter((address) => own.has(address));
      }
      record = { sender, all, to: mail.envelope.to, refusedOutcome: frozen?.refused ?? [] };
      if (record.to.length === 0) return { outcome: this.finalOutcome(message, record, record.refusedOutcome) };
      const words = replyFilterFor(message, mail);
      const { rejected, reply } = await this.sender.send(config, mail);
      const refused = rejected.map((one) => ({ ...one, reply: words(one.reply) }));
      return { outcome: this.acceptedOutcome(message, config, record, { rejected: refused, reply: words(reply), ms: elapsed() }) };
    } catch (error) {
      const failure = error instanceof MailError ? error : diagnosedError('not_composed', {}, { cause: error });
      // A failure of our own database says nothing about the mail server.
      if (failure.code === 'DATABASE') throw failure;
      const words = mail ? replyFilterFor(message, mail) : (text: string) => text;
      const reply = failure.reply === undefined ? null : words(failure.reply);
      const finalFrozen = message.frozen === null || !record ? undefined : refusalRecord(record, failure, words);
      const hasOwnFrom = mail !== undefined && ownSenderOf(mail, sender) !== undefined;
      return this.outcomeOfFailure(message, config, failure, { reply, ms: elapsed(), finalFrozen, hasOwnFrom });
    }
  }

  /**
   * Returns the outcome of a message whose record of accepted recipients is lost. Sending it to all would reach some of them twice,
   * so a person has to decide.
   */
  private damagedOutcome(message: ClaimedMessage): Delivered {
    const failure = storedFailure(diagnosedError('record_damaged'));
    return { outcome: { ...this.outcome(message, 'unknown', { code: 'DAMAGED', failure }), frozen: null } };
  }

  private acceptedOutcome(
    message: ClaimedMessage,
    config: SmtpConfig,
    record: DeliveryRecord,
    { rejected, reply, ms }: { rejected: RejectedRecipient[]; reply: string; ms: number },
  ): DeliveryOutcome {
    const { sender, all } = record;
    const refused = [...record.refusedOutcome, ...rejected];
    const deferred = refused.filter(isDeferred);
    const common = { config, reply, attempt: { outcome: 'accepted', ms } };
    if (deferred.length > 0) {
      const remaining = deferred.map(({ address }) => address);
      const frozen = frozenText({ sender, remaining, refused: refused.filter((one) => !isDeferred(one)) }, all);
      const lane = namedLane(config.name, config.id);
      const finalFrozen = frozenText({ sender, remaining: [], refused }, all);
      const details = { ...common, reply: deferred[0]!.reply, frozen, finalFrozen, lane };
      // The reply about the last recipients was lost: the message may have reached them.
      if (this.options.delivery.onAmbiguous === 'hold' && deferred.some(({ reason }) => reason === LOST)) {
        const failure = storedFailure(diagnosedError(LOST));
        return this.outcome(message, 'unknown', { ...details, code: 'AMBIGUOUS', failure, isCounted: true });
      }
      // Each such transaction reaches more recipients, so it does not count as an attempt.
      if (deferred.every(({ reason }) => isThrottled(reason)))
        return this.outcome(message, 'queued', { ...details, code: 'THROTTLED', retryInMs: this.options.delivery.reconnectEveryMs });
      return this.refused(message, { ...details, code: 'RECIPIENT' });
    }
    return this.finalOutcome(message, record, refused, common);
  }

  /** Returns the outcome if no recipient is left. */
  private finalOutcome(
    message: ClaimedMessage,
    { sender, all }: DeliveryRecord,
    refused: RejectedRecipient[],
    details: Details = {},
  ): DeliveryOutcome {
    if (refused.length === 0) return this.outcome(message, 'sent', details);
    // The screens list the recipients instead.
    const error = `Refused: ${refused.map(({ address, reply }) => `${address} (${reply})`).join('; ')}`;
    const failure = { error: error.slice(0, 1_000), reason: null, values: {} };
    return this.outcome(message, 'partially_sent', { ...details, failure, frozen: frozenText({ sender, remaining: [], refused }, all) });
  }

  private outcomeOfFailure(
    message: ClaimedMessage,
    config: SmtpConfig,
    failure: MailError,
    { reply, ms, finalFrozen, hasOwnFrom }: { reply: string | null; ms: number; finalFrozen: string | undefined; hasOwnFrom: boolean },
  ): Delivered {
    const common = { config, code: failure.code, reply, failure: storedFailure(failure) };
    if (isServerFailure(failure)) {
      // A failure of the server does not count as an attempt, and the message keeps its place. But if it happened during the
      // message, the message may be the cause, so others are tried first.
      const isAboutMessage = isMidway(failure) || (hasOwnFrom && failure.phase === 'sender');
      const retryInMs = isAboutMessage ? this.options.delivery.reconnectEveryMs * 2 : undefined;
      return {
        outcome: this.outcome(message, 'queued', { ...common, retryInMs, attempt: { outcome: 'config_failed', ms } }),
        serverFailure: failure,
      };
    }
    if (failure.code === 'THROTTLED') {
      // The message was not refused, so this does not count as an attempt. Without a reply, the server was not even contacted.
      const deferred = failure.reply === undefined ? undefined : { outcome: 'deferred', ms };
      return { outcome: this.outcome(message, 'queued', { ...common, retryInMs: failure.retryAfterMs, attempt: deferred }) };
    }
    const attempt = { outcome: failure.code === 'AMBIGUOUS' ? 'ambiguous' : 'refused', ms };
    if (failure.code === 'AMBIGUOUS' && this.options.delivery.onAmbiguous === 'hold') {
      return { outcome: this.outcome(message, 'unknown', { ...common, attempt, isCounted: true }) };
    }
    if (!failure.retryable) return { outcome: this.failedOutcome(message, { ...common, attempt, finalFrozen }) };
    return { outcome: this.refused(message, { ...common, attempt, finalFrozen }) };
  }

  /** Returns the outcome of a temporary refusal: a retry, or a failure if it was refused for too long. */
  private refused(message: ClaimedMessage, details: Details): DeliveryOutcome {
    const { retry } = this.options.delivery;
    const refusals = message.attempts + 1;
    const retryInMs = backoffMs(refusals, retry);
    // Adds up the delays instead of the elapsed time, which may include time when the configuration was failing or disabled.
    if (waitedMs(refusals, retry) > retry.giveUpAfterMs) return this.failedOutcome(message, details);
    return this.outcome(message, 'queued', { ...details, isCounted: true, retryInMs });
  }

  private failedOutcome(message: ClaimedMessage, details: Details): DeliveryOutcome {
    const frozen = details.finalFrozen ?? message.frozen;
    return this.outcome(message, frozen === null ? 'failed' : 'partially_sent', { ...details, frozen, isCounted: true });
  }

  private outcome(message: ClaimedMessage, status: DeliveryOutcome['status'], details: Details): DeliveryOutcome {
    const isFinal = status !== 'queued' && status !== 'unknown';
    return {
      message,
      status,
      retryInMs: details.retryInMs,
      attempts: message.attempts + (details.isCounted ? 1 : 0),
      code: details.code ?? null,
      reply: details.reply?.slice(0, 512) ?? null,
      failure: details.failure ?? null,
      frozen: details.frozen ?? message.frozen,
      configName: details.config?.name ?? null,
      lane: details.lane,
      attempt: details.attempt,
      wipesBody: isFinal && message.sensitive,
      bodyRetentionMs: status === 'sent' ? this.options.delivery.retention.bodyMs : undefined,
    };
  }
}

function composeParts(
  parts: string[],
  { messageId, sensitive }: Pick<ClaimedMessage, 'messageId' | 'sensitive'>,
  sender: SenderSettings,
): ComposedMail {
  return compose(messageOf(contentFrom(parts)), sender, { messageId, isSensitive: sensitive });
}

/** Returns a function that leaves the part of a server's reply that may be stored: for a sensitive message, without quotes from it. */
function replyFilterFor({ sensitive }: ClaimedMessage, mail: ComposedMail): (reply: string) => string {
  return sensitive ? (reply) => withoutContent(reply, mail) : (reply) => reply;
}

/** The reason of a message whose reply was lost. */
const LOST = 'reply_lost' satisfies FailureReason;

function isMidway({ code, phase }: MailError): boolean {
  if (phase === 'sender') return code === 'CONNECTION' || code === 'TIMEOUT';
  return phase === 'recipient' || phase === 'message';
}

/** True for a recipient that the server may accept later: it was deferred, or refused because of a rate limit. */
const isDeferred = (one: RejectedRecipient): boolean => !isPermanent(one) || isThrottled(one.reason);
const isThrottled = (reason: string): boolean => DIAGNOSES[reason as FailureReason]?.code === 'THROTTLED';

/** The recipients of an attempt, and the refusals before it. */
interface DeliveryRecord {
  sender: SenderSettings;
  /** Every recipient of the envelope. */
  all: string[];
  /** The recipients of this attempt. */
  to: string[];
  /** Recipients that were refused permanently before. */
  refusedOutcome: RejectedRecipient[];
}

/**
 * Returns the record of a message that fails for good. After a failure without a reply, or with an unknown result, no recipient
 * counts as refused.
 */
function refusalRecord(
  { sender, all, to, refusedOutcome }: DeliveryRecord,
  { code, reply, rejected = [], reason = '' }: MailError,
  words: (reply: string) => string,
): string | undefined {
  if (reply === undefined || code === 'AMBIGUOUS') return undefined;
  const common = { code: Number.parseInt(reply) || 0, reply, reason };
  const byAddress = new Map(rejected.map((one) => [one.address, one]));
  const late = to.map((address) => ({ address, ...(byAddress.get(address) ?? common) }));
  return frozenText(
    { sender, remaining: [], refused: [...refusedOutcome, ...late.map((one) => ({ ...one, reply: words(one.reply) }))] },
    all,
  );
}

interface Details {
  config?: SmtpConfig;
  code?: string | null;
  reply?: string | null;
  failure?: StoredFailure;
  frozen?: string | null;
  /** The value of `frozen` if the message fails for good, without remaining recipients. */
  finalFrozen?: string;
  /** The lane in which the remaining recipients wait. */
  lane?: string;
  retryInMs?: number;
  attempt?: { outcome: string; ms: number };
  /** True if the attempt counts towards the limit. */
  isCounted?: boolean;
}
