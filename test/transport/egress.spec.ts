import { beforeEach, describe, expect, it } from '@jest/globals';
import { type EgressOptions, resolveEgress } from '../../lib/options/egress.js';
import { detectSecurity } from '../../lib/transport/smtp/detect.js';
import { diagnoseSmtp } from '../../lib/transport/smtp/diagnose.js';
import { fetchChain } from '../../lib/transport/smtp/fetch-chain.js';
import { SmtpTransport } from '../../lib/transport/smtp/smtp.transport.js';
import { catchError } from '../support/catch-error.js';
import { buildMail, buildSettings } from '../support/mails.js';
import { findFreePort } from '../support/services/shell.js';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const DENIED: EgressOptions = { deny: ['127.0.0.0/8'] };
const SENTENCE = /^This application may not connect to \S+:\d+\. .*"egress"/;

describe('A destination that egress rules refuse', () => {
  const serve = useServer();
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await serve();
  });

  /** Returns every way to connect to a mail server. */
  const buildWays = (options: EgressOptions, port: number, host = '127.0.0.1'): Record<string, () => Promise<unknown>> => {
    const egress = resolveEgress(options);
    const settings = buildSettings({ host, port }, { egress });
    const transport = new SmtpTransport(settings);
    return {
      send: async () => {
        try {
          return await transport.send(buildMail());
        } finally {
          await transport.close();
        }
      },
      test: async () => {
        const { error } = await diagnoseSmtp(settings, buildMail());
        if (error) throw error;
      },
      detect: () => detectSecurity({ host, port, ca: [], egress }),
      fetch: () => fetchChain({ host, port, security: 'starttls', ca: [], egress }),
    };
  };

  it.each(['send', 'test', 'detect', 'fetch'])('is not connected to: %s', async (way) => {
    for (const options of [DENIED, { allow: ['192.0.2.1'] }, { ports: [server.port === 587 ? 25 : 587] }]) {
      const error = await catchError(buildWays(options, server.port)[way]!());
      expect(error).toMatchObject({ code: 'EGRESS', reason: 'egress_refused', fault: 'config', message: expect.stringMatching(SENTENCE) });
    }
    expect(server.sessions).toEqual([]);
    expect(server.mostOpen).toBe(0);
  });

  it.each(['send', 'test', 'detect', 'fetch'])('gets the same error whatever listens there: %s', async (way) => {
    const closed = await findFreePort();
    const silent = await serve({ raw: () => undefined });
    const words: string[] = [];
    for (const port of [server.port, silent.port, closed]) {
      const { message, phase, reply } = await catchError(buildWays(DENIED, port)[way]!());
      words.push(JSON.stringify([message.replaceAll(String(port), 'PORT'), phase, reply]));
    }
    expect(new Set(words).size).toBe(1);
  });

  it('fails a test at the same step, with field and remedy', async () => {
    const { report } = await diagnoseSmtp(buildSettings(server, { egress: resolveEgress(DENIED) }), buildMail());
    expect(report.steps).toMatchObject([
      { name: 'dns', ok: true, detail: '127.0.0.1' },
      { name: 'tcp', ok: false, code: 'EGRESS', reason: 'egress_refused', field: 'host', hint: expect.stringContaining('"egress"') },
    ]);
  });

  it.each(['169.254.169.254', '::ffff:169.254.169.254'])('always includes the metadata service, written as %s', async (host) => {
    const error = await catchError(buildWays({ allow: ['0.0.0.0/0', '::/0'] }, 80, host).test!());
    expect(error.code).toBe('EGRESS');
  });

  it('is recognized in another notation', async () => {
    const host = '::ffff:127.0.0.1';
    expect((await catchError(buildWays(DENIED, server.port, host).test!())).code).toBe('EGRESS');
    expect(server.mostOpen).toBe(0);
    await expect(buildWays({}, server.port, host).test!()).resolves.toBeUndefined();
  });

  // A resolver would read these numbers as the metadata service or as this machine.
  it.each([
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '169.254.169.254.',
    '2130706433',
    '0x7f.1',
    '127.1',
    '127.0.0.1.',
  ])('is never reached by a number that is no address: %s', async (host) => {
    for (const egress of [{}, DENIED, { allow: ['0.0.0.0/0', '::/0'] }])
      expect((await catchError(buildWays(egress, server.port, host).test!())).code).toBe('DNS');
    expect(server.mostOpen).toBe(0);
  });

  it('is refused by its addresses if it is a name', async () => {
    expect((await catchError(buildWays({ deny: ['127.0.0.0/8', '::1'] }, server.port, 'localhost').test!())).code).toBe('EGRESS');
    expect((await catchError(buildWays({ allow: ['mail.example.com'] }, server.port, 'localhost').test!())).code).toBe('EGRESS');
    expect(server.mostOpen).toBe(0);
    await expect(buildWays({ allow: ['localhost'] }, server.port, 'localhost').test!()).resolves.toBeUndefined();
  });
});

describe('detectSecurity without a port', () => {
  it('tries only the permitted ports and names them', async () => {
    const error = await catchError(detectSecurity({ host: '127.0.0.3', ca: [], egress: resolveEgress({ ports: [465, 587] }) }));
    expect(error).toMatchObject({ reason: 'not_detected', message: expect.stringContaining('(465, 587)') });
  });

  it('is refused if none of them is permitted', async () => {
    const error = await catchError(detectSecurity({ host: '127.0.0.3', ca: [], egress: resolveEgress({ ports: [2525] }) }));
    expect(error.code).toBe('EGRESS');
  });
});
