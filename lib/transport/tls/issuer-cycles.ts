import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { certificateBlocks } from '../../options/certificates.js';
import { withoutKeyUsage } from './der.js';

/** A certificate that did not issue itself, so that its issuer is looked for. */
interface Link {
  block: string;
  certificate: X509Certificate;
  /** OpenSSL looks for an issuer by its names, key and identifiers, and leaves its key usage for later. */
  asIssuer: X509Certificate;
  /** Those of the list that OpenSSL may find as its issuer. */
  issuers: Link[];
  /** Equal for links with equal issuers: OpenSSL finds the same one for all of them. */
  group: string;
}

/**
 * Returns the certificates without those that close a cycle of issuers. Node goes up from issuer to issuer of what is
 * trusted for every connection (`GetLastIssuedCert` in its crypto_common.cc), and would go round in a cycle for ever, and
 * the whole process with it. What comes first in the list stays.
 */
export function breakIssuerCycles(pems: readonly string[]): string[] {
  const bundled = new Set(rootCertificates);
  const unusable = new Set<string>();
  const links = pems.flatMap((pem) => (bundled.has(pem) ? [] : certificateBlocks(pem))).flatMap((block) => linkOf(block, unusable));
  connect(links);
  const kept = new Set<Link>();
  for (const link of links) {
    if (closesCycle(link, kept)) unusable.add(link.block);
    else kept.add(link);
  }
  if (unusable.size === 0) return [...pems];
  return pems.flatMap((pem) => (bundled.has(pem) ? [pem] : certificateBlocks(pem).filter((block) => !unusable.has(block))));
}

/** One that Node's walk ends at is no link. One that cannot be taken apart is noted as unusable. */
function linkOf(block: string, unusable: Set<string>): Link[] {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(block);
  } catch {
    // Of a file that Node was told to trust, and that it passes over in its own way.
    return [];
  }
  if (certificate.checkIssued(certificate)) return [];
  try {
    return [{ block, certificate, asIssuer: new X509Certificate(withoutKeyUsage(certificate.raw)), issuers: [], group: '' }];
  } catch {
    // OpenSSL reads some encodings that are not DER. No authority writes them (RFC 5280 §4.1).
    unusable.add(block);
    return [];
  }
}

function connect(links: readonly Link[]): void {
  for (const link of links) {
    const found = [...links.entries()].filter(([, { asIssuer }]) => link.certificate.checkIssued(asIssuer));
    link.issuers = found.map(([, issuer]) => issuer);
    link.group = found.map(([index]) => index).join();
  }
}

/**
 * Whether the way up from a link, over those that are kept, comes back to it. Within a group it does not: there OpenSSL finds
 * one and the same certificate time and again, at which Node stops.
 */
function closesCycle(link: Link, kept: ReadonlySet<Link>): boolean {
  const seen = new Set([link.group]);
  const next = [link];
  for (let from = next.pop(); from; from = next.pop()) {
    for (const issuer of from.issuers) {
      if (issuer.group === from.group) continue;
      if (issuer === link) return true;
      if (!kept.has(issuer) || seen.has(issuer.group)) continue;
      seen.add(issuer.group);
      next.push(issuer);
    }
  }
  return false;
}
