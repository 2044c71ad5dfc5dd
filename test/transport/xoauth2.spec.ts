import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { resolveEgress } from '../../lib/options/egress.js';
import { MailError } from '../../lib/shared/mail-error.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { EntraTokens } from '../../lib/transport/graph/entra-token.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { aMail } from '../support/mails.js';
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

  const entra = (clientSecret = CLIENT_SECRET): EntraTokens =>
    new EntraTokens({
      authority: microsoft.entra.host,
      tenantId: TENANT,
      clientId: CLIENT_ID,
      clientSecret,
      scope: `https://${EXCHANGE}/.default`,
      ca: [microsoft.ca],
    });
  const settings = ({ clientSecret, ...others }: { clientSecret?: string } & Partial<SmtpSettings> = {}): SmtpSettings => {
    return {
      host: 'localhost',
      port: exchange.port,
      security: 'starttls',
      egress: resolveEgress(),
      ca: [microsoft.ca],
      auth: { username: USER, tokens: entra(clientSecret) },
      maxConnections: 2,
      ...others,
    };
  };
  const open = (overrides?: Parameters<typeof settings>[0]): SmtpTransport => {
    transports.push(new SmtpTransport(settings(overrides)));
    return transports.at(-1)!;
  };
  const failureOf = async (work: Promise<unknown>): Promise<MailError> => {
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailError);
    const shown = inspect(error, { depth: 12, showHidden: true });
    for (const secret of [CLIENT_SECRET, ...microsoft.entra.issued.map(({ token }) => token)]) expect(shown).not.toContain(secret);
    return error as MailError;
  };
  const issued = (): string[] => microsoft.entra.issued.map(({ token }) => token);

  it('logs in with the token alone, and the mail arrives', async () => {
    exchange = await startExchange(microsoft);
    await open().send(aMail({ subject: 'by token' }));
    expect(exchange.logins).toEqual(issued());
    expect(exchange.commands.filter((command) => command.startsWith('AUTH'))).toEqual([
      `AUTH XOAUTH2 ${Buffer.from(`user=${USER}\u0001auth=Bearer ${issued()[0]}\u0001\u0001`).toString('base64')}`,
    ]);
    expect(exchange.bodies).toMatchObject([expect.stringContaining('Subject: by token')]);
    expect(exchange.clearText).not.toContain('AUTH');
  });

  it('keeps its token for all connections and the next mail', async () => {
    exchange = await startExchange(microsoft);
    const transport = open();
    await Promise.all([transport.send(aMail()), transport.send(aMail()), transport.send(aMail())]);
    await transport.send(aMail());
    expect(exchange.bodies).toHaveLength(4);
    expect(microsoft.entra.signIns).toHaveLength(1);
  });

  it.each([undefined, '{"status":"401","schemes":"bearer"}'])(
    'a refused login gets one fresh token and one more login (challenge %s)',
    async (challenge) => {
      exchange = await startExchange(microsoft);
      exchange.refusal.challenge = challenge;
      const tokens = entra();
      const stale = await tokens.get();
      exchange.refused.add(stale);
      await open({ auth: { username: USER, tokens } }).send(aMail({ subject: 'again' }));
      expect(exchange.logins).toEqual([stale, issued()[1]]);
      expect(issued()).toHaveLength(2);
      expect(exchange.bodies.at(-1)).toContain('Subject: again');
    },
  );

  it.each([undefined, '{"status":"401"}'])('refused twice it gives up: two logins, two tokens (challenge %s)', async (challenge) => {
    exchange = await startExchange(microsoft);
    exchange.refusal.challenge = challenge;
    exchange.refused.has = () => true;
    const failure = await failureOf(open().send(aMail()));
    expect(failure).toMatchObject({
      code: 'AUTH',
      fault: 'server',
      summary: 'The server refused the token.',
      reply: '535 5.7.3 Authentication unsuccessful',
    });
    expect(failure.remedy).toMatch(/SMTP\.SendAsApp.*Add-MailboxPermission/);
    expect(exchange.logins).toEqual(issued());
    expect(issued()).toHaveLength(2);
  });

  it.each<[string, string, number]>([
    ['a failure for now', '454 4.7.0 Temporary authentication failure', 1],
    ['a way of logging in that the server does not know', '504 5.7.4 Unrecognized authentication type', 1],
    ['a hang-up', 'DROP', 1],
  ])('asks for no other token after %s', async (_what, reply, logins) => {
    exchange = await startExchange(microsoft, { reply: (command) => (command.startsWith('AUTH') ? reply : undefined) });
    await failureOf(open().send(aMail()));
    expect(exchange.commands.filter((command) => command.startsWith('AUTH'))).toHaveLength(logins);
    expect(issued()).toHaveLength(1);
  });

  it('shows no token to a server that knows no XOAUTH2', async () => {
    exchange = await startExchange(microsoft, { extensions: ['AUTH PLAIN LOGIN'] });
    expect(await failureOf(open().send(aMail()))).toMatchObject({ code: 'AUTH', summary: expect.stringContaining('XOAUTH2') });
    expect(exchange.logins).toEqual([]);
  });

  it('says that SMTP is switched off for the mailbox', async () => {
    exchange = await startExchange(microsoft);
    exchange.refusal.reply = '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.';
    exchange.refused.has = () => true;
    expect(await failureOf(open().send(aMail()))).toMatchObject({ code: 'AUTH', remedy: expect.stringMatching(/Authenticated SMTP/) });
  });

  it('logs in nowhere when Microsoft gives no token', async () => {
    exchange = await startExchange(microsoft);
    expect(await failureOf(open({ clientSecret: 'a wrong secret' }).send(aMail()))).toMatchObject({
      code: 'AUTH',
      phase: 'token',
      reply: expect.stringContaining('AADSTS7000215'),
    });
    expect(exchange.logins).toEqual([]);
  });

  it('gives no token to a server without encryption', async () => {
    exchange = await startExchange(microsoft, { tls: undefined });
    expect(await failureOf(open().send(aMail()))).toMatchObject({ code: 'TLS' });
    expect(exchange.logins).toEqual([]);
    expect(issued()).toEqual([]);
  });

  it('waits for no token longer than it may', async () => {
    exchange = await startExchange(microsoft);
    let asked!: () => void;
    const reached = new Promise<void>((resolve) => (asked = resolve));
    microsoft.entra.script = () => {
      asked();
      return 'SILENT';
    };
    const transport = open();
    const outcome = failureOf(transport.send(aMail()));
    await reached;
    await transport.close(10);
    expect(await outcome).toMatchObject({ code: 'CONNECTION' });
    // Time enough for a busy machine to come to the login.
    const { error } = await diagnoseSmtp(settings(), aMail(), { deadlineMs: 3_000 });
    expect(error).toMatchObject({ code: 'TIMEOUT', phase: 'auth' });
  });

  it('hides a token that the server repeats', async () => {
    exchange = await startExchange(microsoft, {
      reply: (command) => (command.startsWith('AUTH') ? `535 5.7.8 You said ${command} and meant ${issued().at(-1)}` : undefined),
    });
    const failure = await failureOf(open().send(aMail()));
    expect(failure.reply).toContain('You said AUTH XOAUTH2 ***');
  });

  describe('an opaque token', () => {
    beforeEach(() => {
      microsoft.entra.isOpaque = true;
    });

    it('is hidden where a server repeats it, also the one before it', async () => {
      exchange = await startExchange(microsoft, {
        reply: (command) =>
          command.startsWith('AUTH') ? `535-5.7.8 You said ${command}\r\n535 5.7.8 and meant ${issued().join(' or ')}` : undefined,
      });
      const failure = await failureOf(open().send(aMail()));
      expect(issued()).toHaveLength(2);
      expect(failure.reply).toContain('You said AUTH XOAUTH2 ***');
    });

    it('is hidden when the server repeats it after the login, in whatever form, also the one before it', async () => {
      let told = (): string => '';
      exchange = await startExchange(microsoft, {
        reply: (command) =>
          command.startsWith('RCPT TO:<never') ? `550-5.7.1 ${told().slice(0, 20)}\r\n550 5.7.1 ${told().slice(20)} said no` : undefined,
        afterBody: () => `250 2.0.0 queued for ${told()}`,
      });
      const tokens = entra();
      exchange.refused.add(await tokens.get());
      const base64 = (token = ''): string => Buffer.from(`user=${USER}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64');
      for (told of [
        () => issued()[0]!,
        () => issued().at(-1)!,
        () => base64(issued().at(-1)),
        () => encodeURIComponent(issued().at(-1)!),
      ]) {
        const transport = open({ auth: { username: USER, tokens } });
        const { reply, rejected } = await transport.send(aMail({ to: ['to@example.org', 'never@example.org'] }));
        expect(reply).toBe('250 2.0.0 queued for ***');
        expect(rejected).toMatchObject([{ reply: '550 5.7.1 *** said no' }]);
        if (issued().length < 3) exchange.refused.add(await tokens.get());
      }
    });
  });

  it('is tested step by step, and fails at auth', async () => {
    exchange = await startExchange(microsoft);
    const { report } = await diagnoseSmtp(settings(), aMail());
    expect(report.steps.map(({ name, ok }) => `${name} ${ok}`)).toEqual(
      ['dns', 'tcp', 'greeting', 'tls', 'auth', 'sender', 'recipient', 'message'].map((name) => `${name} true`),
    );
    const failed = await diagnoseSmtp(settings({ clientSecret: 'a wrong secret' }), aMail());
    expect(failed.report.steps.at(-1)).toMatchObject({ name: 'auth', ok: false, code: 'AUTH', hint: expect.stringContaining('secret') });
  });
});
