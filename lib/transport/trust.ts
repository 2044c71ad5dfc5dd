import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { certificateBlocks } from '../smtp.certificates.js';

const contexts = new WeakMap<readonly string[], tls.SecureContext>();

/**
 * TLS options that trust the given PEMs in addition to Node's own roots. Each is trusted by itself, so that a server's own
 * certificate or an intermediate authority will do where the root is not known. Reading all the roots takes several
 * milliseconds, so the context of one list is kept.
 */
export function tlsOptionsFor(ca: readonly string[]): tls.ConnectionOptions {
  const base: tls.ConnectionOptions = { minVersion: 'TLSv1.2', rejectUnauthorized: true };
  if (!ca.length) return base;
  let secureContext = contexts.get(ca);
  if (!secureContext) {
    const trusted = withoutCircles([...ownRoots(), ...ca]);
    secureContext = tls.createSecureContext({ ca: trusted, minVersion: 'TLSv1.2', allowPartialTrustChain: true });
    contexts.set(ca, secureContext);
  }
  return { ...base, secureContext };
}

/**
 * The certificates without those that close a circle of issuers. Node goes up from issuer to issuer of what is trusted for every
 * connection that it accepts, and would go round for ever in a circle, and the whole process with it.
 */
export function withoutCircles(pems: readonly string[]): string[] {
  const bundled = new Set(tls.rootCertificates);
  const links = pems.flatMap((pem) => (bundled.has(pem) ? [] : certificateBlocks(pem).flatMap(linkOf)));
  // One who says that it issued itself ends the way.
  const open = links.filter(({ certificate }) => !certificate.checkIssued(certificate));
  if (open.length < 2) return [...pems];
  const issuers = new Map(
    open.map((link) => [link, open.filter((other) => other !== link && link.certificate.checkIssued(other.certificate))]),
  );
  const kept = new Set<Link>();
  const closing = new Set<string>();
  for (const link of open) {
    if (leadsTo(link, link, issuers, kept)) closing.add(link.block);
    else kept.add(link);
  }
  return closing.size === 0
    ? [...pems]
    : pems.flatMap((pem) => (bundled.has(pem) ? [pem] : certificateBlocks(pem).filter((block) => !closing.has(block))));
}

interface Link {
  block: string;
  certificate: X509Certificate;
}

function linkOf(block: string): Link[] {
  try {
    return [{ block, certificate: new X509Certificate(block) }];
  } catch {
    // Of a file that Node was told to trust, and that it passes over in its own way.
    return [];
  }
}

/** Whether a way up from one, over those that are kept, comes to the other. */
function leadsTo(from: Link, to: Link, issuers: ReadonlyMap<Link, Link[]>, kept: ReadonlySet<Link>): boolean {
  const seen = new Set<Link>();
  const next = [from];
  for (let link = next.pop(); link; link = next.pop()) {
    for (const issuer of issuers.get(link)!) {
      if (issuer === to) return true;
      if (!kept.has(issuer) || seen.has(issuer)) continue;
      seen.add(issuer);
      next.push(issuer);
    }
  }
  return false;
}

/** Whether this very certificate is one of those that are trusted. */
export function isTrustAnchor(pem: string, ca: readonly string[]): boolean {
  const body = (text: string): string => text.replace(/\s/g, '');
  return [...ca, ...ownRoots()].some((trusted) => body(trusted).includes(body(pem)));
}

/** What Node trusts by itself. Setting `ca` replaces it, NODE_EXTRA_CA_CERTS included (nodejs.org/api/tls.html). */
function ownRoots(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
  if (getCACertificates) return getCACertificates('default');
  return [...tls.rootCertificates, ...extraRoots()];
}

function extraRoots(): string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  if (!file) return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    // Node warns about an unreadable file at start and goes on without it; so do we.
    return [];
  }
}
