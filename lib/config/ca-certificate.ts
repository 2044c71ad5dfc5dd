import { createHash } from 'node:crypto';
import { certificateBlocks, isCut, MAX_CERTIFICATES, MAX_PEM, splitCertificates } from '../options/certificates.js';
import type { ResolvedSmtpOptions } from '../options/options.js';
import type { FieldProblem } from '../shared/mail-error.js';

const NO_PEM: FieldProblem = {
  code: 'pem',
  message: 'Paste the certificate in PEM format. It starts with -----BEGIN CERTIFICATE-----.',
};
const CUT: FieldProblem = {
  code: 'pem_cut',
  message: 'A certificate is incomplete: -----END CERTIFICATE----- is missing. Paste it again.',
};

/** Returns the certificates to trust for a configuration: the application's private CAs and its own. */
export function trustedCertificates(caCertificate: string | null, { trustedCa }: Pick<ResolvedSmtpOptions, 'trustedCa'>): string[] {
  return [...trustedCa, ...splitCertificates(caCertificate)];
}

/** Returns why a text cannot be the private CA of a configuration; undefined if it can. */
export function caProblem(pem: unknown): FieldProblem | undefined {
  const problem = caTextProblem(pem);
  if (problem) return problem;
  const text = pem as string;
  if (isCut(text)) return CUT;
  // PostgreSQL takes no NUL.
  return text.includes('\0') || !isReadable(text) ? NO_PEM : undefined;
}

/** Returns why a text is not even read certificate by certificate; undefined if it is. */
export function caTextProblem(pem: unknown): FieldProblem | undefined {
  if (typeof pem !== 'string') return NO_PEM;
  if (pem.length > MAX_PEM) return { code: 'pem_too_long', message: `At most ${MAX_PEM} characters.` };
  if (pem.includes('PRIVATE KEY-----')) {
    return {
      code: 'private_key',
      message: 'This contains a private key. Paste only the certificate, and replace that key, because it was exposed.',
    };
  }
  const { length } = certificateBlocks(pem);
  if (length > MAX_CERTIFICATES) return { code: 'pem_too_long', message: `At most ${MAX_CERTIFICATES} certificates.` };
  if (length > 0) return undefined;
  return isCut(pem) ? CUT : NO_PEM;
}

const MAX_KEPT = 1_000;
const damaged = new Map<string, boolean>();

/** True if a stored text is not a private CA. Results are kept, because this is checked before each message. */
export function isDamagedCa(pem: string): boolean {
  if (pem.length > MAX_PEM) return true;
  const key = createHash('sha256').update(pem).digest('base64');
  const known = damaged.get(key);
  if (known !== undefined) return known;
  if (damaged.size >= MAX_KEPT) damaged.clear();
  const isDamaged = caProblem(pem) !== undefined;
  damaged.set(key, isDamaged);
  return isDamaged;
}

function isReadable(pem: string): boolean {
  try {
    return splitCertificates(pem).length > 0;
  } catch {
    return false;
  }
}
