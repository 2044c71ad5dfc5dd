import { MailError, type RejectedRecipient } from '../../shared/mail-error.js';
import { diagnosedError, type FailureReason } from '../failures/diagnoses.js';
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

/** Combines the refusals of every recipient in several transactions of one message: it may be sent again if one was temporary. */
export function joinRefusals(earlier: MailError | undefined, later: MailError): MailError;
export function joinRefusals(earlier: MailError | undefined, later: unknown): unknown;
export function joinRefusals(earlier: MailError | undefined, later: unknown): unknown {
  if (!earlier?.rejected || !(later instanceof MailError) || !later.rejected) return later;
  const both = [earlier, later];
  const rejected = [...earlier.rejected, ...later.rejected];
  const retryable = both.some((one) => one.retryable);
  // A refusal that is not about the recipients decides.
  const other = both.find(({ fault }) => fault !== 'message');
  const { values, reply, phase, cause } = other ?? (earlier.retryable ? earlier : later);
  const reason = (other?.reason as FailureReason | undefined) ?? (retryable ? 'recipients_deferred' : 'recipients_refused');
  return diagnosedError(reason, values, { rejected, retryable, reply, phase, cause });
}

/** Returns the refusals of recipients that a message could not be sent to. Only what concerns the message refuses them for good. */
export function refusalsOf(error: unknown, to: readonly string[]): RejectedRecipient[] {
  const { reply = '', reason = 'recipient_deferred', fault, rejected = [] } = error instanceof MailError ? error : {};
  const isVerdict = fault === 'message';
  const given = Number.parseInt(reply) || 451;
  const common = { code: isVerdict || given < 500 ? given : 451, reply, reason };
  const byAddress = new Map(isVerdict ? rejected.map((one) => [one.address, one]) : []);
  return to.map((address) => byAddress.get(address) ?? { address, ...common });
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
