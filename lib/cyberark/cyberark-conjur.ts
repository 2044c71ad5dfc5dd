import { AllowedSecrets, type AllowedSecretsOptions } from '../secret/allowed-secrets.js';
import { type CheckedSource, prefixCheck, sourceOptions } from '../secret/secret-options.js';
import { type ResolvedSecret, type SecretSource, SecretSourceError } from '../secret/secret-source.js';
import { type Check, OptionChecker, type OptionTable } from '../shared/option-checker.js';
import type { SecretChoice } from '../shared/secrets.js';
import { httpsRequest } from './https-request.js';
import { type CheckedTls, type VaultTls, vaultTls } from './vault-tls.js';
import { vaultUrl } from './vault-url.js';

/** The options of {@link cyberArkConjur}. */
export interface CyberArkConjurOptions extends AllowedSecretsOptions {
  /** Stored in rows. @default 'conjur' */
  id?: string;
  /** Shown to admins. @default 'CyberArk Conjur' */
  label?: string;
  /** The URL: `https://` and the host, followed by `/api` for Conjur Cloud. */
  url: string;
  /** The organization's account; `conjur` in Conjur Cloud. */
  account: string;
  /** The identity that reads: `host/…` for a machine. */
  login: string;
  /** Its API key, or a function that returns the key and is called on each login. */
  apiKey: string | (() => string | Promise<string>);
  /** The CA of the server, if it is private. @default none */
  tls?: VaultTls;
}

/** Makes a source that reads variables from CyberArk Conjur: logs in with an API key and lists the variables that start with `prefix`. @throws MailError `OPTIONS` */
export function cyberArkConjur(options: CyberArkConjurOptions): SecretSource {
  return new CyberArkConjur(options);
}

/** Shorter than the eight minutes of a token. A token that is refused earlier is replaced immediately. */
const TOKEN_MS = 300_000;
const MAX_LISTED = 1_000;

const MAX_NAME = 512;
const MAX_API_KEY = 4_096;

type ApiKey = CyberArkConjurOptions['apiKey'];

interface CheckedOptions extends CheckedSource {
  prefix: string[];
  url: string;
  account: string;
  login: string;
  apiKey: ApiKey;
  tls: CheckedTls;
}

const checker = new OptionChecker('cyberArkConjur()');
const { checkOptions, line } = checker;

const apiKeyText = line(MAX_API_KEY, 'Pass the API key in one line, or a function that returns it.');
const apiKeyCheck: Check<ApiKey> = (value, option) => (typeof value === 'function' ? (value as ApiKey) : apiKeyText(value, option));

const OPTIONS: OptionTable<CheckedOptions> = {
  ...sourceOptions(checker, { id: 'conjur', label: 'CyberArk Conjur' }, isVariableId, {}),
  prefix: [prefixCheck(checker, isVariableId), []],
  url: [vaultUrl(checker, 'https://conjur.example.com'), undefined],
  account: [line(MAX_NAME, "Pass the organization's account."), undefined],
  login: [line(MAX_NAME, "Pass the identity that reads, such as 'host/mail/app'."), undefined],
  apiKey: [apiKeyCheck, undefined],
  tls: [vaultTls(checker), {}],
};

class CyberArkConjur implements SecretSource {
  readonly id: string;
  readonly label: string;
  readonly #allowed: AllowedSecrets;
  readonly #options: CheckedOptions;
  readonly #account: string;
  #token?: { header: Promise<string>; until: number };

  constructor(options: CyberArkConjurOptions) {
    this.#options = checkOptions(options, OPTIONS);
    this.id = this.#options.id;
    this.label = this.#options.label;
    this.#account = encodeURIComponent(this.#options.account);
    this.#allowed = new AllowedSecrets(checker, this.#options, isVariableId);
  }

  allows(key: string): SecretChoice | undefined {
    return this.#allowed.find(key);
  }

  unbound(): string[] {
    return this.#allowed.unbound();
  }

