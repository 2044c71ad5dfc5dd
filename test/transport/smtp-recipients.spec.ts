import { afterEach, describe, expect, it } from '@jest/globals';
import type { SendReceipt } from '../../lib/transport/mail-transport.js';
import type { SmtpSettings } from '../../lib/transport/smtp/smtp-settings.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { catchError } from '../support/catch-error.js';
import { buildMail, buildSettings } from '../support/mails.js';
import type { StrictServer, StrictStep } from '../support/strict-server.js';
import { useStrictServer } from '../support/use-server.js';

const TOO_MANY = '452 4.5.3 Too many recipients';

describe('SmtpTransport with a message in several transactions', () => {
  const serve = useStrictServer();
  const transports: SmtpTransport[] = [];
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close(0)));
  });

  /** The number of recipients that a transaction already has. */
  const recipientsOf = ({ steps }: StrictStep['session']): number => {
    const sender = steps.findLastIndex((step) => step.startsWith('MAIL'));
    return steps.slice(sender).filter((step) => step.startsWith('RCPT')).length;
  };
  /** Opens a pool that has learned that the server takes two recipients at a time. `reply` is the server's afterwards. */
  const learn = async (
    reply: (step: StrictStep) => string | undefined,
    overrides: Partial<SmtpSettings> = {},
  ): Promise<{ server: StrictServer; transport: SmtpTransport }> => {
    let hasLearned = false;
    const server = await serve({
      extensions: ['PIPELINING', '8BITMIME', 'AUTH PLAIN'],
      reply: (step) => {
        const limited = step.verb === 'RCPT' && recipientsOf(step.session) > 2 ? TOO_MANY : undefined;
        return (hasLearned ? reply(step) : limited) ?? (step.verb === 'AUTH' ? '235 2.7.0 ok' : undefined);
      },
    });
    const auth = { username: 'user', password: 'password' };
    const transport = new SmtpTransport(buildSettings(server, { maxConnections: 1, auth, ...overrides }));
    transports.push(transport);
    const { accepted } = await post(transport, ['1@a.example', '2@a.example', '3@a.example']);
    expect(accepted).toHaveLength(3);
    hasLearned = true;
    return { server, transport };
  };
  const post = (transport: SmtpTransport, to: string[]): Promise<SendReceipt> => transport.send(buildMail({ to }));
  const count = ({ sessions }: StrictServer, start: string) =>
    sessions.flatMap(({ steps }) => steps).filter((step) => step.startsWith(start)).length;

  it('fails if every transaction was refused', async () => {
    const { server, transport } = await learn(({ verb }) => (verb === 'RCPT' ? '550 5.1.1 no such user' : undefined));
    const error = await catchError(post(transport, ['a@b.example', 'b@b.example', 'c@b.example']));
    expect(error).toMatchObject({ code: 'RECIPIENT', fault: 'message', retryable: false, reason: 'recipients_refused' });
    expect(error.rejected?.map(({ address, code }) => [address, code])).toEqual([
      ['a@b.example', 550],
      ['b@b.example', 550],
      ['c@b.example', 550],
    ]);
    expect(server.mails).toHaveLength(2);
  });

  it.each([['a@b.example'], ['c@b.example']])('may be sent again if only %s was refused for now', async (deferred) => {
    const { transport } = await learn(({ verb, line }) => {
      if (verb !== 'RCPT') return undefined;
      return line.includes(deferred) ? '450 4.2.0 greylisted' : '550 5.1.1 no such user';
    });
    const error = await catchError(post(transport, ['a@b.example', 'b@b.example', 'c@b.example']));
    expect(error).toMatchObject({ code: 'RECIPIENT', fault: 'message', retryable: true, reason: 'recipients_deferred' });
    expect(error.rejected).toHaveLength(3);
  });

  it('is not sent again and again to a server that takes no recipient any more', async () => {
    const { server, transport } = await learn(({ verb }) => (verb === 'RCPT' ? TOO_MANY : undefined), { timeouts: { totalMs: 3_000 } });
    const before = count(server, 'MAIL');
    const error = await catchError(post(transport, ['a@b.example', 'b@b.example', 'c@b.example', 'd@b.example']));
    expect(error).toMatchObject({ code: 'THROTTLED', reason: 'too_many_recipients' });
    // Once more over a new connection.
    expect(count(server, 'MAIL') - before).toBeLessThanOrEqual(2);
  });

  it('leaves recipients for later if the server takes no more of them', async () => {
    let accepted = 0;
    const { server, transport } = await learn(({ verb }) => (verb === 'RCPT' && (accepted += 1) > 1 ? TOO_MANY : undefined), {
      timeouts: { totalMs: 3_000 },
    });
    const before = count(server, 'MAIL');
    const receipt = await post(transport, ['a@b.example', 'b@b.example', 'c@b.example', 'd@b.example']);
    expect(receipt.accepted).toEqual(['a@b.example']);
    expect(receipt.rejected).toMatchObject(
      ['b', 'c', 'd'].map((name) => ({ address: `${name}@b.example`, code: 452, reason: 'too_many_recipients' })),
    );
    expect(count(server, 'MAIL') - before).toBeLessThanOrEqual(3);
  });

  it.each([
    ['the login', { AUTH: '535 5.7.8 Authentication failed' }],
    ['the session', { GREETING: '554 5.7.1 Service refused' }],
    ['the sender', { MAIL: '550 5.7.1 Sender rejected' }],
  ])('refuses no recipient for good because the server refuses %s', async (_what, replies: Record<string, string>) => {
    let isRefusing = false;
    const { transport } = await learn(({ verb, session }) => {
      // The second transaction needs a new connection.
      if (verb === 'MAIL' && session.steps.filter((step) => step === 'BODY').length === 3) {
        isRefusing = true;
        return 'DROP';
      }
      return isRefusing ? replies[verb] : undefined;
    });
    const receipt = await post(transport, ['a@b.example', 'b@b.example', 'c@b.example']);
    expect(receipt.accepted).toEqual(['a@b.example', 'b@b.example']);
    expect(receipt.rejected).toMatchObject([{ address: 'c@b.example', code: 451 }]);
  });

  it('keeps the words of a limited number of replies', async () => {
    const long = `550-5.1.1 ${'no such user '.repeat(300)}`;
    const server = await serve({
      reply: ({ verb, line }) => {
        if (verb !== 'RCPT' || line.includes('<to@')) return undefined;
        return [long, long, '550 5.1.1 end'].join('\r\n');
      },
    });
    const transport = new SmtpTransport(buildSettings(server));
    transports.push(transport);
    const to = ['to@b.example', ...Array.from({ length: 20 }, (_, index) => `${index}@b.example`)];
    const { accepted, rejected } = await post(transport, to);
    expect(accepted).toEqual(['to@b.example']);
    expect(rejected.map(({ code, reason }) => [code, reason])).toEqual(Array.from({ length: 20 }, () => [550, 'recipient_refused']));
    expect(rejected[0]!.reply.length).toBeGreaterThan(300);
    expect(rejected.at(-1)!.reply).toMatch(/^550 5\.1\.1 no such user /);
    expect(rejected.at(-1)!.reply.length).toBeLessThanOrEqual(200);
  });
});
