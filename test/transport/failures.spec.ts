import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { MailError, type MailErrorCode } from '../../lib/shared/mail-error.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { findFreePort } from '../support/services/shell.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const PASSWORD = 'correct horse battery';
const AUTH = { username: 'apikey@example.com', password: PASSWORD };
const SECRETS = [PASSWORD, Buffer.from(PASSWORD).toString('base64'), Buffer.from(`\0${AUTH.username}\0${PASSWORD}`).toString('base64')];
/** Separate deadlines, so that no other one comes first on a busy machine: several replies are due within `commandMs`. */
const DEADLINES = { greeting: { greetingMs: 400 }, command: { commandMs: 2_000 }, data: { dataMs: 400 } };
/** The shortest default deadline. A failure takes that long only if it waits for a deadline. */
const DEFAULT_MS = 10_000;
const NEVER_MS = 3_600_000;

interface Case {
  what: string;
  script: (certificates: Certificates) => ServerScript;
  settings?: Partial<SmtpSettings>;
  code: MailErrorCode;
  summary: RegExp;
  remedy?: RegExp;
  details?: Partial<MailError>;
}

const answerTo =
  (start: string, reply: string | null): ServerScript['reply'] =>
  (command) =>
    command.startsWith(start) ? reply : undefined;

const cases: Case[] = [
  {
    what: 'A2.11 a server without STARTTLS',
    script: () => ({}),
    code: 'TLS',
    summary: /does not offer STARTTLS, so nothing was sent/,
    remedy: /587|SSL\/TLS/,
  },
  {
    what: 'A2.11 STARTTLS stripped on the way',
    script: ({ good }) => ({ tls: good, offersStartTls: false, reply: answerTo('STARTTLS', '500 5.5.1 unknown') }),
    code: 'TLS',
    summary: /does not offer STARTTLS/,
  },
  {
    what: 'A2.11 STARTTLS offered and refused',
    script: ({ good }) => ({ tls: good, reply: answerTo('STARTTLS', '454 4.7.0 TLS not available') }),
    code: 'TLS',
    summary: /offers STARTTLS but could not start it/,
    details: { reply: '454 4.7.0 TLS not available' },
  },
  {
    what: 'SSL/TLS on a port that starts in clear',
    script: () => ({}),
    settings: { security: 'tls' },
    code: 'TLS',
    summary: /does not accept TLS from the start/,
    remedy: /STARTTLS/,
  },
  {
    what: 'TLS 1.1',
    script: ({ good }) => ({ tls: { ...good, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } }),
    code: 'TLS',
    summary: /no longer secure/,
    remedy: /TLS 1\.2/,
  },
  {
    what: 'A1.41 a certificate of an unknown authority',
    script: ({ otherCa }) => ({ tls: otherCa }),
    code: 'CERTIFICATE',
    summary: /CA that is not trusted \(Foreign CA\)/,
    remedy: /private CA/,
  },
  {
    what: 'A1.41 a certificate of an unknown authority, SSL/TLS',
    script: ({ otherCa }) => ({ tls: otherCa, implicitTls: true }),
    settings: { security: 'tls' },
    code: 'CERTIFICATE',
    summary: /CA that is not trusted \(Foreign CA\)/,
  },
  {
    what: 'a missing intermediate',
    script: ({ missingIntermediate }) => ({ tls: missingIntermediate }),
    code: 'CERTIFICATE',
    summary: /Example Issuing CA/,
    remedy: /intermediate/,
  },
  {
    what: 'a certificate for another name',
    script: ({ wrongName }) => ({ tls: wrongName }),
    code: 'CERTIFICATE',
    summary: /not valid for 127\.0\.0\.1\. It is valid for mail\.other\.example\./,
    remedy: /as the host/,
  },
  {
    what: 'an expired certificate',
    script: ({ expired }) => ({ tls: expired }),
    code: 'CERTIFICATE',
    summary: /expired on 12 Mar 2024\./,
    remedy: /Renew the certificate/,
  },
  {
    what: 'a certificate of the future',
    script: ({ notYetValid }) => ({ tls: notYetValid }),
    code: 'CERTIFICATE',
    summary: /not valid yet. It becomes valid on/,
    remedy: /clock/,
  },
  {
    what: 'a silent port',
    script: () => ({ raw: () => undefined }),
    settings: { timeouts: DEADLINES.greeting },
    code: 'TIMEOUT',
    summary: /sent no greeting within 0\.4 s/,
    remedy: /465/,
  },
  {
    what: 'a silent port, SSL/TLS',
    script: () => ({ raw: () => undefined }),
    settings: { security: 'tls', timeouts: DEADLINES.greeting },
    code: 'TIMEOUT',
    summary: /TLS handshake within 0\.4 s/,
    remedy: /STARTTLS/,
  },
  {
    what: 'a greeting that trickles',
    script: () => trickle('220-still here\r\n'),
    settings: { timeouts: DEADLINES.greeting },
    code: 'TIMEOUT',
    summary: /sent no greeting within/,
  },
  {
    what: '421 instead of a greeting',
    script: () => ({ greeting: '421 4.3.2 too busy' }),
    code: 'CONNECTION',
    summary: /ended the session/,
    details: { reply: '421 4.3.2 too busy' },
  },
  {
    what: '554 instead of a greeting',
    script: () => ({ greeting: '554 5.7.1 go away' }),
    code: 'CONNECTION',
    summary: /refused the session/,
    remedy: /reply says why/,
    details: { reply: '554 5.7.1 go away' },
  },
  {
    what: 'a connection closed before the greeting',
    script: () => ({ raw: (socket) => void socket.end() }),
    code: 'CONNECTION',
    summary: /dropped the connection/,
  },
  {
    what: 'a wrong password',
    script: ({ good }) => ({ tls: good, reply: answerTo('AUTH', '535 5.7.8 bad credentials') }),
    code: 'AUTH',
    summary: /refused the user name or password/,
    remedy: /app password/,
    details: { reply: '535 5.7.8 bad credentials' },
  },
  {
    what: 'an app password wanted',
    script: ({ good }) => ({ tls: good, reply: answerTo('AUTH', '534 5.7.9 Application-specific password required') }),
    code: 'AUTH',
    summary: /app password/,
  },
  {
    what: 'a login that cannot be checked now',
    script: ({ good }) => ({ tls: good, reply: answerTo('AUTH', '454 4.7.0 try later') }),
    code: 'AUTH',
    summary: /temporarily could not check the login/,
    details: { retryable: true },
  },
  {
    what: 'no login offered',
    script: ({ good }) => ({ tls: good, extensions: ['PIPELINING'] }),
    code: 'AUTH',
    summary: /offers no login/,
    remedy: /turn off authentication; with encryption/,
  },
  {
    what: 'silence after AUTH',
    script: ({ good }) => ({ tls: good, reply: answerTo('AUTH', null) }),
    settings: { timeouts: DEADLINES.command },
    code: 'TIMEOUT',
    summary: /did not respond to the login/,
  },
  {
    what: 'a refused sender',
    script: ({ good }) => ({ tls: good, reply: answerTo('MAIL', '553 5.7.1 not your address') }),
    code: 'SENDER',
    summary: /refused the sender/,
    remedy: /From address/,
    details: { reply: '553 5.7.1 not your address', fault: 'server' },
  },
  {
    what: 'a sender refused for now',
    script: ({ good }) => ({ tls: good, reply: answerTo('MAIL', '451 4.7.1 sender greylisted') }),
    code: 'SENDER',
    summary: /temporarily not accepting mail/,
    details: { retryable: true, fault: 'message' },
  },
  {
    what: 'a rate limit',
    script: ({ good }) => ({ tls: good, reply: answerTo('MAIL', '451 4.7.1 later') }),
    code: 'THROTTLED',
    summary: /limits the rate/,
    details: { retryable: true },
  },
  {
    what: 'a login wanted before MAIL',
    script: ({ good }) => ({ tls: good, reply: answerTo('MAIL', '530 5.7.0 Authentication required') }),
    settings: { auth: undefined },
    code: 'AUTH',
    summary: /only after a login/,
  },
  {
    what: 'a refused recipient',
    script: ({ good }) => ({ tls: good, reply: answerTo('RCPT', '550 5.1.1 no such user') }),
    code: 'RECIPIENT',
    summary: /refused the recipient to@example\.org/,
    details: { retryable: false, fault: 'message', reply: '550 5.1.1 no such user' },
  },
  {
    what: 'a greylisted recipient',
    script: ({ good }) => ({ tls: good, reply: answerTo('RCPT', '450 4.2.0 greylisted') }),
    code: 'RECIPIENT',
    summary: /deferred the recipient/,
    details: { retryable: true },
  },
  {
    what: 'relaying denied',
    script: ({ good }) => ({ tls: good, reply: answerTo('RCPT', '550 5.7.1 Relaying denied') }),
    code: 'AUTH',
    summary: /refused/,
    remedy: /requires a login/,
  },
  {
    what: 'DATA refused',
    script: ({ good }) => ({ tls: good, reply: answerTo('DATA', '554 5.7.1 no thanks') }),
    code: 'CONTENT',
    summary: /refused the message itself/,
    details: { retryable: false },
  },
  {
    what: 'a refused body',
    script: ({ good }) => ({ tls: good, afterBody: () => '550 5.7.1 spam' }),
    code: 'CONTENT',
    summary: /refused the message itself/,
    details: { retryable: false, reply: '550 5.7.1 spam' },
  },
  {
    what: 'a body refused for now',
    script: ({ good }) => ({ tls: good, afterBody: () => '451 4.3.0 later' }),
    code: 'CONTENT',
    summary: /deferred/,
    details: { retryable: true },
  },
  {
    what: 'a message too large',
    script: ({ good }) => ({ tls: good, extensions: ['SIZE 100', 'AUTH PLAIN'] }),
    code: 'CONTENT',
    summary: /larger than the server accepts/,
  },
  {
    what: 'a connection dropped at DATA',
    script: ({ good }) => ({ tls: good, reply: answerTo('DATA', 'DROP') }),
    code: 'CONNECTION',
    summary: /dropped the connection/,
  },
  {
    what: 'a connection dropped at RCPT',
    script: ({ good }) => ({ tls: good, extensions: ['AUTH PLAIN'], reply: answerTo('RCPT', 'DROP') }),
    code: 'CONNECTION',
    summary: /dropped the connection/,
  },
  {
    what: 'silence after DATA',
    script: ({ good }) => ({ tls: good, reply: answerTo('DATA', null) }),
    settings: { timeouts: DEADLINES.command },
    code: 'TIMEOUT',
    summary: /stopped answering for \d+(\.\d+)? s and did not accept the message/,
  },
  {
    what: 'a connection dropped after the body',
    script: ({ good }) => ({ tls: good, afterBody: () => 'DROP' }),
    code: 'AMBIGUOUS',
    summary: /whole message was sent/,
    remedy: /may have been delivered/,
  },
  {
    what: 'silence after the body',
    script: ({ good }) => ({ tls: good, afterBody: () => null }),
    settings: { timeouts: DEADLINES.data },
    code: 'AMBIGUOUS',
    summary: /whole message was sent/,
  },
  {
    what: 'nonsense after the body',
    script: ({ good }) => ({ tls: good, afterBody: () => '354 go on' }),
    code: 'AMBIGUOUS',
    summary: /whole message was sent/,
  },
  {
    what: '421 after the body',
    script: ({ good }) => ({ tls: good, afterBody: () => '421 4.3.2 closing' }),
    code: 'CONNECTION',
    summary: /ended the session/,
    details: { reply: '421 4.3.2 closing' },
  },
];

