import { afterEach, describe, expect, it } from '@jest/globals';
import type { SendReceipt } from '../../lib/transport/mail-transport.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { MailError } from '../../lib/shared/mail-error.js';
import { eventually } from '../support/eventually.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { StrictScript, StrictServer } from '../support/strict-server.js';
import { useStrictServer } from '../support/use-server.js';

const EXTENSIONS = ['PIPELINING', '8BITMIME', 'CHUNKING', 'SIZE 1000000000'];
const mimeOf = (name: string): Buffer => Buffer.from(`Subject: ${name}\r\n\r\n.Hello from ${name}\r\n.\r\n..\r\n`);
const namesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}`);

describe('CHUNKING', () => {
  const transports: SmtpTransport[] = [];
  afterEach(() => Promise.all(transports.splice(0).map((transport) => transport.close(0))));
  const start = useStrictServer();
  const serve = (script: StrictScript = {}): Promise<StrictServer> => start({ extensions: EXTENSIONS, ...script });

  const pool = (server: StrictServer, overrides: Partial<SmtpSettings> = {}): SmtpTransport => {
    transports.push(new SmtpTransport(buildSettings(server, { maxConnections: 1, pipelineDepth: 8, ...overrides })));
    return transports.at(-1)!;
  };
  const post = (transport: SmtpTransport, name: string, mime = mimeOf(name)): Promise<SendReceipt> =>
    transport.send({ ...buildMail(), envelope: { from: `${name}@a.example`, to: ['b@c.example'] }, mime: Promise.resolve(mime) });
  /** Sends messages at once and returns `sent` or the code of the error of each. */
  const postAll = async (transport: SmtpTransport, names: readonly string[]): Promise<string[]> => {
    const results = await Promise.allSettled(names.map((name) => post(transport, name)));
    return results.map((one) =>
      one.status === 'fulfilled' ? 'sent' : one.reason instanceof MailError ? one.reason.code : String(one.reason),
    );
  };
  const stepsOf = ({ sessions }: StrictServer): string[] => sessions.flatMap(({ steps }) => steps);
  const countOf = (server: StrictServer, verb: string): number => stepsOf(server).filter((step) => step.startsWith(verb)).length;
  /** Checks that every message that was sent arrived once, in full, and that no other one arrived more than once. */
  const expectExact = async (server: StrictServer, names: readonly string[], outcomes: readonly string[]) => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
    await server.allClosed();
    for (const [index, name] of names.entries()) {
      const mails = server.mails.filter(({ body }) => body.startsWith(`Subject: ${name}\r\n`));
      const text = mimeOf(name).toString().slice(0, -2);
      for (const mail of mails) expect(mail).toEqual({ from: `${name}@a.example`, to: ['b@c.example'], body: text });
      const most = outcomes[index] === 'sent' || outcomes[index] === 'AMBIGUOUS' ? 1 : 0;
      expect([name, mails.length]).toEqual([name, outcomes[index] === 'AMBIGUOUS' ? Math.min(mails.length, 1) : most]);
    }
  };

  it.each([
    ['without a depth', {}, EXTENSIONS],
    ['to a server without CHUNKING', { pipelineDepth: 8 }, EXTENSIONS.filter((one) => one !== 'CHUNKING')],
    ['to a server without SIZE', { pipelineDepth: 8 }, EXTENSIONS.filter((one) => !one.startsWith('SIZE'))],
    ['to a server without PIPELINING', { pipelineDepth: 8 }, EXTENSIONS.filter((one) => one !== 'PIPELINING')],
  ])('is not used %s', async (_case, settings: Partial<SmtpSettings>, extensions) => {
    const server = await serve({ extensions });
    const names = namesOf(5);
    const outcomes = await postAll(pool(server, { pipelineDepth: undefined, ...settings }), names);
    expect(outcomes).toEqual(names.map(() => 'sent'));
    expect([countOf(server, 'BDAT'), countOf(server, 'DATA')]).toEqual([0, 5]);
    await expectExact(server, names, outcomes);
  });

  it('sends one message, then two, then as many as the depth, before the server replies', async () => {
    const held: (() => void)[] = [];
    const server: StrictServer = await serve({
      write: (socket, replies) => {
        if (countOf(server, 'BDAT') === 0) socket.write(replies);
        else held.push(() => socket.write(replies));
      },
    });
    const names = namesOf(30);
    const all = postAll(pool(server), names);
    const inFlight: number[] = [];
    while (countOf(server, 'BODY') < 30) {
      const answered = inFlight.reduce((sum, one) => sum + one, 0);
      const due = [1, 2][inFlight.length] ?? Math.min(8, 30 - answered);
      // Later messages may not have been written yet, but no more than these are.
      await eventually(() => expect(countOf(server, 'BODY') - answered).toBe(due));
      inFlight.push(due);
      for (const release of held.splice(0)) release();
    }
    for (const release of held.splice(0)) release();
    expect(inFlight).toEqual([1, 2, 8, 8, 8, 3]);
    await eventually(() => {
      for (const release of held.splice(0)) release();
      return expect(server.mails).toHaveLength(30);
    });
    const timer = setInterval(() => held.splice(0).forEach((release) => release()), 5);
    const outcomes = await all;
    expect(outcomes).toEqual(names.map(() => 'sent'));
    await expectExact(server, names, outcomes);
    clearInterval(timer);
    expect(countOf(server, 'DATA')).toBe(0);
    expect(server.sessions).toHaveLength(1);
    // Each message behind another one begins with RSET.
    expect(countOf(server, 'RSET')).toBeGreaterThanOrEqual(26);
  });

  it('gives lines one kind of end, and doubles no dot', async () => {
    const server = await serve();
    const transport = pool(server);
    await post(transport, 'm0', Buffer.from('Subject: m0\n\n.one\n.\n\rtwo\r..'));
    expect(server.mails).toEqual([{ from: 'm0@a.example', to: ['b@c.example'], body: 'Subject: m0\r\n\r\n.one\r\n.\r\n\r\ntwo\r\n..' }]);
    const [bdat] = stepsOf(server).filter((step) => step.startsWith('BDAT'));
    expect(bdat).toBe(`BDAT ${Buffer.byteLength('Subject: m0\r\n\r\n.one\r\n.\r\n\r\ntwo\r\n..\r\n')} LAST`);
  });

  it('puts no message behind large ones', async () => {
    let isHeld = false;
    const held: (() => void)[] = [];
    const server: StrictServer = await serve({
      write: (socket, replies) => void (isHeld ? held.push(() => socket.write(replies)) : socket.write(replies)),
    });
    const transport = pool(server);
    expect(await postAll(transport, namesOf(4))).toEqual(Array.from({ length: 4 }, () => 'sent'));
    isHeld = true;
    const before = countOf(server, 'BODY');
    const large = Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), Buffer.alloc(1_200_000, 'x'.repeat(76) + '\r\n')]);
    const all = Promise.all([post(transport, 'large', large), post(transport, 'm5'), post(transport, 'm6')]);
    await eventually(() => expect(countOf(server, 'BODY')).toBe(before + 1));
    isHeld = false;
    for (const release of held.splice(0)) release();
    await all;
    const { groups } = server.sessions[0]!;
    const group = groups.find((steps) => steps.some((step) => step.startsWith('MAIL') && step.includes('<large@')))!;
    expect(group.filter((step) => step.startsWith('MAIL'))).toHaveLength(1);
  });

  it('sends a message again with DATA if the server does not know BDAT after all', async () => {
    const server = await serve({ reply: ({ verb }) => (verb === 'BDAT' ? '502 5.5.2 not known' : undefined) });
    const names = namesOf(12);
    const outcomes = await postAll(pool(server, { maxConnections: 2 }), names);
    expect(outcomes).toEqual(names.map(() => 'sent'));
    await expectExact(server, names, outcomes);
    expect(countOf(server, 'BDAT')).toBeLessThanOrEqual(2);
  });

  it.each([
    ['disconnects', 'DROP'],
    ['is silent', 'SILENCE'],
  ])('leaves one message unknown at a server that %s at the first message, and sends the others with DATA', async (_case, reply) => {
    const server: StrictServer = await serve({
      reply: ({ verb, session }) => (verb === 'BODY' && session.steps.some((step) => step.startsWith('BDAT')) ? reply : undefined),
    });
    const transport = pool(server, { timeouts: { dataMs: 300 } });
    const names = namesOf(10);
    const outcomes = await postAll(transport, names);
    expect(outcomes.filter((one) => one === 'AMBIGUOUS')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'sent')).toHaveLength(9);
    await expectExact(server, names, outcomes);
    expect(countOf(server, 'BDAT')).toBe(1);
  });

  it('leaves at most two messages unknown at a server that disconnects at the second one', async () => {
    const server: StrictServer = await serve({
      reply: ({ verb, session }) =>
        verb === 'MAIL' && session.steps.at(-2) === 'RSET' && session.steps.some((step) => step.startsWith('BDAT')) ? 'DROP' : undefined,
    });
    const names = namesOf(10);
    const outcomes = await postAll(pool(server), names);
    expect(outcomes.filter((one) => one === 'AMBIGUOUS').length).toBeLessThanOrEqual(2);
    await expectExact(server, names, outcomes);
    expect(countOf(server, 'DATA')).toBeGreaterThanOrEqual(6);
  });

  it('sends a message again alone if the server answers "nested MAIL command"', async () => {
    const server = await serve({ reply: ({ verb }) => (verb === 'RSET' ? '250 2.0.0 ignored' : undefined) });
    let isNested = true;
    const strange = await serve({
      reply: ({ verb, session }) => {
        const isBehind = session.steps.at(-2) === 'RSET';
        return verb === 'MAIL' && isBehind && isNested ? '503 5.5.1 nested MAIL command' : undefined;
      },
    });
    const names = namesOf(10);
    const outcomes = await postAll(pool(strange), names);
    isNested = false;
    expect(outcomes).toEqual(names.map(() => 'sent'));
    await expectExact(strange, names, outcomes);
    const ordinary = await postAll(pool(server), names);
    expect(ordinary).toEqual(names.map(() => 'sent'));
    await expectExact(server, names, ordinary);
  });

  it('refused messages leave those behind them alone, and the connection is replaced before a server ends it', async () => {
    const server = await serve({
      reply: ({ verb, line }) => (verb === 'RCPT' && line.includes('<no@') ? '550 5.1.1 no such user' : undefined),
    });
    const transport = pool(server);
    const names = namesOf(60);
    const results = await Promise.allSettled(
      names.map((name, index) => {
        const to = [index % 10 > 0 && index > 3 ? 'no@c.example' : 'b@c.example'];
        return transport.send({ ...buildMail(), envelope: { from: `${name}@a.example`, to }, mime: Promise.resolve(mimeOf(name)) });
      }),
    );
    const outcomes = results.map((one) => (one.status === 'fulfilled' ? 'sent' : (one.reason as MailError).code));
    expect(outcomes).toEqual(names.map((_name, index) => (index % 10 > 0 && index > 3 ? 'RECIPIENT' : 'sent')));
    await expectExact(server, names, outcomes);
    for (const { steps } of server.sessions) {
      let resets = 0;
      let most = 0;
      for (const [at, step] of steps.entries()) {
        if (step === 'RSET') resets += 1;
        if (
          step === 'BODY' &&
          !steps
            .slice(0, at)
            .findLast((one) => one.startsWith('RCPT'))!
            .includes('<no@')
        )
          resets = 0;
        most = Math.max(most, resets);
      }
      expect(most).toBeLessThan(10);
    }
  });

  it('passes on what a 421 left behind', async () => {
    let left = 3;
    const server: StrictServer = await serve({
      reply: ({ verb, session }) =>
        verb === 'MAIL' && left > 0 && session.steps.filter((step) => step.startsWith('BDAT')).length === 6 && left-- > 0
          ? '421 4.7.0 too many messages'
          : undefined,
    });
    const names = namesOf(40);
    const outcomes = await postAll(pool(server), names);
    expect(outcomes).toEqual(names.map(() => 'sent'));
    await expectExact(server, names, outcomes);
    expect(server.sessions.length).toBeGreaterThan(3);
  });
});
