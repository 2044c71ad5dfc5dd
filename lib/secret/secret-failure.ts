import { type ResolvedSecret, type SecretFailure, SecretSourceError } from './secret-source.js';

const MAX_VALUE = 4_096;

/** Node's codes for "it could not be reached". */
const NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);
/** OpenSSL's and Node's codes for "what answered is not who it should be"; the list is that of nodejs.org/api/tls.html. */
const CERTIFICATE = /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** TLS alerts by which the other side refuses the certificate of this one. */
const REFUSED_US = /^ERR_SSL_\w*ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)$/;

/** Whatever a source threw, in words that hold nothing of what it may have carried along. */
export function failureOf({ label }: { label: string }, error: unknown): SecretSourceError {
  if (error instanceof SecretSourceError) return error;
  const { name } = Object(error) as { name?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') return new SecretSourceError('unreachable', `${label} did not answer in time.`);
  const code = codeOf(error);
  return networkFailure(label, code) ?? new SecretSourceError('misconfigured', `${label} failed${code && ` (${code})`}.`);
}

/** The failure behind a code of Node's network and TLS; undefined for any other. */
export function networkFailure(what: string, code: string): SecretSourceError | undefined {
  if (REFUSED_US.test(code)) {
    return new SecretSourceError('forbidden', `${what} did not accept the client certificate (${code}).`, CHECK_CLIENT_CERTIFICATE);
  }
  if (CERTIFICATE.test(code)) {
    return new SecretSourceError('unreachable', `The certificate of ${what} is not trusted (${code}), so it was asked nothing.`, CHECK_CA);
  }
  return NETWORK.has(code) || code.startsWith('ERR_SSL_')
    ? new SecretSourceError('unreachable', `${what} cannot be reached (${code}).`)
    : undefined;
}

const CHECK_CA = 'Check its address, and give the certificate of its private CA to the source.';
const CHECK_CLIENT_CERTIFICATE =
  'Check that the source has the right client certificate, that it has not expired and that it is known there.';

/** The code of an error or of what caused it; empty when there is none that may be shown. */
export function codeOf(error: unknown): string {
  let at = error;
  for (let depth = 0; at && depth < 5; depth++) {
    const { code, cause } = Object(at) as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[\w-]{1,64}$/.test(code)) return code;
    at = cause;
  }
  return '';
}

/** A value that can be a password: one line of text. @throws SecretSourceError */
export function checkValue(secret: ResolvedSecret): ResolvedSecret {
  const { value } = (secret ?? {}) as Partial<ResolvedSecret>;
  const fail = (reason: SecretFailure, message: string, remedy: string): never => {
    throw new SecretSourceError(reason, message, remedy);
  };
  if (typeof value !== 'string' || value === '') return fail('missing', 'The secret is empty.', 'Give it a value there.');
  if (/[\0\r\n]/.test(value)) {
    return fail(
      'misconfigured',
      'The secret holds a line break, so it is no password.',
      'Store it there without the line break at its end.',
    );
  }
  if (value.length > MAX_VALUE) return fail('misconfigured', 'The secret is too long to be a password.', 'Choose another one.');
  return secret;
}
