import type { TokenCredential } from '@azure/identity';
import type { GetSecretOptions, SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import { AllowedSecrets, type AllowedSecretsOptions, badSource } from '../secret/allowed-secrets.js';
import type { ResolvedSecret, SecretSource } from '../secret/secret-source.js';
import { type Asked, toKeyVaultError } from './key-vault-failure.js';
import { limitAnswers } from './limit-answers.js';
import type { SecretChoice } from '../shared/secrets.js';

/** The options of {@link azureKeyVault}. */
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

/** learn.microsoft.com, "About keys, secrets, and certificates": object names. */
const NAME = /^[0-9A-Za-z-]{1,127}$/;
const MAX_LISTED = 1_000;

class AzureKeyVault implements SecretSource {
  readonly id: string;
  readonly label: string;
  readonly #options: AzureKeyVaultOptions;
  readonly #allowed: AllowedSecrets;
  #client?: Promise<SecretClient>;

  constructor(options: AzureKeyVaultOptions) {
    this.id = options.id ?? 'azure-key-vault';
    this.label = options.label ?? 'Azure Key Vault';
    this.#options = options;
    if (!isVaultUrl(options.vaultUrl)) {
      throw badSource('azureKeyVault', 'vaultUrl', 'is not the address of a vault', "Give 'https://<name>.vault.azure.net'.");
    }
    this.#allowed = new AllowedSecrets('azureKeyVault', options, (key) => NAME.test(key));
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
    const asked: Asked = { vault: this.label, name, signal };
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
    // The cache retries by itself, and a vault never redirects.
    const additionalPolicies = [limitAnswers, ...(client?.additionalPolicies ?? [])];
    const options = { retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 }, ...client, additionalPolicies };
    return new Client(new URL(vaultUrl).origin, await credentialOf(credential), options);
  }
}

async function credentialOf(given: AzureKeyVaultOptions['credential']): Promise<TokenCredential> {
  if (typeof given === 'function') return given();
  if (given) return given;
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

function isVaultUrl(text: unknown): boolean {
  try {
    const { protocol, pathname, username, search } = new URL(String(text));
    return protocol === 'https:' && pathname === '/' && !username && !search;
  } catch {
    return false;
  }
}
