import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startInbox, type Inbox } from '../../lib/testing/index.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import type { DiagnoseOptions } from '../../lib/transport/test-steps.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { findFreePort } from '../support/services/shell.js';
import type { ScriptedServer, ServerScript, ServerSession } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';
import type { TestStep } from '../../lib/shared/connection-test.js';

const NEVER_MS = 3_600_000;
const AUTH = { username: 'u@example.com', password: 'p4ssword' };

describe('diagnoseSmtp', () => {
  let certificates: Certificates;
  let server: ScriptedServer;
  let inbox: Inbox | undefined;
  const serve = useServer();

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await inbox?.close();
    inbox = undefined;
  });

  const diagnose = async (script: ServerScript, settings: Partial<SmtpSettings> = {}, options?: DiagnoseOptions) => {
    server = await serve({ tls: certificates.good, ...script });
    return diagnoseSmtp(
      buildSettings(server, { security: 'starttls', ca: [certificates.ca], auth: AUTH, ...settings }),
      buildMail(),
      options,
    );
  };
  const namesOf = (steps: TestStep[]) => steps.map(({ name }) => name);

  it.each<[SmtpSettings['security'], boolean, string[]]>([
    ['starttls', true, ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message']],
    ['tls', true, ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message']],
    ['none', false, ['dns', 'tcp', 'greeting', 'sender', 'recipient', 'message']],
  ])('completes every step of %s', async (security, hasLogin, expected) => {
    const seen: TestStep[] = [];
    const { report, error } = await diagnose(
      { implicitTls: security === 'tls' },
      { security, auth: hasLogin ? AUTH : undefined },
      { onStep: (step) => seen.push(step) },
    );

    expect(error).toBeUndefined();
    expect(report.ok).toBe(true);
    expect(namesOf(report.steps)).toEqual(expected);
    expect(report.steps).toEqual(seen);
    expect(report.steps.every(({ ok, ms, detail }) => ok && ms >= 0 && detail)).toBe(true);
    expect(server.bodies).toHaveLength(1);
    expect(server.commands.at(-1)).toBe('QUIT');
  });

  it('reports the details of each step', async () => {
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
      expect(new Set(namesOf(report.steps)).size).toBe(report.steps.length);
      await server.close();
    }
  });

  describe('when the server hangs up', () => {
    const drop =
      (start: string, when: (session: ServerSession) => boolean = () => true): ServerScript['reply'] =>
      (command, session) =>
        command.startsWith(start) && when(session) ? 'DROP' : undefined;
    const dropAfterStartTls: ServerScript['reply'] = (command, { socket }) => {
      if (command !== 'STARTTLS') return undefined;
      socket.write('220 go ahead\r\n', () => socket.destroy());
      return null;
    };
    const plain = (session: ServerSession): boolean => !session.isEncrypted;
    const encrypted = (session: ServerSession): boolean => session.isEncrypted;

    it.each<[string, SmtpSettings['security'], string, string, ServerScript]>([
      ['at once', 'starttls', 'greeting', 'dropped', { raw: (socket) => void socket.destroy() }],
      ['at once', 'tls', 'tls', 'tls_expects_starttls', { raw: (socket) => void socket.destroy() }],
      ['at EHLO', 'starttls', 'greeting', 'dropped', { reply: drop('EHLO', plain) }],
      ['at STARTTLS', 'starttls', 'tls', 'tls_failed', { reply: drop('STARTTLS') }],
      ['after STARTTLS', 'starttls', 'tls', 'tls_failed', { reply: dropAfterStartTls }],
      ['after the handshake', 'starttls', 'tls', 'tls_dropped', { reply: drop('EHLO', encrypted) }],
      ['after the handshake', 'tls', 'greeting', 'tls_dropped', { implicitTls: true, reply: drop('EHLO') }],
      ['at AUTH', 'starttls', 'auth', 'dropped', { reply: drop('AUTH') }],
      ['at AUTH', 'tls', 'auth', 'dropped', { implicitTls: true, reply: drop('AUTH') }],
      ['at MAIL', 'starttls', 'sender', 'dropped', { reply: drop('MAIL') }],
      ['at RCPT', 'starttls', 'recipient', 'dropped', { extensions: ['AUTH PLAIN'], reply: drop('RCPT') }],
      ['at DATA', 'starttls', 'message', 'dropped', { extensions: ['AUTH PLAIN'], reply: drop('DATA') }],
      ['after the body', 'starttls', 'message', 'reply_lost', { afterBody: () => 'DROP' }],
    ])('%s with %s, names the step %s and the reason %s', async (_when, security, step, reason, script) => {
      const { report, error } = await diagnose(script, { security });
      expect(report.ok).toBe(false);
      expect(report.steps.at(-1)).toMatchObject({ name: step, ok: false, reason, detail: error?.summary, hint: error?.remedy });
      expect(report.steps.slice(0, -1).every(({ ok }) => ok)).toBe(true);
    });

    it.each<[SmtpSettings['security'], 'TLSv1.2' | 'TLSv1.3', RegExp]>([
      ['starttls', 'TLSv1.3', /^(client_certificate|tls_dropped)$/],
      ['tls', 'TLSv1.3', /^(client_certificate|tls_dropped)$/],
      ['starttls', 'TLSv1.2', /^tls_failed$/],
      ['tls', 'TLSv1.2', /^tls_failed$/],
    ])('because it wants a client certificate (%s, %s), says so', async (security, version, reason) => {
      const tls = { ...certificates.good, maxVersion: version, minVersion: version };
      const { report } = await diagnose({ tls, implicitTls: security === 'tls', wantsClientCertificate: true }, { security });
      expect(report.ok).toBe(false);
      expect(report.steps.at(-1)).toMatchObject({
        ok: false,
        reason: expect.stringMatching(reason),
        hint: expect.stringContaining('client certificate'),
      });
    });
  });

  it('stops at tcp when nothing listens, and at dns when the name does not exist', async () => {
    server = await serve({ port: await findFreePort() });
    await server.close();
    const refused = await diagnoseSmtp(buildSettings(server), buildMail());
    expect(namesOf(refused.report.steps)).toEqual(['dns', 'tcp']);
    expect(refused.error?.code).toBe('CONNECTION');
    const unknown = await diagnoseSmtp(buildSettings({ host: 'mail.example.invalid', port: 25 }), buildMail());
    expect(namesOf(unknown.report.steps)).toEqual(['dns']);
    expect(unknown.error?.code).toBe('DNS');
  });

  it.each([undefined, ['AUTH PLAIN']])('with checkOnly, stops before DATA, resets and delivers nothing (%s)', async (extensions) => {
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
  ])('with checkOnly, stops at %s as well (%s)', async (step, reason, script) => {
    const { report } = await diagnose(script, {}, { checkOnly: true });
    expect(report.steps.at(-1)).toMatchObject({ name: step, ok: false, reason });
    expect(server.commands).not.toContain('DATA');
  });

  describe('with several recipients', () => {
    const RECIPIENTS = ['a@b.c', 'gone@b.c', 'full@b.c'];
    const refuse =
      (...refused: string[]): ServerScript['reply'] =>
      (command) => {
        if (!command.startsWith('RCPT')) return undefined;
        const address = refused.find((one) => command.includes(one));
        return address && (address.startsWith('full') ? '452 4.2.2 mailbox full' : `550 5.1.1 <${address}> unknown`);
      };
    const diagnoseAll = async (reply: ServerScript['reply'], checkOnly: boolean, extensions?: string[]) => {
      server = await serve({ tls: certificates.good, reply, ...(extensions && { extensions }) });
      const settings = buildSettings(server, { security: 'starttls', ca: [certificates.ca], auth: AUTH });
      return diagnoseSmtp(settings, buildMail({ to: RECIPIENTS }), { checkOnly });
    };
    const stepOf = ({ steps }: { steps: TestStep[] }) => steps.find(({ name }) => name === 'recipient');

    it.each<[string, boolean, string[] | undefined]>([
      ['in one pipeline', false, undefined],
      ['one at a time', false, ['AUTH PLAIN']],
      ['of a check', true, undefined],
    ])('reports the recipients that the server refuses: %s', async (_how, checkOnly, extensions) => {
      const { report } = await diagnoseAll(refuse('gone@b.c', 'full@b.c'), checkOnly, extensions);
      expect(report.ok).toBe(true);
      expect(stepOf(report)).toMatchObject({
        ok: true,
        found: 'recipients_partly',
        values: { accepted: 1, count: 3 },
        detail: 'The server accepted 1 of 3 recipients.',
        recipients: [
          { address: 'a@b.c', ok: true },
          { address: 'gone@b.c', ok: false, reply: '550 5.1.1 <gone@b.c> unknown', reason: 'recipient_refused' },
          { address: 'full@b.c', ok: false, reply: '452 4.2.2 mailbox full', reason: 'mailbox_full' },
        ],
      });
      expect(server.bodies).toHaveLength(checkOnly ? 0 : 1);
    });

    it('fails if the server refuses all of them, with a reason for each', async () => {
      const { report } = await diagnoseAll(refuse(...RECIPIENTS), false);
      expect(report.ok).toBe(false);
      const step = stepOf(report)!;
      expect(step).toMatchObject({ ok: false, code: 'RECIPIENT' });
      expect(step.recipients!.map(({ address, ok }) => [address, ok])).toEqual(RECIPIENTS.map((address) => [address, false]));
    });

    it('names all of them if the server accepts them', async () => {
      const { report } = await diagnoseAll(undefined, false);
      expect(stepOf(report)).toMatchObject({ ok: true, detail: RECIPIENTS.join(', ') });
      expect(stepOf(report)!.recipients!.every(({ ok }) => ok)).toBe(true);
      expect(stepOf((await diagnose({})).report)).not.toHaveProperty('recipients');
    });
  });

  it('with checkOnly, does not let an address inject a command', async () => {
    server = await serve();
    const mail = buildMail({ to: ['a@b.c>\r\nRCPT TO:<evil@example.org'] });
    expect((await diagnoseSmtp(buildSettings(server), mail, { checkOnly: true })).report.ok).toBe(false);
    expect(server.commands.join()).not.toMatch(/MAIL|RCPT|evil/);
  });

  it('with checkOnly, sends the size of the message and supports addresses beyond ASCII', async () => {
    server = await serve({ extensions: ['SIZE 1000000', 'SMTPUTF8'] });
    const mail = buildMail({ to: ['dörte@example.org'] });
    expect((await diagnoseSmtp(buildSettings(server), mail, { checkOnly: true })).report.ok).toBe(true);
    expect(server.commands.find((command) => command.startsWith('MAIL'))).toMatch(/SMTPUTF8 SIZE=\d+$/);
  });

  it.each<[string, SmtpSettings['security'], (given: Certificates) => Partial<SmtpSettings>, object]>([
    ['the configuration’s own', 'starttls', ({ ca }) => ({ ca: [ca], ownCa: [ca] }), { kind: 'configuration', name: 'Example Root CA' }],
    ['the application’s', 'tls', ({ ca }) => ({ ca: [ca] }), { kind: 'application', name: 'Example Root CA' }],
  ])('A1.41 names the authority that verified the server: %s (%s)', async (_whose, security, settings, verifiedBy) => {
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

  it('follows the chain to its authority', async () => {
    const { report } = await diagnose({ tls: certificates.throughIntermediate });
    const { tls } = report.steps.find(({ name }) => name === 'tls')!;
    expect(tls).toMatchObject({ issuer: 'CN=Example Issuing CA', verifiedBy: { kind: 'application', name: 'Example Root CA' } });
  });

  it('shows a refused certificate without naming an authority', async () => {
    const { report } = await diagnose({ tls: certificates.otherCa });
    expect(report.steps.at(-1)).toMatchObject({ name: 'tls', ok: false, reason: 'cert_unknown_ca', tls: { issuer: 'CN=Foreign CA' } });
    expect(report.steps.at(-1)?.tls).not.toHaveProperty('verifiedBy');
  });

  it('reports a certificate that expires soon', async () => {
    const soon = await certificates.authority.issue({ notAfter: new Date(Date.now() + 12.5 * 86_400_000) });
    const { report } = await diagnose({ tls: soon });
    expect(report.steps.find(({ name }) => name === 'tls')?.detail).toMatch(/expires \d+ \w+ \d{4} \(in 12 days\)$/);
  });

  it.each<[string[], string[], string | undefined]>([
    [['AUTH PLAIN LOGIN XOAUTH2'], ['PLAIN', 'LOGIN', 'XOAUTH2'], 'PLAIN'],
    [['AUTH LOGIN'], ['LOGIN'], 'LOGIN'],
    [['PIPELINING'], [], undefined],
  ])('reports the login methods that were offered and used: %s', async (extensions, offered, used) => {
    const answerLogin = (command: string): string | undefined =>
      command === 'AUTH LOGIN' || command === Buffer.from(AUTH.username).toString('base64')
        ? '334 more'
        : command === Buffer.from(AUTH.password).toString('base64')
          ? '235 ok'
          : undefined;
    const { report } = await diagnose({ extensions, reply: answerLogin });
    const { auth } = report.steps.find(({ name }) => name === 'auth')!;
    expect(auth).toEqual({ offered, ...(used && { used }) });
  });

  it('closes its connection immediately when it is stopped', async () => {
    const stop = new AbortController();
    const test = diagnose(
      {
        tls: undefined,
        raw: (socket) => {
          socket.on('error', () => undefined);
          // Sends one byte per second, like an overloaded server or a tarpit.
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

  it('ends at the deadline with an explanation when such a server is not stopped', async () => {
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

  it('with checkOnly, leaves nothing at a real server, which continues to work', async () => {
    inbox = await startInbox();
    const settings = buildSettings(inbox);
    expect((await diagnoseSmtp(settings, buildMail(), { checkOnly: true })).report.ok).toBe(true);
    expect((await diagnoseSmtp(settings, buildMail({ subject: 'real' }))).report.ok).toBe(true);
    expect(inbox.mails.map(({ subject }) => subject)).toEqual(['real']);
  });

  it('has one deadline for all steps', async () => {
    // Only this deadline can end the test, and it leaves a busy machine enough time to reach the login.
    const { report, error } = await diagnose(
      { reply: (command) => (command.startsWith('AUTH') ? null : undefined) },
      { timeouts: { greetingMs: NEVER_MS, commandMs: NEVER_MS, totalMs: NEVER_MS } },
      { deadlineMs: 2_000 },
    );
    expect(error?.code).toBe('TIMEOUT');
    expect(report.steps.at(-1)).toMatchObject({ name: 'auth', ok: false });
  });

  it('connects to localhost at the address that answers', async () => {
    server = await serve();
    const { report } = await diagnoseSmtp(buildSettings({ host: 'localhost', port: server.port }), buildMail());
    expect(report.ok).toBe(true);
    expect(report.steps[0]?.detail).toContain('127.0.0.1');
    expect(report.steps[1]?.detail).toBe(`127.0.0.1:${server.port}`);
  });
});
