import { Inject, Injectable } from '@nestjs/common';
import { SmtpConfigStore } from '../config/smtp-config.store.js';
import type { StoredConfig } from '../config/smtp-config.queries.js';
import { SmtpSender } from '../config/smtp-sender.js';
import { type ComposedMail, type SenderSettings, compose } from '../message/compose.js';
import { MailError, type RejectedRecipient } from '../shared/mail-error.js';
import { backoffMs, waitedMs } from '../options/retry.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { Outcome } from './acknowledgements.js';
import { isServerFailure } from './breaker.js';
import { frozenText, readFrozen, remainingOf } from './frozen.js';
import { contentFrom, messageOf } from './message-content.js';
import type { ClaimedMessage } from './claimed-message.js';
import { namedLane } from './lane.js';
import { OutboxStore } from './outbox.store.js';
import { withoutContent } from './without-content.js';

/** What to do about a message, and whether its configuration has to be failing. */
export interface Delivered {
  outcome: Outcome;
  serverFailure?: MailError;
}

/** Delivers one message that is in hand: it runs without any queue around it. */
@Injectable()
export class Deliverer {
  constructor(
    private readonly configs: SmtpConfigStore,
    private readonly sender: SmtpSender,
    private readonly store: OutboxStore,
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
  ) {}

  /** Puts a short message together while it waits for its connection. */
  prepare(message: ClaimedMessage, config: StoredConfig): void {
    if (message.content === undefined || message.frozen !== null) return;
    try {
      message.mail = composed([message.content], message, senderOf(config));
      this.sender.prepare(config, message.mail);
    } catch {
      // Delivering it meets the same, and says so.
    }
  }

  async deliver(message: ClaimedMessage, config: StoredConfig): Promise<Delivered> {
    if (message.expiresAt !== null && message.expiresAt <= message.now) {
      return { outcome: this.outcome(message, 'expired', { error: 'Its time ran out before it could be sent.' }) };
    }
    const started = performance.now();
    const elapsed = (): number => Math.round(performance.now() - started);
    const frozen = message.frozen === null ? undefined : readFrozen(message.frozen);
    if (message.frozen !== null && !frozen) return this.damaged(message);
    const sender = frozen?.sender ?? senderOf(config);
    let { mail } = message;
    try {
      // Before composing: what is wrong with the configuration is not the fault of the message.
      this.sender.assertAllowed(config);
      const parts = mail ? [] : message.content === undefined ? await this.store.parts(message.id) : [message.content];
      mail ??= composed(parts, message, sender);
      let all = mail.envelope.to;
      if (frozen) {
        // It may have become sensitive since: its record is about the recipients that it had then.
        if (message.sensitive) all = composed(parts, { ...message, sensitive: false }, sender).envelope.to;
        const remaining = remainingOf(frozen, all);
        if (!remaining) return this.damaged(message);
        const own = new Set(mail.envelope.to);
        mail.envelope.to = remaining.filter((address) => own.has(address));
        if (mail.envelope.to.length === 0) return { outcome: this.ended(message, frozen.refused) };
      }
      const words = wordsOf(message, mail);
      const { rejected, response } = await this.sender.send(config, mail);
      const refused = rejected.map((one) => ({ ...one, response: words(one.response) }));
      const receipt = { all, rejected: [...(frozen?.refused ?? []), ...refused], response: words(response), ms: elapsed() };
      return { outcome: this.accepted(message, config, sender, receipt) };
    } catch (error) {
      const failure =
        error instanceof MailError ? error : new MailError('CONTENT', 'The message could not be put together.', { cause: error });
      // Our own database says nothing about the mail server.
      if (failure.code === 'DATABASE') throw failure;
      const reply = failure.response === undefined ? null : mail ? wordsOf(message, mail)(failure.response) : failure.response;
      return this.failed(message, config, failure, { reply, ms: elapsed() });
    }
  }

  /** Some have it, and nobody knows who: sent to all, it would reach them twice. A person has to decide, and may start anew. */
  private damaged(message: ClaimedMessage): Delivered {
    const error = 'Some recipients have it already, but the record of which ones is damaged.';
    return { outcome: { ...this.outcome(message, 'unknown', { code: 'DAMAGED', error }), frozen: null } };
  }

  private accepted(
    message: ClaimedMessage,
    config: StoredConfig,
    sender: SenderSettings,
    { all, rejected, response, ms }: { all: string[]; rejected: RejectedRecipient[]; response: string; ms: number },
  ): Outcome {
    const deferred = rejected.filter(({ permanent }) => !permanent);
    const common = { config, reply: response, attempt: { outcome: 'accepted', ms } };
    if (deferred.length > 0) {
      const remaining = deferred.map(({ address }) => address);
      const frozen = frozenText({ sender, remaining, refused: rejected.filter(({ permanent }) => permanent) }, all);
      const lane = namedLane(config.name, config.id);
      return this.refused(message, { ...common, reply: deferred[0]!.response, code: 'RECIPIENT', frozen, lane });
    }
    return this.ended(message, rejected, common);
  }

