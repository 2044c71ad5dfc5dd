import { MailError, type RejectedRecipient } from '../smtp.errors.js';
import { certificateProblem } from './certificate-facts.js';
import type { FailureContext, SmtpCause, Verdict } from './failure-context.js';
import { networkFailure, timeoutFailure } from './network-failure.js';
import { oneLine } from './server-words.js';
import { NO_XOAUTH2, TOKEN_LOGIN } from './smtp-login.js';

/** The one translation of what can go wrong on the way to a mail server. */
export function smtpFailure(cause: SmtpCause, context: FailureContext): MailError {
  const response = cause.response ? context.redact(cause.response) : undefined;
  const [code, summary, details] = judge(cause, context);
  // Nodemailer's own error may quote what we sent: only its code and a cleaned message are kept.
  const kept = Object.assign(new Error(context.redact(cause.message ?? '')), { code: nodeCode(cause) });
  return new MailError(code, summary, { response, phase: context.phase, ...details, cause: kept });
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

function judge(cause: SmtpCause, context: FailureContext): Verdict {
  const status = cause.responseCode ?? 0;
  if (context.bodyRead && (status < 400 || status > 599)) {
    return ['AMBIGUOUS', 'The connection ended after the whole message was handed over and before the server answered.'];
  }
  if (status === 421)
    return ['CONNECTION', 'The server ended the session.', { remedy: 'Try again later; if it stays so, use fewer connections.' }];
  if (cause.code === 'ETIMEDOUT') return timeoutFailure(cause, context);

  const certificate = certificateProblem(nodeCode(cause), context.host, context.certificate);
  if (certificate) return ['CERTIFICATE', certificate.summary, { remedy: certificate.remedy }];
  if (cause.command === 'STARTTLS') return startTlsFailure(cause, context);
  if (cause.code === 'EAUTH') return authFailure(cause, status);
  if (cause.command === 'MAIL FROM') return senderFailure(cause, status);
  if (cause.command === 'RCPT TO') return recipientFailure(cause, status, context);
  if (cause.code === 'EMESSAGE' || cause.code === 'EENVELOPE' || cause.code === 'ESTREAM') return contentFailure(status);
  return networkFailure(cause, nodeCode(cause), context);
}

function startTlsFailure(cause: SmtpCause, { host, port, startTlsOffered }: FailureContext): Verdict {
  if (!startTlsOffered) {
    return [
      'TLS',
      `${host}:${port} does not offer STARTTLS, so nothing was sent.`,
      {
        remedy:
          'Check the port (STARTTLS is usually 587) or choose SSL/TLS. If the server should offer it, something on the way may be removing it.',
      },
    ];
  }
  const remedy = 'Try again later; if it stays so, the TLS set-up of the server has to be mended.';
  return ['TLS', `${host}:${port} offers STARTTLS but could not start it.`, { remedy: cause.responseCode ? remedy : undefined }];
}

function authFailure(cause: SmtpCause, status: number): Verdict {
  const words = cause.response ?? '';
  if (cause.command === 'NOT OFFERED') {
    return [
      'AUTH',
      'The server offers no login on this connection.',
      { remedy: 'Switch authentication off if the server wants none; otherwise check the port and the security setting.' },
    ];
  }
  if (cause.command === NO_XOAUTH2) {
    return [
      'AUTH',
      'The server offers no login with a token (XOAUTH2).',
      { remedy: 'Check the host: the one of Microsoft 365 is smtp.office365.com, port 587, STARTTLS. Others want a password.' },
    ];
  }
  if (!status) return ['AUTH', 'The login could not be carried out.'];
  if (status < 500) return ['AUTH', 'The server could not check the login just now.', { retryable: true, remedy: 'Try again later.' }];
  if (/5\.7\.139|SmtpClientAuthentication is disabled/i.test(words)) {
    return [
      'AUTH',
      'Login over SMTP is switched off for this Microsoft 365 mailbox.',
      { remedy: 'Allow "Authenticated SMTP" for the mailbox, or use Microsoft Graph.' },
    ];
  }
  if (/5\.7\.9|app(lication)?[- ](specific )?password/i.test(words)) {
    return [
      'AUTH',
      "The server wants an app password instead of the account's own.",
      { remedy: 'Create an app password in the account and enter it here.' },
    ];
  }
  if (status === 504 || status === 538) {
    return [
      'AUTH',
      'The server does not accept this way of logging in.',
      { remedy: 'Check the security setting: many servers take a login only over an encrypted connection.' },
    ];
  }
  if (cause.command === `AUTH ${TOKEN_LOGIN}`) {
    return [
      'AUTH',
      'The server refused the token.',
      {
        remedy:
          'Give the app SMTP.SendAsApp with admin consent, register it in Exchange (New-ServicePrincipal with the object id of the enterprise application) and give it the mailbox (Add-MailboxPermission).',
      },
    ];
  }
  return ['AUTH', 'The server refused the user name or password.'];
}

function senderFailure(cause: SmtpCause, status: number): Verdict {
  if (!status && cause.code === 'EMESSAGE') return tooLarge();
  if (status === 530) return loginWanted(cause);
  if (status === 552 || /5\.3\.4/.test(cause.response ?? '')) return tooLarge();
  if (status && status < 500) {
    return [
      'SENDER',
      'The server does not take mail from this sender just now.',
      { retryable: true, fault: 'message', remedy: 'It will be worth trying again later.' },
    ];
  }
  return ['SENDER', 'The server refused the sender address.'];
}

function recipientFailure(cause: SmtpCause, status: number, context: FailureContext): Verdict {
  if (status === 530) return loginWanted(cause);
  const rejected = refusals(cause.rejectedErrors ?? [], context);
  const summary =
    rejected.length === 1
      ? `The server refused the recipient ${oneLine(rejected[0]!.address, 320)}.`
      : 'The server refused every recipient.';
  if (rejected.some(({ permanent }) => !permanent)) {
    return ['RECIPIENT', summary, { rejected, retryable: true, remedy: 'The refusal is temporary: try again later.' }];
  }
  const isRelay = /relay|5\.7\.1\b|authenticat/i.test(cause.response ?? '');
  const remedy =
    'The server does not pass on mail to this address: check whether it wants a login, or takes mail for its own domains only.';
  return ['RECIPIENT', summary, { rejected, remedy: isRelay ? remedy : rejected.length === 1 ? 'Check the address.' : undefined }];
}

/** Each refused recipient with the server's words, as the receipt and the error carry them. */
export function refusals(errors: readonly SmtpCause[], { original, redact }: FailureContext): RejectedRecipient[] {
  return errors.map(({ recipient = '', response = '', responseCode = 0 }) => ({
    address: original(recipient),
    response: redact(response),
    permanent: responseCode >= 500,
  }));
}

function contentFailure(status: number): Verdict {
  if (status === 552) return tooLarge();
  if (status && status < 500)
    return ['CONTENT', 'The server did not take the message for now.', { retryable: true, remedy: 'Try again later.' }];
  return ['CONTENT', 'The server refused the message itself.'];
}

function tooLarge(): Verdict {
  return ['CONTENT', 'The message is larger than the server takes.', { remedy: 'Send smaller or fewer attachments.' }];
}

function loginWanted(cause: SmtpCause): Verdict {
  return /STARTTLS/i.test(cause.response ?? '')
    ? ['TLS', 'The server takes mail only over an encrypted connection.', { remedy: 'Choose STARTTLS.' }]
    : ['AUTH', 'The server takes mail only after a login.', { remedy: 'Switch authentication on and enter a user name and password.' }];
}
