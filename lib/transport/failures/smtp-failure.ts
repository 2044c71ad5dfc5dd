import { MailError, type MailErrorDetails, type RejectedRecipient } from '../../shared/mail-error.js';
import { authFailure } from './auth-failure.js';
import { causeError } from './causes.js';
import { certificateProblem } from '../tls/certificate-problem.js';
import type { FailureContext, SmtpCause, Verdict } from './failure-context.js';
import { networkFailure, sessionEnded, timeoutFailure } from './network-failure.js';
import { isSmtpReply } from '../smtp/reply-reader.js';
import { oneLine } from './server-words.js';

/** The one translation of what can go wrong on the way to a mail server. */
export function smtpFailure(cause: SmtpCause, context: FailureContext): MailError {
  // Whatever listens there was not asked to be read: an admin who tests it is told that it speaks, not what it says.
  const isForeign = Boolean(cause.response) && !isSmtpReply(cause.response!);
  const response = cause.response && !isForeign ? context.redact(cause.response) : undefined;
  const message = isForeign ? 'Not an SMTP reply' : context.redact(cause.message ?? '');
  const [key, values, details] = isForeign ? foreignAnswer(cause.response!, context) : judge(cause, context);
  // Nodemailer's own error may quote what we sent: only its code and a cleaned message are kept.
  const kept = Object.assign(new Error(message), { code: nodeCode(cause) });
  const { host, port, phase } = context;
  return causeError(key, { host, port, ...values }, { response, phase, ...details, cause: kept });
}

/** Node's or nodemailer's code of the problem behind an error. */
export function causeCode(error: MailError): string {
  return (error.cause as { code?: string } | undefined)?.code ?? '';
}

/** The server said no to this user name and password, or Microsoft's sign-in to this client secret; nothing of a message was handed over yet. */
export function isRefusedLogin(error: unknown): error is MailError {
  if (!(error instanceof MailError) || error.code !== 'AUTH') return false;
  return error.phase === 'token' || (error.phase === 'auth' && error.response?.startsWith('5') === true);
}

const nodeCode = (cause: SmtpCause): string => cause.originalCode ?? cause.code ?? '';

function foreignAnswer(answer: string, { bodyRead }: FailureContext): Verdict {
  return bodyRead ? ['answer_lost'] : ['not_smtp', { bytes: Buffer.byteLength(answer) }];
}

function judge(cause: SmtpCause, context: FailureContext): Verdict {
  const status = cause.responseCode ?? 0;
  if (context.bodyRead && (status < 400 || status > 599)) return ['answer_lost'];
  if (status === 421) return sessionEnded(cause);
  if (cause.code === 'ETIMEDOUT') return timeoutFailure(cause, context);

  const certificate = certificateProblem(nodeCode(cause), context.host, context.certificate);
  if (certificate) return certificate;
  if (cause.command === 'STARTTLS') return startTlsFailure(cause, context);
  // A server that knows HELO only knows no STARTTLS either.
  if (cause.command === 'EHLO' && status >= 500 && context.security === 'starttls') return ['starttls_not_offered'];
  if (cause.code === 'EAUTH') return authFailure(cause, status, context);
  if (cause.command === 'MAIL FROM') return senderFailure(cause, status, context);
  if (cause.command === 'RCPT TO') return recipientFailure(cause, status, context);
  if (cause.code === 'EMESSAGE' || cause.code === 'EENVELOPE' || cause.code === 'ESTREAM') return contentFailure(cause, status, context);
  return networkFailure(cause, nodeCode(cause), context);
}

function startTlsFailure(cause: SmtpCause, { startTlsOffered }: FailureContext): Verdict {
  if (!startTlsOffered) return ['starttls_not_offered'];
  return [cause.responseCode ? 'starttls_refused' : 'starttls_broken'];
}

/** Exchange and Postfix say so when an account may not send as an address, some of them only after the recipient or the message. */
const SEND_AS = /send ?as ?denied|permissions? to send as|sender address rejected|5\.7\.60\b|5\.2\.252\b/i;
const NOT_YOURS = /not (?:owned|allowed|permitted|authori[sz]ed)|not your (?:address|own)/i;
const IS_ASCII = /^[\0-\x7f]*$/;

function senderFailure(cause: SmtpCause, status: number, { from, utf8Offered }: FailureContext): Verdict {
  const words = cause.response ?? '';
  if (!status && cause.code === 'EMESSAGE') return ['content_too_large'];
  if (status === 530) return loginWanted(words);
  if (status === 552 || /5\.3\.4/.test(words)) return ['content_too_large'];
  const values = { from: oneLine(from, 320) };
  if (status && status < 500) return ['sender_later', values, { retryable: true, fault: 'message' }];
  if (!utf8Offered && !IS_ASCII.test(from)) return ['sender_smtputf8', values];
  return [SEND_AS.test(words) || NOT_YOURS.test(words) ? 'sender_not_allowed' : 'sender_refused', values];
}

function recipientFailure(cause: SmtpCause, status: number, context: FailureContext): Verdict {
  const words = cause.response ?? '';
  if (status === 530) return loginWanted(words);
  const rejected = refusals(cause.rejectedErrors ?? [], context);
  const only = rejected.length === 1 ? rejected[0]!.address : undefined;
  const values = { address: oneLine(only ?? '', 320), from: oneLine(context.from, 320) };
  if (rejected.some(({ permanent }) => !permanent)) {
    return [only ? 'recipient_later' : 'recipients_later', values, { rejected, retryable: true }];
  }
  const details: MailErrorDetails = { rejected };
  if (SEND_AS.test(words)) return ['recipient_sender', values, details];
  if (/relay|5\.7\.1\b|authenticat/i.test(words)) return ['relay_denied', values, details];
  if (only && !context.utf8Offered && !IS_ASCII.test(only)) return ['recipient_smtputf8', values, details];
  return [only ? 'recipient_refused' : 'recipients_refused', values, details];
}

/** Each refused recipient with the server's words, as the receipt and the error carry them. */
export function refusals(
  errors: readonly SmtpCause[],
  { original, redact }: Pick<FailureContext, 'original' | 'redact'>,
): RejectedRecipient[] {
  return errors.map(({ recipient = '', response = '', responseCode = 0 }) => ({
    address: original(recipient),
    response: isSmtpReply(response) ? redact(response) : '',
    permanent: responseCode >= 500,
  }));
}

function contentFailure(cause: SmtpCause, status: number, { from }: FailureContext): Verdict {
  if (status === 552) return ['content_too_large'];
  if (status && status < 500) return ['content_later', {}, { retryable: true }];
  return SEND_AS.test(cause.response ?? '') ? ['content_sender', { from: oneLine(from, 320) }] : ['content_refused'];
}

const loginWanted = (words: string): Verdict => [/STARTTLS/i.test(words) ? 'tls_wanted' : 'auth_wanted'];
