import type { PeerCertificate } from 'node:tls';
import type { CauseKey, CauseValues } from '../failures/causes.js';
import { dayOf, issuerOf, namesOf } from './certificate-facts.js';
import { oneLine } from '../failures/server-words.js';

/** What is wrong with a certificate, or undefined when the error code is about something else. */
export function certificateProblem(
  code: string,
  host: string,
  certificate: PeerCertificate | undefined,
): [cause: CauseKey, values: CauseValues] | undefined {
  const values = { host, issuer: oneLine((certificate && issuerOf(certificate)) || '?', 100) };
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH': {
      const names = certificate ? namesOf(certificate) : [];
      return names.length ? ['cert_name', { ...values, names: oneLine(names.slice(0, 5).join(', '), 200) }] : ['cert_nameless', values];
    }
    case 'CERT_HAS_EXPIRED':
      return isAtFault(certificate, 'valid_to')
        ? ['cert_expired', { ...values, date: dayOf(certificate?.valid_to), today: today() }]
        : ['cert_chain_expired', { ...values, today: today() }];
    case 'CERT_NOT_YET_VALID':
      return isAtFault(certificate, 'valid_from')
        ? ['cert_not_yet', { ...values, date: dayOf(certificate?.valid_from), today: today() }]
        : ['cert_chain_not_yet', { ...values, today: today() }];
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return ['cert_self_signed', values];
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return ['cert_unknown_ca', values];
    default:
      return OTHER_PROBLEMS.has(code) ? ['cert_refused', { ...values, problem: code.toLowerCase().replaceAll('_', ' ') }] : undefined;
  }
}

/** The rest of Node's "X509 certificate error codes" (nodejs.org/api/tls.html). */
const OTHER_PROBLEMS = new Set(
  `CERT_CHAIN_TOO_LONG CERT_REJECTED CERT_REVOKED CERT_SIGNATURE_FAILURE CERT_UNTRUSTED CRL_HAS_EXPIRED CRL_NOT_YET_VALID
  CRL_SIGNATURE_FAILURE ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CERT_NOT_BEFORE_FIELD INVALID_CA INVALID_PURPOSE PATH_LENGTH_EXCEEDED
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_GET_CRL`.split(/\s+/),
);

const today = (): string => new Date().toISOString();

/** The date that was checked may be that of another certificate of the chain, which Node does not name. */
function isAtFault(certificate: PeerCertificate | undefined, field: 'valid_from' | 'valid_to'): boolean {
  const time = Date.parse(certificate?.[field] ?? '');
  return field === 'valid_to' ? time < Date.now() : time > Date.now();
}
