import { describe, expect, it } from '@jest/globals';
import type { FailureReason } from '../../lib/transport/failures/diagnoses.js';
import { type Refusal, refusalReason } from '../../lib/transport/failures/refusal.js';
import type { RefusedStep } from '../../lib/transport/failures/refusal-rules.js';

type Row = [reason: FailureReason, step: RefusedStep, reply: string, about?: Partial<Refusal>];
const LOGGED_IN = { hasLogin: true };

/** Actual replies. Each matter may be refused at any step. */
const replies: Record<string, Row[]> = {
  Postfix: [
    ['relay_denied', 'recipient', '554 5.7.1 <bob@elsewhere.test>: Relay access denied'],
    ['relay_denied', 'recipient', '454 4.7.1 <bob@elsewhere.test>: Relay access denied'],
    ['client_refused', 'recipient', '554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied'],
    ['client_refused', 'session', '554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied'],
    ['no_reverse_dns', 'recipient', '450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]'],
    ['no_reverse_dns', 'recipient', '550 5.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.7]'],
    [
      'address_blocked',
      'recipient',
      '554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7',
    ],
    ['address_blocked', 'recipient', '550 5.7.1 Service unavailable; client [192.0.2.7] blocked using bl.lab.test'],
    [
      'recipient_refused',
      'recipient',
      '554 5.7.1 Service unavailable; Recipient address [bob@bad.test] blocked using dbl.spamhaus.org; https://www.spamhaus.org/query/domain/bad.test',
    ],
    ['sender_refused', 'recipient', '554 5.7.1 Service unavailable; Sender address [a@bad.test] blocked using dbl.spamhaus.org'],
    // The words behind "said" are those of the recipient's server.
    [
      'recipient_refused',
      'recipient',
      '550 5.1.1 <bob@bad.test>: Recipient address rejected: undeliverable address: host mx.bad.test[192.0.2.9] said: 550 EHLO name refused (in reply to RCPT TO command)',
    ],
    [
      'recipient_deferred',
      'recipient',
      '450 4.1.1 <bob@bad.test>: Recipient address rejected: unverified address: host mx.bad.test[192.0.2.9] said: 450 client certificate required',
    ],
    [
      'recipient_refused',
      'recipient',
      '550 5.7.1 <bob@bad.test>: Recipient address rejected: undeliverable address: host mx.bad.test[192.0.2.9] said: 550 sender not allowed',
    ],
    ['helo_refused', 'recipient', '504 5.5.2 <web1>: Helo command rejected: need fully-qualified hostname'],
    ['helo_refused', 'recipient', '450 4.7.1 <web1.nonexistent.invalid>: Helo command rejected: Host not found'],
    ['helo_refused', 'ehlo', '450 4.7.1 <web1.nonexistent.invalid>: Helo command rejected: Host not found'],
    ['helo_refused', 'ehlo', '504 5.5.2 <web1>: Helo command rejected: need fully-qualified hostname'],
    ['helo_refused', 'sender', '501 5.5.2 <a?b>: Helo command rejected: Invalid name'],
    ['helo_refused', 'recipient', '550 5.7.1 <[127.0.0.1]>: Helo command rejected: use your FQDN'],
    ['sender_not_allowed', 'recipient', '553 5.7.1 <sender@example.com>: Sender address rejected: not owned by user alice'],
    ['auth_required', 'recipient', '553 5.7.1 <sender@example.com>: Sender address rejected: not logged in'],
    ['sender_domain', 'recipient', '450 4.1.8 <a@nonexistent.invalid>: Sender address rejected: Domain not found'],
    ['sender_domain', 'sender', '450 4.1.8 <a@nonexistent.invalid>: Sender address rejected: Domain not found'],
    ['sender_refused', 'recipient', '504 5.5.2 <a>: Sender address rejected: need fully-qualified address'],
    ['sender_refused', 'recipient', '554 5.7.1 <sender@example.com>: Sender address rejected: Access denied'],
    ['recipient_refused', 'recipient', '550 5.1.1 <nobody@lab.test>: Recipient address rejected: User unknown in virtual mailbox table'],
    ['recipient_refused', 'recipient', '550 5.1.1 <nobody@lab.test>: Recipient address rejected: User unknown in relay recipient table'],
    ['recipient_deferred', 'recipient', '450 4.1.1 <nobody@lab.test>: Recipient address rejected: unverified address: user unknown'],
    ['auth_required', 'recipient', '554 5.7.1 <alice@lab.test>: Recipient address rejected: Access denied'],
    ['recipient_policy', 'recipient', '554 5.7.1 <alice@lab.test>: Recipient address rejected: Access denied', LOGGED_IN],
    [
      'recipient_deferred',
      'recipient',
      '450 4.2.0 <alice@lab.test>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/lab.test.html',
    ],
    ['recipient_policy', 'recipient', '550 5.7.1 Milter says no to carol'],
    ['server_trouble', 'sender', '452 4.3.1 Insufficient system storage'],
    ['server_trouble', 'recipient', '452 4.3.1 Insufficient system storage'],
    ['server_trouble', 'sender', '451 4.7.1 Service unavailable - try again later'],
    ['rate_limited', 'sender', '450 4.7.1 Error: too much mail from 127.0.0.1'],
    ['rate_limited', 'recipient', '450 4.7.1 Error: too many recipients from 127.0.0.1'],
    ['too_many_recipients', 'recipient', '452 4.5.3 Error: too many recipients'],
    ['too_many_connections', 'session', '421 4.7.0 mail.lab.test Error: too many connections from 127.0.0.1'],
    ['tls_required', 'sender', '530 5.7.0 Must issue a STARTTLS command first'],
    ['client_certificate', 'session', '421 4.7.1 mail.lab.test Error: No client certificate presented'],
    ['content_too_large', 'sender', '552 5.3.4 Message size exceeds fixed limit'],
    ['mailbox_full', 'recipient', '552 5.2.2 <full@lab.test>: Recipient address rejected: Mailbox quota exceeded'],
    [
      'sender_unauthenticated',
      'recipient',
      '550 5.7.23 <a@lab.test>: Recipient address rejected: Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=helo;id=sender@example.com',
    ],
    ['session_ended', 'sender', '421 4.4.2 mail.lab.test Error: timeout exceeded'],
  ],
  Exim: [
    ['recipient_refused', 'recipient', '550 Callout verification failed: 550 Your EHLO name is refused'],
    ['auth_required', 'sender', '550 authentication required'],
    ['auth_required', 'recipient', '550 relay not permitted, authentication required'],
    ['relay_denied', 'recipient', '550 relay not permitted, authentication required', LOGGED_IN],
    ['relay_denied', 'recipient', '550 Relaying not permitted'],
    ['helo_refused', 'recipient', '550 HELO/EHLO verification failed (is web1 your real name?)'],
    ['helo_refused', 'ehlo', '550 HELO is an address literal - please use your host name'],
    ['helo_refused', 'ehlo', '501 Syntactically invalid EHLO argument(s)'],
    ['sender_domain', 'sender', '550 Sender verify failed'],
    ['sender_not_allowed', 'sender', '550 you (user alice) are not permitted to send as other@lab.test'],
    ['sender_deferred', 'sender', '451 Sender address temporarily deferred'],
    ['recipient_refused', 'recipient', '550 Unrouteable address'],
    ['recipient_deferred', 'recipient', '451 greylisted, try again later'],
    ['recipient_deferred', 'recipient', '451 Temporary local problem - please try later'],
    ['server_trouble', 'sender', '451 Temporary local problem - please try later'],
    ['mailbox_full', 'recipient', '451 mailbox is full'],
    ['too_many_connections', 'session', '421 Too many concurrent SMTP connections; please try again later.'],
    ['too_many_recipients', 'recipient', '452 too many recipients'],
    ['address_blocked', 'recipient', '550 rejected because 192.0.2.7 is in a black list at zen.spamhaus.org'],
    ['rate_limited', 'sender', '550 Domain example.com has exceeded the max emails per hour (103/100 (103%)) allowed. Message discarded.'],
    ['content_deferred', 'message', '451 Temporary local problem - please try later'],
  ],
  OpenSMTPD: [
    ['sender_refused', 'sender', '530 Sender rejected', LOGGED_IN],
    ['auth_required', 'sender', '530 5.5.1 Invalid command: Must authenticate before sending'],
    ['sender_smtputf8', 'sender', '553 5.1.7 Sender address syntax error', { from: 'jörg@example.com' }],
    ['rate_limited', 'sender', '452 4.5.3 Too many messages sent'],
    ['recipient_refused', 'recipient', '550 Invalid recipient: nobody@lab.test'],
    ['tls_required', 'sender', '530 5.5.1 Invalid command: Must issue a STARTTLS command first'],
  ],
  Sendmail: [
    ['relay_denied', 'recipient', '550 5.7.1 bob@elsewhere.test... Relaying denied'],
    ['relay_denied', 'recipient', '550 5.7.1 bob@elsewhere.test... Relaying denied. Proper authentication required.', LOGGED_IN],
    ['auth_required', 'recipient', '550 5.7.1 bob@elsewhere.test... Relaying denied. Proper authentication required.'],
    ['sender_domain', 'sender', '553 5.1.8 <a@nonexistent.invalid>... Domain of sender address a@nonexistent.invalid does not exist'],
    ['sender_domain', 'recipient', '451 4.1.8 Domain of sender address a@nonexistent.invalid does not resolve'],
    ['helo_refused', 'ehlo', '501 5.0.0 Invalid domain name'],
    ['too_many_connections', 'session', '421 4.3.2 Connection rate limit exceeded.'],
    ['too_many_connections', 'session', '421 4.3.2 Too many open connections.'],
    ['server_trouble', 'sender', '452 4.4.5 Insufficient disk space; try again later'],
    ['server_trouble', 'sender', '451 4.3.2 Please try again later'],
    ['client_refused', 'sender', '550 5.7.1 Access denied'],
    ['sender_refused', 'sender', '550 5.7.1 <blocked@lab.test>... Access denied'],
    ['recipient_refused', 'recipient', '550 5.1.1 <nobody@lab.test>... User unknown'],
    ['server_trouble', 'sender', '553 5.3.5 system config error'],
    ['too_many_recipients', 'recipient', '452 4.5.3 Too many recipients'],
    ['session_ended', 'session', '421 4.3.2 mail.lab.test closing'],
  ],
  qmail: [
    ['relay_denied', 'recipient', "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"],
    ['recipient_refused', 'recipient', '550 sorry, no mailbox here by that name (#5.1.1)'],
  ],
  Haraka: [['relay_denied', 'recipient', '550 I cannot deliver mail for <bob@elsewhere.test>']],
  'Python’s aiosmtpd': [['sender_smtputf8', 'sender', '500 Error: strict ASCII mode', { from: 'jörg@example.com' }]],
  Exchange: [
    ['relay_denied', 'recipient', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain'],
    ['relay_denied', 'recipient', '550 5.7.1 Unable to relay'],
    ['relay_denied', 'recipient', '550 5.7.64 TenantAttribution; Relay Access Denied'],
    ['auth_required', 'sender', '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM'],
    ['auth_required', 'sender', '530 5.7.57 Client not authenticated to send mail.'],
    ['sender_not_allowed', 'sender', '550 5.7.60 SMTP; Client does not have permissions to send as this sender'],
    ['sender_not_allowed', 'message', '554 5.2.252 SendAsDenied; u@example.com not allowed to send as sender@example.com'],
    ['sender_not_allowed', 'message', '550 5.1.8 Access denied, bad outbound sender AS(42004)'],
    ['too_many_connections', 'message', '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded'],
    [
      'too_many_connections',
      'session',
      '421 4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel',
    ],
    ['rate_limited', 'recipient', '451 4.7.500 Server busy. Please try again later from [192.0.2.7]. (AS77712)'],
    ['rate_limited', 'sender', '451 4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP reputation.'],
    ['rate_limited', 'message', '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message'],
    [
      'address_blocked',
      'recipient',
      '550 5.7.606 Access denied, banned sending IP [192.0.2.7]. To request removal from this list please visit https://sender.office.com/',
    ],
    [
      'sender_unauthenticated',
      'message',
      "550 5.7.515 Access denied, sending domain EXAMPLE.COM doesn't meet the required authentication level.",
    ],
    ['helo_refused', 'ehlo', '501 5.5.4 Invalid domain name'],
    ['tls_required', 'sender', '530 5.7.0 Must issue a STARTTLS command first'],
  ],
  Gmail: [
    [
      'auth_required',
      'sender',
      '530-5.7.0 Authentication Required. For more information, go to https://support.google.com/accounts/troubleshooter/2402620',
    ],
    [
      'relay_denied',
      'recipient',
      "550-5.7.1 Invalid credentials for relay [192.0.2.7]. The IP address you've registered in your Workspace SMTP Relay service doesn't match the domain of the account",
    ],
    ['rate_limited', 'session', '421-4.7.0 Try again later, closing connection.'],
    ['rate_limited', 'message', '421-4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address.'],
    [
      'rate_limited',
      'message',
      '550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to https://support.google.com/a/answer/166852',
    ],
    ['rate_limited', 'recipient', '550 5.4.5 Daily user sending quota exceeded.'],
    [
      'sender_unauthenticated',
      'message',
      '550-5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.',
    ],
    [
      'no_reverse_dns',
      'message',
      '550-5.7.25 The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not match the sending IP.',
    ],
    [
      'recipient_refused',
      'recipient',
      '550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address',
    ],
    [
      'recipient_deferred',
      'recipient',
      '450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.',
    ],
    ['mailbox_full', 'recipient', '452-4.2.2 The email account that you tried to reach is over quota.'],
    [
      'content_refused',
      'message',
      '550-5.7.0 This message was blocked because its content presents a potential security issue. https://support.google.com/mail/?p=BlockedMessage',
    ],
    [
      'content_refused',
      'message',
      '550-5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.',
    ],
  ],
  'Amazon SES': [
    [
      'sender_unverified',
      'message',
      '554 Message rejected: Email address is not verified. The following identities failed the check in region US-EAST-1: sender@example.com',
    ],
    ['rate_limited', 'message', '454 Throttling failure: Maximum sending rate exceeded.'],
    ['rate_limited', 'message', '454 Throttling failure: Daily message quota exceeded.'],
    ['auth_required', 'sender', '530 Authentication required'],
  ],
  SendGrid: [
    [
      'sender_unverified',
      'message',
      '550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.',
    ],
    ['auth_required', 'sender', '550 Unauthenticated senders not allowed'],
    ['rate_limited', 'sender', '451 You have exceeded your messaging limits'],
  ],
  Mimecast: [
    ['relay_denied', 'recipient', '550 Open relay not allowed - https://community.mimecast.com/docs/DOC-1369#550'],
    [
      'recipient_policy',
      'recipient',
      '550 Administrative prohibition - envelope blocked - https://community.mimecast.com/docs/DOC-1369#550',
    ],
    ['address_blocked', 'recipient', '550 csi.mimecast.org Poor Reputation Sender. - https://community.mimecast.com/docs/DOC-1369#550'],
    [
      'recipient_deferred',
      'recipient',
      '451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451',
    ],
    ['recipient_refused', 'recipient', '550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550'],
  ],
  'other providers': [
    [
      'rate_limited',
      'session',
      '421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints',
    ],
    ['rate_limited', 'message', '451 4.7.1 Ratelimit "hostinger_out_ratelimit" exceeded'],
    ['rate_limited', 'message', '550 5.4.6 Unusual sending activity detected. Please try after sometime.'],
    ['rate_limited', 'recipient', '450 Requested mail action not taken: mail send limit exceeded'],
    ['recipient_policy', 'recipient', '550 #5.1.0 Address rejected.'],
    ['address_blocked', 'session', '554 IP address is black listed. For explanation visit https://postmaster.gmx.net/'],
    ['content_refused', 'message', '554 5.7.1 Message blocked: it contains a link listed in the Spamhaus DBL'],
    ['content_deferred', 'message', '451 4.7.1 Try again later (rspamd soft reject)'],
    ['content_refused', 'message', '554 5.7.1 Spam message rejected (rspamd)'],
  ],
};

const hostile: Row[] = [
  ['recipient_refused', 'recipient', '550 5.1.1 <relay-denied.blocked-using.helo@lab.test>: unknown'],
  ['recipient_policy', 'recipient', '550 no relay.access.denied@lab.test here'],
  ['recipient_policy', 'recipient', `550 ${'a'.repeat(400)}`],
];

describe('The matter of a refusal', () => {
  const reasonOf = ([, step, words, about]: Row): FailureReason =>
    refusalReason({
      status: Number.parseInt(words),
      words: words.replace(/^(\d{3})-/, '$1 '),
      step,
      from: 'sender@example.com',
      address: '',
      utf8Offered: false,
      hasLogin: false,
      ...about,
    });

  it.each(
    Object.entries(replies).flatMap(([server, rows]) => rows.map((row) => ({ server, row, reason: row[0], step: row[1], reply: row[2] }))),
  )('$server, $step: $reply → $reason', ({ row, reason }) => {
    expect(reasonOf(row)).toBe(reason);
  });

  it.each(hostile)('ignores the words of addresses: %s', (...row) => {
    expect(reasonOf(row)).toBe(row[0]);
  });
});
