import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type EgressOptions, resolveEgress } from '../../lib/options/egress.js';
import { AddressOrder } from '../../lib/transport/smtp/address-order.js';
import { openSocket, REFUSED_BY_EGRESS, resolveHost } from '../../lib/transport/smtp/open-socket.js';
import { type DeafListener, startDeafListener } from '../support/deaf-listener.js';
import { eventually } from '../support/eventually.js';
import { findFreePort } from '../support/services/shell.js';
import { useServer } from '../support/use-server.js';

/** Every address in 127.0.0.0/8 belongs to the machine. */
const DEAF = '127.0.0.2';
const ALSO_DEAF = '127.0.0.3';
const GOOD = '127.0.0.1';

/** Every socket that this process connects. */
const sockets: Socket[] = [];
const onSocket: ChannelListener = (message) => void sockets.push((message as { socket: Socket }).socket);
beforeEach(() => subscribe('net.client.socket', onSocket));
afterEach(() => {
  unsubscribe('net.client.socket', onSocket);
  for (const socket of sockets.splice(0)) socket.destroy();
});

const open = (
  addresses: string[],
  port: number,
  { egress, ...options }: { egress?: EgressOptions; connectMs?: number; order?: AddressOrder; signal?: AbortSignal } = {},
) =>
  openSocket({
    host: 'localhost',
    port,
    addresses,
    connectMs: 10_000,
    egress: resolveEgress(egress),
    order: new AddressOrder(),
    signal: new AbortController().signal,
    ...options,
  });

