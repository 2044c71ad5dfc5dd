import { EXPIRES_SOON_MS, type CertificateFacts, type ServerChain } from '../../../shared/certificates.js';
import { certificateBlocks, isTruncated } from '../../../shared/pem.js';

/** Returns the problem of a pasted string that the browser can find, or an empty string. A private key never leaves the browser. */
export function pemProblem(text: string): '' | 'private_key' | 'pem' | 'pem_incomplete' {
  if (text.includes('PRIVATE KEY-----')) return 'private_key';
  if (!text.trim()) return '';
  if (isTruncated(text)) return 'pem_incomplete';
  return certificateBlocks(text).length > 0 ? '' : 'pem';
}

/** Appends a certificate to the string. */
export const withCertificate = (text: string, pem: string): string => (text.trim() ? `${text.trim()}\n${pem}` : pem);

/** Returns the string without one of its certificates. */
export const withoutCertificate = (certificates: CertificateFacts[], index: number): string =>
  certificates
    .filter((_, at) => at !== index)
    .map(({ pem }) => pem.trim())
    .join('\n');

/** The result of comparing an entered fingerprint with a certificate's. `weak`: it is an MD5 or SHA-1, which can be forged. */
export type Comparison = 'empty' | 'match' | 'differs' | 'weak' | 'incomplete' | 'unreadable';

/** Compares fingerprints in any notation: `AB:CD`, `ab cd`, `abcd`, also with openssl's prefix. */
export function compareFingerprint(typed: string, fingerprint: string): Comparison {
  const words = typed.replace(/^.*=/s, '').replace(/^\s*sha-?(256|1):?(?=[\s\da-f])/i, '');
  const hex = words.replace(/[\s:.-]/g, '').toUpperCase();
  if (!hex) return typed.trim() ? 'unreadable' : 'empty';
  if (!/^[\dA-F]+$/.test(hex)) return 'unreadable';
  if (hex.length === 32 || hex.length === 40) return 'weak';
  if (hex.length !== 64) return 'incomplete';
  return hex === fingerprint.replaceAll(':', '').toUpperCase() ? 'match' : 'differs';
}

/** Splits a fingerprint into groups of four pairs, for reading it aloud. */
export const fingerprintGroups = (fingerprint: string): string[] =>
  fingerprint.match(/.{1,12}/g)?.map((group) => group.replace(/:$/, '')) ?? [];

/**
 * Returns the certificate of a chain to trust: the one that the server names, or its own certificate if that is all it sends and valid.
 * Undefined if the chain is trusted or no certificate of it would help.
 */
export function toTrust({ isTrusted, isTopTrusted, candidate, certificates }: ServerChain): CertificateFacts | undefined {
  if (isTrusted) return undefined;
  const named = certificates.find(({ fingerprint }) => fingerprint === candidate);
  const [own] = certificates;
  const isOnlyOwn = certificates.length === 1 && own?.kind === 'server' && own.problems.length === 0;
  return named ?? (isOnlyOwn && !isTopTrusted ? own : undefined);
}

/** Returns the certificate of a chain to pin: the server's own, unless it is unreadable or its dates are refused anyway. */
export function toPin({ certificates }: ServerChain): CertificateFacts | undefined {
  const [own] = certificates;
  return own && withoutName(own).problems.length === 0 ? own : undefined;
}

/** Returns the facts without the problem that the name does not match. */
export const withoutName = (facts: CertificateFacts): CertificateFacts => ({
  ...facts,
  problems: facts.problems.filter((problem) => problem !== 'wrong_host'),
});

const DAY_MS = 86_400_000;

/**
 * Returns the first to expire of the server's certificate and the private CA, if it expires soon or has expired; `days` is then
 * negative.
 */
export function expiringSoon(
  { certificateExpiresAt, caExpiresAt }: { certificateExpiresAt: string | null; caExpiresAt: string | null },
  now: number,
): { what: 'certificate' | 'ca'; at: string; days: number; isExpired: boolean } | null {
  const isCa = caExpiresAt !== null && (certificateExpiresAt === null || Date.parse(caExpiresAt) < Date.parse(certificateExpiresAt));
  const at = isCa ? caExpiresAt : certificateExpiresAt;
  if (at === null) return null;
  const left = Date.parse(at) - now;
  if (left > EXPIRES_SOON_MS) return null;
  return { what: isCa ? 'ca' : 'certificate', at, days: Math.trunc(left / DAY_MS), isExpired: left < 0 };
}
