import { Injectable, Inject } from '@nestjs/common';
import type { ComposedMail } from '../message/compose.js';
import { MimeBuilder } from '../message/mime-builder.js';
import { splitCertificates } from '../smtp.certificates.js';
import { SMTP_OPTIONS, type ResolvedSmtpOptions } from '../smtp.options.js';
import type { SendReceipt } from '../transport/mail-transport.js';
import type { SmtpSettings } from '../transport/smtp-settings.js';
import { SmtpTransport } from '../transport/smtp.transport.js';
import { Transports } from '../transport/transports.js';
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
    private readonly mime: MimeBuilder,
  ) {}

  /** Sends a composed message through a configuration. @throws MailError */
  async send(config: StoredConfig, mail: ComposedMail): Promise<SendReceipt> {
    const make = async (): Promise<SmtpTransport> => {
      const password = config.authRequired ? await this.secrets.resolver.resolve(this.secrets.location(config)) : undefined;
      return new SmtpTransport(this.settings(config, password), this.mime);
    };
    return this.transports.send(config, make, mail);
  }

  /** Begins what can be done before a connection is free. */
  prepare(mail: ComposedMail): void {
    mail.mime = this.mime.build(mail, { keepBcc: false });
    // Whoever sends it hears of a failure; it may be given back before.
    mail.mime.catch(() => undefined);
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
