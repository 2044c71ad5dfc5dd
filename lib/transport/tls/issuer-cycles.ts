import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { certificateBlocks } from '../../shared/pem.js';
import { withoutKeyUsage } from './der.js';

/** A certificate that did not issue itself, so OpenSSL searches for its issuer. */
interface Link {
  block: string;
  certificate: X509Certificate;
  /** The certificate without its key usage: OpenSSL finds an issuer by names, key and identifiers, and checks the key usage later. */
  asIssuer: X509Certificate;
  /** The certificates of the list that OpenSSL may find as its issuer. */
  issuers: Link[];
  /** Equal for links with the same issuers, for which OpenSSL finds the same one. */
  group: string;
}

/**
 * Returns the certificates without those that close a cycle of issuers. For every connection, Node follows the issuers of trusted
 * certificates (`GetLastIssuedCert` in its crypto_common.cc), and a cycle would block the process forever. Keeps the certificates
 * that come first in the list.
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

/** Returns the link of a certificate; none if it issued itself. A certificate that cannot be parsed is added to `unusable`. */
function linkOf(block: string, unusable: Set<string>): Link[] {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(block);
  } catch {
    // From a file of additional certificates; Node also skips it.
    return [];
  }
  if (certificate.checkIssued(certificate)) return [];
  try {
    return [{ block, certificate, asIssuer: new X509Certificate(withoutKeyUsage(certificate.raw)), issuers: [], group: '' }];
  } catch {
    // OpenSSL also reads encodings that are not DER. No authority writes them (RFC 5280 §4.1).
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
 * True if the issuers of a link, among the kept ones, lead back to it. Links of the same group do not count: OpenSSL finds the same
 * certificate again, and Node stops.
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
