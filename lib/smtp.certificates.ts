import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text as they stand there, readable or not. */
export function certificateBlocks(pem: string | null): string[] {
  return pem?.match(BLOCK) ?? [];
}

/**
 * The certificates of a PEM text, one each, written anew: what is trusted is exactly what was read, and not also what
 * another reader would find in the same text. @throws when one cannot be read.
 */
export function splitCertificates(pem: string | null): string[] {
  return certificateBlocks(pem).map((block) => new X509Certificate(block).toString());
}

/** SHA-256 fingerprints in order: what a PEM means, however it is written. */
export function fingerprints(pem: string | null): string[] {
  return splitCertificates(pem).map((block) => new X509Certificate(block).fingerprint256);
}

/** Together no more than a few megabytes. */
const MAX_KEPT = 1_000;
const MAX_KEPT_LENGTH = 8_000;
const ends = new Map<string, Date | null>();

/** When the first of a PEM text's certificates ends; null without one that can be read. Answers are kept: a list asks for each of its rows. */
export function earliestEnd(pem: string | null): Date | null {
  if (!pem) return null;
  const known = ends.get(pem);
  if (known !== undefined) return known;
  const end = readEarliestEnd(pem);
  if (ends.size >= MAX_KEPT) ends.clear();
  if (pem.length <= MAX_KEPT_LENGTH) ends.set(pem, end);
  return end;
}

function readEarliestEnd(pem: string): Date | null {
  try {
    const times = certificateBlocks(pem).map((block) => Date.parse(new X509Certificate(block).validTo));
    const earliest = Math.min(...times);
    return Number.isFinite(earliest) ? new Date(earliest) : null;
  } catch {
    // One row that was damaged by hand must not take the others with it.
    return null;
  }
}