function trickle(text: string): ServerScript {
  return {
    raw: (socket) => {
      let at = 0;
      const timer = setInterval(() => socket.write(text[at++ % text.length]!), 20);
      socket.once('close', () => clearInterval(timer));
    },
  };
}

describe('SmtpTransport, every failure with its code and remedy', () => {
  let certificates: Certificates;
  let server: ScriptedServer | undefined;
  let transport: SmtpTransport | undefined;

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await transport?.close();
  });
  const serve = useServer();

  const failWith = async (script: ServerScript, settings: Partial<SmtpSettings> = {}): Promise<MailError> => {
    server = await serve(script);
    transport = new SmtpTransport(buildSettings(server, { security: 'starttls', ca: [certificates.ca], auth: AUTH, ...settings }));
    const error: unknown = await transport.send(buildMail()).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MailError);
    return error as MailError;
  };

  it.each(cases)('$what: $code', async ({ script, settings, code, summary, remedy, details }) => {
    const started = Date.now();
    const error = await failWith(script(certificates), settings);

    expect(error).toMatchObject({
      code,
      summary: expect.stringMatching(summary),
      remedy: expect.stringMatching(remedy ?? /\w/),
      ...details,
    });
    expect(Date.now() - started).toBeLessThan(DEFAULT_MS);
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
    for (const secret of SECRETS) {
      expect(server!.clearText).not.toContain(secret);
      expect(shown).not.toContain(secret);
    }
    expect(server!.clearText).not.toMatch(/AUTH|MAIL FROM/);
    expect(server!.commands.filter((command) => command.startsWith('AUTH')).length).toBeLessThanOrEqual(1);
  });

  it('a refused connection: CONNECTION', async () => {
    const gone = await serve({ port: await findFreePort() });
    await gone.close();
    transport = new SmtpTransport(buildSettings(gone));
    await expect(transport.send(buildMail())).rejects.toMatchObject({
      code: 'CONNECTION',
      summary: expect.stringContaining('refused the connection'),
      remedy: expect.stringContaining('running'),
    });
  });

  it('a name that does not exist: DNS', async () => {
    transport = new SmtpTransport(buildSettings({ host: 'mail.example.invalid', port: 25 }));
    await expect(transport.send(buildMail())).rejects.toMatchObject({
      code: 'DNS',
      summary: expect.stringMatching(/No server named mail\.example\.invalid|could not be resolved/),
    });
  });

  it('a deadline for the whole message: TIMEOUT', async () => {
    const timeouts = { greetingMs: NEVER_MS, commandMs: NEVER_MS, dataMs: NEVER_MS, totalMs: 300 };
    const error = await failWith({ tls: certificates.good, reply: answerTo('DATA', null) }, { timeouts });
    expect(error).toMatchObject({ code: 'TIMEOUT' });
  });

  it('names each refused recipient, and is retryable if one refusal is temporary', async () => {
    server = await serve({
      reply: (command) => (command.includes('<a@') ? '550 5.1.1 unknown' : command.startsWith('RCPT') ? '451 4.2.1 full' : undefined),
    });
    transport = new SmtpTransport(buildSettings(server));
    await expect(transport.send(buildMail({ to: ['a@example.org', 'b@example.org'] }))).rejects.toMatchObject({
      code: 'RECIPIENT',
      retryable: true,
      rejected: [
        { address: 'a@example.org', code: 550, reply: '550 5.1.1 unknown', reason: 'recipient_refused' },
        { address: 'b@example.org', code: 451, reply: '451 4.2.1 full', reason: 'recipient_deferred' },
      ],
    });
  });

  it('redacts a login that the server’s reply repeats', async () => {
    const error = await failWith({
      tls: certificates.good,
      reply: (command) =>
        command.startsWith('AUTH') ? `535-5.7.8 bad line:\u0007\r\n535-5.7.8 ${command}\r\n535 5.7.8 (${PASSWORD})` : undefined,
    });
    expect(error.reply).toBe('535 5.7.8 bad line: AUTH PLAIN *** (***)');
  });

  it('shows no login in inspect and JSON', () => {
    transport = new SmtpTransport(buildSettings({ host: '127.0.0.1', port: 25 }, { auth: AUTH }));
    expect(inspect(transport, { depth: 9, showHidden: true }) + JSON.stringify(transport)).not.toContain(PASSWORD);
  });
});
