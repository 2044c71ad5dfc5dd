/** A network or TLS problem that Node reports. */
export type NetworkProblem =
  | 'unknown_host'
  | 'dns_unanswered'
  | 'refused'
  | 'no_route'
  | 'not_permitted'
  | 'timeout'
  | 'dropped'
  /** The other side's certificate is not trusted. */
  | 'certificate'
  /** The other side does not accept the client certificate. */
  | 'client_certificate'
  | 'tls';

const BY_CODE: Record<string, NetworkProblem> = {
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'dns_unanswered',
  ECONNREFUSED: 'refused',
  EHOSTDOWN: 'no_route',
  EHOSTUNREACH: 'no_route',
  ENETDOWN: 'no_route',
  ENETUNREACH: 'no_route',
  EADDRNOTAVAIL: 'no_route',
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
  ERR_ACCESS_DENIED: 'not_permitted',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  ECONNABORTED: 'dropped',
  ECONNRESET: 'dropped',
  EPIPE: 'dropped',
  UND_ERR_SOCKET: 'dropped',
  EPROTO: 'tls',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate',
};

/** Node's "X509 certificate error codes" (nodejs.org/api/tls.html). */
const CERTIFICATE_CODES = `CERT_CHAIN_TOO_LONG CERT_HAS_EXPIRED CERT_NOT_YET_VALID CERT_REJECTED CERT_REVOKED CERT_SIGNATURE_FAILURE
  CERT_UNTRUSTED CRL_HAS_EXPIRED CRL_NOT_YET_VALID CRL_SIGNATURE_FAILURE DEPTH_ZERO_SELF_SIGNED_CERT ERROR_IN_CERT_NOT_AFTER_FIELD
  ERROR_IN_CERT_NOT_BEFORE_FIELD HOSTNAME_MISMATCH INVALID_CA INVALID_PURPOSE PATH_LENGTH_EXCEEDED SELF_SIGNED_CERT_IN_CHAIN
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_GET_CRL UNABLE_TO_GET_ISSUER_CERT
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE`;
for (const code of CERTIFICATE_CODES.split(/\s+/)) BY_CODE[code] = 'certificate';

/** TLS alerts about the client certificate. */
const CLIENT_CERTIFICATE = /^ERR_SSL_\w*ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)$/;

/** Classifies an error code of Node's network and TLS modules; undefined for any other code. */
export function networkProblem(code: string): NetworkProblem | undefined {
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code];
  if (CLIENT_CERTIFICATE.test(code)) return 'client_certificate';
  return /^ERR_(SSL|TLS)_/.test(code) ? 'tls' : undefined;
}
