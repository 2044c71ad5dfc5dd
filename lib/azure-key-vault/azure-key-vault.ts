import type { TokenCredential } from '@azure/identity';
import type { GetSecretOptions, SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import { AllowedSecrets, type AllowedSecretsOptions } from '../secret/allowed-secrets.js';
import { type CheckedSource, prefixCheck, sourceOptions } from '../secret/secret-options.js';
import type { ResolvedSecret, SecretSource } from '../secret/secret-source.js';
import { hasControlCharacters } from '../shared/control-characters.js';
import { type Check, OptionChecker, optional, type OptionTable } from '../shared/option-checker.js';
import { type FailedRequest, toKeyVaultError } from './key-vault-failure.js';
import { limitResponses } from './limit-responses.js';
import type { SecretChoice } from '../shared/secrets.js';

/** The options of {@link azureKeyVault}. */
export interface AzureKeyVaultOptions extends AllowedSecretsOptions {
  /** Stored in rows. @default 'azure-key-vault' */
  id?: string;
  /** Shown to admins. @default 'Azure Key Vault' */
  label?: string;
  /** `https://<name>.vault.azure.net`, or the URL in another cloud. */
  vaultUrl: string;
  /** The identity that reads; a function is called on first use. @default `DefaultAzureCredential` of `@azure/identity` */
  credential?: TokenCredential | (() => TokenCredential | Promise<TokenCredential>);
  /** Options of the SDK's client, such as `tlsOptions` and `proxyOptions`; the credential needs its own. @default none */
  client?: SecretClientOptions;
}

/**
 * Makes a source that reads secrets from an Azure Key Vault and, if permitted, lists the names that start with `prefix`. Azure's
 * modules are loaded on first use. @throws MailError `OPTIONS`
 */
export function azureKeyVault(options: AzureKeyVaultOptions): SecretSource {
  return new AzureKeyVault(options);
}

/** The names of secrets (learn.microsoft.com, "About keys, secrets, and certificates"). */
const NAME = /^[0-9A-Za-z-]{1,127}$/;
const MAX_LISTED = 1_000;
const MAX_URL = 2_048;
const MAX_POLICIES = 100;

type Credential = NonNullable<AzureKeyVaultOptions['credential']>;

interface CheckedOptions extends CheckedSource {
  prefix: string[];
  vaultUrl: string;
  credential: Credential | undefined;
  client: SecretClientOptions | undefined;
}

const checker = new OptionChecker('azureKeyVault()');
const { badOption, checkOptions, listOf } = checker;
const isName = (key: string): boolean => NAME.test(key);

const vaultOrigin: Check<string> = (value, option) => {
  if (typeof value === 'string' && value.length <= MAX_URL && isVaultUrl(value)) return new URL(value).origin;
  throw badOption(option, 'is not the address of a vault', "Pass 'https://<name>.vault.azure.net'.");
};

const credentialCheck: Check<Credential> = (value, option) => {
  if (typeof value === 'function' || typeof (Object(value) as Partial<TokenCredential>).getToken === 'function') return value as Credential;
  throw badOption(option, 'is neither a TokenCredential nor a function', 'Pass one, such as new ManagedIdentityCredential().');
};

/** Checks the SDK's options that this package reads. All others are the SDK's own. */
const clientCheck: Check<SecretClientOptions> = (value, option) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badOption(option, 'is not an object', 'Pass options of the SDK, such as { proxyOptions: { host, port } }.');
  const { additionalPolicies } = value as SecretClientOptions;
  if (additionalPolicies !== undefined) policies(additionalPolicies, `${option}.additionalPolicies`);
  return value;
};

const policies = listOf<unknown>(MAX_POLICIES, (value, option) => {
  const { policy } = Object(value) as { policy?: unknown };
  if (typeof (Object(policy) as { sendRequest?: unknown }).sendRequest === 'function') return value;
  throw badOption(option, 'is not a policy', 'Pass { policy, position } as the SDK defines it.');
});

const OPTIONS: OptionTable<CheckedOptions> = {
  ...sourceOptions(checker, { id: 'azure-key-vault', label: 'Azure Key Vault' }, isName, {}),
  prefix: [prefixCheck(checker, isName), []],
  vaultUrl: [vaultOrigin, undefined],
  credential: [optional(credentialCheck), undefined],
  client: [optional(clientCheck), undefined],
};

class AzureKeyVault implements SecretSource {
  readonly id: string;
  readonly label: string;
  readonly #options: CheckedOptions;
  readonly #allowed: AllowedSecrets;
  #client?: Promise<SecretClient>;

  constructor(options: AzureKeyVaultOptions) {
    this.#options = checkOptions(options, OPTIONS);
    this.id = this.#options.id;
    this.label = this.#options.label;
    this.#allowed = new AllowedSecrets(checker, this.#options, isName);
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
    return this.#ask(`"${key}"`, signal, async (client, options) => {
      const { value = '', properties } = await client.getSecret(key, options);
      return { value, expiresAt: properties.expiresOn };
    });
  }

  async close(): Promise<void> {
    this.#client = undefined;
  }

  async #list(signal: AbortSignal): Promise<string[]> {
    return this.#ask(undefined, signal, async (client, options) => {
      const names: string[] = [];
      for await (const { name, enabled } of client.listPropertiesOfSecrets(options)) {
        if (enabled !== false && this.#allowed.find(name)) names.push(name);
        if (names.length >= MAX_LISTED) break;
      }
      return names;
    });
  }

  /** @throws SecretSourceError */
  async #ask<T>(
    name: string | undefined,
    signal: AbortSignal,
    work: (client: SecretClient, options: GetSecretOptions) => Promise<T>,
  ): Promise<T> {
    const asked: FailedRequest = { vault: this.label, name, signal };
    try {
      return await work(await this.#open(), { abortSignal: signal, onResponse: ({ status }) => void (asked.status = status) });
    } catch (error) {
      throw toKeyVaultError(error, asked);
    }
  }

  async #open(): Promise<SecretClient> {
    const opening = (this.#client ??= this.#connect());
    return opening.catch((error: unknown) => {
      if (this.#client === opening) this.#client = undefined;
      throw error;
    });
  }

  async #connect(): Promise<SecretClient> {
    const { vaultUrl, credential, client } = this.#options;
    const { SecretClient: Client } = await import('@azure/keyvault-secrets');
    // The cache does its own retries, and a vault never redirects.
    const additionalPolicies = [limitResponses, ...(client?.additionalPolicies ?? [])];
    const options = { retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 }, ...client, additionalPolicies };
    return new Client(vaultUrl, await credentialOf(credential), options);
  }
}

async function credentialOf(given: AzureKeyVaultOptions['credential']): Promise<TokenCredential> {
  if (typeof given === 'function') return given();
  if (given) return given;
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

function isVaultUrl(text: string): boolean {
  if (hasControlCharacters(text) || !URL.canParse(text)) return false;
  const { protocol, pathname, username, password, search, hash } = new URL(text);
  return protocol === 'https:' && pathname === '/' && !username && !password && !search && !hash;
}
