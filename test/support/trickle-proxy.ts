import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** Starts a proxy for a panel that forwards API responses byte by byte. */
export async function startTrickleProxy(url: string) {
  const target = new URL(url);
  const server = createServer((asked, answer) => {
    const { method, headers, url: path = '/' } = asked;
    const forwarded = request({ host: target.hostname, port: target.port, method, headers, path }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      if (path.includes('/api/')) trickle(response, answer).catch(() => answer.destroy());
      else response.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    asked.pipe(forwarded);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    /** Without a trailing slash. */
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function trickle(response: AsyncIterable<Buffer>, answer: ServerResponse): Promise<void> {
  for await (const part of response) {
    for (const byte of part) {
      answer.write(Buffer.of(byte));
      await turn();
    }
  }
  answer.end();
}
