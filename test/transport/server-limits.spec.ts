import { afterEach, describe, expect, it } from '@jest/globals';
import { ServerLimits } from '../../lib/transport/smtp/server-limits.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const transports: SmtpTransport[] = [];
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
});
const serve = useServer();

const createTransport = (server: ScriptedServer, overrides: Partial<SmtpSettings> = {}) => {
  const transport = new SmtpTransport(buildSettings(server, { maxConnections: 1, ...overrides }));
  transports.push(transport);
  return transport;
};
const sendAll = (transport: SmtpTransport, count: number) =>
  Promise.allSettled(Array.from({ length: count }, () => transport.send(buildMail())));
const failures = (outcomes: PromiseSettledResult<unknown>[]) => outcomes.filter(({ status }) => status === 'rejected');

describe('A server that limits the messages of a session', () => {
  it.each([
    ['MAIL', '452 4.5.3 too many messages in this session'],
    ['MAIL', '421 4.7.0 too many messages in this session'],
    ['RCPT', '450 4.7.1 too many recipients in this session'],
    ['DATA', '451 4.3.0 try again'],
  ])('replies to %s with %s, and gets every message over further sessions; the limit is learned', async (verb, reply) => {
    const server = await serve({
      reply: (command, session) => (command.startsWith(verb) && session.bodies.length >= 3 ? reply : undefined),
    });
    const transport = createTransport(server);
    expect(failures(await sendAll(transport, 10))).toEqual([]);
    expect(server.bodies).toHaveLength(10);
    const deferredSoFar = server.commands.filter((command) => command.startsWith('MAIL')).length - 10;
    expect(deferredSoFar).toBeLessThanOrEqual(2);
    expect(failures(await sendAll(transport, 9))).toEqual([]);
    expect(server.bodies).toHaveLength(19);
    // The limit is known by now.
    expect(server.commands.filter((command) => command.startsWith('MAIL')).length - 19).toBe(deferredSoFar);
  });

  it('is not asked twice over new connections where a new one gets the same reply', async () => {
    const server = await serve({
      reply: (command, { commands }) => {
        if (command === 'RCPT TO:<grey@example.com>') return '450 4.2.0 greylisted, see 1234';
        return command === 'DATA' && commands.at(-2)?.includes('grey') ? '554 5.5.1 no valid recipients' : undefined;
      },
    });
    const transport = createTransport(server);
    await transport.send(buildMail());
    await expect(transport.send(buildMail({ to: ['grey@example.com'] }))).rejects.toMatchObject({ code: 'RECIPIENT' });
    expect(server.sessions).toHaveLength(2);
    await expect(transport.send(buildMail({ to: ['grey@example.com'] }))).rejects.toMatchObject({ code: 'RECIPIENT' });
    expect(server.sessions).toHaveLength(2);
  });
});

describe('A server that limits recipients', () => {
  it.each([452, 552])('with %i gets the message in several transactions, each recipient once', async (code) => {
    let recipients = 0;
    const server = await serve({
      reply: (command) => {
        if (command.startsWith('MAIL')) recipients = 0;
        if (command === 'RCPT TO:<r4@example.com>') return '550 5.1.1 no such user';
        return command.startsWith('RCPT') && ++recipients > 3 ? `${code} 4.5.3 Too many recipients` : undefined;
      },
    });
    const transport = createTransport(server);
    const to = Array.from({ length: 10 }, (_, index) => `r${index}@example.com`);
    const receipt = await transport.send(buildMail({ to }));
    expect(receipt.accepted.toSorted()).toEqual(to.filter((one) => one !== 'r4@example.com'));
    expect(receipt.rejected).toMatchObject([{ address: 'r4@example.com', code: 550 }]);
    expect(server.bodies).toHaveLength(3);
    expect(new Set(server.bodies).size).toBe(1);
    // The next message is split before the server refuses anything.
    const before = server.commands.length;
    await transport.send(buildMail({ to: to.filter((one) => one !== 'r4@example.com') }));
    expect(server.commands.slice(before).filter((command) => command.startsWith('RCPT'))).toHaveLength(9);
    expect(server.bodies).toHaveLength(6);
  });

  it('reports a failure of the rest as refused recipients, because the message was sent to the others', async () => {
    let transactions = 0;
    const server = await serve({
      reply: (command, session) => {
        if (command.startsWith('MAIL') && ++transactions > 1) return '451 4.3.0 later';
        return command === 'RCPT TO:<b@example.com>' && session.bodies.length === 0 ? '452 4.5.3 too many recipients' : undefined;
      },
    });
    const receipt = await createTransport(server).send(buildMail({ to: ['a@example.com', 'b@example.com'] }));
    expect(receipt.accepted).toEqual(['a@example.com']);
    expect(receipt.rejected).toMatchObject([{ address: 'b@example.com', code: 451 }]);
  });
});

describe('A server that limits connections', () => {
  it('gets every message over those that it accepts, and is not asked for more for each message', async () => {
    let open = 0;
    let refused = 0;
    const server = await serve({
      raw: undefined,
      reply: (command, session) => {
        if (!command.startsWith('EHLO')) return undefined;
        open += 1;
        session.socket.once('close', () => (open -= 1));
        if (open <= 2) return undefined;
        refused += 1;
        return '421 4.7.0 too many connections';
      },
    });
    const transport = createTransport(server, { maxConnections: 5 });
    expect(failures(await sendAll(transport, 200))).toEqual([]);
    expect(server.bodies).toHaveLength(200);
    expect(refused).toBeLessThanOrEqual(5);
  });

  it('does not try a dead server once for each message', async () => {
    const server = await serve({ greeting: 'DROP' });
    const outcomes = await sendAll(createTransport(server, { maxConnections: 2 }), 50);
    expect(failures(outcomes)).toHaveLength(50);
    expect(server.sessions.length).toBeLessThanOrEqual(4);
  });
});

describe('A server that refuses the login after it ended every session', () => {
  it('is asked once per connection, however many messages wait', async () => {
    let password = 'first';
    let logins = 0;
    const server = await serve({
      reply: (command, { bodies }) => {
        if (command.startsWith('MAIL') && bodies.length > 0) return '421 4.7.0 too many messages in this session';
        if (!command.startsWith('AUTH')) return undefined;
        logins += 1;
        return Buffer.from(command.split(' ')[2]!, 'base64').toString().endsWith(password) ? undefined : '535 5.7.8 wrong password';
      },
    });
    const transport = createTransport(server, { maxConnections: 2, auth: { username: 'u', password: 'first' } });
    expect(failures(await sendAll(transport, 2))).toEqual([]);
    expect(logins).toBe(2);
    password = 'second';
    expect(failures(await sendAll(transport, 4))).toHaveLength(4);
    expect(logins).toBeLessThanOrEqual(4);
  });
});

describe('ServerLimits', () => {
  it('forgets a limit after an hour: a single reply may be mistaken for one', () => {
    let now = 0;
    const limits = new ServerLimits(() => now);
    const usual = { messages: limits.messages, recipients: limits.recipients };
    limits.endedSession(3);
    limits.refusedRecipients(5);
    now = 3_599_000;
    expect(limits).toMatchObject({ messages: 3, recipients: 5 });
    now = 3_600_000;
    expect(limits).toMatchObject(usual);
    limits.endedSession(7);
    expect(limits.messages).toBe(7);
  });
});
