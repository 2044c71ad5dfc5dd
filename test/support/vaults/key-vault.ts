import type { LookupFunction } from 'node:net';
import type { TokenCredential } from '@azure/identity';
import type { AzureKeyVaultOptions } from '../../../lib/azure-key-vault/index.js';
import { createPrivateCa } from '../../../lib/testing/private-ca.js';
import { type Arrived, type HttpsServer, type Reply, startHttps } from './https-server.js';

interface KeptSecret {
  value: string;
  enabled?: boolean;
  /** Seconds since 1970. */
  exp?: number;
}

export interface FakeKeyVault extends HttpsServer {
  /** Secrets by name. Change one to rotate it. */
  secrets: Map<string, KeptSecret>;
  /** Called first for a request with the token. Undefined returns the usual reply. */
  reply?: (request: Arrived) => Reply | undefined;
  /** The resource in the challenge. Another one must not get a token. */
  resource: string;
  /** The scopes that were requested from the credential. */
  scopes: string[];
  credential: TokenCredential;
  /** The names of values read with the token. */
  readonly reads: string[];
  /** Options for a source: a real vault's address, resolved to this machine. */
  options: Pick<AzureKeyVaultOptions, 'vaultUrl' | 'credential' | 'client'>;
}

const HOST = 'acme.vault.azure.net';
export const TOKEN = 'token-of-the-application';
const PAGE = 25;

/** Starts a fake of Key Vault as the SDK sees it: a challenge first, then values and pages of names for the right token. */
export async function startKeyVault(): Promise<FakeKeyVault> {
  const authority = await createPrivateCa('Vault CA');
  const certificate = await authority.issue({ names: [HOST] });
  const server = await startHttps({ key: certificate.key, cert: certificate.cert }, (request) => answer(vault, request));
  const scopes: string[] = [];
  const vault: FakeKeyVault = Object.assign(server, {
    secrets: new Map<string, KeptSecret>(),
    resource: 'https://vault.azure.net',
    scopes,
    credential: {
      getToken: async (scope: string | string[]) => {
        scopes.push(...[scope].flat());
        return { token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    },
  }) as FakeKeyVault;
  Object.defineProperty(vault, 'reads', {
    get: () =>
      vault.requests
        .filter(({ headers, url }) => headers.authorization === `Bearer ${TOKEN}` && /^\/secrets\/[^/?]/.test(url))
        .map(({ url }) => parseName(url)),
  });
  vault.options = {
    vaultUrl: `https://${HOST}:${server.port}`,
    credential: vault.credential,
    client: { tlsOptions: { ca: authority.certificate }, additionalPolicies: [{ policy: toThisMachine, position: 'perCall' }] },
  };
  return vault;
}

const lookup: LookupFunction = (_name, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

const toThisMachine: NonNullable<NonNullable<AzureKeyVaultOptions['client']>['additionalPolicies']>[number]['policy'] = {
  name: 'toThisMachine',
  sendRequest: (request, next) => {
    request.requestOverrides = { lookup };
    return next(request);
  },
};

function answer(vault: FakeKeyVault, request: Arrived): Reply {
  if (request.headers.authorization !== `Bearer ${TOKEN}`) {
    const challenge = `Bearer authorization="https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad", resource="${vault.resource}"`;
    return { status: 401, headers: { 'WWW-Authenticate': challenge }, body: { error: { code: 'Unauthorized', message: 'AKV10000' } } };
  }
  const own = vault.reply?.(request);
  if (own !== undefined) return own;
  const { pathname, searchParams } = new URL(request.url, 'https://vault');
  if (pathname === '/secrets') return buildPage(vault, Number(searchParams.get('$skiptoken') ?? 0));
  const name = parseName(request.url);
  const secret = vault.secrets.get(name);
  if (!secret) return buildRefusal(404, 'SecretNotFound');
  if (secret.enabled === false) return buildRefusal(403, 'Forbidden', 'SecretDisabled');
  return {
    status: 200,
    body: { value: secret.value, id: `https://${HOST}/secrets/${name}/0123456789abcdef`, attributes: buildAttributes(secret) },
  };
}

function buildPage(vault: FakeKeyVault, from: number): Reply {
  const all = [...vault.secrets];
  const value = all
    .slice(from, from + PAGE)
    .map(([name, secret]) => ({ id: `https://${HOST}/secrets/${name}`, attributes: buildAttributes(secret) }));
  const nextLink =
    from + PAGE < all.length ? `https://${HOST}:${vault.port}/secrets?api-version=2025-07-01&$skiptoken=${from + PAGE}` : undefined;
  return { status: 200, body: { value, nextLink } };
}

function buildAttributes({ enabled = true, exp }: KeptSecret): object {
  return { enabled, exp, created: 1_700_000_000, updated: 1_700_000_000 };
}

/** Builds an error of Key Vault. */
export function buildRefusal(status: number, code: string, inner?: string): Reply {
  return { status, body: { error: { code, message: 'Words of the vault.', ...(inner && { innererror: { code: inner } }) } } };
}

function parseName(url: string): string {
  return decodeURIComponent(new URL(url, 'https://vault').pathname.split('/')[2] ?? '');
}
