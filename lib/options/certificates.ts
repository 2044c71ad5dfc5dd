import { createHash, X509Certificate } from 'node:crypto';

/** Longest PEM text of a configuration, and the most certificates in it. */
export const MAX_PEM = 60_000;
export const MAX_CERTIFICATES = 50;

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Returns the certificates of a PEM text as they stand there, readable or not. */
export function certificateBlocks(pem: string | null): string[] {
  return blocksOf(pem ?? '').blocks;
}

/** Whether the last certificate of a PEM text has no end. */
export function isCut(pem: string): boolean {
  const { rest } = blocksOf(pem);
  return rest.includes(BEGIN);
}

/** Looks for an end once: a regular expression would look for it again behind each beginning. */
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
const MAX_KEPT = 10_000;
const ends = new Map<string, Date | null>();

/** When the first of a PEM text's certificates ends; null without one that can be read. Answers are kept: a list asks for each of its rows. */
export function earliestEnd(pem: string | null): Date | null {
  // Longer than anything that is saved: it was written by hand.
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
    // One row that was damaged by hand must not take the others with it.
    return null;
  }
}
