import { afterEach, describe, expect, it } from '@jest/globals';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { eventually } from '../support/eventually.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { StrictServer, StrictSession } from '../support/strict-server.js';
import { useStrictServer } from '../support/use-server.js';

describe('SmtpTransport with a server that limits its sessions', () => {
  const serve = useStrictServer();
  const transports: SmtpTransport[] = [];
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close(0)));
  });

  const pool = (server: StrictServer, overrides: Partial<SmtpSettings> = {}): SmtpTransport => {
    transports.push(new SmtpTransport(buildSettings(server, { maxConnections: 2, ...overrides })));
    return transports.at(-1)!;
  };
  const postAll = (transport: SmtpTransport, ...subjects: string[]) =>
    Promise.all(subjects.map((subject) => transport.send(buildMail({ subject }))));
  const messagesOf = ({ steps }: StrictSession) => steps.filter((step) => step === 'BODY').length;
  const arrived = ({ mails }: StrictServer, subject: string) => mails.filter(({ body }) => body.includes(`Subject: ${subject}\r\n`)).length;

  it('sends all mail through one connection at a time, each with a few messages', async () => {
    const server: StrictServer = await serve({
      reply: ({ verb, session }) => {
        const others = server.sessions.filter((one) => one !== session && !one.socket.writableEnded && !one.socket.destroyed);
        if (verb === 'GREETING' && others.length > 0) return '421 4.7.0 Too many connections';
        return verb === 'MAIL' && messagesOf(session) >= 3 ? '452 4.5.3 Too many messages' : undefined;
      },
    });
    const subjects = Array.from({ length: 12 }, (_, index) => `n${index}`);
    await postAll(pool(server), ...subjects);
    expect(subjects.map((subject) => arrived(server, subject))).toEqual(subjects.map(() => 1));
  });

  it('replaces an unused connection that takes no more messages', async () => {
    let isLimited = false;
    const server = await serve({
      reply: ({ verb, line, session }) => {
        if (verb === 'BODY' && line.includes('Subject: slow\r\n')) return 'SILENCE';
        return verb === 'MAIL' && isLimited && messagesOf(session) >= 2 ? '452 4.5.3 Too many messages' : undefined;
      },
    });
    const transport = pool(server);
    await postAll(transport, 'a', 'b');
    await postAll(transport, 'c', 'd');
    isLimited = true;
    await postAll(transport, 'e');
    const slow = transport.send(buildMail({ subject: 'slow' })).catch(() => undefined);
    await postAll(transport, 'f');
    expect(arrived(server, 'f')).toBe(1);
    await transport.close(0);
    await slow;
  });

  it('leaves no connection open when it is closed while a message waits for a new one', async () => {
    let isLimited = false;
    const server = await serve({
      reply: ({ verb, session }) => (verb === 'MAIL' && isLimited && messagesOf(session) >= 2 ? '452 4.5.3 Too many messages' : undefined),
    });
    const transport = pool(server, { timeouts: { idleMs: 60_000 } });
    await postAll(transport, 'a', 'b');
    await postAll(transport, 'c', 'd');
    isLimited = true;
    const last = postAll(transport, 'e', 'f');
    await Promise.all([transport.close(), last]);
    await eventually(() => expect(server.open).toBe(0));
    expect(server.mails).toHaveLength(6);
  });
});
