import type { ComposedMail } from '../message/compose.js';
import { MailError, type MailErrorCode, type MailErrorDetails } from '../smtp.errors.js';
import type { GraphSettings } from './graph-settings.js';
import type { HttpsAnswer } from './https-client.js';
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

type Verdict = [code: MailErrorCode, summary: string, details?: MailErrorDetails];

/** The one translation of what Microsoft Graph answers instead of success: judged by the status, the code only adds words. */
export function graphFailure(answer: GraphAnswer, attempt: GraphAttempt): MailError {
  const [code, summary, details] = judge(answer, attempt);
  return new MailError(code, summary, { response: answer.words, phase: 'message', ...details });
}

function judge(answer: GraphAnswer, attempt: GraphAttempt): Verdict {
  const { status, code } = answer;
  if (status === 429 || status === 503) {
    const waitMs = Math.max(retryAfterMs(answer) ?? WAIT_MS, LEAST_WAIT_MS);
    return ['THROTTLED', 'Microsoft wants this mailbox to wait.', { phase: 'mailbox', retryAfterMs: waitMs }];
  }
  if (/^Error(ExceededMessageLimit|MessageSubmissionBlocked|QuotaExceeded)$/.test(code)) {
    return [
      'THROTTLED',
      'The mailbox has reached a limit of Exchange Online.',
      {
        phase: 'mailbox',
        retryAfterMs: QUOTA_WAIT_MS,
        remedy: 'It is tried again every hour. Check the mailbox’s size and its sending limits.',
      },
    ];
  }
  if (status === 401) return refusedToken();
  if (status === 403) return forbidden(answer, attempt);
  if (status === 404) return ['MAILBOX', `Microsoft Graph knows no mailbox ${attempt.mailbox}.`, { phase: 'mailbox' }];
  if (status === 413 || code === 'ErrorMessageSizeExceeded') {
    return ['CONTENT', 'The message is larger than Microsoft takes.', { remedy: 'Send smaller or fewer attachments.' }];
  }
  if (status >= 500 || status === 408) return unclear(status, attempt);
  if (status >= 400) return refusedMessage(answer);
  if (status >= 300) {
    return ['CONNECTION', 'Microsoft Graph pointed to another address, which is not followed.', { remedy: 'Check the chosen cloud.' }];
  }
  return [
    'CONTENT',
    `Microsoft Graph answered ${status} instead of 202, as it does for messages that it does not send.`,
    { remedy: 'Check the size and the content of the message.' },
  ];
}

function refusedToken(): Verdict {
  return [
    'AUTH',
    'Microsoft Graph does not take the token that Microsoft’s sign-in gave, not even a new one.',
    { phase: 'mailbox', remedy: 'Check the chosen cloud and the tenant, and that the app is still enabled there.' },
  ];
}

function forbidden({ code, words }: GraphAnswer, { mailbox, isOwnSender }: GraphAttempt): Verdict {
  if (code === 'ErrorSendAsDenied') {
    return isOwnSender
      ? [
          'SENDER',
          `The mailbox ${mailbox} may not send as the configured From address.`,
          { remedy: 'Use the mailbox’s own address, or give the mailbox "Send as" for the other one in Exchange.' },
        ]
      : [
          'SENDER',
          `The mailbox ${mailbox} may not send as the From address of this message.`,
          { fault: 'message', retryable: false, remedy: 'Send it from the mailbox’s own address, or allow "Send as" in Exchange.' },
        ];
  }
  if (isPolicy(words)) {
    return [
      'PERMISSION',
      `A policy of Exchange Online keeps the app away from the mailbox ${mailbox}.`,
      { phase: 'mailbox', remedy: 'Add the mailbox to the scope of the app’s role or access policy; a change may take an hour.' },
    ];
  }
  return ['PERMISSION', `The app may not send mail as ${mailbox}.`, { phase: 'mailbox' }];
}

/** What a success carries. @throws MailError when it is no JSON object */
export function contentOf(answer: GraphAnswer): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(answer.body);
    if (content !== null && typeof content === 'object') return content as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new MailError('CONNECTION', 'What answered is not Microsoft Graph.', {
    phase: 'message',
    response: answer.words,
    remedy: 'Check the network: something on the way may answer in its place.',
  });
}

/** An application access policy, or a role whose scope leaves the mailbox out. */
export function isPolicy(words: string): boolean {
  return /Access to OData is disabled|AppOnly AccessPolicy|RAOP/i.test(words);
}

function unclear(status: number, { delivers }: GraphAttempt): Verdict {
  return delivers && status !== 408
    ? ['AMBIGUOUS', `Microsoft Graph failed (${status}) after it had the whole message, which it may have sent.`]
    : ['CONNECTION', `Microsoft Graph failed (${status}) before the message was sent.`, { remedy: 'Try again later.' }];
}

function refusedMessage({ status, code }: GraphAnswer): Verdict {
  if (code === 'ErrorInvalidRecipients') {
    return ['RECIPIENT', 'Microsoft Graph did not take one of the recipients.', { remedy: 'Check the addresses.' }];
  }
  return ['CONTENT', `Microsoft Graph refused the message (${status}).`, { remedy: 'Microsoft’s answer says what is wrong with it.' }];
}
