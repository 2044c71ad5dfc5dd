import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, one each, written anew: what is trusted is exactly what was read, and not also what
 * another reader would find in the same text. @throws when one cannot be read.
 */
export function splitCertificates(pem: string | null): string[] {
  return (pem?.match(BLOCK) ?? []).map((block) => new X509Certificate(block).toString());
}

/** SHA-256 fingerprints in order: what a PEM means, however it is written. */
export function fingerprints(pem: string | null): string[] {
  return splitCertificates(pem).map((block) => new X509Certificate(block).fingerprint256);
}
