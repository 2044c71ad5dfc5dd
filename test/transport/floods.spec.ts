import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { resolveEgress } from '../../lib/options/egress.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpSession } from '../../lib/transport/smtp/smtp-session.js';
import { makeCertificates } from '../support/certificates.js';
import type { ScriptedServer, ServerScript } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const egress = resolveEgress();
/** The limit, plus the data that the system buffers between two processes. */
const MOST_SENT = 16_000_000;

/** Sends the same text repeatedly, as fast as it is read, and counts the bytes. */
function flood(socket: Socket, words: string, sent: { bytes: number }): void {
  const block = words.repeat(Math.ceil(16_384 / words.length));
  const more = (): void => {
    while (!socket.destroyed && socket.write(block)) sent.bytes += block.length;
    sent.bytes += block.length;
  };
  socket.on('drain', more);
  more();
}

describe('a server that never stops sending', () => {
  let server: ScriptedServer | undefined;
  let client: SmtpSession | undefined;
  const sent = { bytes: 0 };
  afterEach(() => {
    client?.close();
    sent.bytes = 0;
  });
  const serve = useServer();

  const connect = async (script: ServerScript): Promise<SmtpSession> => {
    server = await serve(script);
    const auth = { username: 'user', password: 'secret' };
    client = new SmtpSession({ host: 'localhost', port: server.port, security: 'none', ca: [], egress, maxConnections: 1, auth });
    await client.connect();
    return client;
  };
  /** Returns a script that floods after its usual reply. */
  const floodAfter = (verb: string, answer: string, words: string): ServerScript => ({
    // One command at a time, so that no other reply ends this one.
    extensions: ['AUTH PLAIN'],
    reply: (command, { socket }) => {
      if (!command.startsWith(verb)) return undefined;
      setImmediate(() => flood(socket, words, sent));
      return answer;
    },
  });

  it.each([
    ['empty lines', '\n'],
    ['empty lines of two bytes', '\r\n'],
    ['an endless line', 'x'],
    ['an endless reply', '220-hello\r\n'],
    ['endless reply codes', '220-\r\n'],
  ])('is disconnected during its greeting: %s', async (_what, words) => {
    const script: ServerScript = { raw: (socket) => flood(socket.resume(), words, sent) };
    await expect(connect(script)).rejects.toMatchObject({ code: 'CONNECTION', reason: 'endless_reply' });
    expect(sent.bytes).toBeLessThan(MOST_SENT);
  });

  it.each([
    ['EHLO', '250-test', '250-LOUD\r\n'],
    ['EHLO', '250-test', '\r\n'],
  ])('is disconnected during its list of extensions', async (verb, answer, words) => {
    await expect(connect(floodAfter(verb, answer, words))).rejects.toMatchObject({ reason: 'endless_reply' });
    expect(sent.bytes).toBeLessThan(MOST_SENT);
  });

  it.each([
    ['AUTH', '\r\n'],
    ['MAIL', '\n'],
    ['RCPT', '250-and on\r\n'],
    ['DATA', '\n'],
  ])('is disconnected after it starts its reply to %s', async (verb, words) => {
    const opened = await connect(floodAfter(verb, '250-well', words));
    const work = async (): Promise<void> => {
      await opened.login();
      await opened.send({ from: 'a@example.com', to: ['b@example.com'] }, Buffer.from('Subject: Hello\r\n\r\nHello\r\n'));
    };
    await expect(work()).rejects.toMatchObject({ reason: 'endless_reply' });
    expect(sent.bytes).toBeLessThan(MOST_SENT);
  });

  it('is disconnected while its connection is idle', async () => {
    server = await serve({});
    const ended = new Promise<void>((resolve) => {
      const settings = { host: 'localhost', port: server!.port, security: 'none' as const, ca: [], egress, maxConnections: 1 };
      client = new SmtpSession(settings, { onEnd: resolve });
    });
    await client!.connect();
    flood(server.sessions[0]!.socket, '\n', sent);
    await ended;
    expect(sent.bytes).toBeLessThan(MOST_SENT);
  });

  it('is disconnected behind TLS and while its certificates are fetched', async () => {
    const { good, ca } = await makeCertificates();
    const script: ServerScript = {
      tls: good,
      reply: (command, { socket, isEncrypted }) => {
        if (command.startsWith('EHLO') && isEncrypted) setImmediate(() => flood(socket, '\n', sent));
        return command.startsWith('EHLO') && isEncrypted ? '250-test' : undefined;
      },
    };
    server = await serve(script);
    client = new SmtpSession({ host: 'localhost', port: server.port, security: 'starttls', ca: [ca], egress, maxConnections: 1 });
    await expect(client.connect()).rejects.toMatchObject({ reason: 'endless_reply' });
    await server.close();
    server = await serve({ raw: (socket) => flood(socket.resume(), '\n', sent) });
    const asked = fetchChain({ host: 'localhost', port: server.port, security: 'starttls', ca: [], egress });
    await expect(asked).rejects.toMatchObject({ code: 'CONNECTION', reason: 'endless_reply' });
    expect(sent.bytes).toBeLessThan(2 * MOST_SENT);
  });

  it('may send a long reply: 1,000 recipients refused in five lines each', async () => {
    const refusal = [1, 2, 3, 4, 5].map((line) => `550${line < 5 ? '-' : ' '}5.1.1 no such user, ${'x'.repeat(80)}`).join('\r\n');
    const opened = await connect({ reply: (command) => (command.startsWith('RCPT') ? refusal : undefined) });
    await opened.login();
    const to = Array.from({ length: 1_000 }, (_, index) => `a${index}@example.com`);
    const refused = opened.send({ from: 'a@example.com', to }, Buffer.from('Subject: Hello\r\n\r\nHello\r\n'));
    await expect(refused).rejects.toMatchObject({ code: 'RECIPIENT', rejected: { length: 1_000 } });
  });
});

