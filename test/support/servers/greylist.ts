import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Postfix's protocol for policy services: defers the first request for each recipient. */
export async function startGreylist(): Promise<{ port: number; stop(): void }> {
  const known = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      const requests = (received + chunk.toString()).split('\n\n');
      received = requests.pop()!;
      for (const request of requests) {
        const recipient = /^recipient=(.*)$/m.exec(request)?.[1] ?? '';
        socket.write(`action=${known.has(recipient) ? 'DUNNO' : 'DEFER_IF_PERMIT Greylisted, see https://lab.test/greylisting'}\n\n`);
        known.add(recipient);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}
