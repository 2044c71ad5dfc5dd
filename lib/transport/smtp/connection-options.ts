import type { Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { ENVELOPE_CHECK, envelopeCheck } from './envelope-check.js';
import { assertSecurity } from './security.js';
import { cramMd5, TOKEN_LOGIN, xoauth2 } from './smtp-login.js';
import { timeoutsOf, type SmtpSettings } from './smtp-settings.js';
import { tlsOptionsFor } from '../tls/trust.js';

/** The time for a server's reply to QUIT, after which the socket is dropped. */
export const QUIT_MS = 2_000;

/**
 * Returns the options for nodemailer's connection over a connected socket, with exactly the security that was chosen. Sets no
 * logger, which would see the login.
 * @throws MailError `CONFIG_INVALID` for an unknown security setting
 */
export function connectionOptions(settings: SmtpSettings, socket: Socket): SMTPConnection.Options {
  const { host, port, security, ca } = settings;
  const { totalMs } = timeoutsOf(settings);
  assertSecurity(security);
  return {
    // Also the name that the certificate must be valid for, and the SNI unless it is an address.
    host,
    port,
    connection: socket,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: tlsOptionsFor(ca),
    customAuth: { [TOKEN_LOGIN]: xoauth2, 'CRAM-MD5': cramMd5, [ENVELOPE_CHECK]: envelopeCheck },
    // SmtpClient's own deadlines are tighter and count whole replies; nodemailer's must not expire first.
    connectionTimeout: totalMs,
    greetingTimeout: totalMs,
    socketTimeout: totalMs,
    socketCloseTimeout: QUIT_MS,
    maxResponseSize: 65_536,
  };
}
