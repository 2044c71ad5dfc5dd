import type { ClientSecretCredentialOptions } from '@azure/identity';
import { MailError } from '../../shared/mail-error.js';
import { diagnosedError } from '../failures/diagnoses.js';
import { toEntraError } from '../failures/entra-failure.js';
import { HttpsClient, HttpsFailure, type HttpsResponse, type HttpsRequest, type HttpsTimeouts } from '../../io/https-client.js';
import { toHttpsError } from '../failures/https-failure.js';
import { withoutSecrets } from '../failures/server-words.js';
import { tlsOptionsFor } from '../tls/trust.js';
import type { TokenSource } from '../smtp/token-source.js';

/** Everything needed to sign in as an app. Contains the secrets in plain text: never log it. */
export interface EntraSettings {
  /** The host of the cloud's sign-in. */
  authority: string;
  /** GUID or domain. */
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** The scope of the token, e.g. `https://graph.microsoft.com/.default`. */
  scope: string;
  /** Signs in as a user through the app (OAuth 2.0 password grant). @default as the app itself */
  user?: { username: string; password: string };
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: readonly string[];
  timeouts?: Partial<HttpsTimeouts>;
}

interface Token {
  value: string;
  /** The time from which a new token is requested. */
  renewAt: number;
  expiresAt: number;
}

type IdentityClient = NonNullable<ClientSecretCredentialOptions['httpClient']>;

const RENEW_BEFORE_MS = 300_000;
const RETRY_RENEWAL_MS = 30_000;
/** A token this close to its expiry may expire in transit. */
const MARGIN_MS = 5_000;

/**
 * Provides access tokens of Microsoft Entra ID, with one request at a time for all callers. A token is renewed five minutes
 * before it expires; while that fails, the old one is used.
 */
export class EntraTokens implements TokenSource {
  readonly #settings: EntraSettings;
  readonly #https: HttpsClient;
  #held?: Token;
  /** The previous token, which may still be in use by a request. */
  #before?: Token;
  #fetching?: Promise<string>;
  #blocked?: { until: number; error: MailError };

  constructor(
    settings: EntraSettings,
    private readonly now: () => number = Date.now,
  ) {
    this.#settings = settings;
    this.#https = new HttpsClient({
      tls: tlsOptionsFor(settings.ca),
      hosts: [settings.authority],
      responseMs: 30_000,
      ...settings.timeouts,
    });
  }

  async get(refused?: string): Promise<string> {
    const held = this.#held?.value === refused ? undefined : this.#held;
    if (held && this.now() < held.renewAt) return held.value;
    try {
      return await (this.#fetching ??= this.#renew().finally(() => (this.#fetching = undefined)));
    } catch (error) {
      if (!held || this.now() > held.expiresAt - MARGIN_MS) throw error;
      held.renewAt = this.now() + RETRY_RENEWAL_MS;
      return held.value;
    }
  }

  /** The tokens that a server's response may quote. */
  get issuedTokens(): string[] {
    return [this.#held, this.#before].flatMap((token) => token?.value ?? []);
  }

  abort(): void {
    this.#https.abort();
  }

  async #renew(): Promise<string> {
    // Sends no request before the time that Microsoft asked to wait for.
    if (this.#blocked && this.now() < this.#blocked.until) throw this.#blocked.error;
    let failure: MailError | undefined;
    const ask = async (request: HttpsRequest): Promise<HttpsResponse> => {
      failure = undefined;
      const response = await this.#https.request(request).catch((error: unknown) => {
        failure = error instanceof HttpsFailure ? toHttpsError(error, 'token') : undefined;
        throw error;
      });
      if (response.status !== 200) failure = toEntraError(response, this.#settings.authority, this.#clean);
      return response;
    };
    try {
      const token = await (this.#settings.user ? this.#signInAsUser(ask) : this.#signInAsApp(ask));
      this.#before = this.#held;
      this.#held = token;
      return token.value;
    } catch {
      // The library's error is less specific than the server's response, and may contain the request.
      const error = failure ?? this.#unexpected();
      if (error.retryAfterMs !== undefined) this.#blocked = { until: this.now() + error.retryAfterMs, error };
      throw error;
    }
  }

  async #signInAsApp(ask: (request: HttpsRequest) => Promise<HttpsResponse>): Promise<Token> {
    const { ClientSecretCredential } = await import('@azure/identity');
    const { tenantId, clientId, clientSecret, authority, scope } = this.#settings;
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
      authorityHost: `https://${authority}`,
      // The hosts are known; discovery would query another cloud.
      disableInstanceDiscovery: true,
      httpClient: identityClient(ask),
      retryOptions: { maxRetries: 0 },
      redirectOptions: { maxRetries: 0 },
    });
    const { token, expiresOnTimestamp } = await credential.getToken(scope);
    return tokenOf(token, expiresOnTimestamp);
  }

  /**
   * Signs in without Azure's own class, which is deprecated and sends no client secret
   * (learn.microsoft.com/entra/identity-platform/v2-oauth-ropc).
   */
  async #signInAsUser(ask: (request: HttpsRequest) => Promise<HttpsResponse>): Promise<Token> {
    const { tenantId, clientId, clientSecret, authority, scope, user } = this.#settings;
    const form = new URLSearchParams({ grant_type: 'password', client_id: clientId, client_secret: clientSecret, scope, ...user });
    const { body } = await ask({
      method: 'POST',
      url: `https://${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
    });
    const { access_token: token, expires_in: seconds } = JSON.parse(body) as { access_token?: unknown; expires_in?: unknown };
    if (typeof token !== 'string' || !token) throw new Error('No token.');
    return tokenOf(token, Date.now() + (Number(seconds) || 0) * 1_000);
  }

  readonly #clean = (text: string): string => {
    const { clientSecret, user } = this.#settings;
    return withoutSecrets(text, [clientSecret, ...(user ? [user.password] : []), ...this.issuedTokens]);
  };

  #unexpected(): MailError {
    return diagnosedError('entra_wrong_service', { host: this.#settings.authority }, { phase: 'token' });
  }
}

function tokenOf(value: string, expiresAt: number): Token {
  const lifeMs = expiresAt - Date.now();
  return { value, expiresAt, renewAt: expiresAt - Math.min(RENEW_BEFORE_MS, lifeMs / 2) };
}

/** Lets Azure's sign-in library send its requests through our HTTPS client. */
function identityClient(ask: (request: HttpsRequest) => Promise<HttpsResponse>): IdentityClient {
  return {
    async sendRequest(request) {
      const headers = Object.fromEntries([...request.headers].filter(([name]) => name.toLowerCase() !== 'accept-encoding'));
      const body = typeof request.body === 'string' ? request.body : undefined;
      const response = await ask({ method: request.method, url: request.url, headers, body });
      return { request, status: response.status, headers: identityHeaders(response.headers), bodyAsText: response.body };
    },
  };
}

function identityHeaders(given: Record<string, string>): Awaited<ReturnType<IdentityClient['sendRequest']>>['headers'] {
  const headers = new Map(Object.entries(given));
  return {
    get: (name) => headers.get(name.toLowerCase()),
    has: (name) => headers.has(name.toLowerCase()),
    set: (name, value) => void headers.set(name.toLowerCase(), String(value)),
    delete: (name) => void headers.delete(name.toLowerCase()),
    toJSON: () => Object.fromEntries(headers),
    [Symbol.iterator]: () => headers.entries(),
  };
}
