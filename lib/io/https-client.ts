import { Agent, request } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { readLimited } from './read-limited.js';

/** More than a sign-in or a vault returns. */
const MAX_RESPONSE_BYTES = 1_048_576;

export interface HttpsRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Ends the request. */
  signal?: AbortSignal;
}

/** A response, whatever its status. */
export interface HttpsResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Deadlines in milliseconds. */
export interface HttpsTimeouts {
  /** From resolving the name to an encrypted connection. @default 10_000 */
  connectMs: number;
  /** One request with its response, whatever happens. @default 180_000 */
  responseMs: number;
}

interface HttpsClientOptions {
  /** The certificates to trust, and a client certificate. TLS 1.2 is the minimum. */
  tls: ConnectionOptions;
  /** The hosts that requests may go to, with their port unless it is 443. */
  hosts: readonly string[];
  /** Makes the connections, for instance through a proxy. @default a new connection for each request */
  agent?: Agent;
  /** Bytes of one response. @default 1 MiB */
  maxResponseBytes?: number;
}

/** The stage of a request: not yet connected, partly written, or completely written. */
export type HttpsStage = 'connecting' | 'writing' | 'written';

/** A request without a response. Holds neither the URL nor what was sent: both may contain a secret. */
export class HttpsFailure extends Error {
  constructor(
    /**
     * Node's code, e.g. `ENOTFOUND`; `ETIMEDOUT` for a deadline, `EHOST` for a host that is not allowed, `TOO_LARGE` for a response
     * that is too long, `EABORTED` for an aborted request.
     */
    readonly code: string,
    readonly host: string,
    readonly stage: HttpsStage,
    readonly certificate?: PeerCertificate,
  ) {
    super(`${host}: ${code}`);
  }
}

/**
 * Sends requests over HTTPS to a fixed set of hosts. Follows no redirect, retries nothing and reuses no connection: with a reused
 * connection that the server has just closed, it would be unclear whether a mail was sent.
 */
export class HttpsClient {
  readonly #agent: Agent;
  readonly #tls: ConnectionOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #maxResponseBytes: number;
  readonly #timeouts: HttpsTimeouts;
  readonly #running = new Set<() => void>();

  constructor({ tls, hosts, agent, maxResponseBytes = MAX_RESPONSE_BYTES, ...timeouts }: HttpsClientOptions & Partial<HttpsTimeouts>) {
    this.#maxResponseBytes = maxResponseBytes;
    this.#tls = { minVersion: 'TLSv1.2', ...tls };
    this.#agent = agent ?? new Agent({ keepAlive: false });
    this.#hosts = new Set(hosts);
    this.#timeouts = { connectMs: 10_000, responseMs: 180_000, ...timeouts };
  }

  /** Resolves with the response, whatever its status. @throws HttpsFailure without one */
  async request({ method, url, headers, body = '', signal }: HttpsRequest): Promise<HttpsResponse> {
    const host = hostOf(url);
    if (!this.#hosts.has(host)) throw new HttpsFailure('EHOST', host, 'connecting');
    const length = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { ...this.#tls, method, agent: this.#agent, headers: { ...headers, ...length }, signal });
    try {
      return await this.#exchange(sent, host, body);
    } finally {
      sent.destroy();
    }
  }

  /** Ends every running request. */
  abort(): void {
    for (const end of this.#running) end();
  }

  #exchange(sent: ClientRequest, host: string, body: string | Buffer): Promise<HttpsResponse> {
    let end: () => void = () => undefined;
    const timers: NodeJS.Timeout[] = [];
    return new Promise<HttpsResponse>((resolve, reject) => {
      let stage: HttpsStage = 'connecting';
      const fail = ({ code = 'ECONNRESET', cert }: { code?: string; cert?: PeerCertificate }): void =>
        reject(new HttpsFailure(code, host, stage, cert));
      const late = (ms: number): NodeJS.Timeout => setTimeout(() => fail({ code: 'ETIMEDOUT' }), ms);
      const connecting = late(this.#timeouts.connectMs);
      timers.push(connecting, late(this.#timeouts.responseMs));
      end = () => fail({ code: 'EABORTED' });
      this.#running.add(end);
      sent.once('socket', (socket) =>
        socket.once('secureConnect', () => {
          clearTimeout(connecting);
          stage = 'writing';
        }),
      );
      sent.once('finish', () => (stage = 'written'));
      // Stays after the response: an error without a listener would end the process.
      sent.on('error', fail);
      sent.once('response', (response) => void read(response, this.#maxResponseBytes).then(resolve, fail));
      sent.end(body);
    }).finally(() => {
      this.#running.delete(end);
      timers.forEach(clearTimeout);
    });
  }
}

function hostOf(url: string): string {
  if (!URL.canParse(url)) return '';
  const { protocol, host } = new URL(url);
  return protocol === 'https:' ? host : '';
}

async function read(response: IncomingMessage, max: number): Promise<HttpsResponse> {
  const body = await readLimited(response, max);
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body: body.toString('utf8') };
}
