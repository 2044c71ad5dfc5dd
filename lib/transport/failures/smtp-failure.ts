import { X509Certificate } from 'node:crypto';
import { MailError, type RejectedRecipient, isPermanent } from '../../shared/mail-error.js';
import { classifyLogin } from './login-failure.js';
import { DIAGNOSES, diagnosedError, type FailureReason } from './diagnoses.js';
import { classifyCertificate } from '../tls/certificate-problem.js';
import type { FailureContext, SmtpFailure, Classification } from './failure-context.js';
import { classifyNetwork, classifyProxy, classifyTimeout } from './network-failure.js';
import { PROXY_FAILED } from '../smtp/proxy-failure.js';
import { refusalReason } from './refusal.js';
import type { RefusedStep } from './refusal-rules.js';
import { isSmtpReply } from '../smtp/reply-reader.js';
import { oneLine } from './server-words.js';
import type { SmtpPhase } from '../../shared/connection-test.js';

/** Converts a failure of an SMTP session to an error. */
export function toSmtpError(failure: SmtpFailure, context: FailureContext): MailError {
  // Another service may be listening there. A test tells the admin that it responds, but not what it sends.
  const isForeign = Boolean(failure.response) && !isSmtpReply(failure.response!);
  const reply = failure.response && !isForeign ? context.redact(failure.response) : undefined;
  const message = isForeign ? 'Not an SMTP reply' : context.redact(failure.message ?? '');
  const [key, values, details] = isForeign
    ? classifyForeignReply(failure.response!, context)
    : withClientCertificate(classify(failure, context), context);
  // Nodemailer's error may quote sent data, so only its code and a cleaned message are kept.
  const kept = Object.assign(new Error(message), { code: nodeCode(failure) });
  const { host, port, phase } = context;
  return diagnosedError(key, { host, port, ...values }, { reply, phase: phaseOf(failure) ?? phase, ...details, cause: kept });
}

/** Returns Node's or nodemailer's code for the cause of an error; empty without one. */
export function nodeCodeOf(error: MailError): string {
  return (error.cause as { code?: string } | undefined)?.code ?? '';
}

/**
 * True if the server or a proxy refused the user name and password, or Microsoft's sign-in refused the client secret. No part of a
 * message was sent.
 */
export function isRefusedLogin(error: unknown): error is MailError {
  if (!(error instanceof MailError) || error.code !== 'AUTH') return false;
  if (error.reason === ('proxy_login' satisfies FailureReason)) return true;
  return error.phase === 'token' || (error.phase === 'auth' && error.reply?.startsWith('5') === true);
}

/** Returns the phase of a refused command: its reply may arrive after the session has moved on. */
function phaseOf(failure: SmtpFailure): SmtpPhase | undefined {
  const step = stepOf(failure);
  return step === 'session' || step === 'ehlo' ? undefined : step;
}

const nodeCode = (failure: SmtpFailure): string => failure.originalCode ?? failure.code ?? '';

function classifyForeignReply(reply: string, { bodyRead }: FailureContext): Classification {
  return bodyRead ? ['reply_lost'] : ['not_smtp', { bytes: Buffer.byteLength(reply) }];
}

function classify(failure: SmtpFailure, context: FailureContext): Classification {
  if (failure.code === 'EUTF8') return classifyUtf8(failure, context);
  const status = failure.responseCode ?? 0;
  if (context.bodyRead && (status < 400 || status > 599)) return ['reply_lost'];
  if (failure.code === 'ETIMEDOUT') return classifyTimeout(failure, context);
  if (failure.code === PROXY_FAILED) return classifyProxy(failure, context);

  const certificate = classifyCertificate(nodeCode(failure), context, context.certificate);
  if (certificate) return certificate;
  const step = stepOf(failure);
  if (step === 'recipient') return classifyRecipients(failure, context);
  if (status === 421) return classifyRefusal(failure, step ?? 'session', context);
  if (failure.command === 'STARTTLS') return classifyStartTls(failure, context);
  if (failure.code === 'EAUTH') return classifyLogin(failure, status, context);
  if (step && !status)
    return [failure.code === 'EMESSAGE' ? 'content_too_large' : step === 'sender' ? 'sender_refused' : 'content_refused'];
  if (step === 'ehlo' && isUnknownCommand(status) && context.security === 'starttls') return ['starttls_not_offered'];
  if (step) return classifyRefusal(failure, step, context);
  if (status >= 400 && context.phase === 'greeting') return classifyRefusal(failure, 'session', context);
  return classifyNetwork(failure, nodeCode(failure), context);
}

