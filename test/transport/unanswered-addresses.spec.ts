import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { ScriptedServer } from '../support/smtp-servers.js';
import { useServer } from '../support/use-server.js';

const DEAF = '127.0.0.2';
const GOOD = '127.0.0.1';
const HOST = 'mail.two-addresses.test';

const lookup = (_name: string, _options: object, done: (error: Error | null, found: { address: string; family: number }[]) => void): void =>
  done(
    null,
    [DEAF, GOOD].map((address) => ({ address, family: 4 })),
  );
jest.unstable_mockModule('node:dns', () => ({ default: { lookup }, lookup }));

const { resolveEgress } = await import('../../lib/options/egress.js');
const { detectSecurity } = await import('../../lib/transport/smtp/detect.js');
const { diagnoseSmtp } = await import('../../lib/transport/smtp/diagnose.js');
const { fetchChain } = await import('../../lib/transport/smtp/fetch-chain.js');
const { SmtpTransport } = await import('../../lib/transport/smtp/smtp.transport.js');
const { makeCertificates } = await import('../support/certificates.js');
const { startDeafListener } = await import('../support/deaf-listener.js');
const { buildMail, buildSettings } = await import('../support/mails.js');

describe('A host of which one address does not answer', () => {
  const serve = useServer();
  const sockets: Socket[] = [];
  const onSocket: ChannelListener = (message) => void sockets.push((message as { socket: Socket }).socket);
  let deaf: Awaited<ReturnType<typeof startDeafListener>>;
  beforeEach(async () => {
    deaf = await startDeafListener(DEAF);
    subscribe('net.client.socket', onSocket);
  });
  afterEach(async () => {
    unsubscribe('net.client.socket', onSocket);
    await deaf.close();
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  const settingsFor = (server: Pick<ScriptedServer, 'host' | 'port'>) => buildSettings({ ...server, host: HOST }, { maxConnections: 1 });

  it('is reached in delivery, where later connections try the other address first', async () => {
    const server = await serve({ host: GOOD, port: deaf.port });
    const transport = new SmtpTransport({ ...settingsFor(server), timeouts: { idleMs: 1 } });
    for (let sent = 0; sent < 3; sent += 1) {
      await transport.send(buildMail());
      await server.allClosed();
    }
    await transport.close();
    expect(server.sessions).toHaveLength(3);
    expect(sockets).toHaveLength(4);
    expect(sockets.filter(({ destroyed }) => !destroyed)).toEqual([]);
  });

  it.each(['test', 'detect', 'fetch'])('is reached: %s', async (way) => {
    const certificates = await makeCertificates();
    const server = await serve({ host: GOOD, port: deaf.port, tls: certificates.good });
    const target = { host: HOST, port: server.port, ca: [certificates.ca], egress: resolveEgress(), tlsServerName: 'localhost' };
    if (way === 'test') expect((await diagnoseSmtp(settingsFor(server), buildMail())).report).toMatchObject({ ok: true });
    else if (way === 'detect') expect(await detectSecurity(target)).toMatchObject({ security: 'starttls' });
    else expect(await fetchChain({ ...target, security: 'starttls' })).toMatchObject({ isTrusted: true });
    await server.allClosed();
    expect(sockets.filter(({ destroyed }) => !destroyed)).toEqual([]);
  });

  it('opens nothing more once a test is aborted', async () => {
    const controller = new AbortController();
    const test = diagnoseSmtp(settingsFor({ host: GOOD, port: deaf.port }), buildMail(), {
      signal: controller.signal,
      onStep: ({ name }) => name === 'dns' && setImmediate(() => controller.abort(new Error('Stopped'))),
    });
    await expect(test).rejects.toThrow('Stopped');
    expect(sockets).toHaveLength(1);
    expect(sockets[0]).toMatchObject({ destroyed: true });
  });
});
