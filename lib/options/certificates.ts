import { createHash, X509Certificate } from 'node:crypto';
import { CONFIG_FIELDS } from '../shared/config-fields.js';
import { certificateBlocks } from '../shared/pem.js';

/** Limits of the PEM string of a configuration: characters and certificates. */
export const MAX_PEM = CONFIG_FIELDS.caCertificate.maxLength;
export const MAX_CERTIFICATES = 50;

/**
 * Splits a PEM string into certificates, each re-encoded: exactly what was parsed is trusted, and not what another parser might
 * find in the same string. @throws Error for a certificate that cannot be parsed
 */
export function splitCertificates(pem: string | null): string[] {
  return certificateBlocks(pem).map((block) => new X509Certificate(block).toString());
}

/** Returns the SHA-256 fingerprints in order. They do not depend on how the PEM string is formatted. */
export function fingerprints(pem: string | null): string[] {
  return certificateBlocks(pem).map((block) => new X509Certificate(block).fingerprint256);
}

/** Takes at most a few megabytes. */
const MAX_KEPT = 10_000;
const expiries = new Map<string, Date | null>();

/**
 * Returns the earliest expiry among the certificates of a PEM string; null if none can be parsed. Cached, because a list asks for
 * each of its rows.
 */
export function earliestExpiry(pem: string | null): Date | null {
  // A longer string cannot be saved, so the row was edited by hand.
  if (!pem || pem.length > MAX_PEM) return null;
  const key = createHash('sha256').update(pem).digest('base64');
  const known = expiries.get(key);
  if (known !== undefined) return known;
  const end = readEarliestEnd(pem);
  if (expiries.size >= MAX_KEPT) expiries.clear();
  expiries.set(key, end);
  return end;
}

function readEarliestEnd(pem: string): Date | null {
  try {
    const times = certificateBlocks(pem).map((block) => Date.parse(new X509Certificate(block).validTo));
    const earliest = Math.min(...times);
    return Number.isFinite(earliest) ? new Date(earliest) : null;
  } catch {
    // One damaged row must not affect the others.
    return null;
  }
}
