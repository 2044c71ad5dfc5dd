import { codeOf, toNetworkError } from '../secret/secret-failure.js';
import { SecretSourceError } from '../secret/secret-source.js';

/** The request that failed. */
export interface FailedRequest {
  vault: string;
  /** The secret in quotes; undefined for the list of secrets. */
  name: string | undefined;
  signal: AbortSignal;
  /** The status of the last response, which the SDK loses if an error has no body. */
  status?: number;
}

/** Turns an error of the SDK into a SecretSourceError: a RestError of the vault, or an error of the credential. The error contains the request with its token, so only codes are used. */
export function toKeyVaultError(error: unknown, { vault, name: asked, signal, status }: FailedRequest): SecretSourceError {
  if (error instanceof SecretSourceError) return error;
  const { name, statusCode, message } = Object(error) as { name?: unknown; statusCode?: unknown; message?: unknown };
  if (signal.aborted || name === 'AbortError') return new SecretSourceError('unreachable', `${vault} did not respond in time.`);
  const words = typeof message === 'string' ? message : '';
  if (typeof name === 'string' && CREDENTIAL_ERRORS.test(name)) return toCredentialError(vault, words, statusCode);
  const lastStatus = typeof statusCode === 'number' ? statusCode : status;
  if (lastStatus !== undefined && lastStatus >= 300) return toResponseError(vault, asked, lastStatus, innerCode(error));
  if (words.includes('challenge')) {
    const remedy = 'Check vaultUrl: the server that responded is not the vault.';
    return new SecretSourceError('misconfigured', `${vault} requested a token for another service. No token was sent.`, remedy);
  }
  const code = codeOf(error);
  return toNetworkError(vault, code) ?? new SecretSourceError('misconfigured', `The request to ${vault} failed${code && ` (${code})`}.`);
}

const CREDENTIAL_ERRORS = /^(AuthenticationError|AuthenticationRequiredError|AggregateAuthenticationError|CredentialUnavailableError)$/;
/** Matches MSAL's messages for an unreachable sign-in, which have no code. */
const SIGN_IN_UNREACHABLE = /endpoints_resolution_error|network_error|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ECONNRESET|temporarily_unavailable/;

function toCredentialError(vault: string, words: string, status: unknown): SecretSourceError {
  if (SIGN_IN_UNREACHABLE.test(words) || (typeof status === 'number' && (status >= 500 || status === 429))) {
    return new SecretSourceError('unreachable', `${vault}: Microsoft's sign-in cannot be reached.`);
  }
  const [code = ''] = /AADSTS\d+/.exec(words) ?? [];
  return new SecretSourceError(
    'forbidden',
    `${vault}: this application could not sign in to Azure${code && ` (${code})`}.`,
    'Check the source’s credential: tenant, client and secret, or the managed identity.',
  );
}

/** learn.microsoft.com/azure/key-vault/general/rest-error-codes */
function toResponseError(vault: string, name: string | undefined, status: number, code: string): SecretSourceError {
  const what = name ?? 'the list of secrets';
  const said = `status ${status}${code && `, ${code}`}`;
  switch (status) {
    case 401:
      return new SecretSourceError('forbidden', `${vault} does not accept this application's token (${said}).`, CHECK_TENANT);
    case 403:
      if (code === 'SecretDisabled')
        return new SecretSourceError('forbidden', `${vault}: ${what} is disabled.`, 'Enable the secret in the vault.');
      if (code === 'ForbiddenByFirewall') {
        return new SecretSourceError('forbidden', `${vault} blocks this application’s network (${said}).`, ALLOW_NETWORK);
      }
      return new SecretSourceError(
        'forbidden',
        `${vault} does not allow this application to read ${what} (${said}).`,
        name ? ASSIGN_ROLE : ALLOW_LISTING,
      );
    case 404:
      return new SecretSourceError(
        'missing',
        `${vault} does not have ${what} (${said}).`,
        'Create the secret in the vault, or check vaultUrl and the name.',
      );
    default:
      if (status === 429 || status >= 500) return new SecretSourceError('unreachable', `${vault} is temporarily unavailable (${said}).`);
      return new SecretSourceError('misconfigured', `${vault} rejected the request for ${what} (${said}).`);
  }
}

const CHECK_TENANT = 'Check that the credential belongs to the tenant of the vault.';
const ALLOW_NETWORK = 'Allow this application in the vault’s firewall, or use a private endpoint.';
const ASSIGN_ROLE =
  'Assign the application’s identity the role "Key Vault Secrets User" for the vault or the secret, or the secret permission "get" in the access policy. New roles take effect after a few minutes.';

const ALLOW_LISTING =
  'Assign the application’s identity the role "Key Vault Secrets User" for the whole vault, or the secret permission "list". Alternatively, name each secret in the source.';

/** Returns the most specific code in the response body, as the SDK parsed it. */
function innerCode(error: unknown): string {
  const { code, details } = Object(error) as { code?: unknown; details?: unknown };
  const body = Object((Object(details) as { error?: unknown }).error) as { code?: unknown; innererror?: unknown; innerError?: unknown };
  const inner = Object(body.innererror ?? body.innerError) as { code?: unknown };
  const found = [inner.code, body.code, code].find((entry) => typeof entry === 'string' && /^\w{1,64}$/.test(entry));
  return typeof found === 'string' ? found : '';
}
