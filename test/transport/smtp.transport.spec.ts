import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { startInbox, type Inbox } from '../../lib/testing/index.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { catchError } from '../support/catch-error.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { ScriptedServer, ServerSession } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

describe('SmtpTransport', () => {
  let certificates: Certificates;
  const inboxes: Inbox[] = [];
  const transports: SmtpTransport[] = [];

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
    await Promise.all(inboxes.splice(0).map((inbox) => inbox.close()));
  });
  const serve = useServer();

  const createTransport = (server: Parameters<typeof buildSettings>[0], overrides: Partial<SmtpSettings> = {}) => {
    const transport = new SmtpTransport(buildSettings(server, overrides));
    transports.push(transport);
    return transport;
  };
  const countCommands = (server: ScriptedServer, verb: string) => server.commands.filter((command) => command.startsWith(verb)).length;

  describe('security', () => {
    it.each(['starttls', 'tls'] as const)('A1.41 connects through %s with a private CA once the CA is added', async (security) => {
      const server = await serve({ tls: certificates.good, implicitTls: security === 'tls' });
      await createTransport(server, { security, ca: [certificates.ca] }).send(buildMail());
      expect(server.bodies).toHaveLength(1);
      expect(server.clearText).not.toContain('MAIL');
      await expect(createTransport(server, { security }).send(buildMail())).rejects.toMatchObject({ code: 'CERTIFICATE' });
    });

    it('trusts an intermediate that the server sends', async () => {
      const server = await serve({ tls: certificates.throughIntermediate });
      await createTransport(server, { security: 'starttls', ca: [certificates.ca] }).send(buildMail());
      expect(server.bodies).toHaveLength(1);
    });

    it('A3.16 connects to a STARTTLS port and to an SSL port, each in its own mode', async () => {
      const ports = { starttls: await serve({ tls: certificates.good }), tls: await serve({ tls: certificates.good, implicitTls: true }) };
      for (const security of ['starttls', 'tls'] as const) {
        await createTransport(ports[security], { security, ca: [certificates.ca] }).send(buildMail());
        expect(ports[security].sessions[0]?.isEncrypted).toBe(true);
      }
    });

    it('A3.17 does not encrypt without encryption, even if the server offers it', async () => {
      const server = await serve({ tls: certificates.good });
      await createTransport(server, { security: 'none' }).send(buildMail());
      expect(server.commands).not.toContain('STARTTLS');
      expect(server.bodies).toHaveLength(1);
    });

    it('A1.16 sends no credentials without authentication', async () => {
      const server = await serve();
      await createTransport(server).send(buildMail());
      expect(countCommands(server, 'AUTH')).toBe(0);
    });

    it('tries a wrong password once', async () => {
      const server = await serve({ reply: (command) => (command.startsWith('AUTH') ? '535 5.7.8 no' : undefined) });
      await expect(createTransport(server, { auth: { username: 'u', password: 'p' } }).send(buildMail())).rejects.toMatchObject({
        code: 'AUTH',
      });
      expect(countCommands(server, 'AUTH')).toBe(1);
      await server.allClosed();
    });
  });

  describe('message', () => {
    it('sends Unicode unchanged', async () => {
      const inbox = await startInbox();
      inboxes.push(inbox);
      await createTransport(inbox).send(buildMail({ subject: 'Ünïcode 日本語 🎉', text: 'Zeile eins\n.\n..zwei 日本語' }));
      const mail = await inbox.waitFor();
      expect(mail.subject).toBe('Ünïcode 日本語 🎉');
      expect(mail.text.trimEnd()).toBe('Zeile eins\n.\n..zwei 日本語');
    });

    it('passes Bcc recipients to the server only', async () => {
      const server = await serve();
      const receipt = await createTransport(server).send(buildMail({ cc: ['cc@example.org'], bcc: ['bcc@example.org'] }));
      expect(server.commands).toContain('RCPT TO:<bcc@example.org>');
      expect(server.bodies[0]).not.toMatch(/bcc/i);
      expect(receipt).toEqual({
        accepted: ['to@example.org', 'cc@example.org', 'bcc@example.org'],
        rejected: [],
        reply: '250 2.0.0 queued',
      });
    });

    it.each([
      ['pipelined', undefined],
      ['one by one', ['8BITMIME']],
    ])('reports one refused recipient of three (%s)', async (_how, extensions) => {
      const server = await serve({ extensions, reply: (command) => (command.includes('<no@') ? '550 5.1.1 no such user' : undefined) });
      const receipt = await createTransport(server).send(buildMail({ to: ['a@example.org', 'no@example.org', 'b@example.org'] }));
      expect(receipt.accepted).toEqual(['a@example.org', 'b@example.org']);
      expect(receipt.rejected).toEqual([
        { address: 'no@example.org', code: 550, reply: '550 5.1.1 no such user', reason: 'recipient_refused' },
      ]);
      expect(server.bodies).toHaveLength(1);
    });

    it('sends domains in ASCII and reports them unchanged', async () => {
      const server = await serve({ extensions: [], reply: (command) => (command.includes('<no@') ? '550 no' : undefined) });
      const receipt = await createTransport(server).send(buildMail({ to: ['a@bücher.example', 'no@bücher.example'] }));
      expect(server.commands).toContain('RCPT TO:<a@xn--bcher-kva.example>');
      expect(receipt).toMatchObject({ accepted: ['a@bücher.example'], rejected: [{ address: 'no@bücher.example' }] });
    });

    it('puts unusual local parts between quotes and reports them unchanged', async () => {
      const server = await serve({ extensions: [], reply: (command) => (command.includes('no.') ? '550 no' : undefined) });
      const to = ['a..b@example.jp', '"john doe"@example.org', 'no.@bücher.example'];
      const receipt = await createTransport(server).send(buildMail({ from: 'x.@example.org', to }));
      expect(server.commands).toEqual(
        expect.arrayContaining([
          'MAIL FROM:<"x."@example.org>',
          'RCPT TO:<"a..b"@example.jp>',
          'RCPT TO:<"john doe"@example.org>',
          'RCPT TO:<"no."@xn--bcher-kva.example>',
        ]),
      );
      expect(server.bodies[0]).toContain('<"a..b"@example.jp>, <"john doe"@example.org>');
      expect(receipt).toMatchObject({ accepted: to.slice(0, 2), rejected: [{ address: 'no.@bücher.example' }] });
    });
  });

  describe('pool', () => {
    it('uses one connection for successive messages and logs in once', async () => {
      const server = await serve();
      const transport = createTransport(server, { auth: { username: 'u', password: 'p' } });
      for (let index = 0; index < 5; index += 1) await transport.send(buildMail());
      expect(server.sessions).toHaveLength(1);
      expect(countCommands(server, 'AUTH')).toBe(1);
      expect(server.bodies).toHaveLength(5);
    });

    it('A4.17 sends fifty messages over three connections, first come, first served', async () => {
      const server = await serve();
      const transport = createTransport(server, { maxConnections: 3 });
      await Promise.all(Array.from({ length: 50 }, (_, index) => transport.send(buildMail({ subject: `n${index}` }))));
      expect(server.bodies).toHaveLength(50);
      expect(server.sessions).toHaveLength(3);
      expect(server.mostOpen).toBe(3);

      const single = await serve();
      const inOrder = createTransport(single, { maxConnections: 1 });
      await Promise.all(Array.from({ length: 10 }, (_, index) => inOrder.send(buildMail({ subject: `n${index}` }))));
      expect(single.bodies.map((body) => /Subject: (\w+)/.exec(body)?.[1])).toEqual(Array.from({ length: 10 }, (_, index) => `n${index}`));
    });

    it('never opens too many connections, even if connections keep failing', async () => {
      let bodies = 0;
      const server = await serve({ afterBody: () => ((bodies += 1) % 3 ? '250 ok' : 'DROP') });
      const transport = createTransport(server, { maxConnections: 2 });
      const results = await Promise.allSettled(Array.from({ length: 30 }, () => transport.send(buildMail())));
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
      expect(bodies).toBe(30);
      expect(server.mostOpen).toBe(2);
    });

    it('resets after a refused message and continues over the same connection', async () => {
      const server = await serve({ extensions: ['8BITMIME'], reply: (command) => (command.includes('<no@') ? '550 5.1.1 no' : undefined) });
      const transport = createTransport(server);
      await expect(transport.send(buildMail({ to: ['no@example.org'] }))).rejects.toMatchObject({ code: 'RECIPIENT' });
      await transport.send(buildMail());
      expect(server.sessions).toHaveLength(1);
      expect(server.commands.slice(-5)).toEqual([
        'RCPT TO:<no@example.org>',
        'RSET',
        expect.stringContaining('MAIL FROM'),
        'RCPT TO:<to@example.org>',
        'DATA',
      ]);
    });

    it('drops a connection on which the server replied before the end of the body', async () => {
      const server = await serve({
        reply: (command, { bodies }) => (command === 'DATA' && !bodies.length ? '354 go on\r\n552 5.3.4 too large' : undefined),
      });
      const transport = createTransport(server);
      await expect(transport.send(buildMail({ text: 'x'.repeat(20_000_000) }))).rejects.toMatchObject({ code: 'CONTENT' });
      await server.allClosed();
      expect(server.commands.filter((command) => command === 'RSET')).toEqual([]);
    });

    it('replaces an idle connection that the server closed', async () => {
      const server = await serve();
      const transport = createTransport(server);
      await transport.send(buildMail());
      server.sessions[0]!.socket.destroy();
      await server.allClosed();
      await transport.send(buildMail());
      expect(server.sessions).toHaveLength(2);
    });

    it.each<[string, string]>([
      ['drops the connection at MAIL FROM', 'DROP'],
      ['answers 421 at MAIL FROM', '421 4.4.2 enough messages'],
    ])('recovers without an error when the server %s of a reused connection', async (_how, reply) => {
      const isSecond = (session: ServerSession) => session.bodies.length === 2;
      const server = await serve({ reply: (command, session) => (command.startsWith('MAIL') && isSecond(session) ? reply : undefined) });
      const transport = createTransport(server, { maxConnections: 1 });
      for (let index = 0; index < 6; index += 1) await transport.send(buildMail());
      expect(server.bodies).toHaveLength(6);
      expect(server.sessions).toHaveLength(3);
      expect(server.mostOpen).toBe(1);
    });

    it('does not resend a message that may have been accepted', async () => {
      const server = await serve({ afterBody: ({ bodies }) => (bodies.length === 2 ? 'DROP' : '250 ok') });
      const transport = createTransport(server);
      await transport.send(buildMail());
      await expect(transport.send(buildMail())).rejects.toMatchObject({ code: 'AMBIGUOUS' });
      expect(server.bodies).toHaveLength(2);
    });

    it('does not retry a new connection that fails', async () => {
      const server = await serve({ reply: (command) => (command.startsWith('MAIL') ? 'DROP' : undefined) });
      await expect(createTransport(server).send(buildMail())).rejects.toMatchObject({ code: 'CONNECTION' });
      expect(server.sessions).toHaveLength(1);
    });

    it('closes idle connections with QUIT', async () => {
      const server = await serve();
      await createTransport(server, { timeouts: { idleMs: 50 } }).send(buildMail());
      await server.allClosed();
      expect(server.commands.at(-1)).toBe('QUIT');
    });

    it('connects to localhost at the address that answers', async () => {
      const server = await serve();
      await createTransport({ host: 'localhost', port: server.port }).send(buildMail());
      expect(server.bodies).toHaveLength(1);
    });
  });

  describe('close', () => {
    it('finishes its messages, sends QUIT, leaves no socket and accepts no more', async () => {
      const server = await serve();
      const transport = createTransport(server, { maxConnections: 2 });
      const sends = Array.from({ length: 8 }, () => transport.send(buildMail()));
      const closing = transport.close();
      await expect(transport.send(buildMail())).rejects.toMatchObject({ code: 'CONNECTION', retryable: true });
      await closing;
      expect(await Promise.all(sends)).toHaveLength(8);
      expect(countCommands(server, 'QUIT')).toBe(server.sessions.length);
      await server.allClosed();
      expect(server.open).toBe(0);
    });

    it('does not wait for an attachment that never ends', async () => {
      const server = await serve();
      const transport = createTransport(server);
      const content = new Readable({ read: () => undefined });
      const sending = catchError(transport.send({ ...buildMail(), attachments: [{ filename: 'endless', content }] }));
      await transport.close(10);
      expect(await sending).toMatchObject({ code: 'CONNECTION', retryable: true });
      expect(content.destroyed).toBe(true);
    });

    it('does not wait for a web stream that never ends', async () => {
      const transport = createTransport(await serve());
      let isCancelled = false;
      const content = new ReadableStream({ cancel: () => void (isCancelled = true) });
      const sending = catchError(transport.send({ ...buildMail(), attachments: [{ filename: 'endless', content }] }));
      await transport.close(10);
      expect(await sending).toMatchObject({ code: 'CONNECTION', retryable: true });
      expect(isCancelled).toBe(true);
    });

    it('does not wait long for a server that never replies to QUIT', async () => {
      const server = await serve({ reply: (command) => (command === 'QUIT' ? null : undefined) });
      const transport = createTransport(server);
      await transport.send(buildMail());
      const [session] = server.sessions;
      const closed = once(session!.socket, 'close');
      const started = Date.now();
      await transport.close();
      await closed;
      // The transport waits two seconds. A command would be waited for as long as this.
      expect(Date.now() - started).toBeLessThan(30_000);
    });
  });
});
