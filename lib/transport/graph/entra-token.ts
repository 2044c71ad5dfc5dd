import type { ClientSecretCredentialOptions } from '@azure/identity';
import { MailError } from '../../shared/mail-error.js';
import { causeError } from '../failures/causes.js';
import { entraFailure } from '../failures/entra-failure.js';
import { HttpsClient, HttpsFailure, type HttpsAnswer, type HttpsRequest, type HttpsTimeouts } from './https-client.js';
import { httpsFailure } from '../failures/https-failure.js';
import { withoutSecrets } from '../failures/server-words.js';
import type { TokenSource } from '../token-source.js';

/** Everything needed to sign in as an app. Holds the opened secrets: never log it. */
export interface EntraSettings {
  /** Host of the cloud's sign-in. */
  authority: string;
  /** GUID or domain. */
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** What the token is for, e.g. `https://graph.microsoft.com/.default`. */
  scope: string;
  /** Signs in as a person by the app (OAuth 2.0 password grant). @default as the app itself */
  user?: { username: string; password: string };
  /** PEM certificates trusted in addition to Node's own roots. */
  ca: readonly string[];
  timeouts?: Partial<HttpsTimeouts>;
}

interface Token {
  value: string;
  /** From then on a new one is asked for. */
  renewAt: number;
  expiresAt: number;
}

type IdentityClient = NonNullable<ClientSecretCredentialOptions['httpClient']>;

const RENEW_BEFORE_MS = 300_000;
const RETRY_RENEWAL_MS = 30_000;
/** A token that is about to expire may not survive the way. */
const MARGIN_MS = 5_000;

/**
 * Access tokens of Microsoft Entra ID, one at a time for all who ask. A token is renewed five minutes before it expires, and
 * used on while that fails.
 */
export class EntraTokens implements TokenSource {
  readonly #settings: EntraSettings;
  readonly #https: HttpsClient;
  #held?: Token;
  /** The one before it may still be on its way. */
  #before?: Token;
  #fetching?: Promise<string>;
  #blocked?: { until: number; error: MailError };

  constructor(
    settings: EntraSettings,
    private readonly now: () => number = Date.now,
  ) {
    this.#settings = settings;
    this.#https = new HttpsClient({ ca: settings.ca, hosts: [settings.authority], answerMs: 30_000, ...settings.timeouts });
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

  /** The tokens that a server may give back. */
  get issued(): string[] {
    return [this.#held, this.#before].flatMap((token) => token?.value ?? []);
  }

  cut(): void {
    this.#https.cut();
  }

  async #renew(): Promise<string> {
    // What wants fewer sign-ins is not asked before its time.
    if (this.#blocked && this.now() < this.#blocked.until) throw this.#blocked.error;
    let failure: MailError | undefined;
    const ask = async (request: HttpsRequest): Promise<HttpsAnswer> => {
      failure = undefined;
      const answer = await this.#https.request(request).catch((error: unknown) => {
        failure = error instanceof HttpsFailure ? httpsFailure(error, 'token') : undefined;
        throw error;
      });
      if (answer.status !== 200) failure = entraFailure(answer, this.#settings.authority, this.#clean);
      return answer;
    };
    try {
      const token = await (this.#settings.user ? this.#signInAsUser(ask) : this.#signInAsApp(ask));
      this.#before = this.#held;
      this.#held = token;
      return token.value;
    } catch {
      // What the sign-in library throws says less than what the server answered, and may hold the request.
      const error = failure ?? this.#unexpected();
      if (error.retryAfterMs !== undefined) this.#blocked = { until: this.now() + error.retryAfterMs, error };
      throw error;
    }
  }

  async #signInAsApp(ask: (request: HttpsRequest) => Promise<HttpsAnswer>): Promise<Token> {
    const { ClientSecretCredential } = await import('@azure/identity');
    const { tenantId, clientId, clientSecret, authority, scope } = this.#settings;
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
      authorityHost: `https://${authority}`,
      // The hosts are known; asking which exist would mean asking another cloud.
      disableInstanceDiscovery: true,
      httpClient: identityClient(ask),
      retryOptions: { maxRetries: 0 },
      redirectOptions: { maxRetries: 0 },
    });
    const { token, expiresOnTimestamp } = await credential.getToken(scope);
    return tokenOf(token, expiresOnTimestamp);
  }

  /** By hand: Azure's own class for it sends no client secret, and is deprecated (learn.microsoft.com/entra/identity-platform/v2-oauth-ropc). */
  async #signInAsUser(ask: (request: HttpsRequest) => Promise<HttpsAnswer>): Promise<Token> {
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
    return withoutSecrets(text, [clientSecret, ...(user ? [user.password] : []), ...this.issued]);
  };

  #unexpected(): MailError {
    return causeError('entra_strange', { host: this.#settings.authority }, { phase: 'token' });
  }
}

function tokenOf(value: string, expiresAt: number): Token {
  const lifeMs = expiresAt - Date.now();
  return { value, expiresAt, renewAt: expiresAt - Math.min(RENEW_BEFORE_MS, lifeMs / 2) };
}

/** Has Azure's sign-in library ask over our own HTTPS. */
function identityClient(ask: (request: HttpsRequest) => Promise<HttpsAnswer>): IdentityClient {
  return {
    async sendRequest(request) {
      const headers = Object.fromEntries([...request.headers].filter(([name]) => name.toLowerCase() !== 'accept-encoding'));
      const body = typeof request.body === 'string' ? request.body : undefined;
      const answer = await ask({ method: request.method, url: request.url, headers, body });
      return { request, status: answer.status, headers: identityHeaders(answer.headers), bodyAsText: answer.body };
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
