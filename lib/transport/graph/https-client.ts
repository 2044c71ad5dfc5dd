import { Agent, request } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import { tlsOptionsFor } from '../tls/trust.js';

/** More than a sign-in says. */
const MAX_ANSWER = 1_048_576;

export interface HttpsRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface HttpsAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Deadlines in milliseconds. */
export interface HttpsTimeouts {
  /** From the name to an encrypted connection. @default 10_000 */
  connectMs: number;
  /** One request with its answer, whatever happens. @default 180_000 */
  answerMs: number;
}

interface HttpsClientOptions {
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: readonly string[];
  /** Those that may be asked, with their port where it is another than 443. */
  hosts: readonly string[];
  /** Bytes of one answer. @default 1 MiB */
  maxAnswer?: number;
}

/** How far a request came: without a connection, with part of it written, or with all of it written. */
export type HttpsStage = 'connecting' | 'writing' | 'written';

/** A request that got no answer. Holds neither its address nor what was sent: both may hold a secret. */
export class HttpsFailure extends Error {
  constructor(
    /** Node's code, e.g. `ENOTFOUND`; `ETIMEDOUT` for a deadline. */
    readonly code: string,
    readonly host: string,
    readonly stage: HttpsStage,
    readonly certificate?: PeerCertificate,
  ) {
    super(`${host}: ${code}`);
  }
}

/**
 * HTTPS to a few hosts and to no other: it follows no redirect, tries nothing again and keeps no connection. A kept one
 * that the server has just closed would make a mail look as if it may have been sent.
 */
export class HttpsClient {
  readonly #agent: Agent;
  readonly #hosts: ReadonlySet<string>;
  readonly #maxAnswer: number;
  readonly #timeouts: HttpsTimeouts;
  readonly #running = new Set<() => void>();

  constructor({ ca, hosts, maxAnswer = MAX_ANSWER, ...timeouts }: HttpsClientOptions & Partial<HttpsTimeouts>) {
    this.#maxAnswer = maxAnswer;
    this.#agent = new Agent({ keepAlive: false, ...tlsOptionsFor(ca) });
    this.#hosts = new Set(hosts);
    this.#timeouts = { connectMs: 10_000, answerMs: 180_000, ...timeouts };
  }

  /** Resolves with whatever the server answered. @throws HttpsFailure when it did not */
  async request({ method, url, headers, body = '' }: HttpsRequest): Promise<HttpsAnswer> {
    const host = hostOf(url);
    if (!this.#hosts.has(host)) throw new HttpsFailure('EHOST', host, 'connecting');
    const length = String(Buffer.byteLength(body));
    const sent = request(url, { method, agent: this.#agent, headers: { ...headers, 'content-length': length } });
    try {
      return await this.#exchange(sent, host, body);
    } finally {
      sent.destroy();
    }
  }

  /** Ends what is running. */
  cut(): void {
    for (const end of this.#running) end();
  }

  #exchange(sent: ClientRequest, host: string, body: string | Buffer): Promise<HttpsAnswer> {
    let end: () => void = () => undefined;
    const timers: NodeJS.Timeout[] = [];
    return new Promise<HttpsAnswer>((resolve, reject) => {
      let stage: HttpsStage = 'connecting';
      const fail = ({ code = 'ECONNRESET', cert }: { code?: string; cert?: PeerCertificate }): void =>
        reject(new HttpsFailure(code, host, stage, cert));
      const late = (ms: number): NodeJS.Timeout => setTimeout(() => fail({ code: 'ETIMEDOUT' }), ms);
      const connecting = late(this.#timeouts.connectMs);
      timers.push(connecting, late(this.#timeouts.answerMs));
      end = () => fail({ code: 'ECUT' });
      this.#running.add(end);
      sent.once('socket', (socket) =>
        socket.once('secureConnect', () => {
          clearTimeout(connecting);
          stage = 'writing';
        }),
      );
      sent.once('finish', () => (stage = 'written'));
      // Stays: what comes after the answer has nobody else to hear it.
      sent.on('error', fail);
      sent.once('response', (response) => void read(response, this.#maxAnswer).then(resolve, fail));
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

async function read(response: IncomingMessage, max: number): Promise<HttpsAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > max) throw Object.assign(new Error('The answer is too long.'), { code: 'EMSGSIZE' });
    chunks.push(chunk);
  }
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body: Buffer.concat(chunks).toString('utf8') };
}
