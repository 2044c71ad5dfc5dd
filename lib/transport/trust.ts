import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';

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
    secureContext = tls.createSecureContext({ ca: [...ownRoots(), ...ca], minVersion: 'TLSv1.2', allowPartialTrustChain: true });
    contexts.set(ca, secureContext);
  }
  return { ...base, secureContext };
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
