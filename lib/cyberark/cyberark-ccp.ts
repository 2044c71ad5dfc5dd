import { AllowedSecrets, type NamedSecret } from '../secret/allowed-secrets.js';
import { type CheckedSource, sourceOptions } from '../secret/secret-options.js';
import { type ResolvedSecret, type SecretSource, SecretSourceError } from '../secret/secret-source.js';
import { type Check, OptionChecker, optional, type OptionTable } from '../shared/option-checker.js';
import type { SecretChoice } from '../shared/secrets.js';
import { httpsRequest, jsonObject } from './https-request.js';
import { type CheckedTls, type VaultTls, vaultTls } from './vault-tls.js';
import { urlPath, vaultUrl } from './vault-url.js';

/** An account in CyberArk's vault. */
export type CcpSecret = NamedSecret<{
  /** The account's object name. @default the key */
  object?: string;
  /** @default the source's */
  safe?: string;
  /** @default the source's */
  folder?: string;
}>;

/** The options of {@link cyberArkCcp}. */
export interface CyberArkCcpOptions {
  /** Stored in rows. @default 'cyberark' */
  id?: string;
  /** Shown to admins. @default 'CyberArk' */
  label?: string;
  /** The URL of the Central Credential Provider: `https://` and the host. */
  url: string;
  /** The path of its web service. @default '/AIMWebService/api/Accounts' */
  path?: string;
  /** The application as CyberArk knows it. Rows cannot name another one. */
  appId: string;
  /** The safe of the accounts. */
  safe: string;
  /** The folder in the safe. @default none: CyberArk uses Root */
  folder?: string;
  /** Appears in CyberArk's audit. @default none */
  reason?: string;
  /** The client certificate and, if it is private, the CA of the server. */
  tls: VaultTls;
  /** The accounts that may be used: the service cannot list them. */
  secrets: readonly (string | CcpSecret)[];
  /** Destinations of the accounts without their own `destinations`. @default anywhere */
  destinations?: readonly string[];
  /** `allowOwnCa` of the accounts without their own. @default false */
  allowOwnCa?: boolean;
}

/** Reads accounts from CyberArk's Central Credential Provider (its REST service GetPassword). @throws MailError `OPTIONS` */
export function cyberArkCcp(options: CyberArkCcpOptions): SecretSource {
  return new CyberArkCcp(options);
}

/** Characters that values cannot contain (docs.cyberark.com, "Call the Web Service using REST"). */
const UNSUPPORTED = /[+&%;]/;
const MAX_NAME = 512;
const WEB_SERVICE = '/AIMWebService/api/Accounts';
/** Codes of temporary failures: the vault behind the service cannot be reached (400), or the password is being changed (500). */
const TEMPORARY = new Set(['APPAP007E', 'APPAP282E']);

/** A checked entry of `secrets`. */
interface Account {
  object: string | undefined;
  safe: string | undefined;
  folder: string | undefined;
}

interface CheckedOptions extends CheckedSource<Account> {
  url: string;
  path: string;
  appId: string;
  safe: string;
  folder: string | undefined;
  reason: string | undefined;
  tls: CheckedTls;
}

const checker = new OptionChecker('cyberArkCcp()');
const { badOption, checkOptions, line } = checker;

const NAME_REMEDY = 'Remove "+", "&", "%" and ";".';
const oneLine = line(MAX_NAME, NAME_REMEDY);
const cyberArkName: Check<string> = (value, option) => {
  if (!UNSUPPORTED.test(oneLine(value, option))) return value as string;
  throw badOption(option, 'is not a valid name in CyberArk', NAME_REMEDY);
};
const anyKey = (): boolean => true;

