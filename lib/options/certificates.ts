import { createHash, X509Certificate } from 'node:crypto';
import { CONFIG_FIELDS } from '../shared/config-fields.js';

/** Limits of the PEM text of a configuration: characters and certificates. */
export const MAX_PEM = CONFIG_FIELDS.caCertificate.maxLength;
export const MAX_CERTIFICATES = 50;

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Returns the certificates of a PEM text as they are, readable or not. */
export function certificateBlocks(pem: string | null): string[] {
  return blocksOf(pem ?? '').blocks;
}

/** Returns true when the last certificate of a PEM text has no end. */
export function isCut(pem: string): boolean {
  const { rest } = blocksOf(pem);
  return rest.includes(BEGIN);
}

/** Searches for an end once: a regular expression would search again after each beginning. */
function blocksOf(pem: string): { blocks: string[]; rest: string } {
  const blocks: string[] = [];
  let at = 0;
  for (;;) {
    const begin = pem.indexOf(BEGIN, at);
    const end = begin < 0 ? -1 : pem.indexOf(END, begin);
    if (end < 0) return { blocks, rest: pem.slice(at) };
    at = end + END.length;
    blocks.push(pem.slice(begin, at));
  }
}

/**
 * Splits a PEM text into certificates, each re-encoded: exactly what was parsed is trusted, and not what another parser might
 * find in the same text. @throws Error for a certificate that cannot be parsed
 */
export function splitCertificates(pem: string | null): string[] {
  return certificateBlocks(pem).map((block) => new X509Certificate(block).toString());
}

/** Returns the SHA-256 fingerprints in order: the same for every spelling of a PEM text. */
export function fingerprints(pem: string | null): string[] {
  return splitCertificates(pem).map((block) => new X509Certificate(block).fingerprint256);
}

/** Together at most a few megabytes. */
const MAX_KEPT = 10_000;
const ends = new Map<string, Date | null>();

/** Returns when the first certificate of a PEM text expires; null without one that can be parsed. Results are kept, because a list asks for each of its rows. */
export function earliestEnd(pem: string | null): Date | null {
  // Longer than anything that can be saved: the row was edited by hand.
  if (!pem || pem.length > MAX_PEM) return null;
  const key = createHash('sha256').update(pem).digest('base64');
  const known = ends.get(key);
  if (known !== undefined) return known;
  const end = readEarliestEnd(pem);
  if (ends.size >= MAX_KEPT) ends.clear();
  ends.set(key, end);
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
