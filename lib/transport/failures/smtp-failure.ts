import { MailError, type RejectedRecipient, isPermanent } from '../../shared/mail-error.js';
import { classifyLogin } from './login-failure.js';
import { diagnosedError } from './diagnoses.js';
import { classifyCertificate } from '../tls/certificate-problem.js';
import type { FailureContext, SmtpFailure, Classification } from './failure-context.js';
import { classifyNetwork, classifySessionEnd, classifyTimeout } from './network-failure.js';
import { isSmtpReply } from '../smtp/reply-reader.js';
import { oneLine } from './server-words.js';

/** Converts a failure of an SMTP session to an error. */
export function toSmtpError(failure: SmtpFailure, context: FailureContext): MailError {
  // Another service may be listening there. A test tells the admin that it responds, but not what it sends.
  const isForeign = Boolean(failure.response) && !isSmtpReply(failure.response!);
  const reply = failure.response && !isForeign ? context.redact(failure.response) : undefined;
  const message = isForeign ? 'Not an SMTP reply' : context.redact(failure.message ?? '');
  const [key, values, details] = isForeign ? classifyForeignReply(failure.response!, context) : classify(failure, context);
  // Nodemailer's error may quote sent data, so only its code and a cleaned message are kept.
  const kept = Object.assign(new Error(message), { code: nodeCode(failure) });
  const { host, port, phase } = context;
  return diagnosedError(key, { host, port, ...values }, { reply, phase, ...details, cause: kept });
}

/** Returns Node's or nodemailer's code for the cause of an error; empty without one. */
export function nodeCodeOf(error: MailError): string {
  return (error.cause as { code?: string } | undefined)?.code ?? '';
}

/**
 * True if the server refused the user name and password, or Microsoft's sign-in refused the client secret. No part of a message was
 * sent.
 */
export function isRefusedLogin(error: unknown): error is MailError {
  if (!(error instanceof MailError) || error.code !== 'AUTH') return false;
  return error.phase === 'token' || (error.phase === 'auth' && error.reply?.startsWith('5') === true);
}

const nodeCode = (failure: SmtpFailure): string => failure.originalCode ?? failure.code ?? '';

function classifyForeignReply(reply: string, { bodyRead }: FailureContext): Classification {
  return bodyRead ? ['reply_lost'] : ['not_smtp', { bytes: Buffer.byteLength(reply) }];
}

function classify(failure: SmtpFailure, context: FailureContext): Classification {
  const status = failure.responseCode ?? 0;
  if (context.bodyRead && (status < 400 || status > 599)) return ['reply_lost'];
  if (status === 421) return classifySessionEnd(failure);
  if (failure.code === 'ETIMEDOUT') return classifyTimeout(failure, context);

  const certificate = classifyCertificate(nodeCode(failure), context.host, context.certificate);
  if (certificate) return certificate;
  if (failure.command === 'STARTTLS') return classifyStartTls(failure, context);
  // A server that only supports HELO does not support STARTTLS either.
  if (failure.command === 'EHLO' && status >= 500 && context.security === 'starttls') return ['starttls_not_offered'];
  if (failure.code === 'EAUTH') return classifyLogin(failure, status, context);
  if (failure.command === 'MAIL FROM') return classifySender(failure, status, context);
  if (failure.command === 'RCPT TO') return classifyRecipient(failure, status, context);
  if (failure.code === 'EMESSAGE' || failure.code === 'EENVELOPE' || failure.code === 'ESTREAM')
    return classifyContent(failure, status, context);
  return classifyNetwork(failure, nodeCode(failure), context);
}

function classifyStartTls(failure: SmtpFailure, { startTlsOffered }: FailureContext): Classification {
  if (!startTlsOffered) return ['starttls_not_offered'];
  return [failure.responseCode ? 'starttls_refused' : 'starttls_broken'];
}

/** Matches replies of Exchange and Postfix if an account may not send as an address. Some come only after the recipient or the message. */
const SEND_AS = /send ?as ?denied|permissions? to send as|sender address rejected|5\.7\.60\b|5\.2\.252\b/i;
const NOT_YOURS = /not (?:owned|allowed|permitted|authori[sz]ed)|not your (?:address|own)/i;
const IS_ASCII = /^[\0-\x7f]*$/;

function classifySender(failure: SmtpFailure, status: number, { from, utf8Offered }: FailureContext): Classification {
  const words = failure.response ?? '';
  if (!status && failure.code === 'EMESSAGE') return ['content_too_large'];
  if (status === 530) return classifyLoginRequired(words);
  if (status === 552 || /5\.3\.4/.test(words)) return ['content_too_large'];
  const values = { from: oneLine(from, 320) };
  if (status && status < 500) return ['sender_deferred', values, { retryable: true, fault: 'message' }];
  if (!utf8Offered && !IS_ASCII.test(from)) return ['sender_smtputf8', values];
  return [SEND_AS.test(words) || NOT_YOURS.test(words) ? 'sender_not_allowed' : 'sender_refused', values];
}

function classifyRecipient(failure: SmtpFailure, status: number, context: FailureContext): Classification {
  const words = failure.response ?? '';
  if (status === 530) return classifyLoginRequired(words);
  const rejected = refusals(failure.rejectedErrors ?? [], context);
  const [first] = rejected;
  const only = rejected.length === 1 ? first : undefined;
  const values = { address: oneLine(only?.address ?? '', 320), from: oneLine(context.from, 320) };
  if (!rejected.every(isPermanent)) {
    return [only ? 'recipient_deferred' : 'recipients_deferred', values, { rejected, retryable: true }];
  }
  const reason = refusalReason(words, only?.address ?? '', context);
  return [!only && reason === 'recipient_refused' ? 'recipients_refused' : reason, values, { rejected }];
}

/** Returns the reason for the permanent refusal of a recipient. */
function refusalReason(words: string, address: string, { utf8Offered }: Pick<FailureContext, 'utf8Offered'>) {
  if (SEND_AS.test(words)) return 'recipient_sender';
  if (/relay|5\.7\.1\b|authenticat/i.test(words)) return 'relay_denied';
  return !utf8Offered && !IS_ASCII.test(address) ? 'recipient_smtputf8' : 'recipient_refused';
}

/** Returns the refused recipients for the receipt or the error. */
export function refusals(
  errors: readonly SmtpFailure[],
  context: Pick<FailureContext, 'original' | 'redact' | 'utf8Offered'>,
): RejectedRecipient[] {
  return errors.map(({ recipient = '', response = '', responseCode = 0 }) => {
    const address = context.original(recipient);
    return {
      address,
      code: responseCode,
      reply: isSmtpReply(response) ? context.redact(response) : '',
      reason: isPermanent({ code: responseCode }) ? refusalReason(response, address, context) : 'recipient_deferred',
    };
  });
}

function classifyContent(failure: SmtpFailure, status: number, { from }: FailureContext): Classification {
  if (status === 552) return ['content_too_large'];
  if (status && status < 500) return ['content_deferred', {}, { retryable: true }];
  return SEND_AS.test(failure.response ?? '') ? ['content_sender', { from: oneLine(from, 320) }] : ['content_refused'];
}

const classifyLoginRequired = (words: string): Classification => [/STARTTLS/i.test(words) ? 'tls_required' : 'auth_required'];
