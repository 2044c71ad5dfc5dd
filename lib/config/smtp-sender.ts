import { Injectable, Inject } from '@nestjs/common';
import { type ComposedMail, addressOf } from '../message/compose.js';
import { MimeBuilder } from '../message/mime-builder.js';
import { splitCertificates } from '../smtp.certificates.js';
import { MailError } from '../smtp.errors.js';
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
    try {
      return await this.transports.send(config, make, mail);
    } catch (error) {
      throw blamed(error, config, mail);
    }
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
      timeouts: this.options.delivery.timeouts,
    };
  }

  /** The private CAs to trust: the application's and the configuration's own. */
  certificates(caCertificate: string | null): string[] {
    return [...this.options.trustedCa, ...splitCertificates(caCertificate)];
  }
}

/** A refusal of a From that the message brought along is about this message alone: the configuration's other mail leaves. */
function blamed(error: unknown, config: StoredConfig, mail: ComposedMail): unknown {
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
