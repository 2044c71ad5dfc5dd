import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { resolveEgress } from '../../lib/options/egress.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { isSmtpReply } from '../../lib/transport/smtp/reply-reader.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

/** Part of every banner. It must not appear in anything that is shown, stored or thrown. */
const MARK = 'Zeta7';
const egress = resolveEgress();
const timeouts = { greetingMs: 2_000, commandMs: 2_000 };

const sendText = (text: string): ServerScript['raw'] => {
  return (socket) => void socket.resume().write(text);
};
const sendTextAndClose = (text: string): ServerScript['raw'] => {
  return (socket) => void socket.resume().end(text);
};

const GREETINGS: Record<string, ServerScript['raw']> = {
  POP3: sendText(`+OK ${MARK} ready\r\n`),
  IMAP: sendText(`* OK [CAPABILITY IMAP4rev1] ${MARK}\r\n`),
  SSH: sendText(`SSH-2.0-${MARK}_9.6\r\n`),
  HTTP: sendTextAndClose(`HTTP/1.1 400 Bad Request\r\nServer: ${MARK}/1.2\r\n\r\n<h1>${MARK}</h1>`),
  'a database': sendTextAndClose(`\x4a\0\0\0\x0a8.0.36-${MARK}\0\x08\0\0\0`),
  'binary data with lines': sendText(`\x01\x02${MARK}\r\n220 ${MARK}\r\n`),
  'a code that SMTP replies do not have': sendText(`100 ${MARK}\r\n`),
  'a code without a space': sendTextAndClose(`220${MARK}\r\n`),
  'a code of four digits': sendTextAndClose(`2200 ${MARK}\r\n`),
  'lines, one without a code': sendText(`554-hello\r\n${MARK}\r\n554 end\r\n`),
  'lines, one with another code': sendText(`554-hello\r\n220 ${MARK}\r\n`),
};

describe('A server that does not speak SMTP', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  const serve = useServer();

  /** Connects to the server in every way, and returns all results. */
  const collectResults = async (script: ServerScript, settings: Partial<SmtpSettings> = {}): Promise<unknown[]> => {
    const server = await serve(script);
    const { host, port } = server;
    const all = buildSettings(server, { timeouts, security: 'starttls', ca: [certificates.ca], ...settings });
    const transport = new SmtpTransport(all);
    const events: unknown[] = [];
    const keepError = (error: unknown): unknown => error;
    const test = await diagnoseSmtp(all, buildMail(), { onStep: (step) => events.push(step) });
    const results = [
      test,
      events,
      await transport.send(buildMail()).catch(keepError),
      await detectSecurity({ host, port, ca: all.ca, egress }).catch(keepError),
      all.security === 'none' ||
        (await fetchChain({ host, port, security: all.security, ca: all.ca, egress }, { deadlineMs: 3_000 }).catch(keepError)),
    ];
    await transport.close();
    return results;
  };
  const show = (results: unknown[]): string => `${inspect(results, { depth: 20, showHidden: true })} ${JSON.stringify(results)}`;

  it.each(Object.keys(GREETINGS))('is never quoted: %s', async (what) => {
    for (const security of ['starttls', 'none'] as const) {
      const results = await collectResults({ raw: GREETINGS[what] }, { security });
      expect(show(results)).not.toContain(MARK);
      expect(results[0]).toMatchObject({ report: { ok: false } });
    }
  });

  it.each(['POP3', 'IMAP', 'SSH', 'HTTP'])('is described: %s', async (what) => {
    const [test, , sent, , chain] = await collectResults({ raw: GREETINGS[what] });
    const described = {
      code: 'CONNECTION',
      reason: 'not_smtp',
      message: expect.stringMatching(
        /^127\.0\.0\.1:\d+ is not a mail server: it sent \d+ bytes that are not an SMTP reply\. .*587, 465 and 25/,
      ),
    };
    expect(test).toMatchObject({
      report: { steps: [{}, {}, { name: 'greeting', ok: false, reason: 'not_smtp', field: 'port' }] },
      error: described,
    });
    expect((test as { report: { steps: object[] } }).report.steps.at(-1)).not.toHaveProperty('reply', expect.anything());
    expect(sent).toMatchObject(described);
    expect(chain).toMatchObject(described);
  });

  it.each([sendTextAndClose(`${MARK}\r\n`), GREETINGS.HTTP, sendText(`220 ${MARK}\r\n`)])(
    'is never quoted if it does not speak TLS either',
    async (raw) => {
      // The server sends nothing before the client does.
      const results = await collectResults({ raw: (socket) => void socket.once('data', () => raw!(socket)) }, { security: 'tls' });
      expect(show(results)).not.toContain(MARK);
      expect(results[0]).toMatchObject({ error: { code: 'TLS' } });
    },
  );

  it('is never quoted behind TLS', async () => {
    const raw = (socket: Socket): void => {
      const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificates.good) });
      secure.on('error', () => socket.destroy());
      secure.once('secure', () => secure.resume().write(`* OK ${MARK}\r\n`));
    };
    const results = await collectResults({ raw }, { security: 'tls' });
    expect(show(results)).not.toContain(MARK);
    expect(results[0]).toMatchObject({ error: { reason: 'not_smtp', phase: 'greeting' } });
  });

  it.each<[string, string]>([
    ['EHLO', MARK],
    ['EHLO', `250-hello\r\n${MARK}`],
    ['AUTH', `235${MARK}`],
    ['AUTH', `${MARK} no`],
    ['MAIL', `2${MARK}`],
    ['MAIL', `250${MARK}`],
    ['MAIL', `5${MARK}`],
    ['RCPT', `250${MARK}`],
    ['RCPT', `55 ${MARK}`],
    ['DATA', MARK],
    ['BODY', `250${MARK}`],
    ['BODY', `999 ${MARK}`],
    ['BODY', MARK],
  ])('is never quoted later: %s answered by %j', async (verb, reply) => {
    const results = await collectResults(
      {
        greeting: '220 mail.example.com ESMTP',
        reply: (command) => (command.startsWith(verb) ? reply : undefined),
        afterBody: () => (verb === 'BODY' ? reply : '250 queued'),
      },
      { security: 'none', auth: { username: 'u', password: 'a password' } },
    );
    expect(show(results)).not.toContain(MARK);
  });
});

describe('isSmtpReply', () => {
  it.each(['220 ready', '250', '250-a\n250 b', '250-a\r\n250-b\r\n250', '554 5.7.1 no\ttabs', '421 '])('accepts %j', (words) => {
    expect(isSmtpReply(words)).toBe(true);
  });
  it.each(['', 'ready', '100 a', '600 a', '2200 a', '220a', ' 220 a', '250-a\n251 b', '250-a\nb', 'a\n250 b', '+OK', 'HTTP/1.1 200 OK'])(
    'rejects %j',
    (words) => {
      expect(isSmtpReply(words)).toBe(false);
    },
  );
});
