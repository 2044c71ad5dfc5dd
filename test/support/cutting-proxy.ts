import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The place where a connection is cut: after so many bytes to the server (`up`) or to the client (`down`). */
export interface Cut {
  direction: 'up' | 'down';
  after: number;
  /** How many connections are cut, from the first on. */
  connections: number;
  /** Resets the connection instead of closing it. */
  resets?: boolean;
}

export interface CuttingProxy {
  host: string;
  port: number;
  /** The bytes of the first connection since {@link set}. */
  readonly bytes: { up: number; down: number };
  /** Resolves when no connection is open. */
  allClosed(): Promise<void>;
  /** Sets the next cut, and counts from zero. */
  set(cut?: Cut): void;
  close(): Promise<void>;
}

/** Starts a proxy that cuts connections after a number of bytes. What was forwarded before the cut arrives. */
export async function startCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cut: Cut | undefined;
  let connections = 0;
  let bytes = { up: 0, down: 0 };
  const server = createServer({ noDelay: true }, (client) => {
    connections += 1;
    const mine = cut && connections <= cut.connections ? cut : undefined;
    const counted = connections === 1 ? bytes : { up: 0, down: 0 };
    const upstream = connect({ port: target.port, host: target.host, noDelay: true });
    const sever = () => {
      // The bytes written so far reach the other side first.
      upstream.end(() => upstream.destroySoon());
      if (mine?.resets) client.resetAndDestroy();
      else client.end(() => client.destroySoon());
      for (const socket of [client, upstream]) socket.removeAllListeners('data').resume();
    };
    const forward = (source: Socket, sink: Socket, direction: 'up' | 'down') => {
      source.on('data', (chunk: Buffer) => {
        const left = mine?.direction === direction ? mine.after - counted[direction] : Infinity;
        counted[direction] += chunk.length;
        if (chunk.length < left) return void sink.write(chunk);
        if (left > 0) sink.write(chunk.subarray(0, left));
        sever();
      });
      source.on('end', () => sink.end());
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        if (!sockets.size) server.emit('allClosed');
        client.destroySoon();
        upstream.destroySoon();
      });
    }
    if (mine?.after === 0) return void upstream.once('connect', sever);
    forward(client, upstream, 'up');
    forward(upstream, client, 'down');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get bytes() {
      return bytes;
    },
    allClosed: async () => {
      if (sockets.size) await once(server, 'allClosed');
    },
    set: (next) => {
      cut = next;
      connections = 0;
      bytes = { up: 0, down: 0 };
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
