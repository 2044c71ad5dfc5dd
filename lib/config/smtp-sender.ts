import { Injectable, Inject } from '@nestjs/common';
import type { ComposedMail } from '../message/compose.js';
import { splitCertificates } from '../smtp.certificates.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../smtp.options.js';
import type { SendReceipt } from '../transport/mail-transport.js';
import { isRefusedLogin } from '../transport/smtp-failure.js';
import type { SmtpSettings } from '../transport/smtp-settings.js';
import { SmtpTransport } from '../transport/smtp.transport.js';
import { Transports } from '../transport/transports.js';
import type { OpenedSecrets } from './opened-secrets.js';
import type { Candidate } from './smtp-config.input.js';
import { SmtpConfigSecrets } from './smtp-config.secrets.js';
import type { StoredConfig } from './smtp-config.queries.js';

/** The one way from a configuration to its server. */
@Injectable()
export class SmtpSender {
  constructor(
    @Inject(SMTP_OPTIONS) private readonly options: ResolvedSmtpOptions,
    private readonly secrets: SmtpConfigSecrets,
    private readonly transports: Transports,
  ) {}

  /** Sends a composed message through a configuration. @throws MailError */
  async send(config: StoredConfig, mail: ComposedMail): Promise<SendReceipt> {
    const send = async (secrets: OpenedSecrets): Promise<SendReceipt> => {
      const make = async (): Promise<SmtpTransport> => new SmtpTransport(this.settings(config, (await secrets.values()).password));
      return this.transports.send({ id: config.id, version: config.version, revision: secrets.revision }, make, mail);
    };
    const secrets = await this.secrets.opened(config);
    try {
      return await send(secrets);
    } catch (error) {
      // It may have been changed in its source a moment ago: that is asked once, and a new value makes a new transport.
      const renewed = isRefusedLogin(error) ? await secrets.renewed() : undefined;
      if (!renewed) throw error;
      return await send(renewed);
    }
  }

  /** What a transport needs to know of a configuration. */
  settings(config: Candidate | StoredConfig, password: string | undefined): SmtpSettings {
    return {
      host: config.host!,
      port: config.port!,
      security: config.security!,
      ca: this.certificates(config.caCertificate),
      auth: password === undefined ? undefined : { username: config.username!, password },
      maxConnections: config.maxConnections,
    };
  }

  /** The private CAs to trust: the application's and the configuration's own. */
  certificates(caCertificate: string | null): string[] {
    return [...this.options.trustedCa, ...splitCertificates(caCertificate)];
  }
}
