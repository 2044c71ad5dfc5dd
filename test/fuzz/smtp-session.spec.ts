import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MailError } from '../../lib/shared/mail-error.js';
import type { SendReceipt } from '../../lib/transport/mail-transport.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { configureFuzzing } from '../support/fuzz.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { startStrictServer, type StrictServer, type StrictStep } from '../support/strict-server.js';

type Reply = 'ok' | 'later' | 'never' | '421' | 'DROP';

/** A message, and how the server replies to each of its commands, whenever it is sent. */
interface Scripted {
  mail: Reply;
  rcpt: Reply[];
  data: Reply;
  body: Reply;
}

/** The outcome that a message's sender learns, and the number of copies that arrive. */
interface Outcome {
  /** `sent`, `unknown`, `dropped` (the connection ended first) or `refused`. */
  kind: string;
  reply: string;
  accepted: string[];
  rejected: string[];
  arrives: number;
}

const reply = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Reply>('ok') },
  { weight: 4, arbitrary: fc.constantFrom<Reply>('later', 'never') },
  { weight: 1, arbitrary: fc.constantFrom<Reply>('421', 'DROP') },
);
const scripted: fc.Arbitrary<Scripted> = fc.record({
  mail: reply,
  rcpt: fc.array(reply, { minLength: 1, maxLength: 4 }),
  data: reply,
  body: reply,
});

const wordsOf = (one: Reply, about: string): string | undefined =>
  ({ ok: undefined, later: `450 4.0.0 ${about} later`, never: `550 5.0.0 ${about} never`, '421': `421 4.0.0 ${about} end`, DROP: 'DROP' })[
    one
  ];
const isEnd = (one: Reply) => one === '421' || one === 'DROP';

/** The reference model: the outcome of a message alone, whatever is sent before and after it. */
function expectOutcome({ mail, rcpt, data, body }: Scripted, index: number): Outcome {
  const to = rcpt.map((_, at) => `r${at}@m${index}.example`);
  const accepted = to.filter((_, at) => rcpt[at] === 'ok');
  const rejected = to.filter((_, at) => rcpt[at] !== 'ok');
  const none = { accepted: [], rejected: [], arrives: 0 };
  const ended = (one: Reply, about: string) => ({ ...none, kind: 'dropped', reply: one === '421' ? wordsOf(one, about)! : '' });
  const refused = (one: Reply, about: string) => ({ ...none, kind: 'refused', reply: wordsOf(one, about)! });
  if (isEnd(mail)) return ended(mail, `MAIL ${index}`);
  if (mail !== 'ok') return refused(mail, `MAIL ${index}`);
  const end = rcpt.findIndex(isEnd);
  if (end >= 0) return ended(rcpt[end]!, `RCPT ${to[end]}`);
  if (accepted.length === 0) {
    // A recipient that may be accepted later decides.
    const first = rcpt.indexOf('later');
    const at = first >= 0 ? first : rcpt.length - 1;
    return { ...refused(rcpt[at]!, `RCPT ${to[at]}`), rejected };
  }
  if (isEnd(data)) return ended(data, `DATA ${index}`);
  if (data !== 'ok') return refused(data, `DATA ${index}`);
  if (body === 'DROP') return { ...none, kind: 'unknown', reply: '', arrives: 1 };
  if (body === '421') return ended(body, `BODY ${index}`);
  if (body !== 'ok') return refused(body, `BODY ${index}`);
  return { kind: 'sent', reply: `250 2.0.0 queued ${index}`, accepted, rejected, arrives: 1 };
}

/** Returns the server's reply by the script of the message that is being sent. */
function replyTo(messages: readonly Scripted[], { verb, line, session }: StrictStep): string | undefined {
  const index = Number(/<s(\d+)@/.exec(session.steps.findLast((step) => step.startsWith('MAIL')) ?? '')?.[1] ?? -1);
  const message = messages[index];
  if (!message) return undefined;
  switch (verb) {
    case 'MAIL':
      return wordsOf(message.mail, `MAIL ${index}`);
    case 'RCPT': {
      const address = /<(.*)>/.exec(line)![1]!;
      return message.mail === 'ok' ? wordsOf(message.rcpt[Number(address[1])]!, `RCPT ${address}`) : undefined;
    }
    case 'DATA':
      return message.mail === 'ok' && (message.rcpt.includes('ok') || isEnd(message.data))
        ? wordsOf(message.data, `DATA ${index}`)
        : undefined;
    case 'BODY':
      return wordsOf(message.body, `BODY ${index}`) ?? `250 2.0.0 queued ${index}`;
    default:
      return undefined;
  }
}

/** Writes text in pieces of changing sizes, each in a turn of its own. */
async function writeInPieces(write: (text: string) => void, text: string, sizes: readonly number[]): Promise<void> {
  for (let at = 0, piece = 0; at < text.length; piece += 1) {
    const size = sizes[piece % sizes.length]!;
    write(text.slice(at, at + size));
    at += size;
    await turn();
  }
}