  async choices({ signal, search = '', limit }: { signal: AbortSignal; search?: string; limit: number }): Promise<SecretChoice[]> {
    return this.#allowed.choices(() => this.#list(signal), search, limit);
  }

  async resolve(key: string, { signal }: { signal: AbortSignal }): Promise<ResolvedSecret> {
    const { status, body } = await this.#get(`/secrets/${this.#account}/variable/${encodeURIComponent(key)}`, signal);
    if (status === 200) return { value: body };
    if (status === 404) {
      const remedy = 'Check the id, check that the variable has a value, and check that this application may read it.';
      throw new SecretSourceError('missing', `${this.label} has no value for "${key}".`, remedy);
    }
    throw this.#failure(`to read "${key}"`, status);
  }

  async close(): Promise<void> {
    this.#token = undefined;
  }

  async #list(signal: AbortSignal): Promise<string[]> {
    const { status, body } = await this.#get(`/resources/${this.#account}?kind=variable&limit=${MAX_LISTED}`, signal);
    if (status !== 200) throw this.#failure('to list variables', status);
    const start = `${this.#options.account}:variable:`;
    const found: unknown = JSON.parse(body);
    // Limits the list even if the server returns more.
    const resources = Array.isArray(found) ? found.slice(0, MAX_LISTED) : [];
    const ids = resources.map((resource) => (Object(resource) as { id?: unknown }).id);
    return ids.flatMap((id) => (typeof id === 'string' && id.startsWith(start) ? [id.slice(start.length)] : []));
  }

  /** Sends a request with the current token and, if it is refused, once more with a new one. */
  async #get(path: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
    const ask = async (): Promise<{ status: number; body: string }> =>
      httpsRequest({
        vault: this.label,
        url: `${this.#options.url}${path}`,
        headers: { Authorization: await this.#authorization(signal) },
        tls: this.#options.tls,
        signal,
      });
    const used = this.#token;
    const response = await ask();
    if (response.status !== 401) return response;
    if (this.#token === used) this.#token = undefined;
    return used ? ask() : response;
  }

  async #authorization(signal: AbortSignal): Promise<string> {
    if (this.#token && performance.now() < this.#token.until) return this.#token.header;
    const token = { header: this.#authenticate(signal), until: performance.now() + TOKEN_MS };
    this.#token = token;
    token.header.catch(() => {
      if (this.#token === token) this.#token = undefined;
    });
    return token.header;
  }

  async #authenticate(signal: AbortSignal): Promise<string> {
    const { url, login, apiKey, tls } = this.#options;
    const { status, body } = await httpsRequest({
      vault: this.label,
      url: `${url}/authn/${this.#account}/${encodeURIComponent(login)}/authenticate`,
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: typeof apiKey === 'function' ? await apiKey() : apiKey,
      tls,
      signal,
    });
    if (status !== 200) throw this.#failure(`to log in as "${login}"`, status);
    return `Token token="${Buffer.from(body).toString('base64')}"`;
  }

  #failure(what: string, status: number): SecretSourceError {
    if (status === 401) {
      const remedy = 'Check the source’s login and API key. Rotating the key changes it.';
      return new SecretSourceError('forbidden', `${this.label} does not accept this application's login (status 401).`, remedy);
    }
    if (status === 403) return new SecretSourceError('forbidden', `${this.label} does not allow this application ${what} (status 403).`);
    if (status === 429 || status >= 500) {
      return new SecretSourceError('unreachable', `${this.label} is temporarily unavailable (status ${status}).`);
    }
    const remedy = 'Check the source’s url, account and login.';
    return new SecretSourceError('misconfigured', `${this.label} rejected the request ${what} (status ${status}).`, remedy);
  }
}

/** False for a string that a server or a proxy could read as another path: `smtp/../root` also starts with `smtp/`. */
function isVariableId(key: string): boolean {
  return !/[\p{Cc}\\%?#]/u.test(key) && key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