const OPTIONS: OptionTable<CheckedOptions> = {
  ...sourceOptions<Account>(checker, { id: 'cyberark', label: 'CyberArk' }, anyKey, {
    object: [optional(cyberArkName), undefined],
    safe: [optional(cyberArkName), undefined],
    folder: [optional(cyberArkName), undefined],
  }),
  url: [vaultUrl(checker, 'https://ccp.example.com'), undefined],
  path: [urlPath(checker, WEB_SERVICE), WEB_SERVICE],
  appId: [cyberArkName, undefined],
  safe: [cyberArkName, undefined],
  folder: [optional(cyberArkName), undefined],
  reason: [optional(cyberArkName), undefined],
  tls: [vaultTls(checker), undefined],
};

class CyberArkCcp implements SecretSource {
  readonly id: string;
  readonly label: string;
  readonly #allowed: AllowedSecrets<Account>;
  readonly #options: CheckedOptions;

  constructor(options: CyberArkCcpOptions) {
    this.#options = checkOptions(options, OPTIONS);
    this.id = this.#options.id;
    this.label = this.#options.label;
    this.#options.secrets.forEach(({ key, object = key }, index) => cyberArkName(object, `secrets[${index}].object`));
    this.#allowed = new AllowedSecrets(checker, this.#options, anyKey);
  }

  allows(key: string): SecretChoice | undefined {
    return this.#allowed.find(key);
  }

  unbound(): string[] {
    return this.#allowed.unbound();
  }

  async choices({ search = '', limit }: { search?: string; limit: number }): Promise<SecretChoice[]> {
    return this.#allowed.matching([], search, limit);
  }

  async resolve(key: string, { signal }: { signal: AbortSignal }): Promise<ResolvedSecret> {
    const secret = this.#allowed.entry(key);
    if (!secret) throw new SecretSourceError('missing', `The account "${key}" is not in the list.`);
    const { url, path, appId, safe, folder, reason, tls } = this.#options;
    const query = {
      AppID: appId,
      Safe: secret.safe ?? safe,
      Folder: secret.folder ?? folder,
      Object: secret.object ?? key,
      Reason: reason,
      FailRequestOnPasswordChange: 'true',
    };
    const search = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
    const { status, body } = await httpsRequest({ vault: this.label, url: `${url}${path}?${search.join('&')}`, tls, signal });
    const response = jsonObject(body);
    if (status !== 200) throw this.#failure(key, status, response);
    const { Content: value } = response ?? {};
    if (typeof value !== 'string') throw this.#wrongService();
    return { value };
  }

  #failure(key: string, status: number, response: Record<string, unknown> | undefined): SecretSourceError {
    // The message may quote the query; the code is enough to find the request in CyberArk's own log.
    const code = typeof response?.ErrorCode === 'string' && /^\w{5,16}$/.test(response.ErrorCode) ? response.ErrorCode : '';
    const said = `status ${status}${code && `, ${code}`}`;
    const { appId } = this.#options;
    if (code && TEMPORARY.has(code))
      return new SecretSourceError('unreachable', `${this.label} cannot provide "${key}" at the moment (${said}).`);
    if (status === 401 || status === 403) {
      return new SecretSourceError(
        'forbidden',
        `${this.label} does not allow the application "${appId}" to read "${key}" (${said}).`,
        'Check the application’s authentication and client certificate in CyberArk, and check that it is a member of the safe.',
      );
    }
    if (status === 404 && code) {
      return new SecretSourceError(
        'missing',
        `${this.label} has no account for "${key}" (${said}).`,
        'Check the safe and the object, and check that the application and the provider are members of the safe.',
      );
    }
    if (status === 429 || status >= 500) return new SecretSourceError('unreachable', `${this.label} is temporarily unavailable (${said}).`);
    if (status === 400) return new SecretSourceError('misconfigured', `${this.label} rejected the request for "${key}" (${said}).`);
    return this.#wrongService();
  }

  #wrongService(): SecretSourceError {
    const remedy = 'Check the source’s url and path. The path is usually /AIMWebService/api/Accounts.';
    return new SecretSourceError('misconfigured', `${this.label}: the response did not come from the Central Credential Provider.`, remedy);
  }
}
