import { createHash, X509Certificate } from 'node:crypto';
import { fingerprints, MAX_CERTIFICATES, MAX_PEM, splitCertificates } from '../options/certificates.js';
import { certificateBlocks, isTruncated } from '../shared/pem.js';
import type { ResolvedSmtpOptions } from '../options/options.js';
import { type Limit, firstProblem } from '../shared/config-checks.js';
import { isDomainName, isIpv4, isIpv6 } from '../shared/host-names.js';
import type { FieldProblem } from '../shared/mail-error.js';

/** Returns the certificates to trust for a configuration: the application's private CAs and its own. */
export function trustedCertificates(caCertificate: string | null, { trustedCa }: Pick<ResolvedSmtpOptions, 'trustedCa'>): string[] {
  return [...trustedCa, ...splitCertificates(caCertificate)];
}

const NO_PEM = 'Paste the certificate in PEM format. It starts with -----BEGIN CERTIFICATE-----.';
const CUT = 'A certificate is incomplete: -----END CERTIFICATE----- is missing. Paste it again.';
const PRIVATE_KEY = 'This contains a private key. Paste only the certificate, and replace that key, because it was exposed.';
const limit = (code: string, message: string, isValid: (pem: string) => boolean): Limit => ({
  code,
  message,
  isValid: (pem) => pem === null || isValid(pem as string),
});

/** The limits of a string that is split into certificates. */
const TEXT_LIMITS: readonly Limit[] = [
  limit('pem', NO_PEM, (pem) => typeof pem === 'string'),
  limit('pem_too_long', `At most ${MAX_PEM} characters.`, (pem) => pem.length <= MAX_PEM),
  limit('private_key', PRIVATE_KEY, (pem) => !pem.includes('PRIVATE KEY-----')),
  limit('pem_too_long', `At most ${MAX_CERTIFICATES} certificates.`, (pem) => certificateBlocks(pem).length <= MAX_CERTIFICATES),
  limit('pem_incomplete', CUT, (pem) => certificateBlocks(pem).length > 0 || !isTruncated(pem)),
  limit('pem', NO_PEM, (pem) => certificateBlocks(pem).length > 0),
];

/** The limits of the private CA of a configuration. PostgreSQL cannot store a NUL. */
export const CA_LIMITS: readonly Limit[] = [
  ...TEXT_LIMITS,
  limit('pem_incomplete', CUT, (pem) => !isTruncated(pem)),
  limit('pem', NO_PEM, (pem) => !pem.includes('\0') && isReadable(pem)),
];

/** The limits of a pinned certificate: one that a server presents as its own. */
export const PIN_LIMITS: readonly Limit[] = [
  ...CA_LIMITS,
  limit(
    'one_certificate',
    'Paste one certificate only: the server’s own, not those of its CA.',
    (pem) => certificateBlocks(pem).length === 1,
  ),
  limit(
    'pinned_authority',
    'This is the certificate of a CA, not of a server. Enter it as the private CA, or paste the server’s own certificate.',
    (pem) => isOfServer(new X509Certificate(certificateBlocks(pem)[0]!)),
  ),
];

/**
 * True for a certificate that a server may present as its own. `openssl req -x509` also makes an authority of a server's certificate,
 * which then signs itself and has the server's name.
 */
function isOfServer(certificate: X509Certificate): boolean {
  if (!certificate.ca) return true;
  const { subject, issuer, subjectAltName = '' } = certificate;
  const { CN = '' } = certificate.toLegacyObject().subject ?? {};
  return subject === issuer && (/\b(?:DNS|IP Address):/.test(subjectAltName) || isHostName(String(CN).replace(/^\*\./, '')));
}

const isHostName = (name: string): boolean => isDomainName(name) || isIpv4(name) || isIpv6(name);

/** Returns why a string cannot be the private CA of a configuration; undefined if it can. */
export const caProblem = (pem: unknown): FieldProblem | undefined => firstProblem(CA_LIMITS, pem);

/** Returns why a string cannot be split into certificates; undefined if it can. */
export const caTextProblem = (pem: unknown): FieldProblem | undefined => firstProblem(TEXT_LIMITS, pem);

const MAX_KEPT = 1_000;
const known = new Map<string, readonly string[] | null>();

/**
 * Returns the fingerprints of the certificates in a PEM string; null for a string that is none. Cached, because this is needed before each message and
 * several times when a configuration is saved.
 */
export function certificateFingerprints(pem: string): readonly string[] | null {
  if (pem.length > MAX_PEM) return null;
  const key = createHash('sha256').update(pem).digest('base64');
  let found = known.get(key);
  if (found === undefined) {
    if (known.size >= MAX_KEPT) known.clear();
    found = caProblem(pem) ? null : fingerprints(pem);
    known.set(key, found);
  }
  return found;
}

function isReadable(pem: string): boolean {
  try {
    return splitCertificates(pem).length > 0;
  } catch {
    return false;
  }
}