describe('CRAM-MD5', () => {
  const serve = useServer();
  const challenge = Buffer.from('<1896.697170952@postoffice.reston.mci.net>').toString('base64');
  const login = async (reply: string, accepts: (answer: string) => boolean): Promise<void> => {
    const server = await serve({
      extensions: ['AUTH CRAM-MD5'],
      reply: (command, { commands }) => {
        if (command === 'AUTH CRAM-MD5') return reply;
        return commands.at(-2) === 'AUTH CRAM-MD5' ? (accepts(command) ? '235 2.7.0 ok' : '535 5.7.8 no') : undefined;
      },
    });
    const auth = { username: 'tim', password: 'tanstaaftanstaaf' };
    const client = new SmtpSession({ host: 'localhost', port: server.port, security: 'none', ca: [], egress, maxConnections: 1, auth });
    try {
      await client.connect();
      await client.login();
      expect(client.authFacts().used).toBe('CRAM-MD5');
    } finally {
      await client.quit();
    }
  };

  it('answers the challenge (the example of RFC 2195)', async () => {
    let answered = '';
    await login(`334 ${challenge}`, (answer) => Boolean((answered = Buffer.from(answer, 'base64').toString())));
    expect(answered).toBe('tim b913a602c7eda7a495b4e6e7334d3890');
  });

  it('reports a refusal like any other login', async () => {
    await expect(login(`334 ${challenge}`, () => false)).rejects.toMatchObject({ code: 'AUTH', reply: '535 5.7.8 no' });
    await expect(login('504 5.7.4 no', () => false)).rejects.toMatchObject({ code: 'AUTH' });
  });

  it('handles a long challenge in linear time', async () => {
    // With nodemailer's own regular expression, this took 13 seconds.
    await expect(login(`334 ${'\t'.repeat(60_000)}\r`, () => false)).rejects.toMatchObject({ code: 'AUTH' });
  });
});
