import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Envelope } from '../../lib/message/compose.js';
import type { SendReceipt } from '../../lib/transport/mail-transport.js';
import { ServerLimits } from '../../lib/transport/smtp/server-limits.js';
import { SmtpSession } from '../../lib/transport/smtp/smtp-session.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import type { Outgoing } from '../../lib/transport/smtp/transaction.js';
import { MailError } from '../../lib/shared/mail-error.js';
import { catchError } from '../support/catch-error.js';
import { makeCertificates, type Certificates } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { StrictScript, StrictServer, StrictSession, StrictStep } from '../support/strict-server.js';
import { useServer, useStrictServer } from '../support/use-server.js';

const from = (name: string) => `${name}@sender.example`;
const mimeOf = (name: string): Buffer => Buffer.from(`Subject: ${name}\r\n\r\nHello from ${name}\r\n`);
const isAbout = (line: string, name: string) => line.includes(`<${from(name)}>`) || line.includes(`Subject: ${name}\r\n`);
const count = (list: readonly string[], start: string) => list.filter((one) => one.startsWith(start)).length;
/** True if a command arrived together with the message before it. */
const isBehindBody = ({ steps, groups }: StrictSession): boolean => steps.slice(groups.flat().length).includes('BODY');
/** The groups with a message and commands behind it. */
const followed = ({ sessions }: StrictServer): string[][] =>
  sessions.flatMap(({ groups }) => groups).filter((group) => group.includes('BODY') && group.at(-1) !== 'BODY');

