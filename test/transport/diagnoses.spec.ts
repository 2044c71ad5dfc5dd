import { beforeAll, describe, expect, it } from '@jest/globals';
import { MAIL_ERRORS } from '../../lib/shared/mail-error.js';
import { DIAGNOSES, diagnosedError, remedyTarget, type FailureReason } from '../../lib/transport/failures/diagnoses.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import type { FailureContext, SmtpFailure } from '../../lib/transport/failures/failure-context.js';
import { mostInformativeError } from '../../lib/transport/smtp/open-socket.js';
import { toSmtpError } from '../../lib/transport/failures/smtp-failure.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';
import type { TestStep } from '../../lib/shared/connection-test.js';

const AUTH = { username: 'u@example.com', password: 'p4ssword' };
const answerTo =
  (start: string, reply: string | null): ServerScript['reply'] =>
  (command) =>
    command.startsWith(start) ? reply : undefined;

interface Case {
  what: string;
  reason: FailureReason;
  script: ServerScript | ((certificates: Certificates) => ServerScript);
  settings?: Partial<SmtpSettings>;
  to?: string;
  from?: string;
  remedy: RegExp;
  field?: string;
  /** Port 0 stands for the server's actual port. */
  offer?: { security: string; port: number };
  retryable?: boolean;
}

