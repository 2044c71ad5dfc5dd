import { Injectable, Inject } from '@nestjs/common';
import { type ComposedMail, addressOf } from '../message/compose.js';
import { MimeBuilder } from '../message/mime-builder.js';
import { splitCertificates } from '../options/certificates.js';
import type { MicrosoftCloud } from '../options/graph.js';
import { MailError } from '../shared/mail-error.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../options/options.js';
import { type DiagnoseOptions, type SeenTls, type TestReport, diagnoseSmtp } from '../transport/smtp/diagnose.js';
import { EntraTokens } from '../transport/graph/entra-token.js';
import { diagnoseGraph } from '../transport/graph/graph-diagnose.js';
import type { GraphSettings } from '../transport/graph/graph-settings.js';
import { GraphTransport } from '../transport/graph/graph.transport.js';
import type { MailTransport, SendReceipt } from '../transport/mail-transport.js';
import { type MailboxLimit, MailboxLimits } from '../transport/graph/mailbox-limit.js';
import { isRefusedLogin } from '../transport/failures/smtp-failure.js';
import type { SmtpLogin, SmtpSettings } from '../transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../transport/smtp/smtp.transport.js';
import { Transports } from '../transport/transports.js';
import { assertAllowed } from './connection-policy.js';
import type { OpenedSecrets } from './opened-secrets.js';
import type { Candidate } from './smtp-config.input.js';
import { type Secrets, SmtpConfigSecrets } from './smtp-config.secrets.js';
import type { StoredConfig } from './smtp-config.queries.js';

/** The one way from a configuration to its server. */
@Injectable()
export class SmtpSender {
  readonly #limits = new MailboxLimits();
  /** Rows as they were read: a hundred copies take 3 ms to check, and mail is sent in batches. */
  readonly #allowed = new WeakSet<Candidate | StoredConfig>();

  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly secrets: SmtpConfigSecrets,
    private readonly transports: Transports,
    private readonly mime: MimeBuilder,
  ) {}

  /** Sends a composed message through a configuration. @throws MailError */
  async send(config: StoredConfig, mail: ComposedMail): Promise<SendReceipt> {
    this.assertAllowed(config);
    const secrets = await this.secrets.opened(config);
    try {
      return await this.sendWith(secrets, config, mail).catch(async (error: unknown) => {
        // It may have been changed in its source a moment ago: that is asked once, and a new value makes a new transport.
        const renewed = isRefusedLogin(error) ? await secrets.renewed() : undefined;
        if (!renewed) throw error;
        return this.sendWith(renewed, config, mail);
      });
    } catch (error) {
      throw attributeSenderError(error, config, mail);
    }
  }

  /** Refuses a configuration that the options forbid or that nobody understands, before its secrets are read. @throws MailError `CONFIG_INVALID` */
  assertAllowed(config: Candidate | StoredConfig): void {
    if (this.#allowed.has(config)) return;
    assertAllowed(config, this.options);
    this.#allowed.add(config);
  }

  /** Begins what can be done before a connection is free. */
  prepare(config: StoredConfig, mail: ComposedMail): void {
    // What Graph gets keeps its Bcc, and leaves rarely enough to be rendered in its turn.
    if (config.type === 'ms_graph') return;
    mail.mime = this.mime.build(mail, { keepBcc: false });
    // Whoever sends it hears of a failure; it may be given back before.
    mail.mime.catch(() => undefined);
  }

  /** How many messages a configuration takes just now; what is more would be refused and have to wait. */
  capacity(config: StoredConfig): number {
    const cloud = this.options.graph.clouds.get(config.graphCloud ?? '');
    return config.type === 'ms_graph' && cloud ? this.limit(config, cloud).capacity : Infinity;
  }

  /** Tests a configuration step by step. @throws MailError when it cannot be tried at all */
  async diagnose(
    config: Candidate | StoredConfig,
    secrets: Secrets,
    mail: ComposedMail,
    options: DiagnoseOptions,
  ): Promise<{ report: TestReport; error?: MailError; seen?: SeenTls }> {
    return config.type === 'ms_graph'
      ? diagnoseGraph(this.graphSettings(config, secrets), mail, options)
      : diagnoseSmtp(this.smtpSettings(config, secrets), mail, options);
  }

  /** The private CAs to trust: the application's and the configuration's own. */
  certificates(caCertificate: string | null): string[] {
    return [...this.options.trustedCa, ...splitCertificates(caCertificate)];
  }

  private async sendWith(secrets: OpenedSecrets, config: StoredConfig, mail: ComposedMail): Promise<SendReceipt> {
    const make = async (): Promise<MailTransport> => this.transport(config, await secrets.values());
    return this.transports.send({ id: config.id, version: config.version, revision: secrets.revision }, make, mail);
  }

  private transport(config: StoredConfig, secrets: Secrets): MailTransport {
    if (config.type !== 'ms_graph') return new SmtpTransport(this.smtpSettings(config, secrets), this.mime);
    const settings = this.graphSettings(config, secrets);
    return new GraphTransport(settings, this.limit(config, settings.cloud));
  }

  private smtpSettings(config: Candidate | StoredConfig, secrets: Secrets): SmtpSettings {
    this.assertAllowed(config);
    return {
      host: config.host!,
      port: config.port!,
      security: config.security!,
      egress: this.options.egress,
      ca: this.certificates(config.caCertificate),
      ownCa: splitCertificates(config.caCertificate),
      auth: config.authRequired ? this.login(config, secrets) : undefined,
      maxConnections: config.maxConnections,
      timeouts: this.options.delivery.timeouts,
    };
  }

  private login(config: Candidate | StoredConfig, { password = '', clientSecret = '' }: Secrets): SmtpLogin {
    const username = config.username!;
    if (config.authMethod !== 'oauth2') return { username, password };
    const { authority, exchange } = this.cloud(config);
    const tokens = new EntraTokens({
      authority,
      tenantId: config.tenantId!,
      clientId: config.clientId!,
      clientSecret,
      scope: `https://${exchange}/.default`,
      ca: this.options.trustedCa,
    });
    return { username, tokens };
  }

  private graphSettings(config: Candidate | StoredConfig, { password, clientSecret = '' }: Secrets): GraphSettings {
    this.assertAllowed(config);
    return {
      cloud: this.cloud(config),
      tenantId: config.tenantId!,
      clientId: config.clientId!,
      clientSecret,
      mailbox: config.username!,
      password: config.authMethod === 'password' ? password : undefined,
      sender: config.fromAddress ?? config.username!,
      ca: this.options.trustedCa,
      maxConnections: config.maxConnections,
    };
  }

  private cloud({ graphCloud }: Candidate | StoredConfig): MicrosoftCloud {
    return this.options.graph.clouds.get(graphCloud ?? '')!;
  }

  private limit({ username }: StoredConfig, { graph }: MicrosoftCloud): MailboxLimit {
    return this.#limits.of(graph, username ?? '');
  }
}

/** A refusal of a From that the message brought along is about this message alone: the configuration's other mail leaves. */
function attributeSenderError(error: unknown, config: StoredConfig, mail: ComposedMail): unknown {
  const { address } = mail.from;
  if (!(error instanceof MailError) || error.code !== 'SENDER' || error.fault !== 'server') return error;
  if (addressOf(config)?.toLowerCase() === address.toLowerCase()) return error;
  return new MailError('SENDER', `The server refused ${address}, the From address that this message brought along.`, {
    fault: 'message',
    retryable: false,
    remedy: 'Have the application send it from an address that the account may use, or ask for the right to use this one.',
    response: error.response,
    phase: error.phase,
    cause: error.cause,
  });
}
