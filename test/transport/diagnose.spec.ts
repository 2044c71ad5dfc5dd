import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startInbox, type Inbox } from '../../lib/testing/index.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import type { DiagnoseOptions } from '../../lib/transport/test-steps.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { aMail, settingsFor } from '../support/mails.js';
import { freePort } from '../support/services/shell.js';
import { startServer, type ScriptedServer, type ServerScript } from '../support/smtp-servers.js';
import type { TestStep } from '../../lib/shared/connection-test.js';

const NEVER_MS = 3_600_000;
const AUTH = { username: 'u@example.com', password: 'p4ssword' };

describe('diagnoseSmtp', () => {
  let certificates: Certificates;
  let server: ScriptedServer;
  let inbox: Inbox | undefined;

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await server?.close();
    await inbox?.close();
    inbox = undefined;
  });

  const diagnose = async (script: ServerScript, settings: Partial<SmtpSettings> = {}, options?: DiagnoseOptions) => {
    server = await startServer({ tls: certificates.good, ...script });
    return diagnoseSmtp(settingsFor(server, { security: 'starttls', ca: [certificates.ca], auth: AUTH, ...settings }), aMail(), options);
  };
  const names = (steps: TestStep[]) => steps.map(({ name }) => name);

  it.each<[SmtpSettings['security'], boolean, string[]]>([
    ['starttls', true, ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message']],
    ['tls', true, ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message']],
    ['none', false, ['dns', 'tcp', 'greeting', 'sender', 'recipient', 'message']],
  ])('goes through every step of %s', async (security, hasLogin, expected) => {
    const seen: TestStep[] = [];
    const { report, error } = await diagnose(
      { implicitTls: security === 'tls' },
      { security, auth: hasLogin ? AUTH : undefined },
      { onStep: (step) => seen.push(step) },
    );

    expect(error).toBeUndefined();
    expect(report.ok).toBe(true);
    expect(names(report.steps)).toEqual(expected);
    expect(report.steps).toEqual(seen);
    expect(report.steps.every(({ ok, ms, detail }) => ok && ms >= 0 && detail)).toBe(true);
    expect(server.bodies).toHaveLength(1);
    expect(server.commands.at(-1)).toBe('QUIT');
  });

  it('says what it found', async () => {
    const { report } = await diagnose({});
    const found = Object.fromEntries(report.steps.map((step) => [step.name, step]));
    expect(found.dns?.detail).toBe('127.0.0.1');
    expect(found.tcp?.detail).toBe(`127.0.0.1:${server.port}`);
    expect(found.greeting).toMatchObject({ detail: 'test ESMTP', reply: '220 test ESMTP' });
    expect(found.tls?.detail).toMatch(/^TLS 1\.3 · localhost · Example Root CA · expires \d+ \w+ \d{4}$/);
    expect(found.auth?.detail).toBe('Logged in as u@example.com.');
    expect(found.sender).toMatchObject({ detail: 'sender@example.com', reply: '250 2.1.0 ok' });
    expect(found.recipient).toMatchObject({ detail: 'to@example.org', reply: '250 2.1.0 ok' });
    expect(found.message).toMatchObject({ detail: 'The server accepted the message.', reply: '250 2.0.0 queued' });
    expect(JSON.stringify(report)).not.toContain(AUTH.password);
  });

  it.each<[string, string, ServerScript, Partial<SmtpSettings>]>([
    ['tls', 'TLS', { offersStartTls: false, reply: (command) => (command === 'STARTTLS' ? '502 no' : undefined) }, {}],
    ['tls', 'CERTIFICATE', {}, { ca: [] }],
    ['tls', 'CERTIFICATE', { implicitTls: true }, { ca: [], security: 'tls' }],
    ['greeting', 'CONNECTION', { greeting: '554 no' }, {}],
    ['greeting', 'CONNECTION', { greeting: '554 no', implicitTls: true }, { security: 'tls' }],
    ['auth', 'AUTH', { reply: (command) => (command.startsWith('AUTH') ? '535 5.7.8 bad' : undefined) }, {}],
    ['auth', 'AUTH', { extensions: [] }, {}],
    ['sender', 'SENDER', { reply: (command) => (command.startsWith('MAIL') ? '553 bad' : undefined) }, {}],
    ['recipient', 'RECIPIENT', { reply: (command) => (command.startsWith('RCPT') ? '550 bad' : undefined) }, {}],
    ['message', 'CONTENT', { reply: (command) => (command.startsWith('DATA') ? '554 bad' : undefined) }, {}],
    ['message', 'CONTENT', { afterBody: () => '554 spam' }, {}],
    ['message', 'AMBIGUOUS', { afterBody: () => 'DROP' }, {}],
    ['message', 'TIMEOUT', { reply: (command) => (command.startsWith('DATA') ? null : undefined) }, { timeouts: { commandMs: 2_000 } }],
  ])('stops at %s with %s', async (step, code, script, settings) => {
    for (const extensions of script.extensions ? [script.extensions] : [undefined, ['AUTH PLAIN']]) {
      const { report, error } = await diagnose({ ...script, extensions }, settings);
      expect(error?.code).toBe(code);
      expect(report.ok).toBe(false);
      expect(report.steps.at(-1)).toMatchObject({ name: step, ok: false, detail: error?.summary, hint: error?.remedy });
      expect(report.steps.slice(0, -1).every(({ ok }) => ok)).toBe(true);
      expect(new Set(names(report.steps)).size).toBe(report.steps.length);
      await server.close();
    }
  });

  it('stops at tcp when nothing listens, and at dns when there is no such name', async () => {
    server = await startServer({ port: await freePort() });
    await server.close();
    const refused = await diagnoseSmtp(settingsFor(server), aMail());
    expect(names(refused.report.steps)).toEqual(['dns', 'tcp']);
    expect(refused.error?.code).toBe('CONNECTION');
    const unknown = await diagnoseSmtp(settingsFor({ host: 'mail.example.invalid', port: 25 }), aMail());
    expect(names(unknown.report.steps)).toEqual(['dns']);
    expect(unknown.error?.code).toBe('DNS');
  });

  it.each([undefined, ['AUTH PLAIN']])('with checkOnly it stops before DATA, resets and delivers nothing (%s)', async (extensions) => {
    const { report } = await diagnose({ extensions }, {}, { checkOnly: true });
    expect(report.ok).toBe(true);
    expect(report.steps.at(-1)).toMatchObject({ name: 'message', ok: true, detail: 'Nothing was sent.' });
    await server.allClosed();
    const verbs = server.commands.map((command) => command.split(' ')[0]);
    expect(verbs.slice(verbs.indexOf('AUTH'))).toEqual(['AUTH', 'MAIL', 'RCPT', 'RSET', 'QUIT']);
    expect(server.bodies).toEqual([]);
  });

  it.each<[string, string, ServerScript]>([
    ['sender', 'sender_refused', { reply: (command) => (command.startsWith('MAIL') ? '550 5.1.0 no' : undefined) }],
    ['recipient', 'recipient_refused', { reply: (command) => (command.startsWith('RCPT') ? '550 5.1.1 unknown' : undefined) }],
    ['message', 'content_too_large', { extensions: ['SIZE 100', 'AUTH PLAIN'] }],
    ['message', 'dropped', { reply: (command) => (command === 'RSET' ? 'DROP' : undefined) }],
  ])('with checkOnly it stops at %s, too (%s)', async (step, reason, script) => {
    const { report } = await diagnose(script, {}, { checkOnly: true });
    expect(report.steps.at(-1)).toMatchObject({ name: step, ok: false, reason });
    expect(server.commands).not.toContain('DATA');
  });

  it('with checkOnly no address can bring a command of its own', async () => {
    server = await startServer();
    const mail = aMail({ to: ['a@b.c>\r\nRCPT TO:<evil@example.org'] });
    expect((await diagnoseSmtp(settingsFor(server), mail, { checkOnly: true })).report.ok).toBe(false);
    expect(server.commands.join()).not.toMatch(/MAIL|RCPT|evil/);
  });

  it('with checkOnly it says how large the message is, and names an address with letters of its own', async () => {
    server = await startServer({ extensions: ['SIZE 1000000', 'SMTPUTF8'] });
    const mail = aMail({ to: ['dörte@example.org'] });
    expect((await diagnoseSmtp(settingsFor(server), mail, { checkOnly: true })).report.ok).toBe(true);
    expect(server.commands.find((command) => command.startsWith('MAIL'))).toMatch(/SMTPUTF8 SIZE=\d+$/);
  });

  it.each<[string, SmtpSettings['security'], (given: Certificates) => Partial<SmtpSettings>, object]>([
    ['the configuration’s own', 'starttls', ({ ca }) => ({ ca: [ca], ownCa: [ca] }), { kind: 'configuration', name: 'Example Root CA' }],
    ['the application’s', 'tls', ({ ca }) => ({ ca: [ca] }), { kind: 'application', name: 'Example Root CA' }],
  ])('A1.41 tells which authority vouches for the server: %s (%s)', async (_whose, security, settings, verifiedBy) => {
    const { report } = await diagnose({ implicitTls: security === 'tls' }, { security, ...settings(certificates) });
    expect(report.steps.find(({ name }) => name === 'tls')?.tls).toEqual({
      version: 'TLS 1.3',
      cipher: expect.stringMatching(/^TLS_/),
      subject: 'CN=localhost',
      issuer: 'CN=Example Root CA',
      names: ['localhost', '127.0.0.1', expect.stringMatching(/:1$/)],
      validFrom: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      verifiedBy,
    });
  });

  it('goes up the chain to the authority', async () => {
    const { report } = await diagnose({ tls: certificates.throughIntermediate });
    const { tls } = report.steps.find(({ name }) => name === 'tls')!;
    expect(tls).toMatchObject({ issuer: 'CN=Example Issuing CA', verifiedBy: { kind: 'application', name: 'Example Root CA' } });
  });

  it('shows what a refused certificate says, and vouches for nothing', async () => {
    const { report } = await diagnose({ tls: certificates.otherCa });
    expect(report.steps.at(-1)).toMatchObject({ name: 'tls', ok: false, reason: 'cert_unknown_ca', tls: { issuer: 'CN=Foreign CA' } });
    expect(report.steps.at(-1)?.tls).not.toHaveProperty('verifiedBy');
  });

  it('says when a certificate is about to expire', async () => {
    const soon = await certificates.authority.issue({ notAfter: new Date(Date.now() + 12.5 * 86_400_000) });
    const { report } = await diagnose({ tls: soon });
    expect(report.steps.find(({ name }) => name === 'tls')?.detail).toMatch(/expires \d+ \w+ \d{4} \(in 12 days\)$/);
  });

  it.each<[string[], string[], string | undefined]>([
    [['AUTH PLAIN LOGIN XOAUTH2'], ['PLAIN', 'LOGIN', 'XOAUTH2'], 'PLAIN'],
    [['AUTH LOGIN'], ['LOGIN'], 'LOGIN'],
    [['PIPELINING'], [], undefined],
  ])('tells how one can log in and how it did: %s', async (extensions, offered, used) => {
    const challenge = (command: string): string | undefined =>
      command === 'AUTH LOGIN' || command === Buffer.from(AUTH.username).toString('base64')
        ? '334 more'
        : command === Buffer.from(AUTH.password).toString('base64')
          ? '235 ok'
          : undefined;
    const { report } = await diagnose({ extensions, reply: challenge });
    const { auth } = report.steps.find(({ name }) => name === 'auth')!;
    expect(auth).toEqual({ offered, ...(used && { used }) });
  });

  it('can be stopped: its connection closes at once', async () => {
    const stop = new AbortController();
    const test = diagnose(
      {
        tls: undefined,
        raw: (socket) => {
          socket.on('error', () => undefined);
          // One byte a second, as an overloaded server or a tarpit sends them.
          socket.write('2');
          const timer = setInterval(() => socket.write('2'), 1_000);
          socket.once('close', () => clearInterval(timer));
          stop.abort(new Error('Stopped.'));
        },
      },
      { security: 'none', timeouts: { greetingMs: NEVER_MS, totalMs: NEVER_MS } },
      { signal: stop.signal, deadlineMs: NEVER_MS },
    );
    await expect(test).rejects.toThrow('Stopped.');
    await server.allClosed();
  });

  it('without that, the same server ends at the deadline, with words', async () => {
    const { report } = await diagnose(
      {
        tls: undefined,
        raw: (socket) => {
          const timer = setInterval(() => socket.write('2'), 100);
          socket.once('close', () => clearInterval(timer));
          socket.on('error', () => undefined);
        },
      },
      { security: 'none', timeouts: { greetingMs: NEVER_MS, commandMs: NEVER_MS, totalMs: NEVER_MS } },
      { deadlineMs: 1_500 },
    );
    expect(report.steps.at(-1)).toMatchObject({
      name: 'greeting',
      ok: false,
      reason: 'greeting_timeout',
      detail: expect.stringContaining('sent no greeting within 1.5 s'),
    });
    await server.allClosed();
  });

  it('with checkOnly a real server keeps nothing and works on', async () => {
    inbox = await startInbox();
    const settings = settingsFor(inbox);
    expect((await diagnoseSmtp(settings, aMail(), { checkOnly: true })).report.ok).toBe(true);
    expect((await diagnoseSmtp(settings, aMail({ subject: 'real' }))).report.ok).toBe(true);
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['real']);
  });

  it('has one deadline for the whole', async () => {
    // Only it can end this, and it leaves a busy machine the time to come to the login.
    const { report, error } = await diagnose(
      { reply: (command) => (command.startsWith('AUTH') ? null : undefined) },
      { timeouts: { greetingMs: NEVER_MS, commandMs: NEVER_MS, totalMs: NEVER_MS } },
      { deadlineMs: 2_000 },
    );
    expect(error?.code).toBe('TIMEOUT');
    expect(report.steps.at(-1)).toMatchObject({ name: 'auth', ok: false });
  });

  it('reaches localhost on whichever address answers', async () => {
    server = await startServer();
    const { report } = await diagnoseSmtp(settingsFor({ host: 'localhost', port: server.port }), aMail());
    expect(report.ok).toBe(true);
    expect(report.steps[0]?.detail).toContain('127.0.0.1');
    expect(report.steps[1]?.detail).toBe(`127.0.0.1:${server.port}`);
  });
});
