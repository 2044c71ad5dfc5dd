import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { startInbox, type Inbox } from '../../lib/testing/index.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { aMail, settingsFor } from '../support/mails.js';
import { startServer, type ScriptedServer, type ServerScript, type ServerSession } from '../support/smtp-servers.js';

describe('SmtpTransport', () => {
  let certificates: Certificates;
  const servers: ScriptedServer[] = [];
  const inboxes: Inbox[] = [];
  const transports: SmtpTransport[] = [];

  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
    await Promise.all([...servers.splice(0), ...inboxes.splice(0)].map((server) => server.close()));
  });

  const serve = async (script?: ServerScript) => {
    const server = await startServer(script);
    servers.push(server);
    return server;
  };
  const transportFor = (server: Parameters<typeof settingsFor>[0], overrides: Partial<SmtpSettings> = {}) => {
    const transport = new SmtpTransport(settingsFor(server, overrides));
    transports.push(transport);
    return transport;
  };
  const count = (server: ScriptedServer, verb: string) => server.commands.filter((command) => command.startsWith(verb)).length;

  describe('security', () => {
    it.each(['starttls', 'tls'] as const)('A1.41 %s with a private CA works once the CA is added', async (security) => {
      const server = await serve({ tls: certificates.good, implicitTls: security === 'tls' });
      await transportFor(server, { security, ca: [certificates.ca] }).send(aMail());
      expect(server.bodies).toHaveLength(1);
      expect(server.clearText).not.toContain('MAIL');
      await expect(transportFor(server, { security }).send(aMail())).rejects.toMatchObject({ code: 'CERTIFICATE' });
    });

    it('trusts an intermediate that the server sends along', async () => {
      const server = await serve({ tls: certificates.throughIntermediate });
      await transportFor(server, { security: 'starttls', ca: [certificates.ca] }).send(aMail());
      expect(server.bodies).toHaveLength(1);
    });

    it('A3.16 a TLS port and an SSL port both work, each by its own mode', async () => {
      const ports = { starttls: await serve({ tls: certificates.good }), tls: await serve({ tls: certificates.good, implicitTls: true }) };
      for (const security of ['starttls', 'tls'] as const) {
        await transportFor(ports[security], { security, ca: [certificates.ca] }).send(aMail());
        expect(ports[security].sessions[0]?.isEncrypted).toBe(true);
      }
    });

    it('A3.17 without encryption it does not encrypt, even when the server offers to', async () => {
      const server = await serve({ tls: certificates.good });
      await transportFor(server, { security: 'none' }).send(aMail());
      expect(server.commands).not.toContain('STARTTLS');
      expect(server.bodies).toHaveLength(1);
    });

    it('A1.16 without authentication no credentials are sent', async () => {
      const server = await serve();
      await transportFor(server).send(aMail());
      expect(count(server, 'AUTH')).toBe(0);
    });

    it('a wrong password is tried once', async () => {
      const server = await serve({ reply: (command) => (command.startsWith('AUTH') ? '535 5.7.8 no' : undefined) });
      await expect(transportFor(server, { auth: { username: 'u', password: 'p' } }).send(aMail())).rejects.toMatchObject({ code: 'AUTH' });
      expect(count(server, 'AUTH')).toBe(1);
      await server.allClosed();
    });
  });

  describe('message', () => {
    it('sends unicode as it was written', async () => {
      const inbox = await startInbox();
      inboxes.push(inbox);
      await transportFor(inbox).send(aMail({ subject: 'Ünïcode 日本語 🎉', text: 'Zeile eins\n.\n..zwei 日本語' }));
      const mail = await inbox.waitFor();
      expect(mail.subject).toBe('Ünïcode 日本語 🎉');
      expect(mail.text.trimEnd()).toBe('Zeile eins\n.\n..zwei 日本語');
    });

    it('names Bcc to the server and to nobody else', async () => {
      const server = await serve();
      const receipt = await transportFor(server).send(aMail({ cc: ['cc@example.org'], bcc: ['bcc@example.org'] }));
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
      const receipt = await transportFor(server).send(aMail({ to: ['a@example.org', 'no@example.org', 'b@example.org'] }));
      expect(receipt.accepted).toEqual(['a@example.org', 'b@example.org']);
      expect(receipt.rejected).toEqual([
        { address: 'no@example.org', code: 550, reply: '550 5.1.1 no such user', reason: 'recipient_refused' },
      ]);
      expect(server.bodies).toHaveLength(1);
    });

    it('writes domains in ASCII, and reports them as they were given', async () => {
      const server = await serve({ extensions: [], reply: (command) => (command.includes('<no@') ? '550 no' : undefined) });
      const receipt = await transportFor(server).send(aMail({ to: ['a@bücher.example', 'no@bücher.example'] }));
      expect(server.commands).toContain('RCPT TO:<a@xn--bcher-kva.example>');
      expect(receipt).toMatchObject({ accepted: ['a@bücher.example'], rejected: [{ address: 'no@bücher.example' }] });
    });
  });

  describe('pool', () => {
    it('uses one connection for message after message, and logs in once', async () => {
      const server = await serve();
      const transport = transportFor(server, { auth: { username: 'u', password: 'p' } });
      for (let index = 0; index < 5; index += 1) await transport.send(aMail());
      expect(server.sessions).toHaveLength(1);
      expect(count(server, 'AUTH')).toBe(1);
      expect(server.bodies).toHaveLength(5);
    });

    it('A4.17 sends fifty at once over three connections, first come first served', async () => {
      const server = await serve();
      const transport = transportFor(server, { maxConnections: 3 });
      await Promise.all(Array.from({ length: 50 }, (_, index) => transport.send(aMail({ subject: `n${index}` }))));
      expect(server.bodies).toHaveLength(50);
      expect(server.sessions).toHaveLength(3);
      expect(server.mostOpen).toBe(3);

      const single = await serve();
      const inOrder = transportFor(single, { maxConnections: 1 });
      await Promise.all(Array.from({ length: 10 }, (_, index) => inOrder.send(aMail({ subject: `n${index}` }))));
      expect(single.bodies.map((body) => /Subject: (\w+)/.exec(body)?.[1])).toEqual(Array.from({ length: 10 }, (_, index) => `n${index}`));
    });

    it('never opens more than it may, even when connections keep failing', async () => {
      let bodies = 0;
      const server = await serve({ afterBody: () => ((bodies += 1) % 3 ? '250 ok' : 'DROP') });
      const transport = transportFor(server, { maxConnections: 2 });
      const results = await Promise.allSettled(Array.from({ length: 30 }, () => transport.send(aMail())));
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
      expect(bodies).toBe(30);
      expect(server.mostOpen).toBe(2);
    });

    it('forgets a refused message with RSET and goes on over the same connection', async () => {
      const server = await serve({ extensions: ['8BITMIME'], reply: (command) => (command.includes('<no@') ? '550 5.1.1 no' : undefined) });
      const transport = transportFor(server);
      await expect(transport.send(aMail({ to: ['no@example.org'] }))).rejects.toMatchObject({ code: 'RECIPIENT' });
      await transport.send(aMail());
      expect(server.sessions).toHaveLength(1);
      expect(server.commands.slice(-5)).toEqual([
        'RCPT TO:<no@example.org>',
        'RSET',
        expect.stringContaining('MAIL FROM'),
        'RCPT TO:<to@example.org>',
        'DATA',
      ]);
    });

    it('gives up a connection on which the server answered before it had the whole body', async () => {
      const server = await serve({
        reply: (command, { bodies }) => (command === 'DATA' && !bodies.length ? '354 go on\r\n552 5.3.4 too large' : undefined),
      });
      const transport = transportFor(server);
      await expect(transport.send(aMail({ text: 'x'.repeat(20_000_000) }))).rejects.toMatchObject({ code: 'CONTENT' });
      await server.allClosed();
      expect(server.commands.filter((command) => command === 'RSET')).toEqual([]);
    });

    it('replaces an idle connection that the server closed', async () => {
      const server = await serve();
      const transport = transportFor(server);
      await transport.send(aMail());
      server.sessions[0]!.socket.destroy();
      await server.allClosed();
      await transport.send(aMail());
      expect(server.sessions).toHaveLength(2);
    });

    it.each<[string, string]>([
      ['drops the connection at MAIL FROM', 'DROP'],
      ['answers 421 at MAIL FROM', '421 4.4.2 enough messages'],
    ])('nobody notices when the server %s of a reused connection', async (_how, reply) => {
      const isSecond = (session: ServerSession) => session.bodies.length === 2;
      const server = await serve({ reply: (command, session) => (command.startsWith('MAIL') && isSecond(session) ? reply : undefined) });
      const transport = transportFor(server, { maxConnections: 1 });
      for (let index = 0; index < 6; index += 1) await transport.send(aMail());
      expect(server.bodies).toHaveLength(6);
      expect(server.sessions).toHaveLength(3);
      expect(server.mostOpen).toBe(1);
    });

    it('does not send twice what may have arrived', async () => {
      const server = await serve({ afterBody: ({ bodies }) => (bodies.length === 2 ? 'DROP' : '250 ok') });
      const transport = transportFor(server);
      await transport.send(aMail());
      await expect(transport.send(aMail())).rejects.toMatchObject({ code: 'AMBIGUOUS' });
      expect(server.bodies).toHaveLength(2);
    });

    it('a fresh connection that fails is not tried again', async () => {
      const server = await serve({ reply: (command) => (command.startsWith('MAIL') ? 'DROP' : undefined) });
      await expect(transportFor(server).send(aMail())).rejects.toMatchObject({ code: 'CONNECTION' });
      expect(server.sessions).toHaveLength(1);
    });

    it('closes what is idle, with QUIT', async () => {
      const server = await serve();
      await transportFor(server, { timeouts: { idleMs: 50 } }).send(aMail());
      await server.allClosed();
      expect(server.commands.at(-1)).toBe('QUIT');
    });

    it('reaches localhost on whichever address answers', async () => {
      const server = await serve();
      await transportFor({ host: 'localhost', port: server.port }).send(aMail());
      expect(server.bodies).toHaveLength(1);
    });
  });

  describe('close', () => {
    it('finishes what was given to it, says QUIT, leaves no socket and takes no more', async () => {
      const server = await serve();
      const transport = transportFor(server, { maxConnections: 2 });
      const sends = Array.from({ length: 8 }, () => transport.send(aMail()));
      const closing = transport.close();
      await expect(transport.send(aMail())).rejects.toMatchObject({ code: 'CONNECTION', retryable: true });
      await closing;
      expect(await Promise.all(sends)).toHaveLength(8);
      expect(count(server, 'QUIT')).toBe(server.sessions.length);
      await server.allClosed();
      expect(server.open).toBe(0);
    });

    it('does not wait long for a server that never says goodbye', async () => {
      const server = await serve({ reply: (command) => (command === 'QUIT' ? null : undefined) });
      const transport = transportFor(server);
      await transport.send(aMail());
      const [session] = server.sessions;
      const closed = once(session!.socket, 'close');
      const started = Date.now();
      await transport.close();
      await closed;
      // Two seconds; a command would be waited for as long as this.
      expect(Date.now() - started).toBeLessThan(30_000);
    });
  });
});