/** Actual replies of Google, Microsoft and common servers. */
const cases: Case[] = [
  {
    what: 'Google wants an app password (534 5.7.9)',
    reason: 'auth_app_password',
    script: {
      reply: answerTo(
        'AUTH',
        '534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp',
      ),
    },
    remedy: /app password/,
    field: 'password',
  },
  {
    what: 'Google refuses a password (535 5.7.8)',
    reason: 'auth_google',
    script: {
      reply: answerTo(
        'AUTH',
        '535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials - gsmtp',
      ),
    },
    remedy: /myaccount\.google\.com\/apppasswords/,
    field: 'password',
  },
  {
    what: 'Google wants a browser (534 5.7.14)',
    reason: 'auth_google_browser',
    script: { reply: answerTo('AUTH', '534-5.7.14 Please log in via your web browser and then try again.\r\n534 5.7.14 gsmtp') },
    remedy: /browser/,
    field: 'password',
  },
  ...(
    [
      ['mailbox', 'SmtpClientAuthentication is disabled for the Mailbox.', /Authenticated SMTP.*Microsoft Graph/, 'authMethod'],
      [
        'tenant',
        'SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled',
        /TransportConfig/,
        'authMethod',
      ],
      ['basic', 'basic authentication is disabled.', /OAuth2/, 'authMethod'],
      ['policy', 'the request did not meet the criteria to be authenticated successfully.', /Conditional Access/, 'authMethod'],
    ] as const
  ).map(([key, words, remedy, field]): Case => ({
    what: `Microsoft: ${words}`,
    reason: `auth_microsoft_${key}`,
    script: { reply: answerTo('AUTH', `535 5.7.139 Authentication unsuccessful, ${words} [AM0PR01CA0001.example.outlook.com]`) },
    remedy,
    field,
  })),
  {
    what: 'Microsoft: wrong password',
    reason: 'auth_microsoft',
    script: { reply: answerTo('AUTH', '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.') },
    remedy: /app password/,
    field: 'password',
  },
  {
    what: 'too many logins',
    reason: 'auth_rate_limited',
    script: { reply: answerTo('AUTH', '454 4.7.0 Too many login attempts, please try again later.') },
    remedy: /Wait/,
    retryable: true,
  },
  {
    what: 'AUTH only after TLS',
    reason: 'auth_needs_tls',
    script: ({ good }) => ({ tls: good, extensions: ['PIPELINING'] }),
    settings: { security: 'none' },
    remedy: /STARTTLS/,
    field: 'security',
    offer: { security: 'starttls', port: 0 },
  },
  {
    what: 'AUTH refused before TLS (530)',
    reason: 'auth_needs_tls',
    script: { reply: answerTo('AUTH', '530 5.7.0 Must issue a STARTTLS command first') },
    settings: { security: 'none' },
    remedy: /STARTTLS/,
    field: 'security',
    offer: { security: 'starttls', port: 0 },
  },
  {
    what: 'MAIL refused before TLS',
    reason: 'tls_required',
    script: { reply: answerTo('MAIL', '530 5.7.0 Must issue a STARTTLS command first') },
    settings: { security: 'none', auth: undefined },
    remedy: /STARTTLS/,
    field: 'security',
    offer: { security: 'starttls', port: 0 },
  },
  {
    what: 'A1.10 SSL/TLS on a port that starts in clear',
    reason: 'tls_expects_starttls',
    script: ({ good }) => ({ tls: good }),
    settings: { security: 'tls' },
    remedy: /STARTTLS/,
    field: 'security',
    offer: { security: 'starttls', port: 0 },
  },
  {
    what: 'A1.10 STARTTLS on a port of SSL/TLS',
    reason: 'greeting_timeout',
    script: ({ good }) => ({ tls: good, implicitTls: true }),
    settings: { timeouts: { greetingMs: 400 } },
    remedy: /465/,
    field: 'security',
    offer: { security: 'tls', port: 0 },
  },
  {
    what: 'no STARTTLS',
    reason: 'starttls_not_offered',
    script: { offersStartTls: false, tls: undefined },
    remedy: /SSL\/TLS/,
    field: 'security',
    offer: { security: 'tls', port: 465 },
  },
  {
    what: 'a server that knows HELO only',
    reason: 'starttls_not_offered',
    script: { tls: undefined, reply: answerTo('EHLO', '502 5.5.1 what') },
    remedy: /STARTTLS/,
    field: 'security',
    offer: { security: 'tls', port: 465 },
  },
  { what: 'a server for reading mail', reason: 'not_smtp', script: { greeting: '* OK IMAP4rev1 ready' }, remedy: /993/, field: 'port' },
  { what: 'a web server', reason: 'not_smtp', script: { greeting: 'HTTP/1.1 400 Bad Request' }, remedy: /587/, field: 'port' },
  {
    what: 'a blocked address',
    reason: 'address_blocked',
    script: { greeting: '554 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org' },
    remedy: /block list/,
    field: 'port',
  },
  {
    what: 'too many connections',
    reason: 'too_many_connections',
    script: { greeting: '421 4.7.0 Too many concurrent SMTP connections from this IP' },
    remedy: /connections/,
    field: 'maxConnections',
    retryable: true,
  },
  {
    what: 'too much mail',
    reason: 'rate_limited',
    script: { reply: answerTo('MAIL', '421 4.7.28 Our system has detected an unusual rate of mail') },
    remedy: /limit/,
    retryable: true,
  },
  {
    what: 'A4.10 a sender that is not the account’s (Exchange)',
    reason: 'sender_not_allowed',
    script: { reply: answerTo('MAIL', '550 5.7.60 SMTP; Client does not have permissions to send as this sender') },
    remedy: /the account’s own From address/,
    field: 'fromAddress',
  },
  {
    what: 'A4.10 a sender that is refused with the recipient (Postfix)',
    reason: 'sender_not_allowed',
    script: { reply: answerTo('RCPT', '553 5.7.1 <sender@example.com>: Sender address rejected: not owned by user u@example.com') },
    remedy: /the account’s own From address/,
    field: 'fromAddress',
  },
  {
    what: 'A4.10 a sender that is refused with the message (Exchange)',
    reason: 'sender_not_allowed',
    script: { afterBody: () => '554 5.2.252 SendAsDenied; u@example.com not allowed to send as sender@example.com' },
    remedy: /the account’s own From address/,
    field: 'fromAddress',
  },
  ...(
    [
      [
        'a client without a host name',
        'no_reverse_dns',
        'RCPT',
        '450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]',
        /reverse DNS/,
        'host',
      ],
      [
        'a client that has to log in',
        'client_refused',
        'RCPT',
        '554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied',
        /authentication/,
        'authRequired',
      ],
      [
        'a block list at RCPT',
        'address_blocked',
        'RCPT',
        '554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org',
        /block list/,
        'port',
      ],
      [
        'an EHLO name at RCPT',
        'helo_refused',
        'RCPT',
        '550 5.7.1 <[127.0.0.1]>: Helo command rejected: use your FQDN',
        /EHLO name/,
        'ehloName',
      ],
      ['an EHLO name at MAIL', 'helo_refused', 'MAIL', '501 5.5.2 <a?b>: Helo command rejected: Invalid name', /EHLO name/, 'ehloName'],
      [
        'an EHLO name at EHLO',
        'helo_refused',
        'EHLO',
        '504 5.5.2 <web1>: Helo command rejected: need fully-qualified hostname',
        /EHLO name/,
        'ehloName',
      ],
      ['an EHLO name for now', 'helo_refused', 'EHLO', '450 4.7.1 <web1>: Helo command rejected: Host not found', /EHLO name/, 'ehloName'],
      ['an EHLO name, with 421', 'helo_refused', 'EHLO', '421 4.7.1 bad HELO', /EHLO name/, 'ehloName'],
      ['another sender than the login’s (OpenSMTPD)', 'sender_refused', 'MAIL', '530 Sender rejected', /From address/, 'fromAddress'],
      [
        'an unknown domain of the sender (Sendmail)',
        'sender_domain',
        'MAIL',
        '553 5.1.8 <sender@example.com>... Domain of sender address sender@example.com does not exist',
        /MX record/,
        'fromAddress',
      ],
      [
        'an unknown domain of the sender (Postfix)',
        'sender_domain',
        'RCPT',
        '450 4.1.8 <sender@example.com>: Sender address rejected: Domain not found',
        /MX record/,
        'fromAddress',
      ],
      ['a full disk', 'server_trouble', 'MAIL', '452 4.3.1 Insufficient system storage', /administrator/, undefined],
      ['a milter that is down', 'server_trouble', 'MAIL', '451 4.7.1 Service unavailable - try again later', /administrator/, undefined],
      ['too much mail (Postfix)', 'rate_limited', 'MAIL', '450 4.7.1 Error: too much mail from 127.0.0.1', /limit/, undefined],
      [
        'a rate (Exchange Online)',
        'too_many_connections',
        'MAIL',
        '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
        /connections/,
        'maxConnections',
      ],
      ['too many messages in a session (OpenSMTPD)', 'rate_limited', 'MAIL', '452 4.5.3 Too many messages sent', /limit/, undefined],
      [
        'a full mailbox',
        'mailbox_full',
        'RCPT',
        '552 5.2.2 <to@example.org>: Recipient address rejected: Mailbox quota exceeded',
        /room/,
        undefined,
      ],
      ['a milter’s own words', 'recipient_policy', 'RCPT', '550 5.7.1 Milter says no', /reply says why/, undefined],
      [
        'a client certificate, in words',
        'client_certificate',
        'EHLO',
        '421 4.7.1 Error: No client certificate presented',
        /client certificate/,
        'clientCertificate',
      ],
      [
        'no common mechanism (Postfix)',
        'auth_no_mechanism',
        'AUTH',
        '535 5.7.8 Error: authentication failed: Invalid authentication mechanism',
        /PLAIN, LOGIN/,
        'security',
      ],
      [
        'no common mechanism (Exchange)',
        'auth_no_mechanism',
        'AUTH',
        '504 5.7.4 Unrecognized authentication type',
        /PLAIN, LOGIN/,
        'security',
      ],
    ] as const
  ).map(([what, reason, command, reply, remedy, field]): Case => ({
    what,
    reason,
    script: { reply: answerTo(command, reply) },
    remedy,
    field,
  })),
  ...(
    [
      ['Exim', 'MAIL', '550 authentication required'],
      ['Postfix', 'RCPT', '553 5.7.1 <sender@example.com>: Sender address rejected: not logged in'],
    ] as const
  ).map(([server, command, reply]): Case => ({
    what: `a login (${server})`,
    reason: 'auth_required',
    script: { reply: answerTo(command, reply) },
    settings: { auth: undefined },
    remedy: /Turn on authentication/,
    field: 'authRequired',
  })),
  {
    what: 'a sender without SMTPUTF8',
    reason: 'sender_smtputf8',
    script: { extensions: ['AUTH PLAIN'] },
    from: 'jörg@example.com',
    remedy: /SMTPUTF8/,
    field: 'fromAddress',
  },
  {
    what: 'relaying denied for now (454)',
    reason: 'relay_denied',
    script: { reply: answerTo('RCPT', '454 4.7.1 <to@example.org>: Relay access denied') },
    remedy: /login/,
    field: 'authRequired',
    retryable: true,
  },
  {
    what: 'relaying denied (550 5.7.1)',
    reason: 'relay_denied',
    script: { reply: answerTo('RCPT', '550 5.7.1 Unable to relay for to@example.org') },
    remedy: /login/,
    field: 'authRequired',
  },
  {
    what: 'relaying denied (554)',
    reason: 'relay_denied',
    script: { reply: answerTo('RCPT', '554 5.7.1 <to@example.org>: Relay access denied') },
    remedy: /login/,
    field: 'authRequired',
  },
  {
    what: 'a recipient without SMTPUTF8',
    reason: 'recipient_smtputf8',
    script: { extensions: ['AUTH PLAIN'] },
    to: 'dörte@example.org',
    remedy: /SMTPUTF8/,
    field: 'host',
  },
  {
    what: 'a message too large',
    reason: 'content_too_large',
    script: { extensions: ['SIZE 100', 'AUTH PLAIN'] },
    remedy: /attachments/,
  },
  {
    what: 'A1.41 a self-signed certificate or a private CA',
    reason: 'cert_unknown_ca',
    script: ({ otherCa }) => ({ tls: otherCa }),
    remedy: /private CA/,
    field: 'caCertificate',
  },
  {
    what: 'an expired certificate',
    reason: 'cert_expired',
    script: ({ expired }) => ({ tls: expired }),
    remedy: /this machine’s clock, which shows \d+ \w+ \d{4}/,
  },
  {
    what: 'a certificate that is not yet valid',
    reason: 'cert_not_yet',
    script: ({ notYetValid }) => ({ tls: notYetValid }),
    remedy: /this machine’s clock, which shows/,
  },
  {
    what: 'a certificate for other names',
    reason: 'cert_name',
    script: ({ wrongName }) => ({ tls: wrongName }),
    remedy: /host.*TLS server name/,
    field: 'tlsServerName',
  },
];

