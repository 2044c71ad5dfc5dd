import { diagnosedError } from '../failures/diagnoses.js';
import { randomUUID } from 'node:crypto';
import type { Client, Context, Middleware, ResponseType } from '@microsoft/microsoft-graph-client';
import { MailError } from '../../shared/mail-error.js';
import { EntraTokens } from './entra-token.js';
import { toGraphError, type GraphResponse, type GraphAttempt } from '../failures/graph-failure.js';
import type { GraphSettings } from './graph-settings.js';
import { HttpsClient, HttpsFailure, type HttpsResponse } from '../../io/https-client.js';
import { toHttpsError } from '../failures/https-failure.js';
import { oneLine, withoutSecrets } from '../failures/server-words.js';
import { tlsOptionsFor } from '../tls/trust.js';

/** Large, because Graph repeats a draft in its response. */
const MAX_RESPONSE_BYTES = 16_777_216;

export interface GraphRequest {
  method: 'post' | 'patch' | 'delete';
  /** The path after `/v1.0`. */
  path: string;
  /** A string is MIME in base64, an object is sent as JSON. */
  body?: string | object;
  /** The status of success. */
  expected: number;
}

/**
 * Calls Microsoft Graph through Microsoft's client and our own middleware, which adds a token, renews it once if it is refused, and
 * allows HTTPS to the chosen cloud only. Retries nothing and follows no redirect, because Graph may send a mail and still return an
 * error.
 */
export class GraphClient {
  readonly #settings: GraphSettings;
  readonly #tokens: EntraTokens;
  readonly #https: HttpsClient;
  #opened?: Promise<{ client: Client; raw: ResponseType }>;

  constructor(settings: GraphSettings) {
    const { cloud, tenantId, clientId, clientSecret, mailbox, password, ca, timeouts } = settings;
    this.#settings = settings;
    this.#tokens = new EntraTokens({
      authority: cloud.authority,
      tenantId,
      clientId,
      clientSecret,
      scope: `https://${cloud.graph}/.default`,
      user: password === undefined ? undefined : { username: mailbox, password },
      ca,
    });
    this.#https = new HttpsClient({
      tls: tlsOptionsFor(ca),
      hosts: [cloud.graph, ...cloud.uploads],
      maxResponseBytes: MAX_RESPONSE_BYTES,
      ...timeouts,
    });
  }

  /** Signs in, unless already signed in. @throws MailError */
  async signIn(): Promise<void> {
    await this.#tokens.get();
  }

  /** Sends a request. @throws MailError for any status but the expected one */
  async request(request: GraphRequest, attempt: GraphAttempt): Promise<GraphResponse> {
    const response = await this.ask(request, attempt.delivers);
    if (response.status !== request.expected) throw toGraphError(response, attempt);
    return response;
  }

  /** Sends a request and returns the response, whatever its status. @throws MailError without a response */
  async ask({ method, path, body }: Omit<GraphRequest, 'expected'>, delivers = false): Promise<GraphResponse> {
    const id = randomUUID();
    const { client, raw } = await (this.#opened ??= this.#open());
    const isMime = typeof body === 'string';
    const request = client
      .api(path)
      .responseType(raw)
      .headers({ 'client-request-id': id, ...(body === undefined ? {} : { 'Content-Type': isMime ? 'text/plain' : 'application/json' }) });
    try {
      const response = (await (method === 'delete' ? request.delete() : request[method](body))) as Response;
      return this.#read({ status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }, id);
    } catch (error) {
      const { cause } = error as Error;
      if (cause instanceof MailError) throw cause;
      if (!(cause instanceof HttpsFailure)) throw error;
      throw toHttpsError(cause, 'mailbox', delivers ? { reply: `No reply (client-request-id ${id})` } : undefined);
    }
  }

  /** Uploads a piece of an attachment to the URL that Graph returned, which needs no token. @throws MailError */
  async upload(url: string, piece: Buffer, { from, size }: { from: number; size: number }): Promise<GraphResponse> {
    const headers = { 'content-type': 'application/octet-stream', 'content-range': `bytes ${from}-${from + piece.length - 1}/${size}` };
    const response = await this.#https.request({ method: 'PUT', url, headers, body: piece }).catch((error: unknown) => {
      if (!(error instanceof HttpsFailure)) throw error;
      if (error.code !== 'EHOST') throw toHttpsError(error, 'message');
      throw diagnosedError('graph_upload_host', { host: error.host }, { phase: 'message' });
    });
    // The URL contains a token of its own.
    return this.#read(response, response.headers['client-request-id'] ?? '', [url, ...new URL(url).searchParams.values()]);
  }

  /** Aborts every running request. */
  abort(): void {
    this.#tokens.abort();
    this.#https.abort();
  }

  async #open(): Promise<{ client: Client; raw: ResponseType }> {
    // Loaded with the first mail, so that applications that only use SMTP never load it.
    const { Client: client, GraphClientError, ResponseType: types } = await import('@microsoft/microsoft-graph-client');
    const wrapError = (cause: unknown): Error => Object.assign(new GraphClientError('No response.'), { cause });
    return {
      client: client.initWithMiddleware({
        baseUrl: `https://${this.#settings.cloud.graph}/`,
        defaultVersion: 'v1.0',
        middleware: [new Authorize(this.#tokens, wrapError), new Exchange(this.#https)],
      }),
      raw: types.RAW,
    };
  }

  #read(response: HttpsResponse, id: string, others: readonly string[] = []): GraphResponse {
    const { code, message } = errorOf(response.body);
    const { clientSecret, password } = this.#settings;
    const said = [String(response.status), code, message && `: ${message}`].filter(Boolean).join(' ').replace(' :', ':');
    // Removes secrets before shortening the text, which could leave an unrecognizable piece of one.
    const words = withoutSecrets(said, [
      clientSecret,
      ...(password === undefined ? [] : [password]),
      ...this.#tokens.issuedTokens,
      ...others,
    ]);
    return {
      ...response,
      code: oneLine(code, 100),
      words: oneLine(`${oneLine(words, 400)} (request-id ${response.headers['request-id'] ?? id})`),
    };
  }
}

/** Adds the token. Carries our errors through the client, which would replace them with its own. */
class Authorize implements Middleware {
  #next?: Middleware;

  constructor(
    private readonly tokens: EntraTokens,
    private readonly carry: (cause: unknown) => Error,
  ) {}

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    try {
      const token = await this.tokens.get();
      await this.#send(context, token);
      if (context.response?.status === 401) await this.#send(context, await this.tokens.get(token));
    } catch (error) {
      throw this.carry(error);
    }
  }

  async #send(context: Context, token: string): Promise<void> {
    context.options = { ...context.options, headers: { ...(context.options?.headers as object), Authorization: `Bearer ${token}` } };
    await this.#next?.execute(context);
  }
}

/** Sends the request. */
class Exchange implements Middleware {
  constructor(private readonly https: HttpsClient) {}

  async execute(context: Context): Promise<void> {
    const { method = 'GET', headers, body } = context.options ?? {};
    const { status, ...response } = await this.https.request({
      method,
      url: String(context.request),
      headers: headers as Record<string, string>,
      body: body as string | undefined,
    });
    context.response = new Response(status === 204 || status === 304 ? null : response.body, { status, headers: response.headers });
  }
}

function errorOf(body: string): { code: string; message: string } {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
    return { code: textOf(error?.code), message: textOf(error?.message) };
  } catch {
    return { code: '', message: '' };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
