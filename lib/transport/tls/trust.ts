import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { breakIssuerCycles } from './issuer-cycles.js';

/** TLS 1.2 with a Diffie-Hellman group of the server's choice blocked the event loop for 400 ms (ffdhe8192). Whoever offers it offers something else, too. */
const PROTOCOL = { minVersion: 'TLSv1.2', ciphers: `${tls.DEFAULT_CIPHERS}:!DHE` } as const;

/** All that is trusted with a list of certificates. */
interface Trust {
  pems: readonly string[];
  context: tls.SecureContext;
}

const trusts = new WeakMap<readonly string[], Trust>();

/**
 * TLS options that trust the given PEMs in addition to Node's own roots. Each is trusted by itself, so that a server's own
 * certificate or an intermediate authority will do where the root is not known.
 */
export function tlsOptionsFor(ca: readonly string[]): tls.ConnectionOptions {
  const base: tls.ConnectionOptions = { ...PROTOCOL, rejectUnauthorized: true };
  return ca.length === 0 ? base : { ...base, secureContext: trustOf(ca).context };
}

/** Whether this very certificate is one of those that are trusted. */
export function isTrustAnchor(pem: string, ca: readonly string[]): boolean {
  const body = (text: string): string => text.replace(/\s/g, '');
  const wanted = body(pem);
  return (ca.length === 0 ? ownRoots() : trustOf(ca).pems).some((trusted) => body(trusted).includes(wanted));
}

/** Reading all the roots takes several milliseconds, so what one list comes to is kept. */
function trustOf(ca: readonly string[]): Trust {
  const known = trusts.get(ca);
  if (known) return known;
  const pems = breakIssuerCycles([...ownRoots(), ...ca]);
  const trust = { pems, context: tls.createSecureContext({ ca: pems, ...PROTOCOL, allowPartialTrustChain: true }) };
  trusts.set(ca, trust);
  return trust;
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