/** Diagnoses a missing client certificate as a refused one if one was presented. */
function withClientCertificate(found: Classification, { clientCertificate }: FailureContext): Classification {
  const [reason, values, details] = found;
  if (reason !== 'client_certificate' || clientCertificate === undefined) return found;
  const { validTo } = new X509Certificate(clientCertificate);
  if (Date.parse(validTo) < Date.now())
    return ['client_certificate_expired', { ...values, date: new Date(validTo).toISOString() }, details];
  return ['client_certificate_refused', values, details];
}

/** Diagnoses an address that was not sent because the server does not offer SMTPUTF8. */
function classifyUtf8({ command, recipient = '' }: SmtpFailure, { from, original }: FailureContext): Classification {
  if (command === 'MAIL FROM') return ['sender_smtputf8', { from: oneLine(from, 320) }];
  const address = oneLine(original(recipient), 320);
  return [command === 'RCPT TO' ? 'recipient_smtputf8' : 'header_smtputf8', { address }];
}

/** Returns the step of a refused command; undefined for any other failure. */
function stepOf({ command, code }: SmtpFailure): RefusedStep | undefined {
  switch (command) {
    case 'EHLO':
    case 'HELO':
      return 'ehlo';
    case 'MAIL FROM':
      return 'sender';
    case 'RCPT TO':
      return 'recipient';
    default:
      return code === 'EMESSAGE' || code === 'EENVELOPE' || code === 'ESTREAM' ? 'message' : undefined;
  }
}

/** True if a server does not know EHLO. One that only knows HELO does not support STARTTLS either. */
const isUnknownCommand = (status: number): boolean => status === 500 || status === 502;

function classifyStartTls(failure: SmtpFailure, { startTlsOffered }: FailureContext): Classification {
  if (!startTlsOffered) return ['starttls_not_offered'];
  return [failure.responseCode ? 'starttls_refused' : 'starttls_broken'];
}

/** Diagnoses a refusal that is not about a single recipient. */
function classifyRefusal(
  { response = '', responseCode: status = 0 }: SmtpFailure,
  step: RefusedStep,
  context: FailureContext,
): Classification {
  const reason = refusalReason({ ...context, status, words: context.redact(response), step, address: '' });
  const values = { from: oneLine(context.from, 320) };
  if (reason === 'sender_deferred') return [reason, values, { retryable: true, fault: 'message' }];
  return [reason, values, status < 500 ? { retryable: true } : {}];
}

/** Diagnoses the refusal of every recipient, which may be about something else. */
function classifyRecipients(failure: SmtpFailure, context: FailureContext): Classification {
  const rejected = refusals(failure.rejectedErrors ?? [], context);
  const values = { address: oneLine(rejected.length === 1 ? rejected[0]!.address : '', 320), from: oneLine(context.from, 320) };
  const other = rejected.find(({ reason }) => !isAboutRecipient(reason) && !VARIES.has(reason));
  const decisive = other ?? (rejected.every(({ reason }) => VARIES.has(reason)) ? rejected[0] : undefined);
  if (decisive) return [decisive.reason as FailureReason, values, { rejected, reply: decisive.reply, retryable: true }];
  const retryable = !rejected.every(isPermanent);
  const reason = retryable ? 'recipients_deferred' : 'recipients_refused';
  return [rejected.length === 1 ? (rejected[0]!.reason as FailureReason) : reason, values, { rejected, retryable }];
}

/** Reasons that can apply to one recipient and not to the next: a server may accept mail for its own domains without a login. */
const VARIES: ReadonlySet<string> = new Set(['relay_denied', 'auth_required'] satisfies FailureReason[]);

const isAboutRecipient = (reason: string): boolean => DIAGNOSES[reason as FailureReason].code === 'RECIPIENT';

/** Returns the refused recipients for the receipt or the error. */
export function refusals(
  errors: readonly SmtpFailure[],
  context: Pick<FailureContext, 'original' | 'redact' | 'utf8Offered' | 'hasLogin' | 'from'>,
): RejectedRecipient[] {
  return errors.map(({ recipient = '', response = '', responseCode = 0 }) => {
    const address = context.original(recipient);
    const reply = isSmtpReply(response) ? context.redact(response) : '';
    return {
      address,
      code: responseCode,
      reply,
      reason: refusalReason({ ...context, status: responseCode, words: reply, step: 'recipient', address }),
    };
  });
}