describe('SmtpSession', () => {
  let certificates: Certificates;
  const sessions: SmtpSession[] = [];
  const transports: SmtpTransport[] = [];
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.close();
    await Promise.all(transports.splice(0).map((transport) => transport.close(0)));
  });
  const serve = useStrictServer();
  const serveScript = useServer();

  const create = (server: { host: string; port: number }, overrides: Partial<SmtpSettings> = {}): SmtpSession => {
    sessions.push(new SmtpSession(buildSettings(server, overrides), {}, new ServerLimits()));
    return sessions.at(-1)!;
  };
  const open = async (server: { host: string; port: number }, overrides?: Partial<SmtpSettings>): Promise<SmtpSession> => {
    const session = create(server, overrides);
    await session.connect();
    await session.login();
    return session;
  };
  const send = (session: SmtpSession, name: string, to = [`to@${name}.example`], mime = mimeOf(name)): Promise<SendReceipt> =>
    session.send({ from: from(name), to }, mime);
  const pool = (server: { host: string; port: number }, overrides: Partial<SmtpSettings> = {}): SmtpTransport => {
    transports.push(new SmtpTransport(buildSettings(server, { maxConnections: 1, ...overrides })));
    return transports.at(-1)!;
  };
  const post = (transport: SmtpTransport, name: string, to = [`to@${name}.example`]): Promise<SendReceipt> => {
    const mail = buildMail({ to, subject: name });
    return transport.send({ ...mail, envelope: { from: from(name), to }, mime: Promise.resolve(mimeOf(name)) });
  };
  /** Sends messages at once and returns `sent` or the code of the error of each. */
  const postAll = async (transport: SmtpTransport, names: readonly string[]): Promise<string[]> => {
    const results = await Promise.allSettled(names.map((name) => post(transport, name)));
    return results.map((one) =>
      one.status === 'fulfilled' ? 'sent' : one.reason instanceof MailError ? one.reason.code : String(one.reason),
    );
  };
  const arrivals = (server: StrictServer, name: string) =>
    server.mails.filter(({ from: sender, body }) => sender === from(name) && body === mimeOf(name).toString().slice(0, -2)).length;

  /** Starts a server that holds all replies from the first message on, until they are released. */
  const serveHeld = async (): Promise<{ server: StrictServer; release: () => void }> => {
    let held = '';
    let isReleased = false;
    const server: StrictServer = await serve({
      write: (socket, replies) => {
        if (isReleased || count(server.sessions[0]!.steps, 'BODY') === 0) socket.write(replies);
        else held += replies;
      },
    });
    const release = () => {
      isReleased = true;
      server.sessions[0]!.socket.write(held);
    };
    return { server, release };
  };

  /** Returns what contradicts the outcomes: a message that was sent arrives once, one that failed does not, and nothing else does. */
  const findContradictions = async (server: StrictServer, names: readonly string[], outcomes: readonly string[]): Promise<string[]> => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
    await server.allClosed();
    const wrong = names.filter((name, index) => {
      const arrived = arrivals(server, name);
      const outcome = outcomes[index]!;
      return outcome === 'AMBIGUOUS' ? arrived > 1 : arrived !== Number(outcome === 'sent');
    });
    const known = names.reduce((sum, name) => sum + arrivals(server, name), 0);
    return [
      ...wrong.map((name) => `${name} is ${outcomes[names.indexOf(name)]} and arrived ${arrivals(server, name)} times`),
      ...(known === server.mails.length ? [] : [`${server.mails.length - known} others arrived`]),
    ];
  };

  describe('the next envelope behind a body', () => {
    it('is sent before the reply to the body', async () => {
      let held = '';
      const server: StrictServer = await serve({
        write: (socket, replies) => {
          held += replies;
          const { steps } = server.sessions[0]!;
          // The reply to the first message waits for the second one.
          if (count(steps, 'BODY') === 1 && count(steps, 'DATA') < 2) return;
          socket.write(held);
          held = '';
        },
      });
      const session = await open(server, { timeouts: { dataMs: 5_000 } });
      const both = await Promise.all([send(session, 'a'), send(session, 'b')]);
      expect(both.map(({ reply }) => reply)).toEqual(['250 2.0.0 queued', '250 2.0.0 queued']);
      expect(server.sessions[0]!.groups.slice(2)).toEqual([
        [expect.stringContaining('<a@'), expect.stringContaining('RCPT'), 'DATA'],
        ['BODY', 'RSET', expect.stringContaining('<b@'), expect.stringContaining('RCPT'), 'DATA'],
        ['BODY'],
      ]);
      expect(server.mails.map((mail) => mail.from)).toEqual([from('a'), from('b')]);
    });

    it('joins a body that is already being sent', async () => {
      const { server, release } = await serveHeld();
      const session = await open(server);
      const first = send(session, 'a');
      await eventually(() => expect(server.sessions[0]!.steps).toContain('BODY'));
      const second = send(session, 'b');
      await eventually(() => expect(count(server.sessions[0]!.steps, 'RSET')).toBe(1));
      expect(session.load).toBe(2);
      expect(session.isReady).toBe(false);
      release();
      await Promise.allSettled([first, second]);
      expect(server.mails).toHaveLength(2);
    });

    it.each(['MAIL', 'RSET'])('is sent alone to a server that replies 503 to %s there', async (verb) => {
      const server = await serve({
        reply: (step) => (step.verb === verb && isBehindBody(step.session) ? '503 5.5.1 pipelined after end of DATA' : undefined),
      });
      const transport = pool(server);
      await post(transport, 'first');
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const outcomes = await postAll(transport, names);
      expect(outcomes).toEqual(names.map(() => 'sent'));
      expect(followed(server)).toHaveLength(1);
      expect(await findContradictions(server, ['first', ...names], ['sent', ...outcomes])).toEqual([]);
    });

    it('is sent alone to a server that disconnects there, like Haraka', async () => {
      const server = await serve({ reply: (step) => (step.verb === 'RSET' && isBehindBody(step.session) ? 'DROP' : undefined) });
      const transport = pool(server);
      await post(transport, 'first');
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const outcomes = await postAll(transport, names);
      expect(outcomes).toEqual(names.map(() => 'sent'));
      expect(followed(server)).toHaveLength(1);
      expect(await findContradictions(server, ['first', ...names], ['sent', ...outcomes])).toEqual([]);
    });

    it('is sent alone to a server that disconnects there without a reply to the body', async () => {
      const server = await serve({
        reply: (step) => {
          if (step.verb === 'RSET' && isBehindBody(step.session)) return 'DROP';
          return step.verb === 'BODY' && isAbout(step.line, 'a') ? 'SILENCE' : undefined;
        },
      });
      const transport = pool(server);
      await post(transport, 'first');
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const outcomes = await postAll(transport, names);
      expect(outcomes).toEqual(['AMBIGUOUS', 'sent', 'sent', 'sent', 'sent', 'sent']);
      expect(arrivals(server, 'a')).toBe(1);
      expect(followed(server)).toHaveLength(1);
      expect(await findContradictions(server, ['first', ...names], ['sent', ...outcomes])).toEqual([]);
    });

    it('is sent alone to a server that ignores it', async () => {
      const server = await serve({ reply: (step) => (step.verb !== 'BODY' && isBehindBody(step.session) ? 'SILENCE' : undefined) });
      const transport = pool(server, { timeouts: { commandMs: 300 } });
      await post(transport, 'first');
      const names = ['a', 'b', 'c', 'd'];
      const outcomes = await postAll(transport, names);
      expect(outcomes).toEqual(names.map(() => 'sent'));
      expect(followed(server)).toHaveLength(1);
      expect(await findContradictions(server, ['first', ...names], ['sent', ...outcomes])).toEqual([]);
    });

    it('is still sent there after the network failed, to a server that once replied to it', async () => {
      let isCut = false;
      const server = await serve({
        reply: ({ verb, session }) => {
          if (verb !== 'RSET' || !isBehindBody(session) || isCut || session.steps.length < 14) return undefined;
          isCut = true;
          return 'DROP';
        },
      });
      const transport = pool(server);
      await post(transport, 'first');
      const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
      const outcomes = await postAll(transport, names);
      expect(isCut).toBe(true);
      expect(followed({ ...server, sessions: server.sessions.slice(1) }).length).toBeGreaterThan(2);
      expect(outcomes).toEqual(names.map(() => 'sent'));
      expect(await findContradictions(server, ['first', ...names], ['sent', ...outcomes])).toEqual([]);
    });

    it.each([
      ['refused', '554 5.7.1 spam', 'CONTENT', false],
      ['deferred', '451 4.3.0 try again', 'CONTENT', true],
    ])('is not affected by a body that is %s', async (_how, reply, code, retryable) => {
      const server = await serve({ reply: (step) => (step.verb === 'BODY' && isAbout(step.line, 'a') ? reply : undefined) });
      const session = await open(server);
      const [a, b] = await Promise.allSettled([send(session, 'a'), send(session, 'b')]);
      expect(a).toMatchObject({ reason: { code, retryable, reply } });
      expect(b).toMatchObject({ value: { reply: '250 2.0.0 queued', accepted: ['to@b.example'] } });
      expect(followed(server)).toHaveLength(1);
      expect(server.mails.map((mail) => mail.from)).toEqual([from('b')]);
    });

    it('has its own refusals', async () => {
      const server = await serve({
        reply: ({ verb, line }) => (verb === 'RCPT' && line.includes('<no@') ? '550 5.1.1 no such user' : undefined),
      });
      const session = await open(server);
      const all = await Promise.allSettled([send(session, 'a'), send(session, 'b', ['no@b.example', 'to@b.example'])]);
      const third = await Promise.allSettled([send(session, 'c', ['no@c.example']), send(session, 'd')]);
      expect([...all, ...third]).toMatchObject([
        { value: { accepted: ['to@a.example'], rejected: [] } },
        { value: { accepted: ['to@b.example'], rejected: [{ address: 'no@b.example', code: 550 }] } },
        { reason: { code: 'RECIPIENT', rejected: [{ address: 'no@c.example', code: 550 }] } },
        { value: { accepted: ['to@d.example'], rejected: [] } },
      ]);
      expect(server.mails.map((mail) => [mail.from, mail.to])).toEqual([
        [from('a'), ['to@a.example']],
        [from('b'), ['to@b.example']],
        [from('d'), ['to@d.example']],
      ]);
    });

    it('is held back if it is longer than 4 KB', async () => {
      const server = await serve({ extensions: ['PIPELINING', '8BITMIME', 'SMTPUTF8'] });
      const session = await open(server);
      const domain = 'ü'.repeat(20);
      const many = Array.from({ length: 70 }, (_, index) => `${domain}${index}@example.org`);
      const receipts = await Promise.all([send(session, 'a'), send(session, 'b', many)]);
      expect(receipts[1].accepted).toHaveLength(70);
      expect(followed(server)).toEqual([]);
      const few = many.slice(0, 50);
      await Promise.all([send(session, 'c'), send(session, 'd', few)]);
      expect(followed(server)).toHaveLength(1);
      expect(server.mails).toHaveLength(4);
    });

    it.each([
      ['sent behind the body', 1],
      ['held back', 70],
    ])('expires without ending the message before it, if it was %s', async (_how, recipients) => {
      const { server, release } = await serveHeld();
      const session = await open(server);
      const first = send(session, 'a');
      let message!: Outgoing;
      const second = new Promise((onSent, onFailed) => {
        const to = Array.from({ length: recipients }, (_, index) => `${'to'.repeat(30)}${index}@b.example`);
        message = { envelope: { from: from('b'), to }, mime: mimeOf('b'), onSent, onFailed };
      });
      await eventually(() => expect(server.sessions[0]!.steps).toContain('BODY'));
      session.start(message);
      if (recipients === 1) await eventually(() => expect(count(server.sessions[0]!.steps, 'RSET')).toBe(1));
      session.expire(message, 10);
      expect(session.load).toBe(2);
      release();
      expect(await first).toMatchObject({ reply: '250 2.0.0 queued' });
      await expect(second).rejects.toMatchObject({ code: 'TIMEOUT' });
      await server.allClosed();
      expect(server.mails.map((mail) => mail.from)).toEqual([from('a')]);
    });
  });

  it('sends no command before the reply to the one before it, without PIPELINING', async () => {
    let isReplyDue = false;
    const violations: string[] = [];
    const server = await serve({
      extensions: ['8BITMIME', 'SIZE 10000000'],
      reply: ({ verb, line }) => {
        if (isReplyDue) violations.push(line);
        isReplyDue = verb !== 'GREETING';
        return line.includes('<no@') ? '550 5.1.1 no' : undefined;
      },
      write: (socket, replies) => {
        setTimeout(() => {
          isReplyDue = false;
          socket.write(replies);
        }, 3);
      },
    });
    const transport = pool(server);
    const outcomes = await postAll(transport, ['a', 'b']);
    const refused = await catchError(post(transport, 'c', ['no@c.example']));
    const partly = await post(transport, 'd', ['no@d.example', 'to@d.example']);
    expect([...outcomes, refused.code, partly.accepted]).toEqual(['sent', 'sent', 'RECIPIENT', ['to@d.example']]);
    expect(violations).toEqual([]);
    expect(server.sessions.flatMap(({ groups }) => groups).every((group) => group.length <= 1)).toBe(true);
    expect(server.mails.map((mail) => mail.from)).toEqual([from('a'), from('b'), from('d')]);
  });

  describe('a refused envelope', () => {
    const refuse =
      (replies: Record<string, string>): StrictScript['reply'] =>
      ({ verb, session }) => {
        const isBad = session.steps.findLast((step) => step.startsWith('MAIL'))?.includes('<bad@') ?? false;
        return isBad ? replies[verb] : undefined;
      };

    it.each([
      ['MAIL', { MAIL: '550 5.7.1 sender refused', RCPT: '503 5.5.1 no', DATA: '354 go on' }, 'SENDER', '550 5.7.1 sender refused'],
      ['MAIL, but accepts the recipient', { MAIL: '550 5.7.1 no', DATA: '354 go on', RCPT: '250 2.1.5 ok' }, 'SENDER', '550 5.7.1 no'],
      ['every RCPT', { RCPT: '550 5.1.1 no such user', DATA: '354 go on' }, 'RECIPIENT', '550 5.1.1 no such user'],
    ])('a server asks for the body although it refused %s: the connection is dropped', async (_what, replies, code, reply) => {
      for (const extensions of [['PIPELINING'], []]) {
        const server = await serve({ extensions, reply: refuse(replies) });
        const transport = pool(server);
        await post(transport, 'first');
        const [before, bad, after, last] = await Promise.allSettled(['a', 'bad', 'b', 'c'].map((name) => post(transport, name)));
        expect(bad).toMatchObject({ reason: { code, reply } });
        expect([before, after, last]).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }, { status: 'fulfilled' }]);
        expect(server.sessions.length).toBe(extensions.length ? 2 : 1);
        if (extensions.length) expect(server.sessions[0]!.steps.findLast((step) => step.startsWith('MAIL'))).toContain('<bad@');
        expect(await findContradictions(server, ['first', 'a', 'bad', 'b', 'c'], ['sent', 'sent', code, 'sent', 'sent'])).toEqual([]);
      }
    });

    it.each(['554 5.5.1 no valid recipients', '503 5.5.1 bad sequence', '421 4.3.2 too many errors', 'DROP', '250 2.0.0 ok', '354 go'])(
      'the verdict is the reply to RCPT, even if DATA gets %j',
      async (data) => {
        const server = await serve({ reply: refuse({ RCPT: '550 5.1.1 no such user', DATA: data }) });
        const transport = pool(server);
        await post(transport, 'first');
        const [bad, after] = await Promise.allSettled([post(transport, 'bad'), post(transport, 'after')]);
        expect(bad).toMatchObject({ reason: { code: 'RECIPIENT', reply: '550 5.1.1 no such user', retryable: false } });
        expect(after).toMatchObject({ status: 'fulfilled' });
        expect(await findContradictions(server, ['first', 'bad', 'after'], ['sent', 'RECIPIENT', 'sent'])).toEqual([]);
      },
    );

    it('more than eight in a row open a new connection, before a server disconnects', async () => {
      const server = await serve({ reply: ({ verb, line }) => (verb === 'RCPT' && line.includes('<no@') ? '550 5.1.1 no' : undefined) });
      const transport = pool(server);
      await post(transport, 'first');
      const refused = Array.from({ length: 30 }, (_, index) => post(transport, `n${index}`, ['no@example.org']));
      for (const one of await Promise.allSettled(refused)) expect(one).toMatchObject({ reason: { code: 'RECIPIENT' } });
      await post(transport, 'last');
      expect(server.sessions.length).toBeGreaterThan(2);
      for (const { steps } of server.sessions) {
        const afterAccepted = steps.slice(steps.lastIndexOf('BODY') + 1);
        expect(count(afterAccepted, 'RSET')).toBeLessThan(10);
      }
      expect(await findContradictions(server, ['first', 'last'], ['sent', 'sent'])).toEqual([]);
    });
  });

  describe('a server that is out of step', () => {
    const STEPS = ['GREETING', 'EHLO', 'RSET', 'MAIL', 'RCPT', 'DATA', 'BODY'];
    const names = ['a', 'b', 'c', 'd'];
    /** Applies to the second message only, and to the first greeting and EHLO. */
    const isSecond = ({ verb, line, session }: StrictStep): boolean => {
      if (verb === 'GREETING' || verb === 'EHLO') return true;
      if (verb === 'RSET') return true;
      const sender = verb === 'MAIL' ? line : session.steps.findLast((step) => step.startsWith('MAIL'));
      return sender?.includes('<b@') ?? false;
    };
    const usual: Record<string, string> = {
      GREETING: '220 strict',
      EHLO: '250-strict\r\n250 PIPELINING',
      DATA: '354 go ahead',
    };
    /** Sends the lines of a reply one by one, each in a segment of its own. */
    const writeSlowly = async (socket: Socket, replies: string): Promise<void> => {
      for (const line of replies.split(/(?<=\n)/)) {
        socket.write(line);
        await pause(1);
      }
    };

    it.each(STEPS)('421 at %s: nothing is lost or doubled', async (verb) => {
      let times = 0;
      const server = await serve({
        reply: (step) => (step.verb === verb && isSecond(step) && (times += 1) === 1 ? '421 4.3.2 closing' : undefined),
      });
      const transport = pool(server);
      const outcomes = await postAll(transport, names);
      expect(times).toBeGreaterThan(0);
      if (verb !== 'GREETING' && verb !== 'EHLO') expect(outcomes).toEqual(names.map(() => 'sent'));
      expect(await findContradictions(server, names, outcomes)).toEqual([]);
    });

    const STRAYS = ['250 2.0.0 stray', '354 stray', '550 5.0.0 stray', '421 4.0.0 stray', '250 2.0.0 stray\r\n250 2.0.0 stray', 'stray'];
    /** A server that refuses a body and then accepts it cannot be told from one that refuses it early. */
    const isLie = (verb: string, stray: string) => verb === 'DATA' && /^[45]/.test(stray);
    it.each(STEPS.flatMap((verb) => STRAYS.map((stray) => [stray, verb])).filter(([stray, verb]) => !isLie(verb!, stray!)))(
      '%j after the reply to %s: no false success',
      async (stray, verb) => {
        for (const write of [undefined, writeSlowly]) {
          let times = 0;
          const server = await serve({
            write,
            reply: (step) => {
              if (step.verb !== verb || !isSecond(step) || (times += 1) > 1) return undefined;
              return `${usual[verb] ?? '250 2.0.0 ok'}\r\n${stray}`;
            },
          });
          const transport = pool(server, { timeouts: { commandMs: 400, greetingMs: 400, dataMs: 400 } });
          const outcomes = await postAll(transport, names);
          expect(await findContradictions(server, names, outcomes)).toEqual([]);
        }
      },
    );

    it.each([
      ['in one segment', undefined],
      ['in segments of their own', writeSlowly],
    ])('every reply is sent twice, %s: no false success', async (_how, write) => {
      for (const extensions of [['PIPELINING'], []]) {
        const server = await serve({
          write,
          reply: ({ verb, session }) => {
            const reply = verb === 'GREETING' || verb === 'EHLO' ? undefined : verb === 'DATA' ? '354 go' : '250 2.0.0 ok';
            return reply && session.steps.length > 2 ? `${reply}\r\n${reply}` : undefined;
          },
          extensions,
        });
        const transport = pool(server, { timeouts: { commandMs: 400, dataMs: 400 } });
        const outcomes = await postAll(transport, names);
        expect(await findContradictions(server, names, outcomes)).toEqual([]);
      }
    });

    it.each(['250 2.0.0 queued', '250 2.0.0 queued\r\n250 2.0.0 ok\r\n250 2.0.0 ok\r\n250 2.0.0 ok\r\n354 go'])(
      'the reply to a body comes before it: %j',
      async (early) => {
        const server = await serve({
          reply: ({ verb }) => (verb === 'DATA' ? `354 go ahead\r\n${early}` : verb === 'BODY' ? 'DROP' : undefined),
        });
        const session = await open(server);
        const results = await Promise.allSettled([send(session, 'a'), send(session, 'b')]);
        expect(results).toMatchObject([{ reason: { code: 'AMBIGUOUS' } }, { reason: { code: 'CONNECTION' } }]);
        await server.allClosed();
        expect(arrivals(server, 'b')).toBe(0);
      },
    );

    it('a large body is accepted before it was received: unknown', async () => {
      const server = await serveScript({
        raw: (socket) => {
          socket.write('220 early\r\n');
          socket.on('data', (chunk) => {
            const text = chunk.toString('latin1');
            if (text.startsWith('EHLO')) socket.write('250-early\r\n250 PIPELINING\r\n');
            else if (text.startsWith('MAIL')) {
              socket.write('250 ok\r\n250 ok\r\n354 go\r\n');
              socket.pause();
              setTimeout(() => socket.write('250 2.0.0 queued\r\n'), 100);
            }
          });
        },
      });
      const session = await open(server);
      const results = await Promise.allSettled([send(session, 'a', undefined, Buffer.alloc(30_000_000, 'x')), send(session, 'b')]);
      expect(results).toMatchObject([{ reason: { code: 'AMBIGUOUS' } }, { reason: { code: 'CONNECTION' } }]);
    });

    it.each([
      ['250-2.0.0 ok\r\n550 5.0.0 no', 'AMBIGUOUS'],
      ['550-5.0.0 no\r\n250 2.0.0 ok', 'AMBIGUOUS'],
      ['354 go on', 'AMBIGUOUS'],
      ['100 what', 'AMBIGUOUS'],
      ['HTTP/1.1 200 OK', 'AMBIGUOUS'],
    ])('the reply to a body is %j: %s, and the connection is dropped', async (reply, code) => {
      const server = await serve({ reply: (step) => (step.verb === 'BODY' && isAbout(step.line, 'a') ? reply : undefined) });
      const transport = pool(server);
      const outcomes = await postAll(transport, ['first', 'a', 'b']);
      expect(outcomes).toEqual(['sent', code, 'sent']);
      expect(server.sessions).toHaveLength(2);
      expect(await findContradictions(server, ['first', 'a', 'b'], outcomes)).toEqual([]);
    });

    it('disconnects in the middle of a body that it no longer reads', async () => {
      const server = await serveScript({
        raw: (socket) => {
          socket.write('220 half\r\n');
          socket.on('data', (chunk) => {
            const text = chunk.toString('latin1');
            if (text.startsWith('EHLO')) socket.write('250-half\r\n250 PIPELINING\r\n');
            else if (text.startsWith('MAIL')) {
              socket.write('250 ok\r\n250 ok\r\n354 go\r\n');
              socket.pause();
              setTimeout(() => socket.end(), 50);
            }
          });
        },
      });
      const session = await open(server);
      const results = await Promise.allSettled([send(session, 'a', undefined, Buffer.alloc(30_000_000, 'x')), send(session, 'b')]);
      expect(results).toMatchObject([{ reason: { code: 'AMBIGUOUS' } }, { reason: { code: 'CONNECTION' } }]);
    });
  });

  describe('STARTTLS', () => {
    it.each([
      ['a whole reply', '220 2.0.0 ready\r\n250-evil\r\n250-PIPELINING\r\n250 AUTH PLAIN'],
      ['a refusal', '220 2.0.0 ready\r\n550 5.0.0 evil'],
    ])('is not trusted with %s behind its reply', async (_what, reply) => {
      const server = await serve({ tls: certificates.good, reply: ({ verb }) => (verb === 'STARTTLS' ? reply : undefined) });
      const session = create(server, { security: 'starttls', ca: [certificates.ca], auth: { username: 'u', password: 'p' } });
      await expect(session.connect()).rejects.toMatchObject({ code: expect.stringMatching(/TLS|CONNECTION/) });
      expect(server.sessions[0]!.steps).toEqual(['GREETING', expect.stringContaining('EHLO'), 'STARTTLS']);
    });

    it('forgets the beginning of a line behind its reply', async () => {
      const server = await serve({
        tls: certificates.good,
        write: (socket, replies) => void socket.write(replies.startsWith('220 2.0.0') ? `${replies}250-AUTH PLAIN evil` : replies),
      });
      const session = await open(server, { security: 'starttls', ca: [certificates.ca] });
      expect(session.authFacts().offered).toEqual([]);
      expect(session.advertises('PIPELINING')).toBe(true);
      await send(session, 'a');
      expect(server.mails).toHaveLength(1);
    });

    it('forgets what the server offered before it', async () => {
      const server = await serve({
        tls: certificates.good,
        reply: ({ verb, session }) => {
          if (verb !== 'EHLO') return undefined;
          return count(session.steps, 'EHLO') === 1 ? '250-a\r\n250-STARTTLS\r\n250-PIPELINING\r\n250 SIZE 1' : '250-a\r\n250 8BITMIME';
        },
      });
      const session = await open(server, { security: 'starttls', ca: [certificates.ca] });
      await send(session, 'a');
      expect(session.advertises('PIPELINING')).toBe(false);
      expect(server.mails).toHaveLength(1);
    });

    it('sends the next envelope behind a body', async () => {
      const server = await serve({ tls: certificates.good });
      const transport = pool(server, { security: 'starttls', ca: [certificates.ca] });
      const names = ['a', 'b', 'c', 'd', 'e'];
      const outcomes = await postAll(transport, names);
      expect(followed(server).length).toBeGreaterThan(2);
      expect(await findContradictions(server, names, outcomes)).toEqual([]);
    });
  });

  describe('deadlines', () => {
    it.each([
      ['GREETING', 'greetingMs', 'TIMEOUT', 'greeting'],
      ['EHLO', 'greetingMs', 'TIMEOUT', 'greeting'],
      ['STARTTLS', 'greetingMs', 'TIMEOUT', 'tls'],
      ['AUTH', 'commandMs', 'TIMEOUT', 'auth'],
      ['MAIL', 'commandMs', 'TIMEOUT', 'sender'],
      ['RCPT', 'commandMs', 'TIMEOUT', 'recipient'],
      ['DATA', 'commandMs', 'TIMEOUT', 'message'],
      ['BODY', 'dataMs', 'AMBIGUOUS', 'message'],
    ])('a server that is silent at %s', async (verb, deadline, code, phase) => {
      for (const extensions of [['PIPELINING', 'AUTH PLAIN'], ['AUTH PLAIN']]) {
        let isSilent = false;
        const server = await serve({
          tls: certificates.good,
          extensions,
          reply: (step) => {
            isSilent ||= step.verb === verb;
            return isSilent ? 'SILENCE' : step.verb === 'AUTH' ? '235 2.7.0 ok' : undefined;
          },
        });
        const auth = { username: 'u', password: 'p' };
        const transport = pool(server, { security: 'starttls', ca: [certificates.ca], auth, timeouts: { [deadline]: 500 } });
        const error = await catchError(post(transport, 'a'));
        expect(error).toMatchObject({ code, phase, retryable: true });
        expect(await findContradictions(server, ['a'], [code])).toEqual([]);
      }
    });

    it('the deadline of a reply starts at the reply before it', async () => {
      const server = await serve({
        write: async (socket, replies) => {
          for (const reply of replies.split(/(?<=\n)/)) {
            await pause(150);
            socket.write(reply);
          }
        },
        reply: ({ verb }) => (verb === 'EHLO' ? '250 strict' : undefined),
      });
      const session = await open(server, { timeouts: { greetingMs: 2_000, commandMs: 2_000, dataMs: 2_000 } });
      const to = Array.from({ length: 20 }, (_, index) => `to${index}@example.org`);
      expect((await send(session, 'a', to)).accepted).toHaveLength(20);
    });

    it('the time of a message in total', async () => {
      const server = await serve({
        write: async (socket, replies) => {
          for (const reply of replies.split(/(?<=\n)/)) {
            await pause(50);
            socket.write(reply);
          }
        },
      });
      const transport = pool(server, { timeouts: { totalMs: 700 } });
      const to = Array.from({ length: 60 }, (_, index) => `to${index}@example.org`);
      await expect(post(transport, 'a', to)).rejects.toMatchObject({ code: 'TIMEOUT', phase: 'recipient' });
      await server.allClosed();
    });
  });

  describe('parameters', () => {
    const mailOf = async (extensions: string[], sender: string, to: string, mime = mimeOf('a')): Promise<string> => {
      const server = await serve({ extensions });
      const session = await open(server);
      await session.send({ from: sender, to: [to] }, mime);
      return Buffer.from(
        server.sessions[0]!.steps.find((step) => step.startsWith('MAIL'))!,
        'latin1',
      ).toString();
    };
    const latin = Buffer.from('Subject: a\r\n\r\nü\r\n');

    it('are sent only if they are offered and needed', async () => {
      const all = ['PIPELINING', 'SIZE 1000000', '8BITMIME', 'SMTPUTF8'];
      expect(await mailOf(all, 'a@b.example', 'c@d.example')).toBe(`MAIL FROM:<a@b.example> SIZE=${mimeOf('a').length}`);
      expect(await mailOf(all, 'a@b.example', 'c@d.example', latin)).toBe(`MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=${latin.length}`);
      expect(await mailOf(all, 'ü@b.example', 'c@d.example')).toBe(`MAIL FROM:<ü@b.example> SMTPUTF8 SIZE=${mimeOf('a').length}`);
      expect(await mailOf(all, 'a@b.example', 'ü@d.example')).toBe(`MAIL FROM:<a@b.example> SMTPUTF8 SIZE=${mimeOf('a').length}`);
      expect(await mailOf(all, 'a@ü.example', 'c@ü.example')).toBe(`MAIL FROM:<a@xn--tda.example> SIZE=${mimeOf('a').length}`);
      expect(await mailOf(['SIZE'], 'a@b.example', 'c@d.example')).toBe(`MAIL FROM:<a@b.example> SIZE=${mimeOf('a').length}`);
      expect(await mailOf([], 'a@b.example', 'c@d.example', latin)).toBe('MAIL FROM:<a@b.example>');
    });

    const notified = async (extensions: string[], to: string[], dsn: Envelope['dsn']): Promise<string[]> => {
      const server = await serve({ extensions });
      await (await open(server)).send({ from: 'a@b.example', to, dsn }, mimeOf('a'));
      const steps = server.sessions[0]!.steps.filter((step) => /^(MAIL|RCPT)/.test(step));
      return steps.map((step) => Buffer.from(step, 'latin1').toString());
    };
    const ORIGINAL = ['ORCPT=rfc822;c+2Bx@d.example', 'ORCPT=utf-8;d\\x{F6}\\x{2B}@d.example'];

    it.each<[Envelope['dsn'], string, string[]]>([
      [
        { notify: ['success', 'delay'], return: 'full', id: 'order 17+1=x' },
        ' RET=FULL ENVID=order+2017+2B1+3Dx',
        ORIGINAL.map((original) => ` NOTIFY=SUCCESS,DELAY ${original}`),
      ],
      [{ notify: ['never'], return: 'headers' }, ' RET=HDRS', ORIGINAL.map((original) => ` NOTIFY=NEVER ${original}`)],
      [{}, '', ORIGINAL.map((original) => ` ${original}`)],
      [undefined, '', ['', '']],
    ])('request the notifications %j (RFC 3461)', async (dsn, mail, recipients) => {
      const to = ['c+x@d.example', 'dö+@d.example'];
      for (const pipelining of [['PIPELINING'], []]) {
        expect(await notified([...pipelining, 'DSN', 'SMTPUTF8'], to, dsn)).toEqual([
          `MAIL FROM:<a@b.example> SMTPUTF8${mail}`,
          `RCPT TO:<c+x@d.example>${recipients[0]}`,
          `RCPT TO:<dö+@d.example>${recipients[1]}`,
        ]);
      }
    });

    it('request no notifications from a server without DSN', async () => {
      expect(await notified(['DSNX', 'PIPELINING'], ['c@d.example'], { notify: ['success'], return: 'full', id: 'x' })).toEqual([
        'MAIL FROM:<a@b.example>',
        'RCPT TO:<c@d.example>',
      ]);
    });

    it('ORCPT is left out for an address that is too long for it', async () => {
      const [, recipient] = await notified(['DSN'], [`${'+'.repeat(200)}@d.example`], { notify: ['failure'] });
      expect(recipient).toMatch(/> NOTIFY=FAILURE$/);
    });

    it('SMTPUTF8 is sent for an address in the headers only', async () => {
      const mime = Buffer.from('Reply-To: dörte@example.org\r\n\r\nHello\r\n');
      expect(await mailOf(['SMTPUTF8', 'PIPELINING'], 'a@b.example', 'c@d.example', mime)).toBe('MAIL FROM:<a@b.example> SMTPUTF8');
    });

    it.each<[string, string, string, string, object]>([
      ['sender_smtputf8', 'dörte@b.example', 'c@d.example', 'a', { from: 'dörte@b.example' }],
      ['recipient_smtputf8', 'a@b.example', 'dörte@ü.example', 'a', { address: 'dörte@ü.example' }],
      ['header_smtputf8', 'a@b.example', 'c@d.example', 'Reply-To: Dora <dörte@x.example>, b@c.example', { address: 'dörte@x.example' }],
    ])('without SMTPUTF8, an address that needs it is not sent (%s)', async (reason, sender, to, header, values) => {
      for (const extensions of [['PIPELINING', '8BITMIME'], []]) {
        const server = await serve({ extensions });
        const session = await open(server);
        const mime = Buffer.from(`${header}\r\n\r\nHello\r\n`);
        await expect(session.send({ from: sender, to: ['x@y.example', to] }, mime)).rejects.toMatchObject({
          reason,
          values,
        });
        expect(count(server.sessions[0]!.steps, 'MAIL')).toBe(0);
        // The session goes on with other messages.
        await session.send({ from: 'a@b.example', to: ['c@ü.example'] }, mimeOf('b'));
        expect(server.mails).toHaveLength(1);
      }
    });

    it.each(['SIZE 10', 'size 10'])('a message over %j is not sent', async (size) => {
      const server = await serve({ extensions: ['PIPELINING', size] });
      const session = await open(server);
      await expect(send(session, 'a')).rejects.toMatchObject({ code: 'CONTENT', reason: 'content_too_large' });
      expect(count(server.sessions[0]!.steps, 'MAIL')).toBe(0);
    });

    it.each(['SIZE 0', 'SIZE', 'SIZE many', 'SIZE -1', 'SIZE 1e1', 'SIZE 0x1'])('%j is no limit', async (size) => {
      const server = await serve({ extensions: ['PIPELINING', size] });
      await send(await open(server), 'a');
      expect(server.mails).toHaveLength(1);
    });

    it('many messages over the limit fail, each at once', async () => {
      const server = await serve({ extensions: ['PIPELINING', 'SIZE 10'] });
      const transport = pool(server);
      const all = await Promise.allSettled(Array.from({ length: 2_000 }, () => post(transport, 'a')));
      expect(all.filter((one) => one.status === 'rejected' && (one.reason as MailError).code === 'CONTENT')).toHaveLength(2_000);
      expect(server.sessions.length).toBeLessThan(20);
    });

    it('an address with a line end sends nothing', async () => {
      const server = await serve();
      const session = await open(server);
      const evil = session.send({ from: 'a@b.example>\r\nRCPT TO:<evil@evil.example', to: ['c@d.example'] }, mimeOf('a'));
      await expect(evil).rejects.toMatchObject({ code: 'CONTENT' });
      expect(server.sessions[0]!.steps).toHaveLength(2);
    });
  });

  it.each(['500 5.5.1 what', '502 5.5.2 not implemented', '550 no'])('sends HELO if EHLO gets %j', async (reply) => {
    const server = await serve({ reply: ({ verb }) => (verb === 'EHLO' ? reply : undefined) });
    const session = await open(server);
    await send(session, 'a');
    expect(server.sessions[0]!.steps.slice(1, 5)).toEqual([
      expect.stringMatching(/^EHLO /),
      expect.stringMatching(/^HELO /),
      `MAIL FROM:<${from('a')}>`,
      expect.stringContaining('RCPT'),
    ]);
    expect(server.sessions[0]!.groups.every((group) => group.length <= 1)).toBe(true);
  });

  it('opens a new connection when the server closed the only one while it was idle', async () => {
    const server = await serve();
    const transport = pool(server);
    for (const name of ['a', 'b', 'c']) {
      await post(transport, name);
      server.sessions.at(-1)!.socket.destroy();
      await server.allClosed();
    }
    expect(server.sessions).toHaveLength(3);
    expect(await findContradictions(server, ['a', 'b', 'c'], ['sent', 'sent', 'sent'])).toEqual([]);
  });
});
