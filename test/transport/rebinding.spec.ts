import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

type Found = { address: string; family: number }[];

/** The owner of a name decides on its address at each lookup: a permitted address first, then a refused one. */
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
const { buildMail, buildSettings } = await import('../support/mails.js');

const HOST = 'mail.rebinding.test';
const PERMITTED = '127.0.0.2';
const REFUSED = '127.0.0.1';

describe('A name that resolves to another address at the next lookup', () => {
  const serve = useServer();
  let permitted: ScriptedServer;
  let refused: ScriptedServer;
  beforeEach(async () => {
    permitted = await serve({ host: PERMITTED });
    refused = await serve({ host: REFUSED, port: permitted.port });
    asked = 0;
  });

  /** Connects to the mail server in one of the possible ways. */
  const connectBy = async (way: string): Promise<unknown> => {
    const egress = resolveEgress({ deny: [REFUSED] });
    const { port } = permitted;
    const settings = buildSettings({ host: HOST, port }, { egress });
    switch (way) {
      case 'send': {
        const transport = new SmtpTransport(settings);
        try {
          return await transport.send(buildMail());
        } finally {
          await transport.close();
        }
      }
      case 'test':
        return diagnoseSmtp(settings, buildMail()).then(({ error }) => {
          if (error) throw error;
        });
      case 'detect':
        return detectSecurity({ host: HOST, port, ca: [], egress });
      default:
        return fetchChain({ host: HOST, port, security: 'starttls', ca: [], egress });
    }
  };

  it.each(['send', 'test', 'detect', 'fetch'])('is connected to at the address that was checked: %s', async (way) => {
    // Detection opens a connection for each kind of security, and checks each of them.
    answers.splice(0, Infinity, ...(way === 'detect' ? [[PERMITTED], [PERMITTED], [PERMITTED]] : [[PERMITTED]]), [REFUSED]);
    // The server offers no TLS, so this error shows that it was reached.
    await connectBy(way).catch((error: unknown) => expect(error).toMatchObject({ code: 'TLS' }));
    expect(permitted.mostOpen).toBeGreaterThan(0);
    expect(refused.mostOpen).toBe(0);
    expect(asked).toBe(way === 'detect' ? 3 : 1);
  });

  it.each(['send', 'test', 'detect', 'fetch'])(
    'is refused if all its addresses are refused, even at the second lookup: %s',
    async (way) => {
      answers.splice(0, Infinity, [REFUSED]);
      await expect(connectBy(way)).rejects.toMatchObject({ code: 'EGRESS' });
      answers.splice(0, Infinity, [PERMITTED], [REFUSED]);
      asked = 1;
      await expect(connectBy(way)).rejects.toMatchObject({ code: 'EGRESS' });
      expect([permitted.mostOpen, refused.mostOpen]).toEqual([0, 0]);
    },
  );

  it.each(['send', 'test', 'detect', 'fetch'])('is connected to at its permitted address: %s', async (way) => {
    answers.splice(0, Infinity, [REFUSED, '::ffff:127.0.0.1', PERMITTED]);
    await connectBy(way).catch((error: unknown) => expect(error).toMatchObject({ code: 'TLS' }));
    expect(permitted.mostOpen).toBeGreaterThan(0);
    expect(refused.mostOpen).toBe(0);
  });
});
