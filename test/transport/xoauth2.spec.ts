import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { resolveEgress } from '../../lib/options/egress.js';
import { MailError } from '../../lib/shared/mail-error.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { EntraTokens } from '../../lib/transport/graph/entra-token.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { buildMail } from '../support/mails.js';
import { type FakeExchange, startExchange } from '../support/microsoft/fake-exchange.js';
import { CLIENT_ID, CLIENT_SECRET, EXCHANGE, type FakeMicrosoft, TENANT, USER, startMicrosoft } from '../support/microsoft/index.js';

describe('XOAUTH2 over SMTP', () => {
  let microsoft: FakeMicrosoft;
  let exchange: FakeExchange;
  let transports: SmtpTransport[];
  beforeAll(async () => {
    microsoft = await startMicrosoft();
  });
  afterAll(() => microsoft.close());
  beforeEach(() => {
    transports = [];
  });
  afterEach(async () => {
    await Promise.all(transports.map((transport) => transport.close()));
    await exchange.close();
    microsoft.reset();
  });

  const createTokens = (clientSecret = CLIENT_SECRET): EntraTokens =>
    new EntraTokens({
      authority: microsoft.entra.host,
      tenantId: TENANT,
      clientId: CLIENT_ID,
      clientSecret,
      scope: `https://${EXCHANGE}/.default`,
      ca: [microsoft.ca],
    });
  const buildSettings = ({ clientSecret, ...others }: { clientSecret?: string } & Partial<SmtpSettings> = {}): SmtpSettings => {
    return {
      host: 'localhost',
      port: exchange.port,
      security: 'starttls',
      egress: resolveEgress(),
      ca: [microsoft.ca],
      auth: { username: USER, tokens: createTokens(clientSecret) },
      maxConnections: 2,
      ...others,
    };
  };
  const createTransport = (overrides?: Parameters<typeof buildSettings>[0]): SmtpTransport => {
    transports.push(new SmtpTransport(buildSettings(overrides)));
    return transports.at(-1)!;
  };
  const catchFailure = async (work: Promise<unknown>): Promise<MailError> => {
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailError);
    const shown = inspect(error, { depth: 12, showHidden: true });
    for (const secret of [CLIENT_SECRET, ...microsoft.entra.issued.map(({ token }) => token)]) expect(shown).not.toContain(secret);
    return error as MailError;
  };
  const listTokens = (): string[] => microsoft.entra.issued.map(({ token }) => token);

  it('logs in with the token alone and delivers the message', async () => {
    exchange = await startExchange(microsoft);
    await createTransport().send(buildMail({ subject: 'by token' }));
    expect(exchange.logins).toEqual(listTokens());
    expect(exchange.commands.filter((command) => command.startsWith('AUTH'))).toEqual([
      `AUTH XOAUTH2 ${Buffer.from(`user=${USER}\u0001auth=Bearer ${listTokens()[0]}\u0001\u0001`).toString('base64')}`,
    ]);
    expect(exchange.bodies).toMatchObject([expect.stringContaining('Subject: by token')]);
    expect(exchange.clearText).not.toContain('AUTH');
  });

  it('uses its token for all connections and the next message', async () => {
    exchange = await startExchange(microsoft);
    const transport = createTransport();
    await Promise.all([transport.send(buildMail()), transport.send(buildMail()), transport.send(buildMail())]);
    await transport.send(buildMail());
    expect(exchange.bodies).toHaveLength(4);
    expect(microsoft.entra.signIns).toHaveLength(1);
  });

  it.each([undefined, '{"status":"401","schemes":"bearer"}'])(
    'uses one new token for one more login after a refused login (challenge %s)',
    async (challenge) => {
      exchange = await startExchange(microsoft);
      exchange.refusal.challenge = challenge;
      const tokens = createTokens();
      const stale = await tokens.get();
      exchange.refused.add(stale);
      await createTransport({ auth: { username: USER, tokens } }).send(buildMail({ subject: 'again' }));
      expect(exchange.logins).toEqual([stale, listTokens()[1]]);
      expect(listTokens()).toHaveLength(2);
      expect(exchange.bodies.at(-1)).toContain('Subject: again');
    },
  );

  it.each([undefined, '{"status":"401"}'])('gives up after a second refusal: two logins, two tokens (challenge %s)', async (challenge) => {
    exchange = await startExchange(microsoft);
    exchange.refusal.challenge = challenge;
    exchange.refused.has = () => true;
    const failure = await catchFailure(createTransport().send(buildMail()));
    expect(failure).toMatchObject({
      code: 'AUTH',
      fault: 'server',
      summary: 'The server refused the token.',
      reply: '535 5.7.3 Authentication unsuccessful',
    });
    expect(failure.remedy).toMatch(/SMTP\.SendAsApp.*Add-MailboxPermission/);
    expect(exchange.logins).toEqual(listTokens());
    expect(listTokens()).toHaveLength(2);
  });

  it.each<[string, string, number]>([
    ['a temporary failure', '454 4.7.0 Temporary authentication failure', 1],
    ['an unknown authentication mechanism', '504 5.7.4 Unrecognized authentication type', 1],
    ['a dropped connection', 'DROP', 1],
  ])('requests no other token after %s', async (_what, reply, logins) => {
    exchange = await startExchange(microsoft, { reply: (command) => (command.startsWith('AUTH') ? reply : undefined) });
    await catchFailure(createTransport().send(buildMail()));
    expect(exchange.commands.filter((command) => command.startsWith('AUTH'))).toHaveLength(logins);
    expect(listTokens()).toHaveLength(1);
  });

  it('shows no token to a server without XOAUTH2', async () => {
    exchange = await startExchange(microsoft, { extensions: ['AUTH PLAIN LOGIN'] });
    expect(await catchFailure(createTransport().send(buildMail()))).toMatchObject({
      code: 'AUTH',
      summary: expect.stringContaining('XOAUTH2'),
    });
    expect(exchange.logins).toEqual([]);
  });

  it('reports that SMTP is disabled for the mailbox', async () => {
    exchange = await startExchange(microsoft);
    exchange.refusal.reply = '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.';
    exchange.refused.has = () => true;
    expect(await catchFailure(createTransport().send(buildMail()))).toMatchObject({
      code: 'AUTH',
      remedy: expect.stringMatching(/Authenticated SMTP/),
    });
  });

  it('does not log in if Microsoft issues no token', async () => {
    exchange = await startExchange(microsoft);
    expect(await catchFailure(createTransport({ clientSecret: 'a wrong secret' }).send(buildMail()))).toMatchObject({
      code: 'AUTH',
      phase: 'token',
      reply: expect.stringContaining('AADSTS7000215'),
    });
    expect(exchange.logins).toEqual([]);
  });

  it('gives no token to a server without encryption', async () => {
    exchange = await startExchange(microsoft, { tls: undefined });
    expect(await catchFailure(createTransport().send(buildMail()))).toMatchObject({ code: 'TLS' });
    expect(exchange.logins).toEqual([]);
    expect(listTokens()).toEqual([]);
  });

  it('waits for a token no longer than its deadline', async () => {
    exchange = await startExchange(microsoft);
    let asked!: () => void;
    const reached = new Promise<void>((resolve) => (asked = resolve));
    microsoft.entra.script = () => {
      asked();
      return 'SILENT';
    };
    const transport = createTransport();
    const outcome = catchFailure(transport.send(buildMail()));
    await reached;
    await transport.close(10);
    expect(await outcome).toMatchObject({ code: 'CONNECTION' });
    // Enough time for a busy machine to reach the login.
    const { error } = await diagnoseSmtp(buildSettings(), buildMail(), { deadlineMs: 3_000 });
    expect(error).toMatchObject({ code: 'TIMEOUT', phase: 'auth' });
  });

  it('redacts a token that the server repeats', async () => {
    exchange = await startExchange(microsoft, {
      reply: (command) => (command.startsWith('AUTH') ? `535 5.7.8 You said ${command} and meant ${listTokens().at(-1)}` : undefined),
    });
    const failure = await catchFailure(createTransport().send(buildMail()));
    expect(failure.reply).toContain('You said AUTH XOAUTH2 ***');
  });

  describe('an opaque token', () => {
    beforeEach(() => {
      microsoft.entra.isOpaque = true;
    });

    it('is redacted if the server repeats it, including the previous token', async () => {
      exchange = await startExchange(microsoft, {
        reply: (command) =>
          command.startsWith('AUTH') ? `535-5.7.8 You said ${command}\r\n535 5.7.8 and meant ${listTokens().join(' or ')}` : undefined,
      });
      const failure = await catchFailure(createTransport().send(buildMail()));
      expect(listTokens()).toHaveLength(2);
      expect(failure.reply).toContain('You said AUTH XOAUTH2 ***');
    });

    it('is redacted in any form after the login, including the previous token', async () => {
      let quote = (): string => '';
      exchange = await startExchange(microsoft, {
        reply: (command) =>
          command.startsWith('RCPT TO:<never') ? `550-5.7.1 ${quote().slice(0, 20)}\r\n550 5.7.1 ${quote().slice(20)} said no` : undefined,
        afterBody: () => `250 2.0.0 queued for ${quote()}`,
      });
      const tokens = createTokens();
      exchange.refused.add(await tokens.get());
      const encode = (token = ''): string => Buffer.from(`user=${USER}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64');
      for (quote of [
        () => listTokens()[0]!,
        () => listTokens().at(-1)!,
        () => encode(listTokens().at(-1)),
        () => encodeURIComponent(listTokens().at(-1)!),
      ]) {
        const transport = createTransport({ auth: { username: USER, tokens } });
        const { reply, rejected } = await transport.send(buildMail({ to: ['to@example.org', 'never@example.org'] }));
        expect(reply).toBe('250 2.0.0 queued for ***');
        expect(rejected).toMatchObject([{ reply: '550 5.7.1 *** said no' }]);
        if (listTokens().length < 3) exchange.refused.add(await tokens.get());
      }
    });
  });

  it('reports each step of a test, and fails at auth', async () => {
    exchange = await startExchange(microsoft);
    const { report } = await diagnoseSmtp(buildSettings(), buildMail());
    expect(report.steps.map(({ name, ok }) => `${name} ${ok}`)).toEqual(
      ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message'].map((name) => `${name} true`),
    );
    const failed = await diagnoseSmtp(buildSettings({ clientSecret: 'a wrong secret' }), buildMail());
    expect(failed.report.steps.at(-1)).toMatchObject({ name: 'auth', ok: false, code: 'AUTH', hint: expect.stringContaining('secret') });
  });
});