  /** Nobody is left who is to get it. */
  private ended(message: ClaimedMessage, rejected: readonly RejectedRecipient[], details: Details = {}): Outcome {
    const error = rejected.length > 0 ? `Refused: ${rejected.map(({ address, response }) => `${address} (${response})`).join('; ')}` : null;
    return this.outcome(message, error === null ? 'sent' : 'partially_sent', { ...details, error });
  }

  private failed(
    message: ClaimedMessage,
    config: StoredConfig,
    failure: MailError,
    { reply, ms }: { reply: string | null; ms: number },
  ): Delivered {
    const common = { config, code: failure.code, reply, error: failure.message };
    if (isServerFailure(failure)) {
      // The server's fault costs the message nothing, and it keeps its place. What the connection was lost over may be
      // what the server cannot take: others are tried before it.
      const retryInMs = isMidway(failure) ? this.options.delivery.reconnectEveryMs * 2 : undefined;
      return {
        outcome: this.outcome(message, 'queued', { ...common, retryInMs, attempt: { outcome: 'config_failed', ms } }),
        serverFailure: failure,
      };
    }
    if (failure.code === 'THROTTLED') {
      // Nobody refused the message: it costs no attempt. Without a reply nobody was even asked.
      const deferred = failure.response === undefined ? undefined : { outcome: 'deferred', ms };
      return { outcome: this.outcome(message, 'queued', { ...common, retryInMs: failure.retryAfterMs, attempt: deferred }) };
    }
    const attempt = { outcome: failure.code === 'AMBIGUOUS' ? 'ambiguous' : 'refused', ms };
    if (failure.code === 'AMBIGUOUS' && this.options.delivery.onAmbiguous === 'hold') {
      return { outcome: this.outcome(message, 'unknown', { ...common, attempt, isCounted: true }) };
    }
    if (!failure.retryable) {
      const status = message.frozen === null ? 'failed' : 'partially_sent';
      return { outcome: this.outcome(message, status, { ...common, attempt, isCounted: true }) };
    }
    return { outcome: this.refused(message, { ...common, attempt }) };
  }

  /** Refused for now: later, or given up when it was refused for too long. */
  private refused(message: ClaimedMessage, details: Details): Outcome {
    const { retry } = this.options.delivery;
    const refusals = message.attempts + 1;
    const retryInMs = backoffMs(refusals, retry);
    // Counted in delays and not by the clock: time failing, disabled or held is no refusal.
    if (waitedMs(refusals, retry) > retry.giveUpAfterMs) {
      const status = (details.frozen ?? message.frozen) === null ? 'failed' : 'partially_sent';
      return this.outcome(message, status, { ...details, isCounted: true });
    }
    return this.outcome(message, 'queued', { ...details, isCounted: true, retryInMs });
  }

  private outcome(message: ClaimedMessage, status: Outcome['status'], details: Details): Outcome {
    const isFinal = status !== 'queued' && status !== 'unknown';
    return {
      message,
      status,
      retryInMs: details.retryInMs,
      attempts: message.attempts + (details.isCounted ? 1 : 0),
      code: details.code ?? null,
      reply: details.reply?.slice(0, 512) ?? null,
      error: details.error?.slice(0, 1_000) ?? null,
      frozen: details.frozen ?? message.frozen,
      configName: details.config?.name ?? null,
      lane: details.lane,
      attempt: details.attempt,
      wipesBody: isFinal && message.sensitive,
      bodyRetentionMs: status === 'sent' ? this.options.delivery.retention.bodyMs : undefined,
    };
  }
}

function composed(
  parts: string[],
  { messageId, sensitive }: Pick<ClaimedMessage, 'messageId' | 'sensitive'>,
  sender: SenderSettings,
): ComposedMail {
  return compose(messageOf(contentFrom(parts)), sender, { messageId, isSensitive: sensitive });
}

/** What is kept of a server's words: all, or what it does not quote of a sensitive message. */
function wordsOf({ sensitive }: ClaimedMessage, mail: ComposedMail): (reply: string) => string {
  return sensitive ? (reply) => withoutContent(reply, mail) : (reply) => reply;
}

function isMidway({ code, phase = '' }: MailError): boolean {
  return (code === 'CONNECTION' || code === 'TIMEOUT') && ['sender', 'recipient', 'message'].includes(phase);
}

interface Details {
  config?: StoredConfig;
  code?: string | null;
  reply?: string | null;
  error?: string | null;
  frozen?: string | null;
  /** Where the rest of it waits. */
  lane?: string;
  retryInMs?: number;
  attempt?: { outcome: string; ms: number };
  /** Whether the attempt counts towards giving up. */
  isCounted?: boolean;
}

function senderOf({ fromName, fromAddress, username, replyTo, signature, cc, bcc, copyActivities }: StoredConfig): SenderSettings {
  return { fromName, fromAddress, username, replyTo, signature, cc, bcc, copyActivities };
}
