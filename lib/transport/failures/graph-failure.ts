import type { ComposedMail } from '../../message/compose.js';
import type { MailError, MailErrorDetails } from '../../shared/mail-error.js';
import { causeError, type CauseKey } from './causes.js';
import type { GraphSettings } from '../graph/graph-settings.js';
import type { HttpsAnswer } from '../graph/https-client.js';
import { retryAfterMs } from './https-failure.js';

/** Where nothing is said about how long to wait. */
const WAIT_MS = 60_000;
const LEAST_WAIT_MS = 1_000;
const QUOTA_WAIT_MS = 3_600_000;

/** What Graph said. */
export interface GraphAnswer extends HttpsAnswer {
  /** The code of an error, such as `ErrorSendAsDenied`. */
  code: string;
  /** One line to keep: the status, the error and the request's id, by which Microsoft's support finds it. */
  words: string;
}

/** What was asked for when Graph refused. */
export interface GraphAttempt {
  mailbox: string;
  /** The From address of the message is the configuration's. */
  isOwnSender: boolean;
  /** The request delivers the mail: without a clear answer it may have been delivered. */
  delivers: boolean;
}

/** A request about a mail; `delivers` when success means that it was sent. */
export function attemptOf({ mailbox, sender }: GraphSettings, mail: ComposedMail, delivers: boolean): GraphAttempt {
  return { mailbox, delivers, isOwnSender: mail.from.address.toLowerCase() === sender.toLowerCase() };
}

type Verdict = [cause: CauseKey, details?: MailErrorDetails];

/** The one translation of what Microsoft Graph answers instead of success: judged by the status, the code only adds words. */
export function graphFailure(answer: GraphAnswer, attempt: GraphAttempt): MailError {
  const [cause, details] = judge(answer, attempt);
  const values = { status: answer.status, mailbox: attempt.mailbox };
  return causeError(cause, values, { response: answer.words, phase: 'message', ...details });
}

function judge(answer: GraphAnswer, attempt: GraphAttempt): Verdict {
  const { status, code } = answer;
  if (status === 429 || status === 503) {
    const waitMs = Math.max(retryAfterMs(answer) ?? WAIT_MS, LEAST_WAIT_MS);
    return ['graph_wait', { phase: 'mailbox', retryAfterMs: waitMs }];
  }
  if (/^Error(ExceededMessageLimit|MessageSubmissionBlocked|QuotaExceeded)$/.test(code)) {
    return ['graph_limit', { phase: 'mailbox', retryAfterMs: QUOTA_WAIT_MS }];
  }
  if (status === 401) return ['graph_token', { phase: 'mailbox' }];
  if (status === 403) return forbidden(answer, attempt);
  if (status === 404) return ['graph_mailbox', { phase: 'mailbox' }];
  if (status === 413 || code === 'ErrorMessageSizeExceeded') return ['graph_too_large'];
  if (status >= 500 || status === 408) return [attempt.delivers && status !== 408 ? 'graph_unclear' : 'graph_failed'];
  if (status >= 400) return [code === 'ErrorInvalidRecipients' ? 'graph_recipients' : 'graph_refused'];
  return [status >= 300 ? 'graph_redirect' : 'graph_not_sent'];
}

function forbidden({ code, words }: GraphAnswer, { isOwnSender }: GraphAttempt): Verdict {
  if (code === 'ErrorSendAsDenied')
    return isOwnSender ? ['graph_send_as'] : ['graph_send_as_message', { fault: 'message', retryable: false }];
  return [isPolicy(words) ? 'graph_policy' : 'graph_permission', { phase: 'mailbox' }];
}

/** What a success carries. @throws MailError when it is no JSON object */
export function contentOf(answer: GraphAnswer): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(answer.body);
    if (content !== null && typeof content === 'object') return content as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw causeError('graph_strange', {}, { phase: 'message', response: answer.words });
}

/** An application access policy, or a role whose scope leaves the mailbox out. */
export function isPolicy(words: string): boolean {
  return /Access to OData is disabled|AppOnly AccessPolicy|RAOP/i.test(words);
}