describe('The diagnosis of a failed test', () => {
  let certificates: Certificates;
  let server: ScriptedServer | undefined;
  const serve = useServer();

  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  const findFailedStep = async (
    script: ServerScript,
    settings: Partial<SmtpSettings> = {},
    to?: string,
    from?: string,
  ): Promise<TestStep> => {
    server = await serve({ tls: certificates.good, ...script });
    const given = buildSettings(server, { security: 'starttls', ca: [certificates.ca], auth: AUTH, ...settings });
    const { report } = await diagnoseSmtp(given, buildMail({ ...(to && { to: [to] }), ...(from && { from }) }));
    return report.steps.at(-1)!;
  };

  it.each(cases)('A1.33 A3.29 A5.19 $what: $reason', async ({ reason, script, settings, to, from, remedy, field, offer }) => {
    const step = await findFailedStep(typeof script === 'function' ? script(certificates) : script, settings, to, from);
    expect(step).toMatchObject({ ok: false, reason, hint: expect.stringMatching(remedy) });
    expect(step.field).toBe(field);
    expect(step.offer).toEqual(offer && { ...offer, port: offer.port || server!.port });
    expect(JSON.stringify(step)).not.toMatch(/\{\{|undefined|p4ssword/);
  });

  it.each(cases.filter(({ retryable }) => retryable))('marks the failure as retryable: $what', async ({ script, settings }) => {
    server = await serve({ tls: certificates.good, ...(script as ServerScript) });
    const given = buildSettings(server, { security: 'starttls', ca: [certificates.ca], auth: AUTH, ...settings });
    const { error } = await diagnoseSmtp(given, buildMail());
    expect(error?.retryable).toBe(true);
  });

  it('suggests an open port when port 25 refuses', async () => {
    // 127.0.0.2 is also this machine, with nothing on its mail ports.
    const { report } = await diagnoseSmtp(buildSettings({ host: '127.0.0.2', port: 25 }), buildMail());
    expect(report.steps.at(-1)).toMatchObject({
      reason: 'port25_refused',
      hint: expect.stringContaining('587'),
      field: 'port',
      offer: { security: 'starttls', port: 587 },
    });
  });

  it('reports the address that was reached among several', () => {
    const buildFailure = (code: string, address: string) => Object.assign(new Error(code), { code, address });
    const noIpv6 = buildFailure('ENETUNREACH', '2001:db8::1');
    const refused = buildFailure('ECONNREFUSED', '192.0.2.1');
    expect(mostInformativeError([noIpv6, refused])).toBe(refused);
    expect(mostInformativeError([noIpv6, buildFailure('ENETUNREACH', '2001:db8::2')])).toBe(noIpv6);
    const timeout = buildFailure('ETIMEDOUT', '192.0.2.2');
    const noRoute = buildFailure('EHOSTUNREACH', '192.0.2.3');
    expect(mostInformativeError([noIpv6, noRoute])).toBe(noRoute);
    expect(mostInformativeError([noRoute, timeout])).toBe(timeout);
    expect(mostInformativeError([timeout, refused])).toBe(refused);
  });

  const context: FailureContext = {
    host: 'mail.example.com',
    port: 587,
    security: 'starttls',
    phase: 'auth',
    bodyRead: false,
    startTlsOffered: true,
    utf8Offered: false,
    isEncrypted: false,
    hasLogin: false,
    waitedMs: 1_000,
    from: 'sender@example.com',
    original: (address) => address,
    redact: (words) => words,
  };
  it.each<[FailureReason, SmtpFailure, Partial<FailureContext>]>([
    ['auth_google', { code: 'EAUTH', responseCode: 535, response: '535 5.7.8 no' }, { host: 'smtp.gmail.com' }],
    ['auth_microsoft', { code: 'EAUTH', responseCode: 535, response: '535 5.7.3 no' }, { host: 'smtp.office365.com' }],
    ['auth_microsoft', { code: 'EAUTH', responseCode: 535, response: '535 5.7.3 no' }, { host: 'smtp-mail.outlook.com' }],
    ['auth_provider_app_password', { code: 'EAUTH', responseCode: 535, response: '535 no' }, { host: 'smtp.mail.yahoo.com' }],
    ['auth_refused', { code: 'EAUTH', responseCode: 535, response: '535 no' }, { host: 'notgmail.com.example.org' }],
    ['port25_timeout', { code: 'ETIMEDOUT', afterMs: 10_000 }, { phase: 'tcp', port: 25 }],
    ['tls_expects_implicit', { code: 'ETIMEDOUT', afterMs: 10_000 }, { phase: 'greeting', port: 465 }],
    ['ipv6_unreachable', { code: 'ESOCKET', originalCode: 'EHOSTUNREACH', address: '2001:db8::1' }, { phase: 'tcp' }],
    ['unreachable', { code: 'ENETUNREACH', address: '192.0.2.1' }, { phase: 'tcp' }],
    ['local_firewall', { code: 'EACCES' }, { phase: 'tcp' }],
    ['dns_unanswered', { code: 'EAI_AGAIN' }, { phase: 'dns' }],
    ['cert_self_signed', { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, { phase: 'tls' }],
    ['header_smtputf8', { code: 'EUTF8', command: 'DATA', recipient: 'dörte@example.com' }, {}],
    ['sender_smtputf8', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553, response: '553 no' }, { from: 'dörte@example.com' }],
  ])('%s, by its host, port or code', (reason, failure, where) => {
    expect(toSmtpError(failure, { ...context, ...where })).toMatchObject({ reason, code: DIAGNOSES[reason].code });
  });

  it('has whole sentences, known codes and no unknown placeholder in each text', () => {
    const known = new Set(
      'host port seconds names date today issuer problem from address status mailbox ports bytes limit value megabytes source key words mechanism offered localAddress fingerprint proxy protocol'.split(
        ' ',
      ),
    );
    for (const [key, { code, summary, remedy }] of Object.entries(DIAGNOSES)) {
      expect(key).toMatch(/^[a-z0-9_]+$/);
      expect(MAIL_ERRORS).toHaveProperty(code);
      for (const text of [summary, remedy]) {
        // The words of a vault are a sentence.
        expect(text).toMatch(/^\{\{words\}\}$|^(\{\{|[A-Z]).*\.$/);
        for (const [, name = ''] of text.matchAll(/\{\{(\w+)\}\}/g)) expect(known).toContain(name);
      }
    }
  });

  it('offers STARTTLS on port 587 after SSL/TLS was tried on 465', () => {
    expect(remedyTarget('tls_expects_starttls', { port: 465 }).offer).toEqual({ security: 'starttls', port: 587 });
    expect(remedyTarget('tls_expects_starttls', { port: 2525 }).offer).toEqual({ security: 'starttls', port: 2525 });
  });

  it('offers SSL/TLS on the same port if nothing else is usual there', () => {
    expect(remedyTarget('greeting_timeout', { port: 10_465 }).offer).toEqual({ security: 'tls', port: 10_465 });
    expect(remedyTarget('greeting_timeout', { port: 587 }).offer).toEqual({ security: 'tls', port: 465 });
    expect(remedyTarget('greeting_timeout', { port: 25 }).offer).toEqual({ security: 'tls', port: 465 });
    expect(remedyTarget(undefined, {})).toEqual({});
  });

  it('does not fill in placeholders that a server sends', () => {
    expect(diagnosedError('cert_unknown_ca', { host: 'a.example', issuer: 'An {{host}} CA' }).summary).toContain('(An {{host}} CA)');
  });
});
