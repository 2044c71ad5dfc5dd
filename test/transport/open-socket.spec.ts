import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type EgressOptions, resolveEgress } from '../../lib/options/egress.js';
import { openSocket, REFUSED_BY_EGRESS, resolveHost } from '../../lib/transport/smtp/open-socket.js';
import { freePort } from '../support/services/shell.js';
import { startServer, type ScriptedServer } from '../support/smtp-servers.js';

describe('openSocket', () => {
  let server: ScriptedServer | undefined;
  let socket: Socket | undefined;

  afterEach(async () => {
    socket?.destroy();
    await server?.close();
    server = undefined;
  });

  it.each([[['::1', '127.0.0.1']], [['127.0.0.2', '127.0.0.1']], [['127.0.0.1', '127.0.0.2']], [['127.0.0.1']]])(
    'finds the address that answers among %j',
    async (addresses) => {
      server = await startServer();
      socket = openSocket({ host: 'localhost', port: server.port, addresses, connectMs: 10_000, egress: resolveEgress() });
      await once(socket, 'connect');
      expect(socket.remoteAddress).toBe('127.0.0.1');
    },
  );

  it('fails with the reason when none does', async () => {
    const gone = await startServer({ port: await freePort() });
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
  const tries = (egress: EgressOptions, addresses: string[], port: number) =>
    openSocket({ host: 'localhost', port, addresses, connectMs: 10_000, egress: resolveEgress(egress) });

  it('passes over the addresses that are refused', async () => {
    const first = await startServer({ host: '127.0.0.1' });
    const other = await startServer({ host: '127.0.0.2', port: first.port });
    const socket = tries({ deny: ['127.0.0.1'] }, ['169.254.169.254', '127.0.0.1', '::ffff:127.0.0.1', '127.0.0.2'], first.port);
    await once(socket, 'connect');
    expect(socket.remoteAddress).toBe('127.0.0.2');
    socket.destroy();
    expect(first.sessions).toHaveLength(0);
    await Promise.all([first.close(), other.close()]);
  });

  it.each([['127.0.0.1'], ['::ffff:127.0.0.1']])('opens nothing when %s is the only one, and is refused', async (address) => {
    const server = await startServer();
    const socket = tries({ deny: ['127.0.0.1'] }, [address], server.port);
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: REFUSED_BY_EGRESS });
    await server.close();
    expect(server.sessions).toHaveLength(0);
  });
});

describe('resolveHost', () => {
  const resolve = (host: string) =>
    new Promise<string[] | undefined>((done, fail) => resolveHost(host, (error, found) => (error ? fail(error) : done(found))));

  it('takes an address as it is, and looks up a name', async () => {
    expect(await resolve('::1')).toEqual(['::1']);
    expect(await resolve('localhost')).toContain('127.0.0.1');
  });
});
