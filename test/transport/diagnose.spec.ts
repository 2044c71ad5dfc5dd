import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startInbox, type Inbox } from '../../lib/testing/index.js';
import { diagnoseSmtp, type DiagnoseOptions, type TestStep } from '../../lib/transport/diagnose.js';
import type { SmtpSettings } from '../../lib/transport/smtp-settings.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { aMail, settingsFor } from '../support/mails.js';
import { freePort } from '../support/services/shell.js';
import { startServer, type ScriptedServer, type ServerScript } from '../support/smtp-servers.js';

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
    expect(found.greeting).toMatchObject({ detail: 'test ESMTP', response: '220 test ESMTP' });
    expect(found.tls?.detail).toMatch(/^TLS 1\.3 · localhost · Example Root CA · until \d+ \w+ \d{4}$/);
    expect(found.auth?.detail).toBe('Logged in as u@example.com');
    expect(found.sender).toMatchObject({ detail: 'sender@example.com', response: '250 2.1.0 ok' });
    expect(found.recipient).toMatchObject({ detail: 'to@example.org', response: '250 2.1.0 ok' });
    expect(found.message).toMatchObject({ detail: 'The server took the message.', response: '250 2.0.0 queued' });
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

  it.each([undefined, ['AUTH PLAIN']])('with checkOnly it delivers nothing (%s)', async (extensions) => {
    const { report } = await diagnose({ extensions }, {}, { checkOnly: true });
    expect(report.ok).toBe(true);
    expect(report.steps.at(-1)).toMatchObject({ name: 'message', ok: true, detail: 'Nothing was sent.' });
    await server.allClosed();
    expect(server.commands.at(-1)).toBe('DATA');
    expect(server.bodies).toEqual([]);
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