describe('openSocket', () => {
  const serve = useServer();

  it.each([[['::1', GOOD]], [['127.0.0.9', GOOD]], [[GOOD, '127.0.0.9']], [[GOOD, GOOD]], [[GOOD]]])(
    'connects to the address that answers among %j',
    async (addresses) => {
      const server = await serve();
      expect((await open(addresses, server.port)).socket.remoteAddress).toBe(GOOD);
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
    await expect(open(['127.0.0.9', GOOD], await findFreePort())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('ends with the signal before it has begun', async () => {
    const server = await serve();
    await expect(open([GOOD], server.port, { signal: AbortSignal.abort(new Error('Stopped')) })).rejects.toThrow('Stopped');
    expect(sockets).toEqual([]);
  });
});

describe('openSocket with an address that does not answer', () => {
  const serve = useServer();
  const deaf: DeafListener[] = [];
  afterEach(async () => {
    await Promise.all(deaf.splice(0).map((listener) => listener.close()));
  });

  const start = async (host: string, port?: number) => {
    const listener = await startDeafListener(host, port);
    deaf.push(listener);
    sockets.length = 0;
    return listener;
  };
  const openSockets = () => sockets.filter(({ destroyed }) => !destroyed);

  it('connects to the next one, and closes the attempt', async () => {
    const { port } = await start(DEAF);
    await serve({ host: GOOD, port });
    const { socket } = await open([DEAF, GOOD], port);
    expect(socket.remoteAddress).toBe(GOOD);
    expect(sockets).toHaveLength(2);
    expect(openSockets()).toEqual([socket]);
  });

  it('keeps trying it while others fail, and reaches it however late it answers', async () => {
    const slow = await start(DEAF);
    await start(ALSO_DEAF, slow.port);
    const opening = open([DEAF, GOOD, ALSO_DEAF], slow.port);
    await eventually(() => expect(sockets).toHaveLength(3));
    slow.wake();
    const { socket } = await opening;
    expect(socket.remoteAddress).toBe(DEAF);
    expect(openSockets()).toEqual([socket]);
  });

  it('tries it last from then on, until it answers', async () => {
    const order = new AddressOrder();
    const listener = await start(DEAF);
    const server = await serve({ host: GOOD, port: listener.port });
    await open([DEAF, GOOD], listener.port, { order });
    sockets.length = 0;
    await open([DEAF, GOOD], listener.port, { order });
    expect(sockets).toHaveLength(1);
    await server.close();
    listener.wake();
    expect((await open([DEAF, GOOD], listener.port, { order })).address).toBe(DEAF);
    expect(order.sort([DEAF, GOOD])).toEqual([DEAF, GOOD]);
  });

  it('fails at the deadline, and leaves no socket open', async () => {
    const { port } = await start(DEAF);
    await start(ALSO_DEAF, port);
    await expect(open([DEAF, ALSO_DEAF], port, { connectMs: 400 })).rejects.toMatchObject({ code: 'ETIMEDOUT', afterMs: 400 });
    expect(sockets).toHaveLength(2);
    expect(openSockets()).toEqual([]);
  });

  it('fails with the error of an address that was reached', async () => {
    const { port } = await start(DEAF);
    await expect(open([DEAF, GOOD], port, { connectMs: 400 })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(openSockets()).toEqual([]);
  });

  it('ends with the signal, and leaves no socket open', async () => {
    const { port } = await start(DEAF);
    const controller = new AbortController();
    const opening = open([DEAF], port, { signal: controller.signal });
    expect(sockets).toHaveLength(1);
    controller.abort(new Error('Stopped'));
    await expect(opening).rejects.toThrow('Stopped');
    expect(openSockets()).toEqual([]);
  });
});

describe('openSocket with egress', () => {
  const serve = useServer();

  it('skips refused addresses', async () => {
    const first = await serve({ host: '127.0.0.1' });
    await serve({ host: '127.0.0.2', port: first.port });
    const addresses = ['169.254.169.254', '127.0.0.1', '::ffff:127.0.0.1', '127.0.0.2'];
    const { socket } = await open(addresses, first.port, { egress: { deny: ['127.0.0.1'] } });
    expect(socket.remoteAddress).toBe('127.0.0.2');
    expect(sockets).toEqual([socket]);
    expect(first.sessions).toHaveLength(0);
  });

  it.each([['127.0.0.1'], ['::ffff:127.0.0.1']])('opens nothing if %s is the only address and is refused', async (address) => {
    const server = await serve();
    await expect(open([address], server.port, { egress: { deny: ['127.0.0.1'] } })).rejects.toMatchObject({ code: REFUSED_BY_EGRESS });
    await server.close();
    expect(sockets).toEqual([]);
    expect(server.sessions).toHaveLength(0);
  });
});

describe('AddressOrder', () => {
  it('alternates between the families, beginning with the preferred one', () => {
    const order = new AddressOrder();
    expect(order.sort(['2001:db8::1', '2001:db8::2', '2001:db8::3', '192.0.2.1'])).toEqual([
      '2001:db8::1',
      '192.0.2.1',
      '2001:db8::2',
      '2001:db8::3',
    ]);
    expect(order.sort(['192.0.2.1', '192.0.2.2', '2001:db8::1'])).toEqual(['192.0.2.1', '2001:db8::1', '192.0.2.2']);
    expect(order.sort(['192.0.2.1', '192.0.2.1'])).toEqual(['192.0.2.1']);
  });

  it('puts addresses that did not answer last for ten minutes', () => {
    let now = 0;
    const order = new AddressOrder(() => now);
    order.addUnanswered('192.0.2.1');
    order.addUnanswered('2001:db8::1');
    order.addUnanswered('192.0.2.1');
    const addresses = ['192.0.2.1', '2001:db8::1', '192.0.2.2'];
    expect(order.sort(addresses)).toEqual(['192.0.2.2', '2001:db8::1', '192.0.2.1']);
    now = 599_999;
    expect(order.sort(addresses)[0]).toBe('192.0.2.2');
    now = 600_000;
    expect(order.sort(addresses)).toEqual(['192.0.2.1', '2001:db8::1', '192.0.2.2']);
  });

  it('tries at most 20 addresses, and other ones once those did not answer', () => {
    const order = new AddressOrder();
    const addresses = Array.from({ length: 30 }, (_, index) => `192.0.2.${index}`);
    expect(order.sort(addresses)).toEqual(addresses.slice(0, 20));
    for (const address of addresses.slice(0, 20)) order.addUnanswered(address);
    expect(order.sort(addresses)).toEqual([...addresses.slice(20), ...addresses.slice(0, 10)]);
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
