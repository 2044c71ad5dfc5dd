import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** A received request. */
export interface Arrived {
  method: string;
  /** Path and query as sent. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** The common name of the client's certificate, if it is trusted. */
  client: string | undefined;
}

/** A status with a text or JSON body. `null` keeps the connection without a reply, `'DROP'` cuts it, `'FLOOD'` never ends. */
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | null | 'DROP' | 'FLOOD';

export interface HttpsServer {
  port: number;
  /** All requests, oldest first. */
  requests: Arrived[];
  /** The number of bytes that clients took of floods. */
  readonly flooded: number;
  /** Stops the server; `start` restarts it on the same port. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
}

/** Starts an HTTPS server on 127.0.0.1 that records its requests. */
export async function startHttps(options: ServerOptions, answer: (request: Arrived) => Reply | Promise<Reply>): Promise<HttpsServer> {
  const requests: Arrived[] = [];
  let port = 0;
  let flooded = 0;
  let server: ReturnType<typeof createServer> | undefined;

  const flood = (response: ServerResponse): void => {
    const block = Buffer.alloc(65_536, ' ');
    const more = (): void => {
      for (let goesOn = !response.destroyed; goesOn; flooded += block.length) goesOn = response.write(block);
    };
    response.writeHead(200, { 'Content-Type': 'application/json' }).on('drain', more);
    more();
  };

  const start = async () => {
    server = createServer({ minVersion: 'TLSv1.2', ...options }, (request, response) => {
      void readAll(request).then(async (body) => {
        const socket = request.socket as TLSSocket;
        const client = socket.authorized ? String(socket.getPeerCertificate().subject?.CN) : undefined;
        const arrived = { method: request.method!, url: request.url!, headers: request.headers, body, client };
        requests.push(arrived);
        const reply = await answer(arrived);
        if (reply === 'DROP') return void request.socket.destroy();
        if (reply === null) return;
        if (reply === 'FLOOD') return flood(response);
        const isText = typeof reply.body === 'string';
        response.writeHead(reply.status, { 'Content-Type': isText ? 'text/plain' : 'application/json', ...reply.headers });
        response.end(isText ? reply.body : reply.body === undefined ? '' : JSON.stringify(reply.body));
      });
    });
    server.on('tlsClientError', () => undefined);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };

  const stop = async () => {
    const running = server;
    server = undefined;
    if (!running) return;
    const closed = new Promise((resolve) => running.close(resolve));
    running.closeAllConnections();
    await closed;
  };

  await start();
  return {
    get port() {
      return port;
    },
    requests,
    get flooded() {
      return flooded;
    },
    start,
    stop,
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