function outcomeOf(result: PromiseSettledResult<SendReceipt>): Omit<Outcome, 'arrives'> {
  if (result.status === 'fulfilled') {
    const { accepted, rejected, reply: words } = result.value;
    return { kind: 'sent', reply: words, accepted, rejected: rejected.map(({ address }) => address) };
  }
  const error: unknown = result.reason;
  if (!(error instanceof MailError)) throw error;
  const isRefused = /^(?:[45]50)/.test(error.reply ?? '');
  const kind = error.code === 'AMBIGUOUS' ? 'unknown' : isRefused ? 'refused' : 'dropped';
  return { kind, reply: error.reply ?? '', accepted: [], rejected: (error.rejected ?? []).map(({ address }) => address) };
}

describe('a random SMTP server', () => {
  it('each message has the outcome that it would have alone', async () => {
    const settings = fc.record({
      messages: fc.array(scripted, { minLength: 1, maxLength: 8 }),
      maxConnections: fc.integer({ min: 1, max: 2 }),
      isPipelining: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 1_000 })), { minLength: 1, maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ messages, maxConnections, isPipelining, sizes }) => {
        const server: StrictServer = await startStrictServer({
          extensions: isPipelining ? ['PIPELINING'] : [],
          reply: (step) => replyTo(messages, step),
          write: (socket, text) => writeInPieces((piece) => socket.write(piece), text, sizes),
        });
        try {
          const transport = new SmtpTransport(buildSettings(server, { maxConnections }));
          const results = await Promise.allSettled(
            messages.map(({ rcpt }, index) => {
              const to = rcpt.map((_, at) => `r${at}@m${index}.example`);
              const mime = Promise.resolve(Buffer.from(`Subject: ${index}\r\n\r\nHello\r\n`));
              return transport.send({ ...buildMail(), envelope: { from: `s${index}@a.example`, to }, mime });
            }),
          );
          await transport.close();
          await server.allClosed();
          const expected = messages.map(expectOutcome);
          // Messages that the server did not judge are passed on, but not endlessly.
          const ends = messages.filter(({ mail, rcpt, data, body }) => [mail, ...rcpt, data, body].some(isEnd)).length;
          for (const [index, { arrives, ...outcome }] of expected.entries()) {
            const mails = server.mails.filter(({ body }) => body.startsWith(`Subject: ${index}\r\n`));
            const seen = outcomeOf(results[index]!);
            const isPassedOn = ends > 3 && seen.kind === 'dropped' && mails.length === 0;
            if (!isPassedOn) expect({ index, ...seen, arrived: mails.length }).toEqual({ index, ...outcome, arrived: arrives });
            for (const mail of mails) {
              const { rcpt } = messages[index]!;
              const to = rcpt.map((_, at) => `r${at}@m${index}.example`).filter((_, at) => rcpt[at] === 'ok');
              expect(mail).toEqual({ from: `s${index}@a.example`, to, body: `Subject: ${index}\r\n\r\nHello` });
            }
          }
          expect(server.open).toBe(0);
        } finally {
          await server.close();
        }
      }),
      configureFuzzing(100),
    );
  });

  it('each message has the outcome that it would have alone, or is unknown after the end of a connection, with CHUNKING', async () => {
    const settings = fc.record({
      messages: fc.array(
        scripted.map((one) => ({ ...one, data: 'ok' as Reply })),
        { minLength: 1, maxLength: 16 },
      ),
      maxConnections: fc.integer({ min: 1, max: 2 }),
      pipelineDepth: fc.integer({ min: 4, max: 8 }),
      sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 1_000 })), { minLength: 1, maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ messages, maxConnections, pipelineDepth, sizes }) => {
        const server: StrictServer = await startStrictServer({
          extensions: ['PIPELINING', 'CHUNKING', 'SIZE'],
          reply: (step) => replyTo(messages, step),
          write: (socket, text) => writeInPieces((piece) => socket.write(piece), text, sizes),
        });
        try {
          const transport = new SmtpTransport(buildSettings(server, { maxConnections, pipelineDepth }));
          const results = await Promise.allSettled(
            messages.map(({ rcpt }, index) => {
              const to = rcpt.map((_, at) => `r${at}@m${index}.example`);
              const mime = Promise.resolve(Buffer.from(`Subject: ${index}\r\n\r\n.Hello\r\n`));
              return transport.send({ ...buildMail(), envelope: { from: `s${index}@a.example`, to }, mime });
            }),
          );
          await transport.close();
          await server.allClosed();
          const ends = messages.filter(({ mail, rcpt, body }) => [mail, ...rcpt, body].some(isEnd)).length;
          for (const [index, message] of messages.entries()) {
            const { arrives, ...outcome } = expectOutcome(message, index);
            const mails = server.mails.filter(({ body }) => body.startsWith(`Subject: ${index}\r\n`));
            const seen = outcomeOf(results[index]!);
            const isUnknown = ends > 0 && seen.kind === 'unknown' && mails.length <= 1;
            const isPassedOn = ends > 0 && seen.kind === 'dropped' && mails.length === 0;
            if (!isUnknown && !isPassedOn)
              expect({ index, ...seen, arrived: mails.length }).toEqual({ index, ...outcome, arrived: arrives });
            for (const mail of mails) {
              const to = message.rcpt.map((_, at) => `r${at}@m${index}.example`).filter((_, at) => message.rcpt[at] === 'ok');
              expect(mail).toEqual({ from: `s${index}@a.example`, to, body: `Subject: ${index}\r\n\r\n.Hello` });
            }
          }
          expect(server.open).toBe(0);
        } finally {
          await server.close();
        }
      }),
      configureFuzzing(100),
    );
  });
});
