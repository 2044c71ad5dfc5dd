import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type EgressOptions, resolveEgress } from '../../lib/options/egress.js';
import { openSocket, REFUSED_BY_EGRESS, resolveHost } from '../../lib/transport/smtp/open-socket.js';
import { findFreePort } from '../support/services/shell.js';
import { useServer } from '../support/use-server.js';

describe('openSocket', () => {
  let socket: Socket | undefined;

  afterEach(() => {
    socket?.destroy();
  });
  const serve = useServer();

  it.each([[['::1', '127.0.0.1']], [['127.0.0.2', '127.0.0.1']], [['127.0.0.1', '127.0.0.2']], [['127.0.0.1']]])(
    'connects to the address that answers among %j',
    async (addresses) => {
      const server = await serve();
      socket = openSocket({ host: 'localhost', port: server.port, addresses, connectMs: 10_000, egress: resolveEgress() });
      await once(socket, 'connect');
      expect(socket.remoteAddress).toBe('127.0.0.1');
    },
  );

  it.each(['1.2.3', '2130706433', '127.1', '0x7f.1', '127.0.0.01', '１２７.０.０.１', '127。0。0。1'])(
    'finds no host for %s, which resolvers read as an address',
    async (host) => {
      const found = await new Promise((resolve) => resolveHost(host, (error, addresses) => resolve(error ?? addresses)));
      expect(found).toMatchObject({ code: 'ENOTFOUND' });
    },
  );

  it('fails with the reason if no address answers', async () => {
    const gone = await serve({ port: await findFreePort() });
    await gone.close();
    socket = openSocket({
      host: 'localhost',
      port: gone.port,
      addresses: ['127.0.0.2', '127.0.0.1'],
      connectMs: 10_000,
      egress: resolveEgress(),
    });
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('openSocket with egress', () => {
  const serve = useServer();
  const open = (egress: EgressOptions, addresses: string[], port: number) =>
    openSocket({ host: 'localhost', port, addresses, connectMs: 10_000, egress: resolveEgress(egress) });

  it('skips refused addresses', async () => {
    const first = await serve({ host: '127.0.0.1' });
    await serve({ host: '127.0.0.2', port: first.port });
    const socket = open({ deny: ['127.0.0.1'] }, ['169.254.169.254', '127.0.0.1', '::ffff:127.0.0.1', '127.0.0.2'], first.port);
    await once(socket, 'connect');
    expect(socket.remoteAddress).toBe('127.0.0.2');
    socket.destroy();
    expect(first.sessions).toHaveLength(0);
  });

  it.each([['127.0.0.1'], ['::ffff:127.0.0.1']])('opens nothing if %s is the only address and is refused', async (address) => {
    const server = await serve();
    const socket = open({ deny: ['127.0.0.1'] }, [address], server.port);
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: REFUSED_BY_EGRESS });
    await server.close();
    expect(server.sessions).toHaveLength(0);
  });
});

describe('resolveHost', () => {
  const resolve = (host: string) =>
    new Promise<string[] | undefined>((done, fail) => resolveHost(host, (error, found) => (error ? fail(error) : done(found))));

  it('returns an address as it is, and looks up a name', async () => {
    expect(await resolve('::1')).toEqual(['::1']);
    expect(await resolve('localhost')).toContain('127.0.0.1');
  });
});
