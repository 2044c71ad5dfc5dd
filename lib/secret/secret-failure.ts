import { networkProblem } from '../io/network-error.js';
import { type ResolvedSecret, SecretSourceError } from './secret-source.js';
import type { SecretFailure } from '../shared/secrets.js';

const MAX_VALUE = 4_096;

/** Turns any error of a source into a SecretSourceError, and drops everything else that the error contains. */
export function toSourceError({ label }: { label: string }, error: unknown): SecretSourceError {
  if (error instanceof SecretSourceError) return error;
  const { name } = Object(error) as { name?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') return new SecretSourceError('unreachable', `${label} did not respond in time.`);
  const code = codeOf(error);
  return toNetworkError(label, code) ?? new SecretSourceError('misconfigured', `${label} failed${code && ` (${code})`}.`);
}

/** Returns the failure for an error code of Node's network and TLS modules; undefined for any other code. */
export function toNetworkError(what: string, code: string): SecretSourceError | undefined {
  switch (networkProblem(code)) {
    case undefined:
    // A file without read permission has the same code.
    case 'not_permitted':
      return undefined;
    case 'client_certificate':
      return new SecretSourceError('forbidden', `${what} did not accept the client certificate (${code}).`, CHECK_CLIENT_CERTIFICATE);
    case 'certificate':
      return new SecretSourceError('unreachable', `The certificate of ${what} is not trusted (${code}). No request was sent.`, CHECK_CA);
    default:
      return new SecretSourceError('unreachable', `${what} cannot be reached (${code}).`);
  }
}

const CHECK_CA = 'Check its address, and add the certificate of its private CA to the source.';
const CHECK_CLIENT_CERTIFICATE =
  'Check that the source has the correct client certificate, that it has not expired, and that the server accepts it.';

/** Returns the code of an error or of its cause; empty without a code that is safe to show. */
export function codeOf(error: unknown): string {
  let at = error;
  for (let depth = 0; at && depth < 5; depth++) {
    const { code, cause } = Object(at) as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[\w-]{1,64}$/.test(code)) return code;
    at = cause;
  }
  return '';
}

/** Checks that a value can be a password, which is one line of text, or a private key in PEM. @throws SecretSourceError */
export function checkValue(secret: ResolvedSecret): ResolvedSecret {
  const { value } = (secret ?? {}) as Partial<ResolvedSecret>;
  const fail = (reason: SecretFailure, message: string, remedy: string): never => {
    throw new SecretSourceError(reason, message, remedy);
  };
  if (typeof value !== 'string' || value === '') return fail('missing', 'The secret is empty.', 'Set a value for the secret.');
  if (/[\0\r\n]/.test(value) && !/^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(value)) {
    return fail(
      'misconfigured',
      'The secret contains a line break and can’t be a password.',
      'Store the secret without the trailing line break.',
    );
  }
  if (value.length > MAX_VALUE) return fail('misconfigured', 'The secret is too long to be a password.', 'Choose another secret.');
  return secret;
}
