import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** The program that checks passwords for Postfix, in Dovecot's protocol: it offers PLAIN, and hangs up when asked. */
export async function startLostDovecot(): Promise<{ port: number; stop(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.write('VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t0\nDONE\n');
    socket.on('data', (chunk: Buffer) => {
      if (chunk.includes('AUTH\t')) socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}
