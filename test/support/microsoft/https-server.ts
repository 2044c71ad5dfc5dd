import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from '../../../lib/testing/private-ca.js';

/** A complete request. */
export interface Received {
  method: string;
  /** Decoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | object;
}

/** `'DROP'` hangs up, `'SILENT'` never answers. */
export type Reaction = Answer | 'DROP' | 'SILENT';

/** Undefined leaves the reply to the next handler. */
export type Reply = Reaction | undefined;

/** An HTTPS server that records its requests. */
export interface FakeServer {
  /** `localhost:port`. */
  host: string;
  requests: Received[];
  /** The number of connections so far. */
  readonly connections: number;
  close: () => Promise<void>;
}

/** Starts a server that answers with `handle`. `onHead` may hang up before the body has arrived. */
export async function startHttps(
  certificate: ServerCertificate,
  handle: (request: Received) => Promise<Reaction> | Reaction,
  onHead: (request: { method: string; path: string }) => 'DROP' | undefined = () => undefined,
): Promise<FakeServer> {
  const requests: Received[] = [];
  let connections = 0;
  const server = createServer({ key: certificate.key, cert: certificate.cert }, (incoming, response) => {
    void receive(incoming, response);
  });
  const receive = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    incoming.on('error', () => undefined);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'https://localhost');
    const { method = 'GET', headers } = incoming;
    const path = decodeURIComponent(pathname);
    if (onHead({ method, path }) === 'DROP') return void incoming.socket.destroy();
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const request = { method, path, query: searchParams, headers, body: Buffer.concat(chunks) };
    requests.push(request);
    const answer = await handle(request);
    if (answer === 'SILENT') return;
    if (answer === 'DROP') return void incoming.socket.destroy();
    const text = typeof answer.body === 'object' ? JSON.stringify(answer.body) : (answer.body ?? '');
    response.writeHead(answer.status, {
      ...(text ? { 'content-type': typeof answer.body === 'object' ? 'application/json' : 'text/html' } : {}),
      ...answer.headers,
    });
    response.end(text);
  };
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
