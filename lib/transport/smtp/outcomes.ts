import { MailError } from '../../shared/mail-error.js';
import type { ObservedConnection, SendReceipt } from '../mail-transport.js';
import type { SmtpSession } from './smtp-session.js';

/** Returns the error of a message that is passed to a closed transport. */
export function closed(): MailError {
  return new MailError('CONNECTION', 'This connection pool is closed.', {
    remedy: 'Send the message again. The configuration has changed, or the application is stopping.',
  });
}

/** Returns the reply of a server that defers a message in a session, which a new session may not; undefined for other failures. */
export function deferralOf({ reply, phase }: MailError): string | undefined {
  const isEnvelope = phase === 'sender' || phase === 'recipient' || phase === 'message';
  return isEnvelope && reply?.startsWith('4') && !reply.startsWith('421') ? reply : undefined;
}

/** Combines the outcomes of several transactions of one message. */
export function joinReceipts(earlier: SendReceipt | undefined, later: SendReceipt): SendReceipt {
  if (!earlier) return later;
  return { ...later, accepted: [...earlier.accepted, ...later.accepted], rejected: [...earlier.rejected, ...later.rejected] };
}

/** True if the server had already ended an idle connection, with or without a 421. */
export function isStale(error: MailError): boolean {
  if (error.reply !== undefined) return error.reply.startsWith('421');
  return error.code === 'CONNECTION' || error.code === 'TIMEOUT';
}

/** Returns what a session saw of the server's encryption; undefined without encryption. */
export function observedConnection({ seenTls }: SmtpSession): ObservedConnection | undefined {
  const { tlsVersion, certificateExpiresAt } = seenTls;
  if (!tlsVersion && !certificateExpiresAt) return undefined;
  return { tlsVersion: tlsVersion ?? null, certificateExpiresAt: certificateExpiresAt ?? null, at: performance.now() };
}
