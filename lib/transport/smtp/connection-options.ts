import type { Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { ENVELOPE_CHECK, envelopeCheck } from './envelope-check.js';
import { assertSecurity } from './security.js';
import { cramMd5, TOKEN_LOGIN, xoauth2 } from './smtp-login.js';
import { timeoutsOf, type SmtpSettings } from './smtp-settings.js';
import { tlsOptionsFor } from '../tls/trust.js';

/** How long a server may take over its goodbye before the socket is dropped. */
export const QUIT_MS = 2_000;

/**
 * What nodemailer is told: the security as it is chosen and nothing less, over a socket that is already
 * connected. No logger: it would see the login.
 * @throws MailError `CONFIG_INVALID` for a security that is none
 */
export function connectionOptions(settings: SmtpSettings, socket: Socket): SMTPConnection.Options {
  const { host, port, security, ca } = settings;
  const { totalMs } = timeoutsOf(settings);
  assertSecurity(security);
  return {
    // Also the name that the certificate has to be for, and the SNI unless it is an address.
    host,
    port,
    connection: socket,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: tlsOptionsFor(ca),
    customAuth: { [TOKEN_LOGIN]: xoauth2, 'CRAM-MD5': cramMd5, [ENVELOPE_CHECK]: envelopeCheck },
    // The deadlines of SmtpClient are tighter and count whole replies; nodemailer's must not come first.
    connectionTimeout: totalMs,
    greetingTimeout: totalMs,
    socketTimeout: totalMs,
    socketCloseTimeout: QUIT_MS,
    maxResponseSize: 65_536,
  };
}
