import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type ScriptedServer, startServer } from '../support/smtp-servers.js';

type Found = { address: string; family: number }[];

/** Whoever owns a name decides what it leads to, each time it is asked: to a permitted address first, then to a refused one. */
const answers: string[][] = [];
let asked = 0;
const lookup = (_name: string, _options: object, done: (error: Error | null, found: Found) => void): void => {
  const addresses = answers[Math.min(asked, answers.length - 1)]!;
  asked += 1;
  done(
    null,
    addresses.map((address) => ({ address, family: 4 })),
  );
};
jest.unstable_mockModule('node:dns', () => ({ default: { lookup }, lookup }));

const { resolveEgress } = await import('../../lib/options/egress.js');
const { detectSecurity } = await import('../../lib/transport/smtp/detect.js');
const { diagnoseSmtp } = await import('../../lib/transport/smtp/diagnose.js');
const { fetchChain } = await import('../../lib/transport/smtp/fetch-chain.js');
const { SmtpTransport } = await import('../../lib/transport/smtp/smtp.transport.js');
const { aMail, settingsFor } = await import('../support/mails.js');

const HOST = 'mail.rebinding.test';
const PERMITTED = '127.0.0.2';
const REFUSED = '127.0.0.1';

describe('A name that leads elsewhere when it is asked again', () => {
  let permitted: ScriptedServer;
  let refused: ScriptedServer;
  beforeEach(async () => {
    permitted = await startServer({ host: PERMITTED });
    refused = await startServer({ host: REFUSED, port: permitted.port });
    asked = 0;
  });
  afterEach(() => Promise.all([permitted.close(), refused.close()]));

  /** Every way to a mail server. */
  const go = async (way: string): Promise<unknown> => {
    const egress = resolveEgress({ deny: [REFUSED] });
    const { port } = permitted;
    const settings = settingsFor({ host: HOST, port }, { egress });
    switch (way) {
      case 'send': {
        const transport = new SmtpTransport(settings);
        try {
          return await transport.send(aMail());
        } finally {
          await transport.close();
        }
      }
      case 'test':
        return diagnoseSmtp(settings, aMail()).then(({ error }) => {
          if (error) throw error;
        });
      case 'detect':
        return detectSecurity({ host: HOST, port, ca: [], egress });
      default:
        return fetchChain({ host: HOST, port, security: 'starttls', ca: [], egress });
    }
  };

  it.each(['send', 'test', 'detect', 'fetch'])('is connected to at the address that was checked: %s', async (way) => {
    // Detection opens a connection for each kind of security, and checks each.
    answers.splice(0, Infinity, ...(way === 'detect' ? [[PERMITTED], [PERMITTED], [PERMITTED]] : [[PERMITTED]]), [REFUSED]);
    // No TLS is offered there, which says that it was reached.
    await go(way).catch((error: unknown) => expect(error).toMatchObject({ code: 'TLS' }));
    expect(permitted.mostOpen).toBeGreaterThan(0);
    expect(refused.mostOpen).toBe(0);
    expect(asked).toBe(way === 'detect' ? 3 : 1);
  });

  it.each(['send', 'test', 'detect', 'fetch'])('is refused when all it leads to is refused, also at the second time: %s', async (way) => {
    answers.splice(0, Infinity, [REFUSED]);
    await expect(go(way)).rejects.toMatchObject({ code: 'EGRESS' });
    answers.splice(0, Infinity, [PERMITTED], [REFUSED]);
    asked = 1;
    await expect(go(way)).rejects.toMatchObject({ code: 'EGRESS' });
    expect([permitted.mostOpen, refused.mostOpen]).toEqual([0, 0]);
  });

  it.each(['send', 'test', 'detect', 'fetch'])('is connected to at the permitted one of its addresses: %s', async (way) => {
    answers.splice(0, Infinity, [REFUSED, '::ffff:127.0.0.1', PERMITTED]);
    await go(way).catch((error: unknown) => expect(error).toMatchObject({ code: 'TLS' }));
    expect(permitted.mostOpen).toBeGreaterThan(0);
    expect(refused.mostOpen).toBe(0);
  });
});
