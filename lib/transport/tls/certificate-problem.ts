import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import { networkProblem } from '../../io/network-error.js';
import type { ReasonValues } from '../../shared/mail-error.js';
import type { FailureReason } from '../failures/diagnoses.js';
import { dayOf, issuerOf, namesOf } from './certificate-facts.js';
import { oneLine } from '../failures/server-words.js';
import { NOT_PINNED } from './trust.js';

/** Diagnoses a certificate problem by the error code; undefined if the code means something else. */
export function classifyCertificate(
  code: string,
  { host, tlsServerName, pinnedCertificate }: { host: string; tlsServerName?: string; pinnedCertificate?: string },
  certificate: PeerCertificate | undefined,
): [reason: FailureReason, values: ReasonValues] | undefined {
  const values = { host: tlsServerName ?? host, issuer: oneLine((certificate && issuerOf(certificate)) || '?', 100) };
  if (pinnedCertificate && certificate && (code === NOT_PINNED || networkProblem(code) === 'certificate')) {
    const { fingerprint256: fingerprint } = certificate;
    if (fingerprint !== new X509Certificate(pinnedCertificate).fingerprint256) return ['cert_changed', { ...values, fingerprint }];
    if (code === 'CERT_HAS_EXPIRED') return ['cert_pinned_expired', { ...values, date: dayOf(certificate.valid_to), today: today() }];
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH': {
      const names = certificate ? namesOf(certificate) : [];
      // An address and an alias usually stay: the certificate has another name.
      const field = tlsServerName || isIP(host) || !host.includes('.') ? 'tlsServerName' : 'host';
      return names.length
        ? ['cert_name', { ...values, field, names: oneLine(names.slice(0, 5).join(', '), 200) }]
        : ['cert_nameless', values];
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
      return networkProblem(code) === 'certificate'
        ? ['cert_refused', { ...values, problem: code.toLowerCase().replaceAll('_', ' ') }]
        : undefined;
  }
}

const today = (): string => new Date().toISOString();

/** True if the date of this certificate is the problem. Node does not say which certificate of the chain it checked. */
function isAtFault(certificate: PeerCertificate | undefined, field: 'valid_from' | 'valid_to'): boolean {
  const time = Date.parse(certificate?.[field] ?? '');
  return field === 'valid_to' ? time < Date.now() : time > Date.now();
}
