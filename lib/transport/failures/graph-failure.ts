import type { ComposedMail } from '../../message/compose.js';
import type { MailError, MailErrorDetails } from '../../shared/mail-error.js';
import { diagnosedError, type FailureReason } from './diagnoses.js';
import type { GraphSettings } from '../graph/graph-settings.js';
import type { HttpsResponse } from '../../io/https-client.js';
import { retryAfterMs } from './https-failure.js';

/** The wait if Microsoft does not specify one. */
const WAIT_MS = 60_000;
const LEAST_WAIT_MS = 1_000;
const QUOTA_WAIT_MS = 3_600_000;

/** A response of Microsoft Graph. */
export interface GraphResponse extends HttpsResponse {
  /** The code of an error, such as `ErrorSendAsDenied`. */
  code: string;
  /** One line to store: the status, the error, and the request id for Microsoft's support. */
  words: string;
}

/** The facts about a request that its failure depends on. */
export interface GraphAttempt {
  mailbox: string;
  /** True if the message uses the configuration's From address. */
  isOwnSender: boolean;
  /** True for the request that delivers the mail. Without a clear response, the mail may have been delivered. */
  delivers: boolean;
}

/** Describes a request about a mail. */
export function attemptOf({ mailbox, sender }: GraphSettings, mail: ComposedMail, delivers: boolean): GraphAttempt {
  return { mailbox, delivers, isOwnSender: mail.from.address.toLowerCase() === sender.toLowerCase() };
}

type Classification = [reason: FailureReason, details?: MailErrorDetails];

/** Converts an unexpected response of Microsoft Graph to an error, mainly by its status. */
export function toGraphError(response: GraphResponse, attempt: GraphAttempt): MailError {
  const [reason, details] = classify(response, attempt);
  const values = { status: response.status, mailbox: attempt.mailbox };
  return diagnosedError(reason, values, { reply: response.words, phase: 'message', ...details });
}

function classify(response: GraphResponse, attempt: GraphAttempt): Classification {
  const { status, code } = response;
  if (status === 429 || status === 503) {
    const waitMs = Math.max(retryAfterMs(response) ?? WAIT_MS, LEAST_WAIT_MS);
    return ['graph_throttled', { phase: 'mailbox', retryAfterMs: waitMs }];
  }
  if (/^Error(ExceededMessageLimit|MessageSubmissionBlocked|QuotaExceeded)$/.test(code)) {
    return ['graph_limit', { phase: 'mailbox', retryAfterMs: QUOTA_WAIT_MS }];
  }
  if (status === 401) return ['graph_token', { phase: 'mailbox' }];
  if (status === 403) return classifyForbidden(response, attempt);
  if (status === 404) return ['graph_mailbox', { phase: 'mailbox' }];
  if (status === 413 || code === 'ErrorMessageSizeExceeded') return ['graph_too_large'];
  if (status >= 500 || status === 408) return [attempt.delivers && status !== 408 ? 'graph_ambiguous' : 'graph_failed'];
  if (status >= 400) return [code === 'ErrorInvalidRecipients' ? 'graph_recipients' : 'graph_refused'];
  return [status >= 300 ? 'graph_redirect' : 'graph_not_sent'];
}

function classifyForbidden({ code, words }: GraphResponse, { isOwnSender }: GraphAttempt): Classification {
  if (code === 'ErrorSendAsDenied')
    return isOwnSender ? ['graph_send_as'] : ['graph_send_as_message', { fault: 'message', retryable: false }];
  return [isPolicy(words) ? 'graph_policy' : 'graph_permission', { phase: 'mailbox' }];
}

/** Parses the body of a successful response. @throws MailError if it is not a JSON object */
export function contentOf(response: GraphResponse): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(response.body);
    if (content !== null && typeof content === 'object') return content as Record<string, unknown>;
  } catch {
    // Thrown below.
  }
  throw diagnosedError('graph_wrong_service', {}, { phase: 'message', reply: response.words });
}

/** True for an application access policy, or a role whose scope excludes the mailbox. */
export function isPolicy(words: string): boolean {
  return /Access to OData is disabled|AppOnly AccessPolicy|RAOP/i.test(words);
}
