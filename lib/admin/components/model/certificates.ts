/** A certificate as the server explains it; one of the kind `broken` has its text and nothing else. */
export interface CertificateFacts {
  pem: string;
  kind: 'authority' | 'server' | 'broken';
  isSelfSigned: boolean;
  subject: string;
  issuer: string;
  names: string[];
  validFrom: string;
  validUntil: string;
  fingerprint: string;
  problems: string[];
}

/** What a server presents, and which of it would have to be trusted. */
export interface ServerChain {
  host: string;
  port: number;
  certificates: CertificateFacts[];
  isTrusted: boolean;
  /** The authority is known, so that something else is wrong where the server is not trusted. */
  isTopTrusted: boolean;
  /** A fingerprint. */
  candidate: string | null;
  isComplete: boolean;
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** What can be said of a pasted text before anybody is asked; a private key never leaves the browser. Empty when nothing is wrong. */
export function pemProblem(text: string): '' | 'private_key' | 'pem' | 'pem_cut' {
  if (text.includes('PRIVATE KEY-----')) return 'private_key';
  if (!text.trim()) return '';
  const [, ...certificates] = text.split(BEGIN);
  if (certificates.length === 0) return 'pem';
  return certificates.every((certificate) => certificate.includes(END)) ? '' : 'pem_cut';
}

/** The text with one more certificate at its end. */
export const withCertificate = (text: string, pem: string): string => (text.trim() ? `${text.trim()}\n${pem}` : pem);

/** The certificates without one of them. */
export const withoutCertificate = (certificates: CertificateFacts[], index: number): string =>
  certificates
    .filter((_, at) => at !== index)
    .map(({ pem }) => pem.trim())
    .join('\n');

/** How a typed fingerprint compares with that of a certificate. `weak`: it is an MD5 or SHA-1, which can be forged. */
export type Comparison = 'empty' | 'match' | 'differs' | 'weak' | 'incomplete' | 'unreadable';

/** Compares in any notation: `AB:CD`, `ab cd`, `abcd`, and with what openssl writes before it. */
export function compareFingerprint(typed: string, fingerprint: string): Comparison {
  const words = typed.replace(/^.*=/s, '').replace(/^\s*sha-?(256|1):?(?=[\s\da-f])/i, '');
  const hex = words.replace(/[\s:.-]/g, '').toUpperCase();
  if (!hex) return typed.trim() ? 'unreadable' : 'empty';
  if (!/^[\dA-F]+$/.test(hex)) return 'unreadable';
  if (hex.length === 32 || hex.length === 40) return 'weak';
  if (hex.length !== 64) return 'incomplete';
  return hex === fingerprint.replaceAll(':', '').toUpperCase() ? 'match' : 'differs';
}

/** A fingerprint in groups of four pairs, to be read to somebody. */
export const fingerprintGroups = (fingerprint: string): string[] =>
  fingerprint.match(/.{1,12}/g)?.map((group) => group.replace(/:$/, '')) ?? [];

const DAY_MS = 86_400_000;
/** How long before its end a certificate is spoken of. */
const WARN_DAYS = 30;

/** What ends first of the server's certificate and its own CA, where that is soon or over; `days` is negative for days ago. */
export function endingSoon(
  { certificateExpiresAt, caExpiresAt }: { certificateExpiresAt: string | null; caExpiresAt: string | null },
  now: number,
): { what: 'certificate' | 'ca'; at: string; days: number; isOver: boolean } | null {
  const isCa = caExpiresAt !== null && (certificateExpiresAt === null || Date.parse(caExpiresAt) < Date.parse(certificateExpiresAt));
  const at = isCa ? caExpiresAt : certificateExpiresAt;
  if (at === null) return null;
  const left = Date.parse(at) - now;
  if (left > WARN_DAYS * DAY_MS) return null;
  return { what: isCa ? 'ca' : 'certificate', at, days: Math.trunc(left / DAY_MS), isOver: left < 0 };
}
