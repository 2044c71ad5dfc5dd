import { splitCertificates } from '../../../options/certificates.js';
import type { ResolvedSmtpOptions } from '../../../options/options.js';
import { EntraTokens } from '../../../transport/graph/entra-token.js';
import { diagnoseSmtp } from '../../../transport/smtp/diagnose.js';
import type { SmtpLogin, SmtpSettings } from '../../../transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../../transport/smtp/smtp.transport.js';
import { cloudOf } from '../entra.js';
import { clientCertificateOf } from './client-certificate.js';
import { connectionOf } from './connection-settings.js';
import type { KindSender, Secrets, SenderContext, StoredSettings } from '../kind.js';

/** Creates the sender for SMTP. */
export function createSmtpSender({ options, mime }: SenderContext): KindSender {
  return {
    openTransport: (settings, secrets, acceptedConnections) =>
      new SmtpTransport({ ...serverOf(settings, secrets, options), acceptedConnections }, mime),
    diagnose: (settings, secrets, mail, how) => diagnoseSmtp(serverOf(settings, secrets, options), mail, how),
    prepare(mail) {
      mail.mime = mime.build(mail, { keepBcc: false });
      // A failure is reported when the message is sent, unless the message is released first.
      mail.mime.catch(() => undefined);
    },
  };
}

function serverOf(settings: StoredSettings, secrets: Secrets, options: ResolvedSmtpOptions): SmtpSettings {
  const { host, port, security, authRequired, caCertificate, maxConnections } = settings;
  const ownCa = splitCertificates(caCertificate);
  return {
    ...connectionOf(settings, secrets, options, settings.fromAddress ?? settings.username),
    host: host!,
    port: port!,
    security: security!,
    egress: options.egress,
    ca: [...options.trustedCa, ...ownCa],
    ownCa,
    client: clientCertificateOf(settings, secrets),
    auth: authRequired ? loginOf(settings, secrets, options) : undefined,
    maxConnections,
    pipelineDepth: options.delivery.pipelineDepth,
    timeouts: options.delivery.timeouts,
  };
}

function loginOf(settings: StoredSettings, { password = '', clientSecret = '' }: Secrets, options: ResolvedSmtpOptions): SmtpLogin {
  const username = settings.username!;
  const mechanism = settings.authMechanism ?? undefined;
  if (settings.authMethod !== 'oauth2') return { username, mechanism, password };
  const { authority, exchange } = cloudOf(settings, options);
  const tokens = new EntraTokens({
    authority,
    tenantId: settings.tenantId!,
    clientId: settings.clientId!,
    clientSecret,
    scope: `https://${exchange}/.default`,
    ca: options.trustedCa,
  });
  return { username, mechanism, tokens };
}
