import type { PeerCertificate, TLSSocket } from 'node:tls';
import { oneLine } from './server-words.js';

/** One line about an encrypted connection: `TLS 1.3 · mail.example.com · Example CA · until 12 Mar 2027`. */
export function describeTls(socket: TLSSocket): string {
  const certificate = socket.getPeerCertificate();
  const version = (socket.getProtocol() ?? 'TLS').replace('TLSv', 'TLS ');
  const parts = [version, namesOf(certificate)[0], issuerOf(certificate), `until ${formatDay(certificate.valid_to)}`];
  return oneLine(parts.filter(Boolean).join(' · '));
}

/** What is wrong with a certificate, in words, or undefined when the error code is about something else. */
export function certificateProblem(
  code: string,
  host: string,
  certificate: PeerCertificate | undefined,
): { summary: string; remedy: string } | undefined {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH': {
      const names = certificate ? namesOf(certificate) : [];
      const whose = names.length ? `It is for ${oneLine(names.slice(0, 5).join(', '), 200)}.` : 'It names no server at all.';
      return {
        summary: `The certificate of the server is not valid for the name ${host}. ${whose}`,
        remedy: 'Use one of the names in the certificate as host, or have the server present a certificate for this name.',
      };
    }
    case 'CERT_HAS_EXPIRED':
      return {
        summary: `${datedSubject(host, certificate, 'valid_to')} has expired${datePart(certificate, 'valid_to', ' on ')}.`,
        remedy: 'Have the certificate renewed on the server. If it looks current, check the clock of this machine.',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        summary: `${datedSubject(host, certificate, 'valid_from')} is not valid yet${datePart(certificate, 'valid_from', ', only from ')}.`,
        remedy: 'Check the clock of this machine and of the machine that issued the certificate.',
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return {
        summary: `The certificate of ${host} is signed by itself, not by an authority trusted here.`,
        remedy: 'If the server is yours, add this certificate to the configuration as private CA.',
      };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE': {
      const issuer = certificate && issuerOf(certificate);
      return {
        summary: `The certificate of ${host} comes from an authority that is not trusted here${issuer ? ` (${oneLine(issuer, 100)})` : ''}.`,
        remedy:
          "Add the certificate of the server's private CA to the configuration. For a public authority, have the server send its intermediate certificates too.",
      };
    }
    default:
      return OTHER_PROBLEMS.has(code)
        ? {
            summary: `The certificate of ${host} was not accepted (${code.toLowerCase().replaceAll('_', ' ')}).`,
            remedy: 'Have the server present a valid certificate, or correct the private CA of the configuration.',
          }
        : undefined;
  }
}

/** The rest of Node's "X509 certificate error codes" (nodejs.org/api/tls.html). */
const OTHER_PROBLEMS = new Set(
  `CERT_CHAIN_TOO_LONG CERT_REJECTED CERT_REVOKED CERT_SIGNATURE_FAILURE CERT_UNTRUSTED CRL_HAS_EXPIRED CRL_NOT_YET_VALID
  CRL_SIGNATURE_FAILURE ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CERT_NOT_BEFORE_FIELD INVALID_CA INVALID_PURPOSE PATH_LENGTH_EXCEEDED
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_GET_CRL`.split(/\s+/),
);

/** The date that was checked may be that of another certificate of the chain, which Node does not name. */
function datedSubject(host: string, certificate: PeerCertificate | undefined, field: 'valid_from' | 'valid_to'): string {
  return isAtFault(certificate, field) ? `The certificate of ${host}` : `A certificate in the chain of ${host}`;
}

function datePart(certificate: PeerCertificate | undefined, field: 'valid_from' | 'valid_to', lead: string): string {
  return isAtFault(certificate, field) ? `${lead}${formatDay(certificate?.[field])}` : '';
}

function isAtFault(certificate: PeerCertificate | undefined, field: 'valid_from' | 'valid_to'): boolean {
  const time = Date.parse(certificate?.[field] ?? '');
  return field === 'valid_to' ? time < Date.now() : time > Date.now();
}

function namesOf(certificate: PeerCertificate): string[] {
  const alternatives = (certificate.subjectaltname ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .filter(Boolean);
  const common = [certificate.subject?.CN].flat().filter((name): name is string => Boolean(name));
  return [...new Set(alternatives.length ? alternatives : common)];
}

function issuerOf(certificate: PeerCertificate): string {
  return [certificate.issuer?.CN ?? certificate.issuer?.O].flat().filter(Boolean).join(', ');
}

function formatDay(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return 'an unknown day';
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(time);
}
