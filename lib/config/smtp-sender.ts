import { Injectable, Inject } from '@nestjs/common';
import type { ComposedMail } from '../message/compose.js';
import { MimeBuilder } from '../message/mime-builder.js';
import { MailError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import type { SmtpConfigType } from '../shared/config-fields.js';
import type { DiagnoseOptions } from '../transport/test-steps.js';
import type { MailTransport, SendReceipt } from '../transport/mail-transport.js';
import { isRefusedLogin } from '../transport/failures/smtp-failure.js';
import { Transports } from '../transport/transports.js';
import { assertAllowed } from './connection-policy.js';
import { RefusalAttribution } from './refusal-attribution.js';
import type { OpenedSecrets } from './opened-secrets.js';
import { SharedPacing } from './shared-pacing.js';
import type { KindSender, Secrets, StoredSettings, TestOutcome } from './kinds/kind.js';
import { isConfigType, kindOf } from './kinds/kinds.js';
import { SendingEvidence } from './sending-evidence.js';
import { SmtpConfigSecrets } from './smtp-config.secrets.js';
import type { SmtpConfig } from './smtp-config.entity.js';

/** Builds transports from configurations and sends through them. */
@Injectable()
export class SmtpSender {
  readonly #senders = new Map<SmtpConfigType, KindSender>();
  readonly #attribution = new RefusalAttribution();
  /** Rows that passed the policy. Mail is sent in batches, and checking a row a hundred times takes 3 ms (measured). */
  readonly #allowed = new WeakSet<StoredSettings>();

  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly secrets: SmtpConfigSecrets,
    private readonly transports: Transports,
    private readonly mime: MimeBuilder,
    private readonly evidence: SendingEvidence,
    private readonly pacing: SharedPacing,
  ) {}

  /** Sends a composed message through a configuration. @throws MailError */
  async send(config: SmtpConfig, mail: ComposedMail): Promise<SendReceipt> {
    this.assertAllowed(config);
    const secrets = await this.secrets.openForSending(config);
    this.pacing.recordStart(config);
    try {
      const receipt = await this.sendWith(secrets, config, mail).catch(async (error: unknown) => {
        // The secret may just have changed in its source. Reads it again once; a new value creates a new transport.
        const renewed = isRefusedLogin(error) ? await secrets.renew() : undefined;
        if (!renewed) throw error;
        return this.sendWith(renewed, config, mail);
      });
      this.#attribution.recordAccepted(config);
      this.pacing.recordAccepted(config);
      this.evidence.record(config, receipt.connection, this.transports.acceptedConnections(config.id) ?? null);
      return receipt;
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      // Microsoft Graph says how long to wait, and has limits of its own.
      if (error.code === 'THROTTLED' && error.retryAfterMs === undefined)
        throw await this.pacing.recordRefused(config, error, mail.envelope.to);
      throw this.#attribution.attribute(error, config, mail);
    }
  }

  /**
   * Rejects a configuration that the options forbid or that has unknown values, before its secrets are read. @throws MailError
   * `CONFIG_INVALID`
   */
  assertAllowed(config: StoredSettings): void {
    if (this.#allowed.has(config)) return;
    assertAllowed(config, this.options);
    this.#allowed.add(config);
  }

  /** Starts work that does not need a connection. */
  prepare(config: SmtpConfig, mail: ComposedMail): void {
    if (isConfigType(config.type)) this.senderOf(config.type).prepare?.(mail);
  }

  /** Returns the number of messages that a configuration can send now; any more would have to wait. */
  capacity(config: SmtpConfig): number {
    const ofKind = isConfigType(config.type) ? this.senderOf(config.type).capacity?.(config) : undefined;
    return Math.min(ofKind ?? Infinity, this.pacing.capacity(config));
  }

  /**
   * Takes the turn of a configuration whose server limits its mail, so that {@link capacity} allows some. Closes idle connections while
   * another process is the only one to send, because the server may limit those, too.
   */
  async takeTurn(config: SmtpConfig): Promise<void> {
    await this.pacing.takeTurn(config, this.transports.acceptedConnections(config.id));
    if (this.pacing.isLeftToOther(config)) void this.transports.retire(config.id);
  }

  /** Returns the milliseconds until a configuration whose server limits the rate may send again: `Infinity` if none has to wait. */
  waitMs(): number {
    return this.pacing.waitMs();
  }

  /** Returns the number of messages that a connection takes at the same time. */
  perConnection(config: SmtpConfig): number {
    return this.transports.perConnection(config.id);
  }

  /** Tests a configuration step by step. @throws MailError if the test cannot start */
  async diagnose(config: StoredSettings, secrets: Secrets, mail: ComposedMail, options: DiagnoseOptions): Promise<TestOutcome> {
    this.assertAllowed(config);
    return this.senderOf(config.type).diagnose(config, secrets, mail, options);
  }

  private async sendWith(secrets: OpenedSecrets, config: SmtpConfig, mail: ComposedMail): Promise<SendReceipt> {
    const open = async (): Promise<MailTransport> => {
      const values = await secrets.values();
      this.assertAllowed(config);
      return this.senderOf(config.type).openTransport(config, values, this.pacing.connectionsOf(config));
    };
    return this.transports.send({ id: config.id, version: config.version, revision: secrets.revision }, open, mail);
  }

  private senderOf(type: SmtpConfigType): KindSender {
    const sender = this.#senders.get(type) ?? kindOf(type).createSender({ options: this.options, mime: this.mime });
    this.#senders.set(type, sender);
    return sender;
  }
}
